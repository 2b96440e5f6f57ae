using System.ComponentModel.DataAnnotations;

namespace ActorFed.Algorithms.Decentralized.CoupledCd;

/// <summary>How far a pair moves. L_i is the Lipschitz constant of block i.</summary>
public enum PairStepRule
{
    /// <summary>α = 1 / (L_i + L_j): always safe.</summary>
    Safe,

    /// <summary>α = 1 / L_ij, the largest eigenvalue of the pair's Hessian; blocks of length 1.</summary>
    Pair,

    /// <summary>To the least value along the pair's direction: α = 2 / (Q_ii + Q_jj − 2 Q_ij); blocks of length 1.</summary>
    Exact,

    /// <summary>Each block by its own 1 / L_i: where f is a sum over the blocks.</summary>
    Scaled,
}

/// <summary>What h is, of each block alone.</summary>
public enum BlockRegularizerKind
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>λ |x_i|.</summary>
    L1,

    /// <summary>x_i between two bounds.</summary>
    Box,
}

/// <summary>h and its numbers.</summary>
public sealed record BlockRegularizerOptions : IValidatableObject
{
    /// <summary>What h is.</summary>
    public BlockRegularizerKind Kind { get; init; } = BlockRegularizerKind.None;

    /// <summary>λ; at least 0.</summary>
    [Range(0d, 1e9)]
    public double Weight { get; init; } = 0.1;

    /// <summary>Least value in the box.</summary>
    [Range(-1e9, 1e9)]
    public double Lower { get; init; } = -1;

    /// <summary>Largest value in the box; at least <see cref="Lower"/>.</summary>
    [Range(-1e9, 1e9)]
    public double Upper { get; init; } = 1;

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Upper < Lower)
        {
            yield return new ValidationResult($"is {Upper}; it must be at least {Lower} (the lower bound of the box).", [nameof(Upper)]);
        }
    }
}

/// <summary>Settings of coordinate descent under coupling constraints. Symbols: docs/notation.md.</summary>
/// <remarks>
/// Source: Reddi, Hefny, Downey, Dubey, Sra, "Large-scale randomized-coordinate descent methods with non-separable linear constraints",
/// UAI 2015, arXiv 1409.2617. With <c>graph.staleness-bound</c> τ more than 0 it is the asynchronous variant.
/// </remarks>
public sealed record CoupledCdOptions
{
    /// <summary>How far a pair moves.</summary>
    public PairStepRule Step { get; init; } = PairStepRule.Safe;

    /// <summary>Factor of all steps; more than 0, at most 1. Null: 1 / (1 + τ), which is safe whatever the delays are.</summary>
    [Range(0d, 1d, MinimumIsExclusive = true)]
    public double? Damping { get; init; }

    /// <summary>Whether gradients are estimated from samples, the same for both ends, and steps shrink as 1 / √(k + 1) in exchange k.</summary>
    public bool Stochastic { get; init; }

    /// <summary>h.</summary>
    public BlockRegularizerOptions Regularizer { get; init; } = new();
}
