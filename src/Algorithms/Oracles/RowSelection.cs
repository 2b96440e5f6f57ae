using System.Collections.Immutable;
using System.ComponentModel.DataAnnotations;
using System.Globalization;

namespace ActorFed.Algorithms.Oracles;

/// <summary>How the rows of an epoch are chosen.</summary>
public enum SelectionRule
{
    /// <summary>All rows of the shard.</summary>
    All,

    /// <summary>Soft random sampling: ⌊rate · rows⌋ of them, drawn independently and with replacement, anew for every epoch.</summary>
    Soft,

    /// <summary>As many, drawn once and without replacement: a subset that stays, to compare with.</summary>
    Fixed,
}

/// <summary>Which rows of its shard a worker uses in an epoch.</summary>
/// <remarks>
/// Source: Cui, Mittal, Lu, Zhang, Saon, Kingsbury, "Soft Random Sampling: A Theoretical and Empirical Analysis", arXiv 2311.12727.
/// Probabilities of labels are our own.
/// </remarks>
public sealed record RowSelection : IValidatableObject
{
    /// <summary>How far probabilities may be from adding up to 1: what decimal fractions lose.</summary>
    private const double SumTolerance = 1e-9;

    /// <summary>How rows are chosen.</summary>
    public SelectionRule Rule { get; init; } = SelectionRule.All;

    /// <summary>r, rows of an epoch as a share of the shard's; more than 0, at most 1.</summary>
    [Range(0d, 1d, MinimumIsExclusive = true)]
    public double Rate { get; init; } = 1;

    /// <summary>How likely a draw is of each label; empty: all rows are equally likely. For <see cref="SelectionRule.Soft"/>.</summary>
    public ImmutableArray<double> LabelProbabilities { get; init; } = [];

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Rule == SelectionRule.All && Rate != 1)
        {
            yield return Wrong(nameof(Rate), $"is {Text(Rate)}, and all rows are used; set the rule soft or fixed, or the rate 1.");
        }

        if (LabelProbabilities.IsEmpty)
        {
            yield break;
        }

        if (Rule != SelectionRule.Soft)
        {
            yield return Wrong(nameof(LabelProbabilities), "is set, and nothing is drawn by it; set the rule soft, or the list [].");
        }

        foreach (double probability in LabelProbabilities.Where(value => !(value >= 0 && value <= 1)))
        {
            yield return Wrong(nameof(LabelProbabilities), $"has an entry {Text(probability)}; each must be between 0 and 1.");
        }

        double sum = LabelProbabilities.Sum();
        if (!(Math.Abs(sum - 1) <= SumTolerance))
        {
            yield return Wrong(nameof(LabelProbabilities), $"adds up to {Text(sum)}; probabilities must add up to 1, one for each label.");
        }
    }

    private static ValidationResult Wrong(string member, string problem) => new(problem, [member]);

    private static string Text(double value) => value.ToString(CultureInfo.InvariantCulture);
}
