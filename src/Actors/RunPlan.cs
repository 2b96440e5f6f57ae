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
}

/// <summary>One participant of a run.</summary>
/// <param name="Id">Its name.</param>
/// <param name="Shard">The shard it owns, or null when it owns none.</param>
public sealed record ParticipantSpec(ParticipantId Id, int? Shard = null);

/// <summary>Bounds of a run.</summary>
public sealed record RunLimits
{
    /// <summary>Longest wall time (virtual in a simulation) before the run ends with <see cref="RunOutcome.TimeLimit"/>; null is no limit.</summary>
    public TimeSpan? WallTime { get; init; }

    /// <summary>Messages a mailbox holds before its senders wait; at least 1.</summary>
    public int MailboxCapacity { get; init; } = 1024;
}

/// <summary>How a run ended.</summary>
public enum RunOutcome
{
    /// <summary>A participant completed it.</summary>
    Completed,

    /// <summary>The wall-time limit came first.</summary>
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

    /// <summary>Messages handed to participants.</summary>
    public required long Deliveries { get; init; }

    /// <summary>Payload bytes sent by participants, counted where they leave.</summary>
    public required long BytesSent { get; init; }

    /// <summary>Participants rebuilt by supervision.</summary>
    public required int Restarts { get; init; }

    /// <summary>Messages dropped as protocol violations.</summary>
    public required long Violations { get; init; }
}
