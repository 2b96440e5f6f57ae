namespace ActorFed.Algorithms.Graph.Compression;

/// <summary>How many entries of a vector a sparse packet keeps: a share, or a number.</summary>
public readonly record struct KeptEntries
{
    private readonly double _ratio;
    private readonly int _count;

    private KeptEntries(double ratio, int count) => (_ratio, _count) = (ratio, count);

    /// <summary>⌈ratio · d⌉ of d entries.</summary>
    /// <param name="ratio">More than 0, at most 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is not.</exception>
    public static KeptEntries Share(double ratio) => ratio is > 0 and <= 1
        ? new KeptEntries(ratio, 0)
        : throw new ArgumentOutOfRangeException(
            nameof(ratio), $"The ratio of entries to keep is {ratio}; it must be more than 0, for no entries would be sent, and at most 1.");

    /// <summary>As many as said; all of a shorter vector.</summary>
    /// <param name="count">k; at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is not.</exception>
    public static KeptEntries Number(int count) => count >= 1
        ? new KeptEntries(0, count)
        : throw new ArgumentOutOfRangeException(
            nameof(count), $"The count of entries to keep, k, is {count}; it must be at least 1, for with k = 0 no entries would be sent.");

    /// <summary>k for a vector of <paramref name="length"/> entries; 0 only for an empty one.</summary>
    public int Of(int length) => _count > 0
        ? Math.Min(_count, length)
        : Math.Min(length, (int)Math.Ceiling((_ratio * length) - 1e-9)); // 0.1 · 30 is a little more than 3
}
