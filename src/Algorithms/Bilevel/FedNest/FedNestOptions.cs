using System.ComponentModel.DataAnnotations;

namespace ActorFed.Algorithms.Bilevel.FedNest;

/// <summary>How the Neumann series stands for the inverse H⁻¹ b of the mean Hessian.</summary>
public enum NeumannSeries
{
    /// <summary>λ Σ_{j &lt; N'} (I − λH)^j b: the first N' terms, at N' − 1 products.</summary>
    Truncated,

    /// <summary>λ N' (I − λH)^J b with J drawn from 0 … N' − 1 in every epoch: the same in the mean, at J products (the paper's).</summary>
    Random,
}

/// <summary>Settings of federated nested optimisation. Symbols: docs/notation.md.</summary>
/// <remarks>
/// Source: Tarzanagh, Li, Thrampoulidis, Oymak, "FedNest: Federated Bilevel, Minimax, and Compositional Optimization",
/// ICML 2022, arXiv 2205.02215.
/// </remarks>
public sealed record FedNestOptions
{
    /// <summary>T, lower rounds of an epoch; at least 1.</summary>
    [Range(1, 100_000)]
    public int LowerRounds { get; init; } = 1;

    /// <summary>τ, steps of each worker in a lower round; at least 1. With 1 the master makes it: a round is one exchange, not two.</summary>
    [Range(1, 100_000)]
    public int LowerLocalSteps { get; init; } = 1;

    /// <summary>β, one local step of the lower variable; more than 0. Keep it below 2 / L_g.</summary>
    [Range(0d, 1e6, MinimumIsExclusive = true)]
    public required double StepLower { get; init; }

    /// <summary>N', terms of the Neumann series; at least 1.</summary>
    [Range(1, 100_000)]
    public int NeumannTerms { get; init; } = 5;

    /// <summary>λ, the step of the Neumann series; more than 0. Keep it below 2 / L_g; the paper has 1 / L_g.</summary>
    [Range(0d, 1e6, MinimumIsExclusive = true)]
    public required double NeumannStep { get; init; }

    /// <summary>All terms, or a random one.</summary>
    public NeumannSeries NeumannSeries { get; init; } = NeumannSeries.Truncated;

    /// <summary>α, one step of the upper variable along the mean hypergradient; more than 0.</summary>
    [Range(0d, 1e9, MinimumIsExclusive = true)]
    public required double StepUpper { get; init; }

    /// <summary>τ_x, steps of each worker in the upper round; at least 1. With 1 the master makes it: one exchange less.</summary>
    [Range(1, 100_000)]
    public int UpperLocalSteps { get; init; } = 1;
}
