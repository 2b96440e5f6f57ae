using System.Numerics;
using ActorFed.Tensors.Kernels;

namespace ActorFed.Tensors.Operations;

/// <summary>Rows of a matrix by number: embeddings, the logit of a label, the largest entries.</summary>
internal sealed unsafe class GatherOperation<T> : Operation<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private static readonly GatherOperation<T> Instance = new();

    public static Tensor<T> Of(Tensor<T> table, Indices rows)
    {
        Shape shape = table.Shape;
        RowNumbers.RequireMatrix(shape);
        ReadOnlySpan<int> numbers = table.Owner.IndexSpan(rows);
        RowNumbers.RequireBelow(shape[0], numbers);
        int width = shape[1];
        Tensor<T> y = table.Owner.Push(Instance, [rows.Count, width], table, arguments: new Arguments<T> { Indices = rows });
        T* source = table.Data;
        T* target = y.Data;
        for (int i = 0; i < numbers.Length; i++, target += width)
        {
            new ReadOnlySpan<T>(source + ((nint)numbers[i] * width), width).CopyTo(new Span<T>(target, width));
        }

        return y;
    }

    /// <summary>The largest entries along an axis, as a gather from the flat tensor.</summary>
    public static Tensor<T> Max(Tensor<T> x, int axis)
    {
        Shape shape = x.Shape;
        int index = shape.Axis(axis);
        int extent = shape[index];
        int inner = shape.Product(index + 1, shape.Rank);
        int outer = shape.Product(0, index);
        Indices largest = x.Owner.NewIndices(outer * inner);
        Span<int> positions = x.Tape.IndexSpan(largest);
        T* values = x.Data;
        for (int i = 0; i < positions.Length; i++)
        {
            int best = (i / inner * extent * inner) + (i % inner);
            for (int k = 1, position = best + inner; k < extent; k++, position += inner)
            {
                best = values[position] > values[best] || T.IsNaN(values[position]) ? position : best;
            }

            positions[i] = best;
        }

        return Of(x.Reshape([shape.Count, 1]), largest).Reshape(shape.Without(index));
    }

    public override Tensor<T> PullBack(int operand, in Step<T> step) =>
        step.Gradient.ScatterAdd(step.Arguments.Indices, step.Left.Shape[0]);
}

/// <summary>Adds rows to a matrix of zeros by number.</summary>
internal sealed unsafe class ScatterOperation<T> : Operation<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private static readonly ScatterOperation<T> Instance = new();

    public static Tensor<T> Of(Tensor<T> x, Indices rows, int rowCount)
    {
        Shape shape = x.Shape;
        RowNumbers.RequireMatrix(shape);
        ReadOnlySpan<int> numbers = x.Owner.IndexSpan(rows);
        RowNumbers.RequireBelow(rowCount, numbers);
        if (numbers.Length != shape[0])
        {
            throw new ArgumentException($"{numbers.Length} row numbers were given for a matrix of shape {shape}; there must be one per row.");
        }

        int width = shape[1];
        Tensor<T> y = x.Owner.Push(Instance, [rowCount, width], x, arguments: new Arguments<T> { Indices = rows });
        T* source = x.Data;
        T* target = y.Data;
        new Span<T>(target, rowCount * width).Clear();
        for (int i = 0; i < numbers.Length; i++, source += width)
        {
            Elementwise.AddTo(source, target + ((nint)numbers[i] * width), width);
        }

        return y;
    }

    public override Tensor<T> PullBack(int operand, in Step<T> step) => step.Gradient.Gather(step.Arguments.Indices);
}

/// <summary>Checks of row numbers.</summary>
internal static class RowNumbers
{
    public static void RequireMatrix(Shape shape)
    {
        if (shape.Rank != 2)
        {
            throw new ArgumentException($"Rows are gathered from and scattered to matrices; {shape} is none. Reshape it first.");
        }
    }

    public static void RequireBelow(int rowCount, ReadOnlySpan<int> rows)
    {
        for (int i = 0; i < rows.Length; i++)
        {
            if ((uint)rows[i] >= (uint)rowCount)
            {
                throw new ArgumentOutOfRangeException(
                    nameof(rows), $"Row number {i} is {rows[i]}; there are {rowCount} rows, numbered from 0.");
            }
        }
    }
}
