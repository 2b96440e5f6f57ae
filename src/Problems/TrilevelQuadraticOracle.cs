using System.Runtime.CompilerServices;
using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Oracles;

namespace ActorFed.Problems;

/// <summary>One worker's three levels of <see cref="TrilevelQuadraticProblem"/>, exact up to rounding.</summary>
public sealed class TrilevelQuadraticOracle : ITrilevelOracle
{
    private readonly TrilevelQuadraticWorker _worker;
    private readonly double[] _middle;
    private readonly double[] _lower;

    /// <summary>An oracle of given coefficients.</summary>
    /// <exception cref="ArgumentException">Their lengths disagree.</exception>
    public TrilevelQuadraticOracle(TrilevelQuadraticWorker worker)
    {
        worker.RequireShape("the worker", worker.UpperCentre.Length, worker.MiddleCentre.Length, worker.LowerCentre.Length);
        _worker = worker;
        _middle = new double[worker.MiddleCentre.Length];
        _lower = new double[worker.LowerCentre.Length];
    }

    /// <inheritdoc/>
    public int UpperLength => _worker.UpperCentre.Length;

    /// <inheritdoc/>
    public int MiddleLength => _worker.MiddleCentre.Length;

    /// <inheritdoc/>
    public int LowerLength => _worker.LowerCentre.Length;

    /// <inheritdoc/>
    public double UpperLoss(TrilevelPoint at, Span<double> upperGradient, Span<double> middleGradient, Span<double> lowerGradient)
    {
        Check(at);
        RequireLengthOrEmpty(upperGradient, UpperLength);
        RequireLengthOrEmpty(middleGradient, MiddleLength);
        RequireLengthOrEmpty(lowerGradient, LowerLength);
        if (!upperGradient.IsEmpty)
        {
            VectorMath.Subtract(at.Upper, _worker.UpperCentre.Span, upperGradient);
            VectorMath.Scale(_worker.UpperCurvature, upperGradient);
        }

        if (!middleGradient.IsEmpty)
        {
            VectorMath.Subtract(at.Middle, _worker.MiddleCentre.Span, middleGradient);
        }

        if (!lowerGradient.IsEmpty)
        {
            VectorMath.Subtract(at.Lower, _worker.LowerCentre.Span, lowerGradient);
        }

        return ((_worker.UpperCurvature * VectorMath.SquaredDistance(at.Upper, _worker.UpperCentre.Span))
            + VectorMath.SquaredDistance(at.Middle, _worker.MiddleCentre.Span)
            + VectorMath.SquaredDistance(at.Lower, _worker.LowerCentre.Span)) / 2;
    }

    /// <inheritdoc/>
    public double MiddleLoss(TrilevelPoint at, Span<double> middleGradient)
    {
        Check(at);
        RequireLengthOrEmpty(middleGradient, MiddleLength);
        SmallMatrix.Multiply(_worker.MiddleHessian.Span, at.Middle, _middle);
        return Loss(
            at.Middle, _middle, _worker.MiddleUpper.Span, at.Upper, _worker.MiddleLower.Span, at.Lower, _worker.MiddleLinear.Span, middleGradient);
    }

    /// <inheritdoc/>
    public double LowerLoss(TrilevelPoint at, Span<double> lowerGradient)
    {
        Check(at);
        RequireLengthOrEmpty(lowerGradient, LowerLength);
        SmallMatrix.Multiply(_worker.LowerHessian.Span, at.Lower, _lower);
        return Loss(
            at.Lower, _lower, _worker.LowerUpper.Span, at.Upper, _worker.LowerMiddle.Span, at.Middle, _worker.LowerLinear.Span, lowerGradient);
    }

    /// <inheritdoc/>
    public void MiddleHessianProduct(TrilevelPoint at, ReadOnlySpan<double> direction, Span<double> product)
    {
        CheckProduct(at, direction, MiddleLength, product, MiddleLength);
        SmallMatrix.Multiply(_worker.MiddleHessian.Span, direction, product);
    }

    /// <inheritdoc/>
    public void MiddleUpperProduct(TrilevelPoint at, ReadOnlySpan<double> direction, Span<double> product)
    {
        CheckProduct(at, direction, MiddleLength, product, UpperLength);
        SmallMatrix.MultiplyTransposed(-1, _worker.MiddleUpper.Span, direction, product);
    }

    /// <inheritdoc/>
    public void MiddleLowerProduct(TrilevelPoint at, ReadOnlySpan<double> direction, Span<double> product)
    {
        CheckProduct(at, direction, MiddleLength, product, LowerLength);
        SmallMatrix.MultiplyTransposed(-1, _worker.MiddleLower.Span, direction, product);
    }

    /// <inheritdoc/>
    public void LowerHessianProduct(TrilevelPoint at, ReadOnlySpan<double> direction, Span<double> product)
    {
        CheckProduct(at, direction, LowerLength, product, LowerLength);
        SmallMatrix.Multiply(_worker.LowerHessian.Span, direction, product);
    }

    /// <inheritdoc/>
    public void LowerUpperProduct(TrilevelPoint at, ReadOnlySpan<double> direction, Span<double> product)
    {
        CheckProduct(at, direction, LowerLength, product, UpperLength);
        SmallMatrix.MultiplyTransposed(-1, _worker.LowerUpper.Span, direction, product);
    }

    /// <inheritdoc/>
    public void LowerMiddleProduct(TrilevelPoint at, ReadOnlySpan<double> direction, Span<double> product)
    {
        CheckProduct(at, direction, LowerLength, product, MiddleLength);
        SmallMatrix.MultiplyTransposed(-1, _worker.LowerMiddle.Span, direction, product);
    }

    /// <summary>1/2 xᵀ H x − xᵀ (A u + B v + b) and its gradient in x, given H x.</summary>
    private static double Loss(
        ReadOnlySpan<double> x,
        ReadOnlySpan<double> hx,
        ReadOnlySpan<double> a,
        ReadOnlySpan<double> u,
        ReadOnlySpan<double> b,
        ReadOnlySpan<double> v,
        ReadOnlySpan<double> linear,
        Span<double> gradient)
    {
        double loss = 0;
        for (int i = 0; i < x.Length; i++)
        {
            double pull = VectorMath.Dot(a.Slice(i * u.Length, u.Length), u) + VectorMath.Dot(b.Slice(i * v.Length, v.Length), v) + linear[i];
            loss += x[i] * ((hx[i] / 2) - pull);
            if (!gradient.IsEmpty)
            {
                gradient[i] = hx[i] - pull;
            }
        }

        return loss;
    }

    private void Check(TrilevelPoint at)
    {
        OracleArguments.RequireLength(at.Upper.Length, UpperLength, "upper");
        OracleArguments.RequireLength(at.Middle.Length, MiddleLength, "middle");
        OracleArguments.RequireLength(at.Lower.Length, LowerLength, "lower");
    }

    private void CheckProduct(
        TrilevelPoint at, ReadOnlySpan<double> direction, int directionLength, ReadOnlySpan<double> product, int productLength)
    {
        Check(at);
        OracleArguments.RequireLength(direction.Length, directionLength, nameof(direction));
        OracleArguments.RequireLength(product.Length, productLength, nameof(product));
    }

    private static void RequireLengthOrEmpty(
        ReadOnlySpan<double> gradient, int length, [CallerArgumentExpression(nameof(gradient))] string name = "")
    {
        if (!gradient.IsEmpty)
        {
            OracleArguments.RequireLength(gradient.Length, length, name);
        }
    }
}
