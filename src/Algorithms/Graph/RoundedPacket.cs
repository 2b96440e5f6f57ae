using ActorFed.Algorithms.Blocks;
using ActorFed.Algorithms.Graph.Compression;
using ActorFed.Algorithms.Numerics;

namespace ActorFed.Algorithms.Graph;

/// <summary>A vector whose entries travel in a shorter format.</summary>
/// <param name="Values">All entries, already rounded.</param>
/// <param name="Format">The format.</param>
public sealed record RoundedPacket(FlatVector Values, NumberFormat Format) : Packet
{
    /// <inheritdoc/>
    public override int Length => Values.Length;

    /// <inheritdoc/>
    public override long PayloadBytes => (long)Values.Length * Format.Bytes();

    /// <inheritdoc/>
    public override FlatVector Decode() => Values;

    /// <inheritdoc/>
    public override string? Objection() =>
        VectorCheck.Objection(Values, Values.Length, "a rounded vector") ?? Format.Objection(Values, "a rounded vector");
}
