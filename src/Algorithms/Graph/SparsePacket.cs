using System.Collections.Immutable;
using ActorFed.Algorithms.Blocks;
using ActorFed.Algorithms.Graph.Compression;
using ActorFed.Algorithms.Numerics;

namespace ActorFed.Algorithms.Graph;

/// <summary>Some entries of a vector, by index; the others are 0.</summary>
/// <param name="Length">Length of the vector it stands for.</param>
/// <param name="Indices">Which entries, ascending.</param>
/// <param name="Values">They, in this order, already rounded.</param>
/// <param name="Format">How they travel.</param>
public sealed record SparsePacket(int Length, ImmutableArray<int> Indices, FlatVector Values, NumberFormat Format) : Packet
{
    /// <inheritdoc/>
    public override int Length { get; } = Length;

    /// <inheritdoc/>
    public override long PayloadBytes => (long)Values.Length * (Format.Bytes() + sizeof(int));

    /// <summary>The entries of a vector at some indices.</summary>
    /// <param name="vector">The vector; finite.</param>
    /// <param name="indices">Ascending, within the vector.</param>
    /// <param name="format">How the entries travel.</param>
    /// <exception cref="ArithmeticException">An entry is beyond the format's largest.</exception>
    public static SparsePacket Take(FlatVector vector, ImmutableArray<int> indices, NumberFormat format) =>
        new(vector.Length, indices, Gather(vector, indices, format), format);

    /// <inheritdoc/>
    public override FlatVector Decode() => Scatter(Length, Indices, Values);

    /// <inheritdoc/>
    public override string? Objection()
    {
        if (Length < 0 || Indices.IsDefault || Indices.Length != Values.Length)
        {
            return $"a sparse vector of length {Length} has {(Indices.IsDefault ? 0 : Indices.Length)} indices for {Values.Length} entries; "
                + "they must be as many, and the length at least 0.";
        }

        int before = -1;
        foreach (int index in Indices)
        {
            if (index <= before || index >= Length)
            {
                return $"index {index} of a sparse vector follows {before}; indices must ascend and be below the length, {Length}.";
            }

            before = index;
        }

        return VectorCheck.Objection(Values, Values.Length, "a sparse vector") ?? Format.Objection(Values, "a sparse vector");
    }

    /// <summary>Whether the same entries of an equally long vector travel in the same format.</summary>
    public bool Equals(SparsePacket? other) =>
        other is not null && Length == other.Length && Format == other.Format
        && Indices.AsSpan().SequenceEqual(other.Indices.AsSpan()) && Values.Equals(other.Values);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Length, Format, Values);

    internal static FlatVector Gather(FlatVector vector, ImmutableArray<int> indices, NumberFormat format) =>
        format.Round(FlatVector.Create(indices.Length, (vector, indices), static (values, state) =>
        {
            for (int i = 0; i < values.Length; i++)
            {
                values[i] = state.vector[state.indices[i]];
            }
        }));

    internal static FlatVector Scatter(int length, ImmutableArray<int> indices, FlatVector values) =>
        FlatVector.Create(length, (indices, values), static (all, state) =>
        {
            all.Clear();
            for (int i = 0; i < state.indices.Length; i++)
            {
                all[state.indices[i]] = state.values[i];
            }
        });
}
