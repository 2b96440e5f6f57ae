using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Oracles;

namespace ActorFed.Problems;

/// <summary>One worker's two levels of <see cref="QuadraticProblem"/>, exact up to rounding.</summary>
public sealed class QuadraticOracle : IBilevelOracle
{
    private readonly QuadraticWorker _worker;
    private readonly double[] _product;

    /// <summary>An oracle of given coefficients.</summary>
    /// <exception cref="ArgumentException">Their lengths disagree.</exception>
    public QuadraticOracle(QuadraticWorker worker)
    {
        worker.RequireShape("the worker", worker.UpperCentre.Length, worker.LowerCentre.Length);
        _worker = worker;
        _product = new double[worker.LowerCentre.Length];
    }

    /// <inheritdoc/>
    public int UpperLength => _worker.UpperCentre.Length;

    /// <inheritdoc/>
    public int LowerLength => _worker.LowerCentre.Length;

    /// <inheritdoc/>
    public bool UpperLossDependsOnUpper => true;

    /// <inheritdoc/>
    public double UpperLoss(
        ReadOnlySpan<double> upper, ReadOnlySpan<double> lower, Span<double> upperGradient, Span<double> lowerGradient)
    {
        OracleArguments.CheckLoss(this, upper, lower, upperGradient, lowerGradient);
        if (!upperGradient.IsEmpty)
        {
            VectorMath.Subtract(upper, _worker.UpperCentre.Span, upperGradient);
            VectorMath.Scale(_worker.UpperCurvature, upperGradient);
        }

        if (!lowerGradient.IsEmpty)
        {
            VectorMath.Subtract(lower, _worker.LowerCentre.Span, lowerGradient);
        }

        return ((_worker.UpperCurvature * VectorMath.SquaredDistance(upper, _worker.UpperCentre.Span))
            + VectorMath.SquaredDistance(lower, _worker.LowerCentre.Span)) / 2;
    }

    /// <inheritdoc/>
    public double LowerLoss(ReadOnlySpan<double> upper, ReadOnlySpan<double> lower, Span<double> upperGradient, Span<double> lowerGradient)
    {
        OracleArguments.CheckLoss(this, upper, lower, upperGradient, lowerGradient);
        double loss = 0;
        upperGradient.Clear();
        SmallMatrix.Multiply(_worker.LowerHessian.Span, lower, _product);
        for (int i = 0; i < lower.Length; i++)
        {
            ReadOnlySpan<double> coupling = _worker.Coupling.Span.Slice(i * UpperLength, UpperLength);
            double pull = VectorMath.Dot(coupling, upper) + _worker.LowerLinear[i];
            loss += lower[i] * ((_product[i] / 2) - pull);
            if (!lowerGradient.IsEmpty)
            {
                lowerGradient[i] = _product[i] - pull;
            }

            if (!upperGradient.IsEmpty)
            {
                VectorMath.AddScaled(-lower[i], coupling, upperGradient);
            }
        }

        return loss;
    }

    /// <inheritdoc/>
    public void LowerHessianProduct(
        ReadOnlySpan<double> upper, ReadOnlySpan<double> lower, ReadOnlySpan<double> direction, Span<double> product)
    {
        OracleArguments.CheckProduct(this, upper, lower, direction, product, LowerLength);
        SmallMatrix.Multiply(_worker.LowerHessian.Span, direction, product);
    }

    /// <inheritdoc/>
    public void LowerCrossProduct(
        ReadOnlySpan<double> upper, ReadOnlySpan<double> lower, ReadOnlySpan<double> direction, Span<double> product)
    {
        OracleArguments.CheckProduct(this, upper, lower, direction, product, UpperLength);
        product.Clear();
        for (int i = 0; i < direction.Length; i++)
        {
            VectorMath.AddScaled(-direction[i], _worker.Coupling.Span.Slice(i * UpperLength, UpperLength), product);
        }
    }
}
