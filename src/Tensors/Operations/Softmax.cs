using System.Numerics;
using System.Runtime.Intrinsics;
using ActorFed.Tensors.Kernels;

namespace ActorFed.Tensors.Operations;

/// <summary>e^x_i / Σ_j e^x_j along the last axis.</summary>
internal sealed unsafe class SoftmaxOperation<T> : Operation<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private static readonly SoftmaxOperation<T> Instance = new();

    public static Tensor<T> Of(Tensor<T> x)
    {
        Tensor<T> y = x.Owner.Push(Instance, x.Shape, x);
        int columns = x.Shape[-1];
        int count = x.Shape.Count;
        SoftmaxRows.Centre(x.Data, y.Data, count, columns);
        Elementwise.Map<T, Exp<T>>(y.Data, y.Data, count);
        for (T* row = y.Data; row < y.Data + count; row += columns)
        {
            SoftmaxRows.Divide(row, Elementwise.Sum(row, columns), columns);
        }

        return y;
    }

    public override Tensor<T> PullBack(int operand, in Step<T> step)
    {
        Tensor<T> weighted = step.Gradient * step.Output;
        return weighted - (step.Output * weighted.Sum(-1, keepAxis: true));
    }
}

/// <summary>x_i − log Σ_j e^x_j along the last axis.</summary>
internal sealed unsafe class LogSoftmaxOperation<T> : Operation<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private static readonly LogSoftmaxOperation<T> Instance = new();

    public static Tensor<T> Of(Tensor<T> x)
    {
        Tensor<T> y = x.Owner.Push(Instance, x.Shape, x);
        int columns = x.Shape[-1];
        int count = x.Shape.Count;
        T* exponentials = x.Tape.Scratch(count);
        SoftmaxRows.Centre(x.Data, y.Data, count, columns);
        Elementwise.Map<T, Exp<T>>(y.Data, exponentials, count);
        for (int start = 0; start < count; start += columns)
        {
            T shift = T.Log(Elementwise.Sum(exponentials + start, columns));
            for (int i = start; i < start + columns; i++)
            {
                y.Data[i] -= shift;
            }
        }

        return y;
    }

    public override Tensor<T> PullBack(int operand, in Step<T> step) =>
        step.Gradient - (step.Output.Exp() * step.Gradient.Sum(-1, keepAxis: true));
}

/// <summary>What both share.</summary>
internal static unsafe class SoftmaxRows
{
    /// <summary>y ← x − the largest entry of its row, so that no exponential overflows.</summary>
    public static void Centre<T>(T* x, T* y, int count, int columns)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (int start = 0; start < count; start += columns)
        {
            T largest = x[start];
            for (int i = start + 1; i < start + columns; i++)
            {
                largest = T.Max(largest, x[i]); // a NaN stays one
            }

            Vector512<T> shift = Vector512.Create(largest);
            for (int i = start; i < start + columns; i += Vector512<T>.Count)
            {
                (Vector512.Load(x + i) - shift).Store(y + i); // what goes beyond the row is overwritten by the next one
            }
        }
    }

    /// <summary>row ← row / divisor.</summary>
    public static void Divide<T>(T* row, T divisor, int columns)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int i = 0;
        for (; i <= columns - Vector512<T>.Count; i += Vector512<T>.Count)
        {
            (Vector512.Load(row + i) / divisor).Store(row + i);
        }

        for (; i < columns; i++)
        {
            row[i] /= divisor;
        }
    }
}
