using ActorFed.Actors.Membership;

namespace ActorFed.Host.Health;

/// <summary>Says how a process is, whenever a probe asks.</summary>
internal interface IHealthSource
{
    /// <summary>How it is now. Asked on any thread, also by several at once; tells what is known and waits for nothing.</summary>
    HealthReport Read();

    /// <summary>How the runs of its cluster stand, as far as it knows without asking; null: it knows nothing of others.</summary>
    IReadOnlyList<RunStanding>? Runs => null;
}
