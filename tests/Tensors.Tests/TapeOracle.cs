using System.Numerics;
using ActorFed.Algorithms.Oracles;

namespace ActorFed.Tensors.Tests;

/// <summary>A loss as a function of the parameters of both levels.</summary>
public delegate Tensor<T> Loss<T>(Tape<T> tape, ReadOnlySpan<Tensor<T>> upper, ReadOnlySpan<Tensor<T>> lower)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>;

/// <summary>Serves an oracle interface over flat vectors from two losses written on tensors: the shape that problems on networks have.</summary>
public sealed class TapeOracle<T>(ParameterLayout upper, ParameterLayout lower, Loss<T> upperLoss, Loss<T> lowerLoss) : IBilevelOracle
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Tape<T> _tape = new();

    // The parameters of the upper level and then those of the lower one, so that one backward pass serves both.
    private readonly Tensor<T>[] _leaves = new Tensor<T>[upper.Shapes.Length + lower.Shapes.Length];
    private readonly Tensor<T>[] _gradients = new Tensor<T>[upper.Shapes.Length + lower.Shapes.Length];
    private readonly Tensor<T>[] _direction = new Tensor<T>[lower.Shapes.Length];

    public int UpperLength => upper.Length;

    public int LowerLength => lower.Length;

    public bool UpperLossDependsOnUpper => true;

    /// <summary>Bytes held by the tape.</summary>
    public long CapacityBytes => _tape.CapacityBytes;

    private Range OfUpper => ..upper.Shapes.Length;

    private Range OfLower => upper.Shapes.Length..;

    public double UpperLoss(ReadOnlySpan<double> x, ReadOnlySpan<double> y, Span<double> upperGradient, Span<double> lowerGradient)
    {
        Begin(x, y);
        Tensor<T> loss = upperLoss(_tape, _leaves.AsSpan(OfUpper), _leaves.AsSpan(OfLower));
        if (!upperGradient.IsEmpty || !lowerGradient.IsEmpty)
        {
            _tape.Gradients(loss, _leaves, _gradients);
            Give(upper, OfUpper, upperGradient);
            Give(lower, OfLower, lowerGradient);
        }

        return double.CreateTruncating(loss.Scalar);
    }

    public double LowerLoss(ReadOnlySpan<double> x, ReadOnlySpan<double> y, Span<double> lowerGradient)
    {
        Begin(x, y);
        Tensor<T> loss = lowerLoss(_tape, _leaves.AsSpan(OfUpper), _leaves.AsSpan(OfLower));
        if (!lowerGradient.IsEmpty)
        {
            _tape.Gradients(loss, _leaves.AsSpan(OfLower), _gradients.AsSpan(OfLower));
            Give(lower, OfLower, lowerGradient);
        }

        return double.CreateTruncating(loss.Scalar);
    }

    public void LowerHessianProduct(ReadOnlySpan<double> x, ReadOnlySpan<double> y, ReadOnlySpan<double> direction, Span<double> product)
    {
        Tensor<T> slope = SlopeAlong(x, y, direction);
        _tape.Gradients(slope, _leaves.AsSpan(OfLower), _gradients.AsSpan(OfLower));
        Give(lower, OfLower, product);
    }

    public void LowerCrossProduct(ReadOnlySpan<double> x, ReadOnlySpan<double> y, ReadOnlySpan<double> direction, Span<double> product)
    {
        Tensor<T> slope = SlopeAlong(x, y, direction);
        _tape.Gradients(slope, _leaves.AsSpan(OfUpper), _gradients.AsSpan(OfUpper));
        Give(upper, OfUpper, product);
    }

    /// <summary>vᵀ ∂g/∂y, whose gradients in y and x are the products with the second derivatives.</summary>
    private Tensor<T> SlopeAlong(ReadOnlySpan<double> x, ReadOnlySpan<double> y, ReadOnlySpan<double> direction)
    {
        Begin(x, y);
        Tensor<T> loss = lowerLoss(_tape, _leaves.AsSpan(OfUpper), _leaves.AsSpan(OfLower));
        _tape.Gradients(loss, _leaves.AsSpan(OfLower), _gradients.AsSpan(OfLower));
        lower.Read(_tape, direction, _direction);
        return lower.Dot<T>(_gradients.AsSpan(OfLower), _direction);
    }

    private void Begin(ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        _tape.Reset();
        upper.Read(_tape, x, _leaves.AsSpan(OfUpper));
        lower.Read(_tape, y, _leaves.AsSpan(OfLower));
    }

    private void Give(ParameterLayout layout, Range range, Span<double> target)
    {
        if (!target.IsEmpty)
        {
            layout.Write<T>(_gradients.AsSpan(range), target);
        }
    }
}
