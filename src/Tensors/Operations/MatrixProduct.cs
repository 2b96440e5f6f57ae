using System.Numerics;
using ActorFed.Tensors.Kernels;

namespace ActorFed.Tensors.Operations;

/// <summary>C_b = op(A_b) op(B_b) for a batch b, where op may transpose, and an operand without batch serves all b.</summary>
/// <remarks>
/// The gradient of an operand that served all b is a sum over the batch, C = Σ_b op(A_b) op(B_b), which is the same operation with
/// a result that has no batch. With it, gradients of gradients are again of this form.
/// </remarks>
internal sealed unsafe class MatrixProduct<T> : Operation<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private static readonly MatrixProduct<T> Instance = new();

    public static Tensor<T> Of(Tensor<T> left, Tensor<T> right, bool transposeLeft, bool transposeRight)
    {
        Shape a = left.Shape;
        if (a.Rank <= 2 || right.Shape.Rank != 2 || transposeLeft)
        {
            return Of(left, right, transposeLeft, transposeRight, sumBatch: false);
        }

        // All rows of the batch meet the same right operand: one large product instead of many small ones.
        Tensor<T> rows = left.Reshape([a.Product(0, a.Rank - 1), a[-1]]);
        Tensor<T> product = Of(rows, right, false, transposeRight, sumBatch: false);
        return product.Reshape(a.With(-1, product.Shape[1]));
    }

    public override Tensor<T> PullBack(int operand, in Step<T> step)
    {
        (bool transposeLeft, bool transposeRight) = (step.Arguments.TransposeLeft, step.Arguments.TransposeRight);
        Tensor<T> gradient = step.Gradient;
        if (operand == 0)
        {
            bool sum = step.Left.Shape.Rank == 2;
            return transposeLeft
                ? Of(step.Right, gradient, transposeRight, true, sum)
                : Of(gradient, step.Right, false, !transposeRight, sum);
        }
        else
        {
            bool sum = step.Right.Shape.Rank == 2;
            return transposeRight
                ? Of(gradient, step.Left, true, transposeLeft, sum)
                : Of(step.Left, gradient, !transposeLeft, false, sum);
        }
    }

    private static Tensor<T> Of(Tensor<T> left, Tensor<T> right, bool transposeLeft, bool transposeRight, bool sumBatch)
    {
        Shape a = left.Shape;
        Shape b = right.Shape;
        Shape outer = a.Rank >= b.Rank ? a : b; // the one that has the batch
        bool fit = a.Rank >= 2 && b.Rank >= 2 && (a.Rank == 2 || b.Rank == 2 || SameBatch(a, b));
        (int m, int k) = !fit ? (0, 0) : transposeLeft ? (a[-1], a[-2]) : (a[-2], a[-1]);
        (int inner, int n) = !fit ? (0, 0) : transposeRight ? (b[-1], b[-2]) : (b[-2], b[-1]);
        if (!fit || k != inner)
        {
            throw new ArgumentException(
                $"There is no matrix product of {a}{(transposeLeft ? " transposed" : "")} and {b}{(transposeRight ? " transposed" : "")}: "
                + "the inner extents must be equal, and leading extents too where both operands have some.");
        }

        int batch = outer.Product(0, outer.Rank - 2);
        Shape shape = sumBatch ? [m, n] : outer.With(-2, m).With(-1, n);
        Arguments<T> arguments = new() { TransposeLeft = transposeLeft, TransposeRight = transposeRight };
        Tensor<T> product = left.Owner.Push(Instance, shape, left, right, arguments);
        MatrixView<T> aView = MatrixView<T>.RowMajor(left.Data, a[-2], a[-1]);
        MatrixView<T> bView = MatrixView<T>.RowMajor(right.Data, b[-2], b[-1]);
        MatrixView<T> cView = MatrixView<T>.RowMajor(product.Data, m, n);
        for (int i = 0; i < batch; i++)
        {
            left.Tape.Matrices.Multiply(
                aView.Of(a.Rank == 2 ? 0 : i, transposeLeft),
                bView.Of(b.Rank == 2 ? 0 : i, transposeRight),
                cView.Of(sumBatch ? 0 : i, false),
                accumulate: sumBatch && i > 0);
        }

        return product;
    }

    private static bool SameBatch(Shape a, Shape b) => a.Rank == b.Rank && a.Span[..^2].SequenceEqual(b.Span[..^2]);
}
