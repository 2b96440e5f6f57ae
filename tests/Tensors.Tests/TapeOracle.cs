using System.Numerics;
using ActorFed.Algorithms.Oracles;

namespace ActorFed.Tensors.Tests;

/// <summary>Serves an oracle interface over flat vectors from two losses written on tensors: the shape that problems on networks have.</summary>
public sealed class TapeOracle<T>(ParameterLayout upper, ParameterLayout lower, LevelLoss<T> upperLoss, LevelLoss<T> lowerLoss) : IBilevelOracle
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int Upper = 0;
    private const int Lower = 1;
    private readonly Levels<T> _levels = new([upper, lower]);

    public int UpperLength => upper.Length;

    public int LowerLength => lower.Length;

    public bool UpperLossDependsOnUpper => true;

    /// <summary>Bytes held by the tape.</summary>
    public long CapacityBytes => _levels.Tape.CapacityBytes;

    public double UpperLoss(ReadOnlySpan<double> x, ReadOnlySpan<double> y, Span<double> upperGradient, Span<double> lowerGradient)
    {
        Tensor<T> loss = Loss(upperLoss, x, y);
        if (!upperGradient.IsEmpty || !lowerGradient.IsEmpty)
        {
            _levels.Differentiate(loss);
            _levels.WriteGradient(Upper, upperGradient);
            _levels.WriteGradient(Lower, lowerGradient);
        }

        return double.CreateTruncating(loss.Scalar);
    }

    public double LowerLoss(ReadOnlySpan<double> x, ReadOnlySpan<double> y, Span<double> upperGradient, Span<double> lowerGradient)
    {
        Tensor<T> loss = Loss(lowerLoss, x, y);
        if (!upperGradient.IsEmpty)
        {
            _levels.Differentiate(loss);
            _levels.WriteGradient(Upper, upperGradient);
            _levels.WriteGradient(Lower, lowerGradient);
        }
        else if (!lowerGradient.IsEmpty)
        {
            _levels.Differentiate(loss, Lower);
            _levels.WriteGradient(Lower, lowerGradient);
        }

        return double.CreateTruncating(loss.Scalar);
    }

    public void LowerHessianProduct(ReadOnlySpan<double> x, ReadOnlySpan<double> y, ReadOnlySpan<double> direction, Span<double> product) =>
        _levels.Product(Loss(lowerLoss, x, y), Lower, direction, Lower, product);

    public void LowerCrossProduct(ReadOnlySpan<double> x, ReadOnlySpan<double> y, ReadOnlySpan<double> direction, Span<double> product) =>
        _levels.Product(Loss(lowerLoss, x, y), Lower, direction, Upper, product);

    private Tensor<T> Loss(LevelLoss<T> loss, ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        _levels.Begin();
        _levels.Read(Upper, x);
        _levels.Read(Lower, y);
        return loss(_levels);
    }
}
