namespace ActorFed.Algorithms.Numerics;

/// <summary>An immutable vector of doubles with value equality: the only vector in messages, snapshots and states.</summary>
/// <remarks>
/// Being immutable it is shared, never copied: the vector a worker computes, sends and keeps is one object.
/// </remarks>
public sealed class FlatVector : IEquatable<FlatVector>
{
    private readonly double[] _values;

    private FlatVector(double[] values) => _values = values;

    /// <summary>Fills a new vector's entries; they hold garbage before.</summary>
    public delegate void Fill(Span<double> values);

    /// <summary>Fills a new vector's entries from a state, so that no closure is allocated; they hold garbage before.</summary>
    public delegate void Fill<in TState>(Span<double> values, TState state)
        where TState : allows ref struct;

    /// <summary>The vector of length 0.</summary>
    public static FlatVector Empty { get; } = new([]);

    /// <summary>Number of entries.</summary>
    public int Length => _values.Length;

    /// <summary>The entries.</summary>
    public ReadOnlySpan<double> Span => _values;

    /// <summary>The entries, for those who cannot hold a span.</summary>
    public ReadOnlyMemory<double> Memory => _values;

    /// <summary>Entry <paramref name="index"/>.</summary>
    public double this[int index] => _values[index];

    /// <summary>A vector of zeros.</summary>
    public static FlatVector Zeros(int length) => length == 0 ? Empty : new FlatVector(new double[length]);

    /// <summary>A copy of <paramref name="values"/>.</summary>
    public static FlatVector CopyOf(ReadOnlySpan<double> values) => values.IsEmpty ? Empty : new FlatVector(values.ToArray());

    /// <summary>A vector of the given entries.</summary>
    public static FlatVector Of(params ReadOnlySpan<double> values) => CopyOf(values);

    /// <summary>A vector whose entries <paramref name="fill"/> writes, all of them, before anyone can see it.</summary>
    public static FlatVector Create(int length, Fill fill)
    {
        double[] values = GC.AllocateUninitializedArray<double>(length);
        fill(values);
        return new FlatVector(values);
    }

    /// <summary>A vector whose entries <paramref name="fill"/> writes from <paramref name="state"/>.</summary>
    public static FlatVector Create<TState>(int length, TState state, Fill<TState> fill)
        where TState : allows ref struct
    {
        double[] values = GC.AllocateUninitializedArray<double>(length);
        fill(values, state);
        return new FlatVector(values);
    }

    /// <summary>The linear combination Σ factor · vector; see <see cref="VectorMath.Combine"/>.</summary>
    /// <exception cref="ArgumentException">There is no term, or the lengths differ.</exception>
    public static FlatVector Combine(params ReadOnlySpan<Term> terms)
    {
        double[] values = GC.AllocateUninitializedArray<double>(terms.IsEmpty ? 0 : terms[0].Vector.Length);
        VectorMath.Combine(terms, values);
        return new FlatVector(values);
    }

    /// <summary>Whether all entries have equal bits, but that 0 equals −0 and all NaN are equal.</summary>
    public bool Equals(FlatVector? other) =>
        other is not null && (ReferenceEquals(this, other) || Span.SequenceEqual(other.Span));

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as FlatVector);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        HashCode hash = new();
        hash.Add(_values.Length);
        foreach (double value in _values.AsSpan(0, Math.Min(8, _values.Length)))
        {
            hash.Add(value);
        }

        return hash.ToHashCode();
    }

    /// <summary>Length and first entries, for logs and debuggers.</summary>
    public override string ToString() =>
        $"[{Length}: {string.Join(", ", _values.Take(4).Select(v => v.ToString("G6", System.Globalization.CultureInfo.InvariantCulture)))}{(Length > 4 ? ", …" : "")}]";
}
