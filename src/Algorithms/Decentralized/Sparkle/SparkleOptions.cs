using System.ComponentModel.DataAnnotations;
using ActorFed.Algorithms.Decentralized.Consensus;

namespace ActorFed.Algorithms.Decentralized.Sparkle;

/// <summary>Settings of SPARKLE. Symbols: docs/notation.md.</summary>
/// <remarks>
/// Source: Zhu, Kong, Lu, Huang and Yuan, "SPARKLE: a unified single-loop primal-dual framework for decentralized bilevel optimization",
/// NeurIPS 2024, arXiv 2411.14166. SPARKLE-L-U is L for the lower and the auxiliary variable, and U for the upper one.
/// </remarks>
public sealed record SparkleOptions
{
    /// <summary>How the copies of the upper variable descend.</summary>
    public ConsensusMethod Upper { get; init; } = ConsensusMethod.SemiAtcGt;

    /// <summary>How the copies of the lower variable descend.</summary>
    public ConsensusMethod Lower { get; init; } = ConsensusMethod.SemiAtcGt;

    /// <summary>How the copies of the auxiliary variable descend.</summary>
    public ConsensusMethod Auxiliary { get; init; } = ConsensusMethod.SemiAtcGt;

    /// <summary>α, step of the upper variable; more than 0.</summary>
    [Range(0d, 1e9, MinimumIsExclusive = true)]
    public required double StepUpper { get; init; }

    /// <summary>β, step of the lower variable; more than 0. Keep it below 1 / L_g and the method's limit.</summary>
    [Range(0d, 1e9, MinimumIsExclusive = true)]
    public required double StepLower { get; init; }

    /// <summary>γ, step of the auxiliary variable; more than 0. Keep it below 1 / L_g and the method's limit.</summary>
    [Range(0d, 1e9, MinimumIsExclusive = true)]
    public required double StepAuxiliary { get; init; }

    /// <summary>θ, weight of the newest hypergradient in the moving average; more than 0, at most 1.</summary>
    [Range(0d, 1d, MinimumIsExclusive = true)]
    public double Averaging { get; init; } = 0.5;

    /// <summary>Exact products with second derivatives, or differences of gradients.</summary>
    public ProductMode Products { get; init; } = ProductMode.Exact;

    /// <summary>δ, how far differences reach along z; more than 0.</summary>
    [Range(0d, 1e6, MinimumIsExclusive = true)]
    public double Radius { get; init; } = 1e-2;

    /// <summary>Whether δ is divided by ‖z‖ where that is more than 1, so that y ± δz stays near y.</summary>
    public bool RescaleRadius { get; init; } = true;
}
