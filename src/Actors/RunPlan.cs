using System.Collections.Immutable;
using ActorFed.Algorithms.Core;

namespace ActorFed.Actors;

/// <summary>A run as plain data: printable, hashable, replayable.</summary>
public sealed record RunPlan
{
    /// <summary>Id of the run; the name of its folder.</summary>
    public required string RunId { get; init; }

    /// <summary>Seed of every random stream of the run.</summary>
    public required ulong Seed { get; init; }

    /// <summary>Who takes part.</summary>
    public required ImmutableArray<ParticipantSpec> Participants { get; init; }

    /// <summary>What happens to a participant that throws.</summary>
    public SupervisionPolicy Supervision { get; init; } = new();

    /// <summary>Bounds of the run.</summary>
    public RunLimits Limits { get; init; } = new();

    /// <summary>The experiment with every key resolved: the text from which algorithm and problem are made.</summary>
    public string Experiment { get; init; } = "";

    /// <summary>Checks what every engine relies on: participants are there and distinct, limits are in range.</summary>
    /// <exception cref="ArgumentException">Something is out of range; the message says what, and what is allowed.</exception>
    public void Validate()
    {
        if (Participants.IsDefaultOrEmpty)
        {
            throw new ArgumentException($"Run '{RunId}' has no participants; it needs at least one.");
        }

        HashSet<ParticipantId> ids = [];
        foreach (ParticipantSpec spec in Participants)
        {
            if (!ids.Add(spec.Id))
            {
                throw new ArgumentException($"Run '{RunId}' lists {spec.Id} twice; participants are told apart by their ids.");
            }
        }

        Limits.Validate();
        Supervision.Validate();
    }
}

/// <summary>One participant of a run.</summary>
/// <param name="Id">Its name.</param>
/// <param name="Shard">The shard it owns, or null when it owns none.</param>
public sealed record ParticipantSpec(ParticipantId Id, int? Shard = null);

/// <summary>Bounds of a run.</summary>
public sealed record RunLimits
{
    // What the timers of the platform can hold is a little more than 49 days.
    private static readonly TimeSpan MaxWallTime = TimeSpan.FromDays(49);
    private static readonly TimeSpan MaxSendTimeout = TimeSpan.FromDays(1);

    /// <summary>Longest wall time (virtual in a simulation) before the run ends with <see cref="RunOutcome.TimeLimit"/>; null is no limit.</summary>
    public TimeSpan? WallTime { get; init; }

    /// <summary>Messages a mailbox holds before its senders wait; at least 1.</summary>
    public int MailboxCapacity { get; init; } = 1024;

    /// <summary>
    /// Longest wait of a sender for room in a full mailbox; more than zero. Then the message is dropped and the drop is
    /// reported, so that participants that wait for each other in a circle go on.
    /// </summary>
    public TimeSpan SendTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Checks the bounds above.</summary>
    /// <exception cref="ArgumentException">A value is out of range; the message says which, and what is allowed.</exception>
    public void Validate()
    {
        if (WallTime is { } limit && (limit <= TimeSpan.Zero || limit > MaxWallTime))
        {
            throw new ArgumentException($"{nameof(WallTime)} is {limit}; it must be in (0, {MaxWallTime.TotalDays:0} days], or null for no limit.");
        }

        if (MailboxCapacity < 1)
        {
            throw new ArgumentException($"{nameof(MailboxCapacity)} is {MailboxCapacity}; it must be at least 1.");
        }

        if (SendTimeout <= TimeSpan.Zero || SendTimeout > MaxSendTimeout)
        {
            throw new ArgumentException($"{nameof(SendTimeout)} is {SendTimeout}; it must be in (0, {MaxSendTimeout.TotalDays:0} days].");
        }
    }
}

/// <summary>How a run ended.</summary>
public enum RunOutcome
{
    /// <summary>A participant completed it.</summary>
    Completed,

    /// <summary>The wall-time limit came first; snapshots are stored.</summary>
    TimeLimit,

    /// <summary>It was cancelled from outside; snapshots are stored.</summary>
    Cancelled,

    /// <summary>Supervision gave up, or nothing was left to happen.</summary>
    Failed,
}

/// <summary>The end of a run, and what it carried.</summary>
public sealed record RunReport
{
    /// <summary>How it ended.</summary>
    public required RunOutcome Outcome { get; init; }

    /// <summary>Why, in words.</summary>
    public required string Reason { get; init; }

    /// <summary>The exception behind a failure.</summary>
    public Exception? Failure { get; init; }

    /// <summary>Time from start to end; virtual in a simulation.</summary>
    public required TimeSpan Elapsed { get; init; }

    /// <summary>Messages handed to participants, lifecycle messages among them.</summary>
    public required long Deliveries { get; init; }

    /// <summary>Payload bytes sent by participants, counted where they leave.</summary>
    public required long BytesSent { get; init; }

    /// <summary>Participants rebuilt by supervision.</summary>
    public required int Restarts { get; init; }

    /// <summary>Messages dropped as protocol violations.</summary>
    public required long Violations { get; init; }

    /// <summary>Messages dropped because a mailbox stayed full for <see cref="RunLimits.SendTimeout"/>.</summary>
    public long SendTimeouts { get; init; }

    /// <summary>Events of a simulation; 0 on other engines.</summary>
    public long Events { get; init; }

    /// <summary>Hash over all events and observations of a deterministic run; null on other engines.</summary>
    public ulong? TraceHash { get; init; }
}
