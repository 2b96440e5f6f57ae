using System.Collections.Immutable;
using System.Numerics;
using ActorFed.Algorithms.Blocks;
using ActorFed.Algorithms.Graph.Compression;
using ActorFed.Algorithms.Numerics;

namespace ActorFed.Algorithms.Graph;

/// <summary>A vector of whole multiples of one scale.</summary>
/// <param name="Scale">What a level is multiplied by, already rounded; at least 0.</param>
/// <param name="MaxLevel">s, the largest absolute value of a level; 1 to <see cref="short.MaxValue"/>.</param>
/// <param name="Levels">One per entry, from −s to s.</param>
/// <param name="Format">How the scale travels.</param>
public sealed record QuantizedPacket(double Scale, int MaxLevel, ImmutableArray<short> Levels, NumberFormat Format) : Packet
{
    /// <inheritdoc/>
    public override int Length => Levels.Length;

    /// <inheritdoc/>
    /// <remarks>The scale, and for every level a sign and ⌈log2(s + 1)⌉ bits.</remarks>
    public override long PayloadBytes => Format.Bytes() + ((((long)Levels.Length * BitsPerLevel) + 7) / 8);

    /// <summary>What a level takes: a sign and ⌈log2(s + 1)⌉ bits.</summary>
    public int BitsPerLevel => 1 + BitOperations.Log2((uint)MaxLevel) + 1;

    /// <inheritdoc/>
    public override FlatVector Decode() => FlatVector.Create(Levels.Length, this, static (values, packet) =>
    {
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = packet.Levels[i] * packet.Scale;
        }
    });

    /// <inheritdoc/>
    public override string? Objection()
    {
        if (Levels.IsDefault || MaxLevel is < 1 or > short.MaxValue)
        {
            return Levels.IsDefault
                ? "a quantised vector has no levels."
                : $"the largest level of a quantised vector is {MaxLevel}; it must be 1 to {short.MaxValue}.";
        }

        if (!(Scale >= 0 && Scale * MaxLevel <= VectorCheck.MaxReported))
        {
            return $"the scale of a quantised vector is {Scale}; it must be at least 0, and {MaxLevel} times it at most {VectorCheck.MaxReported}.";
        }

        for (int i = 0; i < Levels.Length; i++)
        {
            if (Math.Abs((int)Levels[i]) > MaxLevel)
            {
                return $"level {i} of a quantised vector is {Levels[i]}; it must be between {-MaxLevel} and {MaxLevel}.";
            }
        }

        return Format.Objection(FlatVector.Of(Scale), "the scale of a quantised vector");
    }

    /// <summary>Whether the same levels have the same scale and format.</summary>
    public bool Equals(QuantizedPacket? other) =>
        other is not null && Scale.Equals(other.Scale) && MaxLevel == other.MaxLevel && Format == other.Format
        && Levels.AsSpan().SequenceEqual(other.Levels.AsSpan());

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Scale, MaxLevel, Format, Length);
}
