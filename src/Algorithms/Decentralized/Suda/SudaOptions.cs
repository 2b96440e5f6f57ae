using System.ComponentModel.DataAnnotations;
using ActorFed.Algorithms.Decentralized.Consensus;

namespace ActorFed.Algorithms.Decentralized.Suda;

/// <summary>Settings of decentralized gradient descent with a correction of what shards differ in. Symbols: docs/notation.md.</summary>
/// <remarks>
/// Source: Alghunaim and Yuan, "A unified and refined convergence analysis for non-convex decentralized learning", IEEE Transactions on
/// Signal Processing 70, 2022: the stochastic unified decentralized algorithm, SUDA.
/// </remarks>
public sealed record SudaOptions
{
    /// <summary>Which instance.</summary>
    public ConsensusMethod Method { get; init; } = ConsensusMethod.SemiAtcGt;

    /// <summary>τ, step along the gradient; more than 0. Keep it below the method's limit.</summary>
    [Range(0d, 1e9, MinimumIsExclusive = true)]
    public required double Step { get; init; }

    /// <summary>Rows drawn in each round; 0 takes all.</summary>
    [Range(0, 1_000_000)]
    public int BatchRows { get; init; }
}
