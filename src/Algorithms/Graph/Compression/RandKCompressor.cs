using ActorFed.Algorithms.Numerics;

namespace ActorFed.Algorithms.Graph.Compression;

/// <summary>Sends k entries at uniformly random indices, as they are: not scaled by d/k, which would not be contractive.</summary>
/// <param name="kept">k.</param>
/// <param name="hasSharedSeed">Whether a seed travels in place of the indices.</param>
/// <param name="format">How the entries travel.</param>
/// <remarks>Contractive in the mean with δ = k/d. Source: Stich, Cordonnier, Jaggi, "Sparsified SGD with memory", NeurIPS 2018.</remarks>
public sealed class RandKCompressor(KeptEntries kept, bool hasSharedSeed, NumberFormat format) : ICompressor
{
    /// <inheritdoc/>
    public string Name => "rand-k";

    /// <inheritdoc/>
    /// <exception cref="ArithmeticException">An entry is beyond the format's largest.</exception>
    public Packet Compress(FlatVector vector, SeededRandom random)
    {
        ulong seed = random.NextUInt64();
        int count = kept.Of(vector.Length);
        return hasSharedSeed
            ? SeededPacket.Take(vector, count, seed, format)
            : SparsePacket.Take(vector, RandomIndices.Draw(seed, count, vector.Length), format);
    }
}
