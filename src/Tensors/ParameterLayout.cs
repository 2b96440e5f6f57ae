using System.Collections.Immutable;
using System.Numerics;

namespace ActorFed.Tensors;

/// <summary>How the parameters of a model, each with a shape of its own, lie one after the other in one flat vector.</summary>
/// <remarks>
/// The vector is what algorithms exchange; the parameters are what a model is written on. Every parameter becomes a leaf of its own,
/// so that gradients need no assembling on the tape.
/// </remarks>
public sealed class ParameterLayout
{
    /// <summary>The layout of parameters with these shapes, in this order.</summary>
    /// <param name="shapes">At least one.</param>
    public ParameterLayout(params ReadOnlySpan<Shape> shapes)
    {
        if (shapes.IsEmpty)
        {
            throw new ArgumentException("A layout needs at least one parameter.");
        }

        Shapes = [.. shapes];
        foreach (Shape shape in shapes)
        {
            Length = checked(Length + shape.Count);
        }
    }

    /// <summary>The shapes.</summary>
    public ImmutableArray<Shape> Shapes { get; }

    /// <summary>Length of the flat vector.</summary>
    public int Length { get; }

    /// <summary>Makes one leaf per parameter with the values from a flat vector.</summary>
    /// <param name="tape">Where the leaves are made.</param>
    /// <param name="vector">Of length <see cref="Length"/>.</param>
    /// <param name="leaves">Out: as many as there are shapes.</param>
    /// <exception cref="ArgumentException">A length or number does not match.</exception>
    public void Read<T>(Tape<T> tape, ReadOnlySpan<double> vector, Span<Tensor<T>> leaves)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        RequireMatch(vector.Length, leaves.Length);
        int start = 0;
        for (int i = 0; i < leaves.Length; i++)
        {
            int count = Shapes[i].Count;
            leaves[i] = tape.LeafFromDouble(vector.Slice(start, count), Shapes[i]);
            start += count;
        }
    }

    /// <summary>Copies tensors of these shapes, such as gradients, to a flat vector.</summary>
    /// <param name="tensors">As many as there are shapes.</param>
    /// <param name="vector">Out: of length <see cref="Length"/>.</param>
    /// <exception cref="ArgumentException">A length, number or shape does not match.</exception>
    public void Write<T>(ReadOnlySpan<Tensor<T>> tensors, Span<double> vector)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        RequireMatch(vector.Length, tensors.Length);
        int start = 0;
        for (int i = 0; i < tensors.Length; i++)
        {
            RequireShape(i, tensors[i].Shape);
            int count = Shapes[i].Count;
            tensors[i].CopyTo(vector.Slice(start, count));
            start += count;
        }
    }

    /// <summary>The inner product of two lists of tensors of these shapes, a scalar that can be differentiated.</summary>
    /// <exception cref="ArgumentException">A number or shape does not match.</exception>
    public Tensor<T> Dot<T>(ReadOnlySpan<Tensor<T>> left, ReadOnlySpan<Tensor<T>> right)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        RequireMatch(Length, left.Length);
        RequireMatch(Length, right.Length);
        Tensor<T> sum = default;
        for (int i = 0; i < left.Length; i++)
        {
            RequireShape(i, left[i].Shape);
            Tensor<T> product = left[i].Dot(right[i]);
            sum = i == 0 ? product : sum + product;
        }

        return sum;
    }

    private void RequireMatch(int length, int tensors)
    {
        if (length != Length || tensors != Shapes.Length)
        {
            throw new ArgumentException(
                $"A vector of length {length} and {tensors} tensors were given for a layout of length {Length} with {Shapes.Length} parameters.");
        }
    }

    private void RequireShape(int index, Shape shape)
    {
        if (shape != Shapes[index])
        {
            throw new ArgumentException($"Tensor {index} has the shape {shape}; parameter {index} of the layout has {Shapes[index]}.");
        }
    }
}
