using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Oracles;
using ActorFed.Problems.Data;
using ActorFed.Problems.Kernels;

namespace ActorFed.Problems;

/// <summary>One worker's two levels of <see cref="RidgeTuning"/>.</summary>
internal sealed class RidgeTuningOracle(LabelledData train, Shard shard) : IBilevelOracle
{
    private readonly SparseSoftmaxRows _train = new(train, shard.TrainRows);
    private readonly SparseSoftmaxRows _validation = new(train, shard.ValidationRows);
    private readonly double _scale = 1.0 / train.Features.Columns / train.Classes;
    private readonly int _classes = train.Classes;

    public int UpperLength { get; } = train.Features.Columns;

    public int LowerLength => _train.ParameterLength;

    public bool UpperLossDependsOnUpper => false;

    public double UpperLoss(
        ReadOnlySpan<double> upper, ReadOnlySpan<double> lower, Span<double> upperGradient, Span<double> lowerGradient)
    {
        OracleArguments.CheckLoss(this, upper, lower, upperGradient, lowerGradient);
        upperGradient.Clear();
        return _validation.Loss(lower, lowerGradient);
    }

    public double LowerLoss(ReadOnlySpan<double> upper, ReadOnlySpan<double> lower, Span<double> upperGradient, Span<double> lowerGradient)
    {
        OracleArguments.CheckLoss(this, upper, lower, upperGradient, lowerGradient);
        double loss = _train.Loss(lower, lowerGradient);
        for (int a = 0; a < upper.Length; a++)
        {
            ReadOnlySpan<double> weights = OfFeature(lower, a);
            double factor = _scale * Math.Exp(upper[a]);
            double penalty = factor * VectorMath.SquaredNorm(weights);
            loss += penalty;
            if (!upperGradient.IsEmpty)
            {
                upperGradient[a] = penalty;
            }

            if (!lowerGradient.IsEmpty)
            {
                VectorMath.AddScaled(2 * factor, weights, lowerGradient.Slice(a * _classes, _classes));
            }
        }

        return loss;
    }

    public void LowerHessianProduct(
        ReadOnlySpan<double> upper, ReadOnlySpan<double> lower, ReadOnlySpan<double> direction, Span<double> product)
    {
        OracleArguments.CheckProduct(this, upper, lower, direction, product, LowerLength);
        _train.HessianProduct(lower, direction, product);
        for (int a = 0; a < upper.Length; a++)
        {
            VectorMath.AddScaled(2 * _scale * Math.Exp(upper[a]), OfFeature(direction, a), product.Slice(a * _classes, _classes));
        }
    }

    public void LowerCrossProduct(
        ReadOnlySpan<double> upper, ReadOnlySpan<double> lower, ReadOnlySpan<double> direction, Span<double> product)
    {
        OracleArguments.CheckProduct(this, upper, lower, direction, product, UpperLength);
        for (int a = 0; a < upper.Length; a++)
        {
            product[a] = 2 * _scale * Math.Exp(upper[a]) * VectorMath.Dot(OfFeature(lower, a), OfFeature(direction, a));
        }
    }

    private ReadOnlySpan<double> OfFeature(ReadOnlySpan<double> parameters, int feature) =>
        parameters.Slice(feature * _classes, _classes);
}
