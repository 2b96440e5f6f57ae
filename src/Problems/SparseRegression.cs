using System.Collections.Immutable;
using System.ComponentModel.DataAnnotations;
using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Oracles;

namespace ActorFed.Problems;

/// <summary>Options of <see cref="SparseRegression"/>.</summary>
public sealed record SparseRegressionOptions : PlantedRegressionOptions, IValidatableObject
{
    /// <summary>d, number of features; at least 1.</summary>
    [Range(1, 1_000_000)]
    public int Length { get; init; } = 1024;

    /// <summary>How many of the true coefficients are 1, the first ones; the others are 0. 0 to d.</summary>
    [Range(0, 1_000_000)]
    public int NonZeros { get; init; } = 512;

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (NonZeros > Length)
        {
            yield return new ValidationResult($"is {NonZeros}; it must be at most {Length} (the length).", [nameof(NonZeros)]);
        }
    }
}

/// <summary>Least squares with sparse true coefficients, the ground of federated LASSO; each shard has features of another mean.</summary>
/// <remarks>Source: the synthetic experiment of Yuan, Zaheer, Reddi, ICML 2021, with the numbers of a published re-run; see docs/fidelity.md.</remarks>
public static class SparseRegression
{
    /// <summary>The problem.</summary>
    /// <param name="options">Its sizes.</param>
    /// <param name="shards">Number of shards; at least 1.</param>
    /// <param name="seed">Determines all rows.</param>
    /// <exception cref="ValidationException">An option is out of range.</exception>
    public static ILossProblem Create(SparseRegressionOptions options, int shards, ulong seed)
    {
        Validator.ValidateObject(options, new ValidationContext(options), validateAllProperties: true);
        double[] truth = new double[options.Length];
        truth.AsSpan(0, options.NonZeros).Fill(1);
        return new PlantedRegression("sparse-regression", truth, options, shards, seed, point => Support(point, options));
    }

    /// <summary>How well the support is found: <c>precision</c>, <c>recall</c>, <c>f1</c>, each 0 where it has no meaning, and <c>density</c>.</summary>
    private static ImmutableArray<Measure> Support(ReadOnlySpan<double> point, SparseRegressionOptions options)
    {
        int found = 0;
        int right = 0;
        for (int j = 0; j < point.Length; j++)
        {
            bool isFound = Math.Abs(point[j]) > options.Threshold;
            found += isFound ? 1 : 0;
            right += isFound && j < options.NonZeros ? 1 : 0;
        }

        return
        [
            new Measure("f1", found + options.NonZeros == 0 ? 0 : 2.0 * right / (found + options.NonZeros)),
            new Measure("precision", found == 0 ? 0 : (double)right / found),
            new Measure("recall", options.NonZeros == 0 ? 0 : (double)right / options.NonZeros),
            new Measure("density", (double)found / point.Length),
        ];
    }
}
