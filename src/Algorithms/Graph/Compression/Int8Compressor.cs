using System.Runtime.InteropServices;
using ActorFed.Algorithms.Numerics;

namespace ActorFed.Algorithms.Graph.Compression;

/// <summary>Sends a byte per entry, from −127 to 127, and a scale that takes the largest absolute value to 127; rounded to the nearest.</summary>
/// <param name="format">How the scale travels.</param>
/// <remarks>
/// Contractive: no entry is off by more than half a scale, nor by more than its own size, and the largest hardly at all; so δ is at
/// least about 1/d, and near 1 for vectors without outliers.
/// </remarks>
public sealed class Int8Compressor(NumberFormat format) : ICompressor
{
    private const int MaxLevel = sbyte.MaxValue;

    /// <inheritdoc/>
    public string Name => "int8";

    /// <inheritdoc/>
    /// <exception cref="ArithmeticException">The scale is beyond the format's largest.</exception>
    public Packet Compress(FlatVector vector, SeededRandom random)
    {
        double largest = 0;
        foreach (double entry in vector.Span)
        {
            largest = Math.Max(largest, Math.Abs(entry));
        }

        double scale = format.RoundFinite(largest / MaxLevel, "the scale of a quantised vector");
        short[] levels = new short[vector.Length];
        for (int i = 0; scale > 0 && i < levels.Length; i++)
        {
            levels[i] = (short)Math.Clamp(Math.Round(vector[i] / scale), -MaxLevel, MaxLevel);
        }

        return new QuantizedPacket(scale, MaxLevel, ImmutableCollectionsMarshal.AsImmutableArray(levels), format);
    }
}
