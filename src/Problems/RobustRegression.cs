using System.ComponentModel.DataAnnotations;
using ActorFed.Problems.Data;
using ActorFed.Tensors;

namespace ActorFed.Problems;

/// <summary>Options of <see cref="RobustRegression"/>.</summary>
public sealed record RobustRegressionOptions : RegressionOptions
{
    /// <summary>c, what the attacker pays for the squared norm of its noise; more than 0.</summary>
    [Range(1e-9, 1e9)]
    public double AttackCost { get; init; } = 1;

    /// <summary>Unit of the noise: s p_j is added to the inputs; more than 0. Changes how fast the middle level moves, and what the cost means.</summary>
    [Range(1e-6, 1e6)]
    public double NoiseScale { get; init; } = 1;
}

/// <summary>
/// Distributed robust hyper-parameter optimisation: the penalty of a network, chosen by clean validation rows, while the network is
/// trained under the noise on its inputs that harms it most.
/// </summary>
/// <remarks>
/// Upper x_1 = ψ: f_1j = mean over validation rows of (y − f(X, w))². Middle x_2 = p, the noise of all shards, of which worker j sees
/// p_j: f_2j = −mean over training rows of (y − f(X + s p_j, w))² + c ‖p_j‖². Lower x_3 = w: f_3j = mean over training rows of
/// (y − f(X + s p_j, w))² + exp(ψ) Σ √(w² + δ²). Source: the experiments of AFTO, arXiv 2312.11835, after Sato, Tanaka, Takeda, arXiv
/// 2105.13954; see docs/fidelity.md.
/// </remarks>
public static class RobustRegression
{
    /// <summary>The problem over sharded data.</summary>
    /// <exception cref="ArgumentException">The data cannot be used.</exception>
    /// <exception cref="ValidationException">An option is out of range.</exception>
    public static TensorTrilevelProblem<double> Create(ShardedRegression data, RobustRegressionOptions options, ulong seed) =>
        Create(new RegressionNetwork(data, options, seed), data.Shards.Length, options);

    /// <summary>The problem on a network.</summary>
    internal static TensorTrilevelProblem<double> Create(RegressionNetwork network, int shards, RobustRegressionOptions options)
    {
        Tensor<double> TrainingError(Levels<double> levels, int shard) =>
            network.TrainingError(levels.Tape, levels[2], shard, levels[1][shard] * options.NoiseScale);
        return new TensorTrilevelProblem<double>
        {
            Name = "robust-regression",
            ShardCount = shards,
            Upper = new TensorLevel<double>
            {
                Layout = network.Penalty,
                Loss = shard => levels => network.ValidationError(levels.Tape, levels[2], shard),
                Initial = network.InitialPenalty,
            },
            Middle = new TensorLevel<double>
            {
                Layout = network.Noise,
                Loss = shard => levels => (options.AttackCost * levels[1][shard].Square().Sum()) - TrainingError(levels, shard),
            },
            Lower = new TensorLevel<double>
            {
                Layout = network.Weights,
                Loss = shard => levels => TrainingError(levels, shard) + network.PenaltyOf(levels[0][0], levels[2]),
                Initial = network.InitialWeights,
            },
            Measures = network.Measures(level: 2),
        };
    }
}
