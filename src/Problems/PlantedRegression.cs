using System.Collections.Immutable;
using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Oracles;

namespace ActorFed.Problems;

/// <summary>Linear regression on generated rows whose true coefficients are known: what sparse and low-rank regression share.</summary>
/// <remarks>
/// Shard m has a mean μ_m ~ N(0, I) of its own; its rows are x = μ_m + δ with δ ~ N(0, Σ), Σ_ij = ρ^|i − j|, and y = xᵀ w + N(0, σ²). All
/// memory of the rows is taken once, and oracles share it.
/// </remarks>
internal sealed class PlantedRegression : ILossProblem
{
    private readonly (double[] Features, double[] Targets)[] _shards;
    private readonly FlatVector _truth;
    private readonly Func<ReadOnlySpan<double>, ImmutableArray<Measure>> _measures;
    private readonly string _name;

    /// <summary>Draws all rows.</summary>
    /// <param name="name">The problem's name; also that of its random streams.</param>
    /// <param name="truth">w; at least one entry.</param>
    /// <param name="size">Rows, correlation and noise.</param>
    /// <param name="shards">Number of shards; at least 1.</param>
    /// <param name="seed">Determines all rows.</param>
    /// <param name="measures">What is measured of a point besides its distance to w and its loss; may be called by one thread at a time.</param>
    public PlantedRegression(
        string name, double[] truth, PlantedRegressionOptions size, int shards, ulong seed, Func<ReadOnlySpan<double>, ImmutableArray<Measure>> measures)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(shards, 1);
        (_name, _truth, _measures) = (name, FlatVector.CopyOf(truth), measures);
        _shards = [.. Enumerable.Range(0, shards).Select(shard => Draw(truth, size, new SeededRandom(seed, $"{name}/{shard}")))];
    }

    public int Length => _truth.Length;

    public int ShardCount => _shards.Length;

    public ILossOracle CreateOracle(int shard, DataPoisoning poisoning = DataPoisoning.None)
    {
        OracleArguments.RequireShard(shard, ShardCount);
        return poisoning == DataPoisoning.None
            ? new LeastSquaresOracle(_shards[shard].Features, _shards[shard].Targets)
            : throw new NotSupportedException(
                $"{_name} has no data to poison by {poisoning}. Let attackers alter what they send, or choose the problem 'classification'.");
    }

    /// <summary>Zero.</summary>
    public FlatVector Initial(SeededRandom random) => FlatVector.Zeros(Length);

    /// <summary><c>distance-to-truth</c>, Euclidean; <c>train-loss</c>, the mean over the shards of their losses; and the problem's own.</summary>
    public ImmutableArray<Measure> Evaluate(FlatVector point)
    {
        OracleArguments.RequireLength(point.Length, Length, nameof(point));
        double loss = _shards.Average(shard => new LeastSquaresOracle(shard.Features, shard.Targets).Loss(point.Span, [], []));
        return
        [
            .. _measures(point.Span),
            new Measure("distance-to-truth", Math.Sqrt(VectorMath.SquaredDistance(point.Span, _truth.Span))),
            new Measure("train-loss", loss),
        ];
    }

    private static (double[] Features, double[] Targets) Draw(double[] truth, PlantedRegressionOptions size, SeededRandom random)
    {
        double[] mean = SmallMatrix.Gaussians(random, truth.Length);
        double[] features = SmallMatrix.Gaussians(random, size.Rows * truth.Length);
        double[] targets = SmallMatrix.Gaussians(random, size.Rows);
        double fresh = Math.Sqrt(1 - (size.Correlation * size.Correlation));
        for (int row = 0; row < size.Rows; row++)
        {
            Span<double> feature = features.AsSpan(row * truth.Length, truth.Length);
            for (int j = 1; j < feature.Length; j++)
            {
                feature[j] = (size.Correlation * feature[j - 1]) + (fresh * feature[j]); // δ, an autoregression
            }

            VectorMath.AddScaled(1, mean, feature);
            targets[row] = VectorMath.Dot(feature, truth) + (size.Noise * targets[row]);
        }

        return (features, targets);
    }
}
