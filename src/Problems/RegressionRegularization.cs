using System.ComponentModel.DataAnnotations;
using ActorFed.Problems.Data;

namespace ActorFed.Problems;

/// <summary>Options of <see cref="RegressionRegularization"/>.</summary>
public sealed record RegressionRegularizationOptions : RegressionOptions
{
    /// <summary>Whether ψ is learned at all; false is plain training with the penalty of the start.</summary>
    public bool LearnPenalty { get; init; } = true;
}

/// <summary>Hyper-parameter optimisation of the same network as in <see cref="RobustRegression"/>, without the noise on its inputs.</summary>
/// <remarks>
/// Upper ψ: G_j = mean over validation rows of (y − f(X, w))². Lower w: g_j = mean over training rows of (y − f(X, w))² + exp(ψ) Σ √(w² + δ²).
/// </remarks>
public static class RegressionRegularization
{
    /// <summary>The problem over sharded data.</summary>
    /// <exception cref="ArgumentException">The data cannot be used.</exception>
    /// <exception cref="ValidationException">An option is out of range.</exception>
    public static TensorBilevelProblem<double> Create(ShardedRegression data, RegressionRegularizationOptions options, ulong seed) =>
        Create(new RegressionNetwork(data, options, seed), data.Shards.Length, options);

    /// <summary>The problem on a network.</summary>
    internal static TensorBilevelProblem<double> Create(RegressionNetwork network, int shards, RegressionRegularizationOptions options)
    {
        return new TensorBilevelProblem<double>
        {
            Name = "regression-regularization",
            ShardCount = shards,
            UpperLossDependsOnUpper = false,
            Upper = new TensorLevel<double>
            {
                Layout = network.Penalty,
                Loss = shard => levels => network.ValidationError(levels.Tape, levels[1], shard),
                Initial = network.InitialPenalty,
            },
            Lower = new TensorLevel<double>
            {
                Layout = network.Weights,
                Loss = shard => levels => network.TrainingError(levels.Tape, levels[1], shard)
                    + network.PenaltyOf(options.LearnPenalty ? levels[0][0] : levels[0][0].Detach(), levels[1]),
                Initial = network.InitialWeights,
            },
            Measures = network.Measures(level: 1),
        };
    }
}
