using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Oracles;

namespace ActorFed.Problems;

/// <summary>One agent's two levels of <see cref="PolicyEvaluation"/>, exact up to rounding.</summary>
/// <param name="features">Φ, row-major, states × features.</param>
/// <param name="following">γ P Φ, row-major.</param>
/// <param name="rewards">r_i, one per state.</param>
/// <param name="ridge">ρ.</param>
internal sealed class PolicyEvaluationOracle(double[] features, double[] following, double[] rewards, double ridge) : IBilevelOracle
{
    private readonly double[] _residual = new double[rewards.Length];

    public int UpperLength { get; } = features.Length / rewards.Length;

    public int LowerLength => _residual.Length;

    public bool UpperLossDependsOnUpper => true;

    public double UpperLoss(
        ReadOnlySpan<double> upper, ReadOnlySpan<double> lower, Span<double> upperGradient, Span<double> lowerGradient)
    {
        OracleArguments.CheckLoss(this, upper, lower, upperGradient, lowerGradient);
        double share = 1.0 / LowerLength;
        SmallMatrix.Multiply(features, upper, _residual);
        VectorMath.AddScaled(-1, lower, _residual);
        if (!upperGradient.IsEmpty)
        {
            SmallMatrix.MultiplyTransposed(share, features, _residual, upperGradient);
            VectorMath.AddScaled(ridge, upper, upperGradient);
        }

        if (!lowerGradient.IsEmpty)
        {
            VectorMath.Scale(-share, _residual, lowerGradient);
        }

        return ((share * VectorMath.SquaredNorm(_residual)) + (ridge * VectorMath.SquaredNorm(upper))) / 2;
    }

    public double LowerLoss(ReadOnlySpan<double> upper, ReadOnlySpan<double> lower, Span<double> upperGradient, Span<double> lowerGradient)
    {
        OracleArguments.CheckLoss(this, upper, lower, upperGradient, lowerGradient);
        SmallMatrix.Multiply(following, upper, _residual);
        VectorMath.AddScaled(1, rewards, _residual);
        VectorMath.Subtract(lower, _residual, _residual);
        if (!upperGradient.IsEmpty)
        {
            SmallMatrix.MultiplyTransposed(-1, following, _residual, upperGradient);
        }

        if (!lowerGradient.IsEmpty)
        {
            _residual.CopyTo(lowerGradient);
        }

        return VectorMath.SquaredNorm(_residual) / 2;
    }

    public void LowerHessianProduct(
        ReadOnlySpan<double> upper, ReadOnlySpan<double> lower, ReadOnlySpan<double> direction, Span<double> product)
    {
        OracleArguments.CheckProduct(this, upper, lower, direction, product, LowerLength);
        direction.CopyTo(product);
    }

    public void LowerCrossProduct(
        ReadOnlySpan<double> upper, ReadOnlySpan<double> lower, ReadOnlySpan<double> direction, Span<double> product)
    {
        OracleArguments.CheckProduct(this, upper, lower, direction, product, UpperLength);
        SmallMatrix.MultiplyTransposed(-1, following, direction, product);
    }
}
