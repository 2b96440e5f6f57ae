using System.Globalization;

namespace ActorFed.Cluster.Benchmarks;

/// <summary>Memory of a process, as the kernel counts it.</summary>
internal static class ProcessMemory
{
    /// <summary>Most bytes that were resident at any time.</summary>
    public static long Peak(int process) => Read(process, "VmHWM:");

    /// <summary>Bytes that are resident now.</summary>
    public static long Now(int process) => Read(process, "VmRSS:");

    private static long Read(int process, string name) => 1024 * File.ReadLines($"/proc/{process}/status")
        .Where(line => line.StartsWith(name, StringComparison.Ordinal))
        .Select(line => long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2].Trim(), CultureInfo.InvariantCulture))
        .Single();
}
