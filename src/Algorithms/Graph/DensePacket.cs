using ActorFed.Algorithms.Blocks;
using ActorFed.Algorithms.Numerics;

namespace ActorFed.Algorithms.Graph;

/// <summary>A vector as it is.</summary>
/// <param name="Values">All entries.</param>
public sealed record DensePacket(FlatVector Values) : Packet
{
    /// <inheritdoc/>
    public override int Length => Values.Length;

    /// <inheritdoc/>
    public override long PayloadBytes => (long)Values.Length * sizeof(double);

    /// <inheritdoc/>
    public override FlatVector Decode() => Values;

    /// <inheritdoc/>
    public override string? Objection() => VectorCheck.Objection(Values, Values.Length, "a dense vector");
}
