using System.Collections.Immutable;

namespace ActorFed.Host.Health;

/// <summary>How a process is.</summary>
/// <param name="Alive">What a restart would mend, such as a loop that does not turn. A broker that is away is none of it.</param>
/// <param name="Ready">What else must be in order for it to take participants: broker, database, not draining.</param>
internal sealed record HealthReport(ImmutableArray<HealthCheck> Alive, ImmutableArray<HealthCheck> Ready);

/// <summary>One thing that was looked at.</summary>
/// <param name="Name">What.</param>
/// <param name="Problem">What is wrong with it, and since when; null: nothing.</param>
internal sealed record HealthCheck(string Name, string? Problem);
