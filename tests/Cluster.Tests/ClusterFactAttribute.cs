using ActorFed.Cluster.Postgres.Tests;
using ActorFed.Tests.Shared;
using Xunit;

namespace ActorFed.Cluster.Tests;

/// <summary>A test of a whole cluster; skipped, with the reason, where it cannot run.</summary>
internal sealed class ClusterFactAttribute : FactAttribute
{
    /// <param name="set">The data set that it reads; null: none.</param>
    /// <param name="shiftsClocks">Whether it lets processes see another time of day.</param>
    public ClusterFactAttribute(string? set = null, bool shiftsClocks = false) => Skip = PostgresServer.Absence
        ?? (set is null ? null : RealData.WhyMissing(set))
        ?? (shiftsClocks && FakeTime is null ? "It needs libfaketime (Debian: apt-get install faketime)." : null);

    /// <summary>What shifts the clock of a process that loads it; null where it is not installed.</summary>
    public static string? FakeTime { get; } = Directory.Exists("/usr/lib")
        ? Directory.GetDirectories("/usr/lib", "*-linux-*").Select(folder => Path.Combine(folder, "faketime", "libfaketime.so.1")).FirstOrDefault(File.Exists)
        : null;
}
