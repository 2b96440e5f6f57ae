using System.Collections.Immutable;
using ActorFed.Algorithms.Numerics;

namespace ActorFed.Host.Runs;

/// <summary>A tensor of 64-bit numbers with a name.</summary>
internal sealed record NamedTensor
{
    /// <summary>Checks and makes one.</summary>
    /// <param name="name">Its name; not empty.</param>
    /// <param name="shape">Its extents, slowest first; at least 0 each; empty for a scalar.</param>
    /// <param name="values">Its entries in row-major order, as many as the shape says.</param>
    /// <exception cref="ArgumentException">The shape does not fit the values, or the name is empty.</exception>
    public NamedTensor(string name, ImmutableArray<int> shape, FlatVector values)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        long size = shape.Aggregate(1L, (product, extent) => extent < 0 ? long.MinValue : product * extent);
        if (size != values.Length)
        {
            throw new ArgumentException($"Tensor '{name}' has shape [{string.Join(", ", shape)}] and {values.Length} values; they must fit.");
        }

        (Name, Shape, Values) = (name, shape, values);
    }

    public string Name { get; }

    public ImmutableArray<int> Shape { get; }

    public FlatVector Values { get; }

    /// <summary>A vector as a tensor of one extent.</summary>
    public static NamedTensor Vector(string name, FlatVector values) => new(name, [values.Length], values);
}
