using ActorFed.Algorithms.Oracles;

namespace ActorFed.Tensors.Tests;

/// <summary>A loss on a tape, as a function of the variables of all levels.</summary>
public delegate Tensor<double> Loss(Tape<double> tape, Tensor<double> upper, Tensor<double> lower);

/// <summary>Serves an oracle interface from two losses written on tensors: the shape that problems on networks have.</summary>
/// <remarks>Variables are flat; a loss takes slices of them, which are views, and gives those their shapes.</remarks>
public sealed class TapeOracle(int upperLength, int lowerLength, Loss upperLoss, Loss lowerLoss) : IBilevelOracle
{
    private readonly Tape<double> _tape = new();
    private readonly Tensor<double>[] _gradients = new Tensor<double>[2];

    public int UpperLength => upperLength;

    public int LowerLength => lowerLength;

    public bool UpperLossDependsOnUpper => true;

    /// <summary>Bytes held by the tape.</summary>
    public long CapacityBytes => _tape.CapacityBytes;

    public double UpperLoss(ReadOnlySpan<double> upper, ReadOnlySpan<double> lower, Span<double> upperGradient, Span<double> lowerGradient)
    {
        (Tensor<double> x, Tensor<double> y) = Begin(upper, lower);
        Tensor<double> loss = upperLoss(_tape, x, y);
        double value = loss.Scalar;
        if (!upperGradient.IsEmpty || !lowerGradient.IsEmpty)
        {
            _tape.Gradients(loss, [x, y], _gradients);
            Give(_gradients[0], upperGradient);
            Give(_gradients[1], lowerGradient);
        }

        return value;
    }

    public double LowerLoss(ReadOnlySpan<double> upper, ReadOnlySpan<double> lower, Span<double> lowerGradient)
    {
        (Tensor<double> x, Tensor<double> y) = Begin(upper, lower);
        Tensor<double> loss = lowerLoss(_tape, x, y);
        if (!lowerGradient.IsEmpty)
        {
            Give(_tape.Gradient(loss, y), lowerGradient);
        }

        return loss.Scalar;
    }

    public void LowerHessianProduct(
        ReadOnlySpan<double> upper, ReadOnlySpan<double> lower, ReadOnlySpan<double> direction, Span<double> product)
    {
        (Tensor<double> x, Tensor<double> y) = Begin(upper, lower);
        Give(_tape.Gradient(SlopeAlong(direction, x, y), y), product);
    }

    public void LowerCrossProduct(
        ReadOnlySpan<double> upper, ReadOnlySpan<double> lower, ReadOnlySpan<double> direction, Span<double> product)
    {
        (Tensor<double> x, Tensor<double> y) = Begin(upper, lower);
        Give(_tape.Gradient(SlopeAlong(direction, x, y), x), product);
    }

    /// <summary>vᵀ ∂g/∂y, whose gradients in y and x are the products with the second derivatives.</summary>
    private Tensor<double> SlopeAlong(ReadOnlySpan<double> direction, Tensor<double> x, Tensor<double> y) =>
        _tape.Gradient(lowerLoss(_tape, x, y), y).Dot(_tape.Leaf(direction, y.Shape));

    private (Tensor<double> X, Tensor<double> Y) Begin(ReadOnlySpan<double> upper, ReadOnlySpan<double> lower)
    {
        _tape.Reset();
        return (_tape.Leaf(upper, Shape.Create([upperLength])), _tape.Leaf(lower, Shape.Create([lowerLength])));
    }

    private static void Give(Tensor<double> tensor, Span<double> target)
    {
        if (!target.IsEmpty)
        {
            tensor.CopyTo(target);
        }
    }
}
