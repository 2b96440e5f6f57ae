using System.ComponentModel.DataAnnotations;
using ActorFed.Algorithms.Core;

namespace ActorFed.Actors;

/// <summary>How participants that throw are handled.</summary>
public sealed record SupervisionPolicy
{
    /// <summary>Most rebuilds of one participant within <see cref="Window"/> after an unexpected exception or a snapshot that could not be stored; then the supervisor gives up on it. At least 0.</summary>
    [Range(0, int.MaxValue)]
    public int MaxRestarts { get; init; } = 5;

    /// <summary>Most rebuilds of one participant within <see cref="Window"/> after an <see cref="ArithmeticException"/>; at least 0.</summary>
    [Range(0, int.MaxValue)]
    public int MaxArithmeticRestarts { get; init; } = 1;

    /// <summary>Protocol violations counted against one sender before it is stopped; at least 1.</summary>
    [Range(1, int.MaxValue)]
    public int MaxViolations { get; init; } = 100;

    /// <summary>The window in which restarts are counted.</summary>
    public TimeSpan Window { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Wait before the first rebuild; doubled for each further one in the window.</summary>
    public TimeSpan InitialBackOff { get; init; } = TimeSpan.FromMilliseconds(50);

    /// <summary>Longest wait before a rebuild.</summary>
    public TimeSpan MaxBackOff { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>What giving up on a participant means; a snapshot that cannot be stored always fails the run.</summary>
    public GiveUpAction OnGiveUp { get; init; } = GiveUpAction.FailRun;

    /// <summary>Checks the bounds above.</summary>
    /// <exception cref="ArgumentException">A value is out of range; the message says which, and what is allowed.</exception>
    public void Validate()
    {
        Require(MaxRestarts >= 0, $"{nameof(MaxRestarts)} is {MaxRestarts}; it must be at least 0 (0 = give up at once).");
        Require(MaxArithmeticRestarts >= 0, $"{nameof(MaxArithmeticRestarts)} is {MaxArithmeticRestarts}; it must be at least 0.");
        Require(MaxViolations >= 1, $"{nameof(MaxViolations)} is {MaxViolations}; it must be at least 1 (1 = stop at the first).");
        Require(Window > TimeSpan.Zero, $"{nameof(Window)} is {Window}; it must be more than zero.");
        Require(InitialBackOff >= TimeSpan.Zero, $"{nameof(InitialBackOff)} is {InitialBackOff}; it must be at least zero.");
        Require(MaxBackOff >= InitialBackOff, $"{nameof(MaxBackOff)} is {MaxBackOff}; it must be at least {nameof(InitialBackOff)}, {InitialBackOff}.");
    }

    private static void Require(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new ArgumentException(otherwise);
        }
    }
}

/// <summary>What happens when a participant failed too often.</summary>
public enum GiveUpAction
{
    /// <summary>The run fails.</summary>
    FailRun,

    /// <summary>The participant is stopped and its watchers are told; the master still fails the run.</summary>
    Stop,
}

/// <summary>What supervision did.</summary>
public enum SupervisionAction
{
    /// <summary>A message was dropped; the receiver kept its state.</summary>
    Dropped,

    /// <summary>The participant will be rebuilt from its last snapshot.</summary>
    Restarting,

    /// <summary>The participant runs again.</summary>
    Restarted,

    /// <summary>The participant was stopped.</summary>
    Stopped,

    /// <summary>The run was failed.</summary>
    FailedRun,
}

/// <summary>One act of supervision.</summary>
/// <param name="Action">What was done.</param>
/// <param name="Participant">To whom; for a dropped message, the receiver.</param>
/// <param name="Reason">Why, in words, with the sender's name where there is one.</param>
/// <param name="Sender">The sender that a violation counts against; else null.</param>
/// <param name="Failure">The exception behind it, with its stack trace; null when there was none.</param>
public sealed record SupervisionEvent(
    SupervisionAction Action, ParticipantId Participant, string Reason, ParticipantId? Sender = null, Exception? Failure = null);

/// <summary>What supervision decided about one exception. The engine reports <see cref="Event"/> and carries it out.</summary>
/// <param name="Event">
/// <see cref="SupervisionAction.Dropped"/>: go on. <see cref="SupervisionAction.Restarting"/>: forget its timers and call
/// <see cref="RoleActor.Start"/> after <paramref name="Delay"/>. <see cref="SupervisionAction.Stopped"/>: forget its timers,
/// tell its watchers. <see cref="SupervisionAction.FailedRun"/>: end the run.
/// </param>
/// <param name="Delay">The back-off before a restart; else zero.</param>
/// <param name="StopsSender">True when the sender of the dropped message has reached its limit and must be stopped.</param>
public sealed record SupervisionDecision(SupervisionEvent Event, TimeSpan Delay = default, bool StopsSender = false);
