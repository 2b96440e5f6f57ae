using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace ActorFed.Tensors;

/// <summary>The extents of a tensor, outermost first; entries lie in memory with the last index running fastest.</summary>
/// <remarks>A value without heap memory: written <c>[64, 10]</c>; <c>[]</c> is the shape of a scalar.</remarks>
[CollectionBuilder(typeof(Shape), nameof(Create))]
public readonly struct Shape : IEquatable<Shape>
{
    /// <summary>Most extents a shape can have.</summary>
    public const int MaxRank = 5;

    private readonly Extents _extents;

    private Shape(ReadOnlySpan<int> extents)
    {
        if (extents.Length > MaxRank)
        {
            throw new ArgumentException($"A shape of {extents.Length} extents was asked for; at most {MaxRank} are possible.");
        }

        long count = 1;
        for (int i = 0; i < extents.Length; i++)
        {
            if (extents[i] < 1)
            {
                throw new ArgumentException($"Extent {i} of a shape is {extents[i]}; it must be at least 1.");
            }

            _extents[i] = extents[i];
            count *= extents[i];
            if (count > int.MaxValue)
            {
                throw new ArgumentException($"A shape of more than {int.MaxValue} entries was asked for; split the tensor.");
            }
        }

        Rank = extents.Length;
    }

    /// <summary>Number of extents; 0 is a scalar.</summary>
    public int Rank { get; }

    /// <summary>Number of entries: the product of the extents, 1 for a scalar.</summary>
    public int Count
    {
        get
        {
            int count = 1;
            for (int i = 0; i < Rank; i++)
            {
                count *= _extents[i];
            }

            return count;
        }
    }

    /// <summary>The extents.</summary>
    [UnscopedRef]
    public ReadOnlySpan<int> Span => ((ReadOnlySpan<int>)_extents)[..Rank];

    /// <summary>The extent of <paramref name="axis"/>; negative axes count from the last one, −1.</summary>
    public int this[int axis] => _extents[Axis(axis)];

    /// <summary>Whether both have the same extents.</summary>
    public static bool operator ==(Shape left, Shape right) => left.Equals(right);

    /// <summary>Whether some extent differs.</summary>
    public static bool operator !=(Shape left, Shape right) => !left.Equals(right);

    /// <summary>The shape of these extents, each at least 1.</summary>
    /// <exception cref="ArgumentException">There are too many extents, one is below 1, or the entries are too many to count.</exception>
    public static Shape Create(ReadOnlySpan<int> extents) => new(extents);

    /// <summary>Lists the extents.</summary>
    [UnscopedRef]
    public ReadOnlySpan<int>.Enumerator GetEnumerator() => Span.GetEnumerator();

    /// <inheritdoc/>
    public bool Equals(Shape other) => Span.SequenceEqual(other.Span);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Shape other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        HashCode hash = default;
        foreach (int extent in Span)
        {
            hash.Add(extent);
        }

        return hash.ToHashCode();
    }

    /// <summary>For example <c>[64, 10]</c>.</summary>
    public override string ToString() => $"[{string.Join(", ", Span.ToArray())}]";

    /// <summary>The axis as an index from the first one.</summary>
    internal int Axis(int axis)
    {
        int index = axis < 0 ? axis + Rank : axis;
        return index >= 0 && index < Rank
            ? index
            : throw new ArgumentOutOfRangeException(nameof(axis), $"Axis {axis} does not exist in the shape {this}.");
    }

    /// <summary>This shape with another extent along <paramref name="axis"/>.</summary>
    internal Shape With(int axis, int extent)
    {
        Span<int> extents = stackalloc int[Rank];
        Span.CopyTo(extents);
        extents[Axis(axis)] = extent;
        return new Shape(extents);
    }

    /// <summary>This shape without <paramref name="axis"/>.</summary>
    internal Shape Without(int axis)
    {
        int index = Axis(axis);
        Span<int> extents = stackalloc int[Rank - 1];
        Span[..index].CopyTo(extents);
        Span[(index + 1)..].CopyTo(extents[index..]);
        return new Shape(extents);
    }

    /// <summary>The product of the extents from <paramref name="start"/> to before <paramref name="end"/>.</summary>
    internal int Product(int start, int end)
    {
        int product = 1;
        for (int i = start; i < end; i++)
        {
            product *= _extents[i];
        }

        return product;
    }

    /// <summary>The shape that two operands are stretched to: aligned at the last axis, extents equal or 1.</summary>
    internal static Shape Broadcast(Shape left, Shape right)
    {
        Span<int> extents = stackalloc int[Math.Max(left.Rank, right.Rank)];
        for (int i = 1; i <= extents.Length; i++)
        {
            int a = i <= left.Rank ? left[^i] : 1;
            int b = i <= right.Rank ? right[^i] : 1;
            extents[^i] = a == b || b == 1 ? a : a == 1 ? b : throw new ArgumentException(
                $"The shapes {left} and {right} do not fit together: aligned at the last axis, extents must be equal or 1.");
        }

        return new Shape(extents);
    }

    /// <summary>The extent that lies <paramref name="index"/> from the end, as in <c>[^1]</c>.</summary>
    private int this[Index index] => _extents[index.GetOffset(Rank)];

    [InlineArray(MaxRank)]
    private struct Extents
    {
        private int _first;
    }
}
