using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Oracles;
using ActorFed.Problems.Data;
using ActorFed.Problems.Kernels;

namespace ActorFed.Problems;

/// <summary>One worker's two levels of <see cref="RegularizationSelection"/>.</summary>
internal sealed class RegularizationSelectionOracle(LabelledData train, Shard shard, double penaltyFactor) : IBilevelOracle
{
    private readonly SoftmaxRows _train = new(train, shard.TrainRows);
    private readonly SoftmaxRows _validation = new(train, shard.ValidationRows);
    private readonly double _scale = penaltyFactor / train.Features.Columns / train.Classes;
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
        for (int d = 0; d < upper.Length; d++)
        {
            ReadOnlySpan<double> weights = OfFeature(lower, d);
            double squares = VectorMath.SquaredNorm(weights);
            loss += _scale * upper[d] * squares;
            if (!upperGradient.IsEmpty)
            {
                upperGradient[d] = _scale * squares;
            }

            if (!lowerGradient.IsEmpty)
            {
                VectorMath.AddScaled(2 * _scale * upper[d], weights, lowerGradient.Slice(d * _classes, _classes));
            }
        }

        return loss;
    }

    public void LowerHessianProduct(
        ReadOnlySpan<double> upper, ReadOnlySpan<double> lower, ReadOnlySpan<double> direction, Span<double> product)
    {
        OracleArguments.CheckProduct(this, upper, lower, direction, product, LowerLength);
        _train.HessianProduct(lower, direction, product);
        for (int d = 0; d < upper.Length; d++)
        {
            VectorMath.AddScaled(2 * _scale * upper[d], OfFeature(direction, d), product.Slice(d * _classes, _classes));
        }
    }

    public void LowerCrossProduct(
        ReadOnlySpan<double> upper, ReadOnlySpan<double> lower, ReadOnlySpan<double> direction, Span<double> product)
    {
        OracleArguments.CheckProduct(this, upper, lower, direction, product, UpperLength);
        for (int d = 0; d < upper.Length; d++)
        {
            product[d] = 2 * _scale * VectorMath.Dot(OfFeature(lower, d), OfFeature(direction, d));
        }
    }

    private ReadOnlySpan<double> OfFeature(ReadOnlySpan<double> parameters, int feature) =>
        parameters.Slice(feature * _classes, _classes);
}
