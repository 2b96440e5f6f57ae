using ActorFed.Algorithms.Numerics;

namespace ActorFed.Algorithms.Graph.Compression;

/// <summary>Sends a vector as it is: δ = 1.</summary>
public sealed class IdentityCompressor : ICompressor
{
    /// <inheritdoc/>
    public string Name => "none";

    /// <inheritdoc/>
    public Packet Compress(FlatVector vector, SeededRandom random) => new DensePacket(vector);
}
