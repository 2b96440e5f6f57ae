using System.Collections.Immutable;
using System.ComponentModel.DataAnnotations;
using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Oracles;

namespace ActorFed.Problems;

/// <summary>Options of <see cref="LowRankRegression"/>.</summary>
public sealed record LowRankRegressionOptions : PlantedRegressionOptions, IValidatableObject
{
    /// <summary>Rows and columns of the matrix; at least 1.</summary>
    [Range(1, 1000)]
    public int Size { get; init; } = 32;

    /// <summary>Rank of the true matrix: so many ones on its diagonal, zeros elsewhere. 0 to the size.</summary>
    [Range(0, 1000)]
    public int Rank { get; init; } = 16;

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Rank > Size)
        {
            yield return new ValidationResult($"is {Rank}; it must be at most {Size} (the size).", [nameof(Rank)]);
        }
    }
}

/// <summary>Least squares with a true matrix of low rank: y = ⟨X, W⟩ + noise; each shard has matrices X of another mean. W is the variable row by row.</summary>
/// <remarks>Source: as for <see cref="SparseRegression"/>.</remarks>
public static class LowRankRegression
{
    /// <summary>The problem.</summary>
    /// <param name="options">Its sizes.</param>
    /// <param name="shards">Number of shards; at least 1.</param>
    /// <param name="seed">Determines all rows.</param>
    /// <exception cref="ValidationException">An option is out of range.</exception>
    public static ILossProblem Create(LowRankRegressionOptions options, int shards, ulong seed)
    {
        Validator.ValidateObject(options, new ValidationContext(options), validateAllProperties: true);
        double[] truth = new double[options.Size * options.Size];
        for (int i = 0; i < options.Rank; i++)
        {
            truth[(i * options.Size) + i] = 1;
        }

        return new PlantedRegression("low-rank-regression", truth, options, shards, seed, point => Rank(point, options));
    }

    /// <summary><c>rank</c>: singular values beyond the threshold.</summary>
    private static ImmutableArray<Measure> Rank(ReadOnlySpan<double> point, LowRankRegressionOptions options)
    {
        double[] values = new double[options.Size];
        JacobiRotations.Orthogonalise(point.ToArray(), values);
        return [new Measure("rank", values.Count(value => value > options.Threshold))];
    }
}
