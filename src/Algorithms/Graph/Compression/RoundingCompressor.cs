using ActorFed.Algorithms.Numerics;

namespace ActorFed.Algorithms.Graph.Compression;

/// <summary>Sends every entry in a shorter format, rounded to the nearest.</summary>
/// <param name="format">float32 or bfloat16.</param>
/// <remarks>Contractive with δ = 1 − u², where u is 2⁻²⁴ or 2⁻⁸, as long as not all entries are below the format's smallest.</remarks>
public sealed class RoundingCompressor(NumberFormat format) : ICompressor
{
    /// <inheritdoc/>
    public string Name { get; } = format is NumberFormat.Float32 or NumberFormat.Bfloat16
        ? format.ToString().ToLowerInvariant()
        : throw new ArgumentOutOfRangeException(nameof(format), format, "Rounding needs a format shorter than float64; send without compression instead.");

    /// <inheritdoc/>
    /// <exception cref="ArithmeticException">An entry is beyond the format's largest.</exception>
    public Packet Compress(FlatVector vector, SeededRandom random) => new RoundedPacket(format.Round(vector), format);
}
