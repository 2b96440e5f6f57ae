using ActorFed.Algorithms.Numerics;

namespace ActorFed.Algorithms.Graph.Compression;

/// <summary>Sends the k entries of largest absolute value; of equal ones, those of lowest index.</summary>
/// <param name="kept">k.</param>
/// <param name="format">How the entries travel.</param>
/// <remarks>Contractive with δ = k/d. Source: Stich, Cordonnier, Jaggi, "Sparsified SGD with memory", NeurIPS 2018.</remarks>
public sealed class TopKCompressor(KeptEntries kept, NumberFormat format) : ICompressor
{
    /// <inheritdoc/>
    public string Name => "top-k";

    /// <inheritdoc/>
    /// <exception cref="ArithmeticException">An entry is beyond the format's largest.</exception>
    public Packet Compress(FlatVector vector, SeededRandom random) =>
        SparsePacket.Take(vector, LargestEntries.Find(vector.Span, kept.Of(vector.Length)), format);
}
