using System.ComponentModel.DataAnnotations;

namespace ActorFed.Algorithms.Decentralized.Dsgd;

/// <summary>Settings of decentralized stochastic gradient descent. Symbols: docs/notation.md.</summary>
/// <remarks>
/// Source: Lian et al., "Can decentralized algorithms outperform centralized algorithms?", NeurIPS 2017; in the order adapt, then combine
/// of Chen and Sayed, "Diffusion adaptation strategies for distributed optimization", 2012.
/// </remarks>
public sealed record DsgdOptions
{
    /// <summary>η, step along the gradient; more than 0. Keep it below 2 / L.</summary>
    [Range(0d, 1e9, MinimumIsExclusive = true)]
    public required double Step { get; init; }

    /// <summary>Local steps of a round; at least 1.</summary>
    [Range(1, 100_000)]
    public int LocalSteps { get; init; } = 1;

    /// <summary>Rows drawn for each local step; 0 takes all.</summary>
    [Range(0, 1_000_000)]
    public int BatchRows { get; init; }
}
