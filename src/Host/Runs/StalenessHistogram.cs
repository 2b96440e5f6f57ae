namespace ActorFed.Host.Runs;

/// <summary>How stale the reports were that entered steps: a count per staleness.</summary>
internal sealed class StalenessHistogram
{
    /// <summary>Largest staleness with a count of its own; larger ones are counted with it.</summary>
    public const int Largest = 1023;

    private readonly long[] _counts = new long[Largest + 1];
    private double _sum;

    /// <summary>Reports counted.</summary>
    public long Total { get; private set; }

    /// <summary>Largest staleness seen; 0 before any.</summary>
    public int Max { get; private set; }

    /// <summary>Mean staleness; 0 before any.</summary>
    public double Mean => Total == 0 ? 0 : _sum / Total;

    /// <summary>Counts of staleness 0, 1, ... up to the largest seen.</summary>
    public ReadOnlySpan<long> Counts => Total == 0 ? [] : _counts.AsSpan(0, Math.Min(Max, Largest) + 1);

    /// <summary>Counts a report.</summary>
    public void Add(int staleness)
    {
        _counts[Math.Clamp(staleness, 0, Largest)]++;
        _sum += staleness;
        Max = Math.Max(Max, staleness);
        Total++;
    }
}
