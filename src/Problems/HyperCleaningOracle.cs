using System.Collections.Immutable;
using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Oracles;
using ActorFed.Problems.Data;
using ActorFed.Problems.Kernels;

namespace ActorFed.Problems;

/// <summary>One worker's two levels of <see cref="HyperCleaning"/>.</summary>
internal sealed class HyperCleaningOracle(LabelledData train, Shard shard, HyperCleaningOptions options) : IBilevelOracle
{
    private readonly SoftmaxRows _train = new(train, shard.TrainRows);
    private readonly SoftmaxRows _validation = new(train, shard.ValidationRows);
    private readonly ImmutableArray<int> _rows = shard.TrainRows;
    private readonly double[] _derivatives = new double[shard.TrainRows.Length];

    public int UpperLength { get; } = train.Features.Rows;

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
        SetWeights(upper);
        bool wantsUpper = !upperGradient.IsEmpty && options.LearnWeights;
        double loss = _train.Loss(lower, lowerGradient, wantsUpper ? _derivatives : []);
        if (!lowerGradient.IsEmpty)
        {
            VectorMath.AddScaled(2 * options.WeightDecay, lower, lowerGradient);
        }

        if (!upperGradient.IsEmpty)
        {
            ChainToUpper(upper, _derivatives, upperGradient);
        }

        return loss + (options.WeightDecay * VectorMath.SquaredNorm(lower));
    }

    public void LowerHessianProduct(
        ReadOnlySpan<double> upper, ReadOnlySpan<double> lower, ReadOnlySpan<double> direction, Span<double> product)
    {
        OracleArguments.CheckProduct(this, upper, lower, direction, product, LowerLength);
        SetWeights(upper);
        _train.HessianProduct(lower, direction, product);
        VectorMath.AddScaled(2 * options.WeightDecay, direction, product);
    }

    public void LowerCrossProduct(
        ReadOnlySpan<double> upper, ReadOnlySpan<double> lower, ReadOnlySpan<double> direction, Span<double> product)
    {
        OracleArguments.CheckProduct(this, upper, lower, direction, product, UpperLength);
        if (options.LearnWeights)
        {
            _train.RowDerivatives(lower, direction, _derivatives);
        }

        ChainToUpper(upper, _derivatives, product);
    }

    /// <summary>From a number per training row, which its weight multiplies in g, the derivatives of their weighted sum in ψ.</summary>
    private void ChainToUpper(ReadOnlySpan<double> upper, ReadOnlySpan<double> perRow, Span<double> result)
    {
        result.Clear();
        for (int i = 0; i < _rows.Length && options.LearnWeights; i++) // else the weights do not depend on x
        {
            double weight = Sigmoid(upper[_rows[i]]);
            result[_rows[i]] = weight * (1 - weight) / _rows.Length * perRow[i];
        }
    }

    private static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));

    private void SetWeights(ReadOnlySpan<double> upper)
    {
        Span<float> weights = _train.Weights;
        for (int i = 0; i < weights.Length; i++)
        {
            weights[i] = (float)(Sigmoid(options.LearnWeights ? upper[_rows[i]] : 0) / weights.Length);
        }
    }
}
