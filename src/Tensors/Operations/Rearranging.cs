using System.Numerics;

namespace ActorFed.Tensors.Operations;

/// <summary>The same entries in another shape; a view.</summary>
internal sealed class ReshapeOperation<T> : Operation<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private static readonly ReshapeOperation<T> Instance = new();

    public static Tensor<T> Of(Tensor<T> x, Shape shape)
    {
        if (x.Shape == shape)
        {
            return x;
        }

        if (x.Shape.Count != shape.Count)
        {
            throw new ArgumentException($"A tensor of shape {x.Shape} cannot take the shape {shape}: the number of entries must stay.");
        }

        return x.Owner.PushView(Instance, shape, x, 0);
    }

    public override Tensor<T> PullBack(int operand, in Step<T> step) => step.Gradient.Reshape(step.Left.Shape);
}

/// <summary>The axes in another order. <see cref="Arguments{T}.Axis"/> holds the order as decimal digits.</summary>
internal sealed unsafe class PermuteOperation<T> : Operation<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private static readonly PermuteOperation<T> Instance = new();

    public static Tensor<T> Of(Tensor<T> x, ReadOnlySpan<int> axes)
    {
        Shape from = x.Shape;
        Span<int> extents = stackalloc int[from.Rank];
        Span<int> strides = stackalloc int[Shape.MaxRank]; // of the source, aligned at the last axis of the result
        int seen = 0;
        int code = 0;
        bool valid = axes.Length == from.Rank;
        for (int i = 0; i < axes.Length && valid; i++)
        {
            int axis = axes[i];
            valid = axis >= 0 && axis < from.Rank && (seen & (1 << axis)) == 0;
            if (valid)
            {
                seen |= 1 << axis;
                code = (10 * code) + axis;
                extents[i] = from[axis];
                strides[Shape.MaxRank - from.Rank + i] = from.Product(axis + 1, from.Rank);
            }
        }

        if (!valid)
        {
            throw new ArgumentException(
                $"[{string.Join(", ", axes.ToArray())}] is no order of the axes of {from}; each of 0 to {from.Rank - 1} must occur once.");
        }

        Tensor<T> y = x.Owner.Push(Instance, Shape.Create(extents), x, arguments: new Arguments<T> { Axis = code });
        Copy(x.Data, y.Data, y.Shape, strides);
        return y;
    }

    public override Tensor<T> PullBack(int operand, in Step<T> step)
    {
        int rank = step.Output.Shape.Rank;
        Span<int> inverse = stackalloc int[rank];
        int code = step.Arguments.Axis;
        for (int i = rank - 1; i >= 0; i--, code /= 10)
        {
            inverse[code % 10] = i;
        }

        return step.Gradient.Permute(inverse);
    }

    private static void Copy(T* source, T* target, Shape shape, ReadOnlySpan<int> strides)
    {
        Span<int> extents = [1, 1, 1, 1, 1];
        shape.Span.CopyTo(extents[(Shape.MaxRank - shape.Rank)..]);
        int stride = strides[4];
        for (int a = 0; a < extents[0]; a++)
        {
            for (int b = 0; b < extents[1]; b++)
            {
                for (int c = 0; c < extents[2]; c++)
                {
                    T* plane = source + (a * strides[0]) + (b * strides[1]) + (c * strides[2]);
                    for (int d = 0; d < extents[3]; d++, target += extents[4])
                    {
                        T* row = plane + (d * strides[3]);
                        for (int e = 0; e < extents[4]; e++)
                        {
                            target[e] = row[e * stride];
                        }
                    }
                }
            }
        }
    }
}

/// <summary>The entries from some index on along an axis.</summary>
internal sealed unsafe class SliceOperation<T> : Operation<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private static readonly SliceOperation<T> Instance = new();

    public static Tensor<T> Of(Tensor<T> x, int axis, int start, int length)
    {
        Shape from = x.Shape;
        if (start < 0 || length < 1 || start > from[axis] - length)
        {
            throw new ArgumentOutOfRangeException(
                nameof(start), $"Entries {start} to {start + length - 1} along axis {axis} were asked of the shape {from}; they do not exist.");
        }

        Arguments<T> arguments = new() { Axis = axis, Start = start };
        Shape shape = from.With(axis, length);
        int inner = from.Product(axis + 1, from.Rank);
        int outer = from.Product(0, axis);
        if (outer == 1)
        {
            return x.Owner.PushView(Instance, shape, x, start * inner, arguments);
        }

        Tensor<T> y = x.Owner.Push(Instance, shape, x, arguments: arguments);
        for (int i = 0; i < outer; i++)
        {
            new ReadOnlySpan<T>(x.Data + (((i * from[axis]) + start) * inner), length * inner)
                .CopyTo(new Span<T>(y.Data + (i * length * inner), length * inner));
        }

        return y;
    }

    public override Tensor<T> PullBack(int operand, in Step<T> step)
    {
        int axis = step.Arguments.Axis;
        return step.Gradient.Embed(axis, step.Arguments.Start, step.Left.Shape[axis]);
    }
}

/// <summary>A tensor inside zeros along one axis.</summary>
internal sealed unsafe class EmbedOperation<T> : Operation<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private static readonly EmbedOperation<T> Instance = new();

    public static Tensor<T> Of(Tensor<T> x, int axis, int start, int extent)
    {
        Shape from = x.Shape;
        int length = from[axis];
        if (start < 0 || start > extent - length)
        {
            throw new ArgumentOutOfRangeException(
                nameof(start), $"A tensor of shape {from} does not fit into {extent} entries from {start} on along axis {axis}.");
        }

        Tensor<T> y = x.Owner.Push(Instance, from.With(axis, extent), x, arguments: new Arguments<T> { Axis = axis, Start = start });
        new Span<T>(y.Data, y.Shape.Count).Clear();
        int inner = from.Product(axis + 1, from.Rank);
        int outer = from.Product(0, axis);
        for (int i = 0; i < outer; i++)
        {
            new ReadOnlySpan<T>(x.Data + (i * length * inner), length * inner)
                .CopyTo(new Span<T>(y.Data + (((i * extent) + start) * inner), length * inner));
        }

        return y;
    }

    public override Tensor<T> PullBack(int operand, in Step<T> step)
    {
        int axis = step.Arguments.Axis;
        return step.Gradient.Slice(axis, step.Arguments.Start, step.Left.Shape[axis]);
    }
}
