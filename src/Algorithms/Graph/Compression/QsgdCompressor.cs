using System.Runtime.InteropServices;
using ActorFed.Algorithms.Numerics;

namespace ActorFed.Algorithms.Graph.Compression;

/// <summary>
/// Sends the norm and, per entry, a sign and one of s + 1 levels, rounded up or down at random so that the mean is right; divided by
/// 1 + ω, which makes it contractive.
/// </summary>
/// <param name="maxLevel">s; 1 to <see cref="short.MaxValue"/>.</param>
/// <param name="format">How the scale travels.</param>
/// <remarks>
/// Contractive in the mean with δ = 1/(1 + ω), ω = min(d/s², √d/s). Source: Alistarh, Grubic, Li, Tomioka, Vojnovic, "QSGD:
/// Communication-Efficient SGD via Gradient Quantization and Encoding", NeurIPS 2017, Lemma 3.1.
/// </remarks>
public sealed class QsgdCompressor(int maxLevel, NumberFormat format) : ICompressor
{
    private readonly int _maxLevel = maxLevel is >= 1 and <= short.MaxValue
        ? maxLevel
        : throw new ArgumentOutOfRangeException(nameof(maxLevel), $"The number of levels, s, is {maxLevel}; it must be 1 to {short.MaxValue}.");

    /// <inheritdoc/>
    public string Name => "qsgd";

    /// <summary>ω for a vector of <paramref name="length"/> entries: the variance is at most ω ‖v‖² before the division.</summary>
    public static double Omega(int length, int maxLevel) =>
        Math.Min(length / ((double)maxLevel * maxLevel), Math.Sqrt(length) / maxLevel);

    /// <inheritdoc/>
    /// <exception cref="ArithmeticException">The norm is beyond the format's largest.</exception>
    public Packet Compress(FlatVector vector, SeededRandom random) => Quantize(vector, random.NextDouble);

    /// <summary>Quantises.</summary>
    /// <param name="vector">v; finite.</param>
    /// <param name="uniform">The next number in [0, 1); asked once per entry, in order.</param>
    /// <exception cref="ArithmeticException">The norm is beyond the format's largest.</exception>
    public QuantizedPacket Quantize(FlatVector vector, Func<double> uniform)
    {
        double norm = VectorMath.Norm(vector.Span);
        double perNorm = norm > 0 ? _maxLevel / norm : 0;
        short[] levels = new short[vector.Length];
        for (int i = 0; i < levels.Length; i++)
        {
            double level = Math.Floor((Math.Abs(vector[i]) * perNorm) + uniform());
            levels[i] = (short)(Math.Sign(vector[i]) * Math.Min(level, _maxLevel)); // rounding may lift it above s
        }

        double scale = norm / (_maxLevel * (1 + Omega(vector.Length, _maxLevel)));
        return new QuantizedPacket(
            format.RoundFinite(scale, "the scale of a quantised vector"), _maxLevel, ImmutableCollectionsMarshal.AsImmutableArray(levels), format);
    }
}
