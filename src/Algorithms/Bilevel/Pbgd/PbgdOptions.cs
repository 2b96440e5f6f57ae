using System.ComponentModel.DataAnnotations;
using System.Globalization;

namespace ActorFed.Algorithms.Bilevel.Pbgd;

/// <summary>How far the lower variable is from solving the lower level.</summary>
public enum PenaltyKind
{
    /// <summary>V-PBGD: g(x, y) − v(x) with v(x) = min g(x, ·), which a second lower variable follows. First derivatives alone.</summary>
    ValueGap,

    /// <summary>G-PBGD: ‖∂g/∂y‖². Needs products with second derivatives.</summary>
    GradientNorm,
}

/// <summary>Settings of penalty-based bilevel gradient descent. Symbols: docs/notation.md.</summary>
/// <remarks>
/// Source: Shen and Chen, "On Penalty-based Bilevel Gradient Descent Method", ICML 2023, arXiv 2302.05185, and the code published with it.
/// </remarks>
public sealed record PbgdOptions : IValidatableObject
{
    /// <summary>Which penalty.</summary>
    public PenaltyKind Penalty { get; init; } = PenaltyKind.ValueGap;

    /// <summary>γ at first; at least 0.</summary>
    [Range(0d, 1e9)]
    public double FirstWeight { get; init; }

    /// <summary>γ at last; at least <see cref="FirstWeight"/>.</summary>
    [Range(0d, 1e9)]
    public required double LastWeight { get; init; }

    /// <summary>Steps that γ takes from one to the other, by equal increments; 0: it is <see cref="LastWeight"/> from the start.</summary>
    [Range(0, 1_000_000_000)]
    public int WeightSteps { get; init; }

    /// <summary>Whether the penalised loss is multiplied by min(1 / γ, 1), so that steps need not shrink as γ grows.</summary>
    public bool Rescale { get; init; }

    /// <summary>α of x; more than 0.</summary>
    [Range(0d, 1e9, MinimumIsExclusive = true)]
    public required double StepUpper { get; init; }

    /// <summary>α of y; more than 0.</summary>
    [Range(0d, 1e9, MinimumIsExclusive = true)]
    public required double StepLower { get; init; }

    /// <summary>β, one step of ω; more than 0. For <see cref="PenaltyKind.ValueGap"/>; keep it below 2 / L_g.</summary>
    [Range(0d, 1e9, MinimumIsExclusive = true)]
    public double StepInner { get; init; } = 0.01;

    /// <summary>T, steps of ω before each step of x and y; 0: v does not depend on x, and there is no ω. For <see cref="PenaltyKind.ValueGap"/>.</summary>
    [Range(0, 100_000)]
    public int InnerSteps { get; init; } = 1;

    /// <summary>Least value of an entry of x, inclusive; null: none.</summary>
    public double? MinUpper { get; init; }

    /// <summary>Largest value of an entry of x, inclusive; null: none.</summary>
    public double? MaxUpper { get; init; }

    /// <summary>γ_k, the weight of the penalty in a step.</summary>
    /// <param name="step">k, from 0.</param>
    public double WeightAt(long step) => step >= WeightSteps
        ? LastWeight
        : FirstWeight + ((LastWeight - FirstWeight) * step / WeightSteps);

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (LastWeight < FirstWeight)
        {
            yield return new ValidationResult($"is {Text(LastWeight)}; it must be at least {Text(FirstWeight)} (first-weight): the penalty never falls.", [nameof(LastWeight)]);
        }

        if (MinUpper is double least && MaxUpper is double most && least > most)
        {
            yield return new ValidationResult($"is {Text(most)}; it must be at least {Text(least)} (min-upper), or no x would do.", [nameof(MaxUpper)]);
        }
    }

    private static string Text(double value) => value.ToString(CultureInfo.InvariantCulture);
}
