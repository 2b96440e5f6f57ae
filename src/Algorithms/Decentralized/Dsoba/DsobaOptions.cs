using System.ComponentModel.DataAnnotations;

namespace ActorFed.Algorithms.Decentralized.Dsoba;

/// <summary>Settings of D-SOBA. Symbols: docs/notation.md.</summary>
/// <remarks>
/// Source: Kong, Zhu, Lu, Huang and Yuan, "Decentralized bilevel optimization: a perspective from transient iteration complexity",
/// JMLR 26, 2025, arXiv 2402.03167.
/// </remarks>
public sealed record DsobaOptions
{
    /// <summary>α, step of the upper variable; more than 0.</summary>
    [Range(0d, 1e9, MinimumIsExclusive = true)]
    public required double StepUpper { get; init; }

    /// <summary>β, step of the lower variable; more than 0. Keep it below 1 / L_g.</summary>
    [Range(0d, 1e9, MinimumIsExclusive = true)]
    public required double StepLower { get; init; }

    /// <summary>γ, step of the auxiliary variable; more than 0. Keep it below 1 / L_g.</summary>
    [Range(0d, 1e9, MinimumIsExclusive = true)]
    public required double StepAuxiliary { get; init; }

    /// <summary>θ, weight of the newest hypergradient in the moving average; more than 0, at most 1.</summary>
    [Range(0d, 1d, MinimumIsExclusive = true)]
    public double Averaging { get; init; } = 0.5;

    /// <summary>Whether the upper variable moves along the average that the newest hypergradient is in already; else along the one before.</summary>
    public bool Fresh { get; init; }

    /// <summary>Exact products, which make it D-SOBA-SO, or differences of gradients, D-SOBA-FO.</summary>
    public ProductMode Products { get; init; } = ProductMode.Exact;

    /// <summary>δ, how far differences reach along z; more than 0.</summary>
    [Range(0d, 1e6, MinimumIsExclusive = true)]
    public double Radius { get; init; } = 1e-2;

    /// <summary>Whether δ is divided by ‖z‖ where that is more than 1, so that y ± δz stays near y.</summary>
    public bool RescaleRadius { get; init; } = true;
}
