using ActorFed.Algorithms.Blocks;
using ActorFed.Algorithms.Graph.Compression;
using ActorFed.Algorithms.Numerics;

namespace ActorFed.Algorithms.Graph;

/// <summary>Entries of a vector at random indices, which every receiver draws anew from a seed; the others are 0.</summary>
/// <param name="Length">Length of the vector it stands for.</param>
/// <param name="Seed">What the indices are drawn from, by <see cref="RandomIndices"/>.</param>
/// <param name="Values">The entries, ascending by index, already rounded.</param>
/// <param name="Format">How they travel.</param>
public sealed record SeededPacket(int Length, ulong Seed, FlatVector Values, NumberFormat Format) : Packet
{
    /// <inheritdoc/>
    public override int Length { get; } = Length;

    /// <inheritdoc/>
    public override long PayloadBytes => ((long)Values.Length * Format.Bytes()) + sizeof(ulong);

    /// <summary>The entries of a vector at the indices of a seed.</summary>
    /// <param name="vector">The vector; finite.</param>
    /// <param name="count">How many; 0 to the vector's length.</param>
    /// <param name="seed">The seed.</param>
    /// <param name="format">How the entries travel.</param>
    /// <exception cref="ArithmeticException">An entry is beyond the format's largest.</exception>
    public static SeededPacket Take(FlatVector vector, int count, ulong seed, NumberFormat format) =>
        new(vector.Length, seed, SparsePacket.Gather(vector, RandomIndices.Draw(seed, count, vector.Length), format), format);

    /// <inheritdoc/>
    public override FlatVector Decode() => SparsePacket.Scatter(Length, RandomIndices.Draw(Seed, Values.Length, Length), Values);

    /// <inheritdoc/>
    public override string? Objection() => Length < Values.Length
        ? $"a vector of length {Length} comes with {Values.Length} random entries; it has no more than its length."
        : VectorCheck.Objection(Values, Values.Length, "a randomly sparse vector") ?? Format.Objection(Values, "a randomly sparse vector");
}
