using System.ComponentModel.DataAnnotations;
using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Oracles;
using Xunit;

namespace ActorFed.Problems.Tests;

/// <summary>Sparse and low-rank regression.</summary>
public sealed class PlantedRegressionTests
{
    private static readonly SparseRegressionOptions Sparse = new() { Length = 8, NonZeros = 3, Rows = 400, Correlation = 0.5, Noise = 0 };

    [Fact]
    public void Without_noise_the_truth_has_no_loss_and_the_right_support()
    {
        ILossProblem problem = SparseRegression.Create(Sparse, shards: 3, seed: 1);

        Dictionary<string, double> measured = Measured(problem, [1, 1, 1, 0, 0, 0, 0, 0]);

        Assert.Equal(0, problem.CreateOracle(2).Loss([1, 1, 1, 0, 0, 0, 0, 0], [], []), 1e-24);
        Assert.Equal((1.0, 1.0, 1.0), (measured["f1"], measured["precision"], measured["recall"]));
        Assert.Equal((0.375, 0.0), (measured["density"], measured["distance-to-truth"]));
        Assert.Equal(0, measured["train-loss"], 1e-24);
    }

    [Fact]
    public void The_support_is_judged_beyond_the_threshold()
    {
        ILossProblem problem = SparseRegression.Create(Sparse with { Threshold = 0.01 }, shards: 1, seed: 1);

        Dictionary<string, double> measured = Measured(problem, [1, -0.02, 0.01, 0.02, 0, 0, -0.009, 3]); // finds 0, 1 and, wrongly, 3 and 7

        Assert.Equal((0.5, 2.0 / 3, 4.0 / 7, 0.5), (measured["precision"], measured["recall"], measured["f1"], measured["density"]));
    }

    [Fact]
    public void A_model_of_zeros_finds_nothing_and_divides_by_nothing()
    {
        Dictionary<string, double> measured = Measured(SparseRegression.Create(Sparse, shards: 1, seed: 1), new double[8]);
        Dictionary<string, double> empty = Measured(SparseRegression.Create(Sparse with { NonZeros = 0 }, shards: 1, seed: 1), new double[8]);

        Assert.Equal((0.0, 0.0, 0.0, 0.0), (measured["precision"], measured["recall"], measured["f1"], measured["density"]));
        Assert.Equal((0.0, 0.0, 0.0), (empty["precision"], empty["recall"], empty["f1"]));
    }

    /// <summary>Without truth and noise the gradient at a unit vector is a row of the second moments, Σ + μ μᵀ.</summary>
    [Fact]
    public void Features_have_the_mean_of_their_shard_and_neighbours_are_correlated()
    {
        const int length = 3;
        ILossOracle oracle = SparseRegression.Create(Sparse with { NonZeros = 0, Rows = 40_000, Length = length }, shards: 2, seed: 3).CreateOracle(1);
        SeededRandom random = new(3, "sparse-regression/1");
        double[] mean = [.. Enumerable.Range(0, length).Select(_ => random.NextGaussian())]; // what the shard's stream begins with
        double[] moments = new double[length];

        for (int i = 0; i < length; i++)
        {
            double[] unit = new double[length];
            unit[i] = 1;
            oracle.Loss(unit, [], moments);
            for (int j = 0; j < length; j++)
            {
                Assert.Equal(Math.Pow(0.5, Math.Abs(i - j)) + (mean[i] * mean[j]), moments[j], 0.05);
            }
        }
    }

    [Fact]
    public void A_seed_determines_the_rows_and_shards_differ()
    {
        double[] point = SmallData.Gaussians(8, "w");

        double first = SparseRegression.Create(Sparse, shards: 2, seed: 1).CreateOracle(0).Loss(point, [], []);

        Assert.Equal(first, SparseRegression.Create(Sparse, shards: 3, seed: 1).CreateOracle(0).Loss(point, [], []));
        Assert.NotEqual(first, SparseRegression.Create(Sparse, shards: 2, seed: 2).CreateOracle(0).Loss(point, [], []));
        Assert.NotEqual(first, SparseRegression.Create(Sparse, shards: 2, seed: 1).CreateOracle(1).Loss(point, [], []));
    }

    [Fact]
    public void The_rank_counts_singular_values_beyond_the_threshold()
    {
        ILossProblem problem = LowRankRegression.Create(new LowRankRegressionOptions { Size = 3, Rank = 2, Rows = 5, Noise = 0 }, shards: 2, seed: 1);

        Dictionary<string, double> truth = Measured(problem, [1, 0, 0, 0, 1, 0, 0, 0, 0]);
        Dictionary<string, double> one = Measured(problem, [1, 1, 1, 1, 1, 1, 1, 1, 1]);
        Dictionary<string, double> nearly = Measured(problem, [1, 0, 0, 0, 1, 0, 0, 0, 2e-4]);

        Assert.Equal((2.0, 0.0), (truth["rank"], truth["distance-to-truth"]));
        Assert.Equal((1.0, Math.Sqrt(7)), (one["rank"], one["distance-to-truth"]));
        Assert.Equal(3, nearly["rank"]);
        Assert.Equal(0, truth["train-loss"], 1e-24);
    }

    [Fact]
    public void Refuses_more_than_there_is()
    {
        Assert.Throws<ValidationException>(() => SparseRegression.Create(Sparse with { NonZeros = 9 }, shards: 1, seed: 1));
        Assert.Throws<ValidationException>(() => LowRankRegression.Create(new LowRankRegressionOptions { Size = 3, Rank = 4 }, shards: 1, seed: 1));
        Assert.Throws<ValidationException>(() => SparseRegression.Create(Sparse with { Correlation = 1 }, shards: 1, seed: 1));
        Assert.Throws<NotSupportedException>(() => SparseRegression.Create(Sparse, shards: 1, seed: 1).CreateOracle(0, DataPoisoning.FlippedLabels));
    }

    private static Dictionary<string, double> Measured(ILossProblem problem, double[] point) =>
        problem.Evaluate(FlatVector.CopyOf(point)).ToDictionary(measure => measure.Name, measure => measure.Value);
}
