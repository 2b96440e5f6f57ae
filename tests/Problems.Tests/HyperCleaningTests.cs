using System.Collections.Immutable;
using System.ComponentModel.DataAnnotations;
using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Oracles;
using ActorFed.Problems.Data;
using Xunit;

namespace ActorFed.Problems.Tests;

public sealed class HyperCleaningOracleTests : OracleConformance
{
    protected override IBilevelOracle CreateOracle() => HyperCleaningTests.Create().CreateOracle(1);
}

public sealed class HyperCleaningTests
{
    internal static HyperCleaning Create(HyperCleaningOptions? options = null) =>
        new(Data(), options ?? new HyperCleaningOptions());

    [Fact]
    public void Has_a_weight_per_training_row_and_a_matrix_of_features_by_classes()
    {
        HyperCleaning problem = Create();

        Assert.Equal(40, problem.UpperLength);
        Assert.Equal(6 * 3, problem.LowerLength);
        Assert.Equal(2, problem.ShardCount);
    }

    [Fact]
    public void Losses_are_those_of_the_formula()
    {
        ShardedData data = Data();
        Shard shard = data.Shards[0];
        HyperCleaning problem = new(data, new HyperCleaningOptions { WeightDecay = 0.25 });
        double[] upper = SmallData.Gaussians(40, "psi");
        double[] lower = SmallData.Gaussians(18, "w");

        double upperLoss = problem.CreateOracle(0).UpperLoss(upper, lower, [], []);
        double lowerLoss = problem.CreateOracle(0).LowerLoss(upper, lower, [], []);

        double expectedUpper = shard.ValidationRows.Average(row => NaiveSoftmax.Entropy(data.Train, row, lower));
        double expectedLower =
            shard.TrainRows.Average(row => NaiveSoftmax.Entropy(data.Train, row, lower) / (1 + Math.Exp(-upper[row])))
            + (0.25 * lower.Sum(w => w * w));
        Assert.Equal(expectedUpper, upperLoss, NaiveSoftmax.LossTolerance * expectedUpper);
        Assert.Equal(expectedLower, lowerLoss, NaiveSoftmax.LossTolerance * expectedLower);
    }

    [Fact]
    public void The_cross_product_is_zero_outside_the_workers_own_training_rows()
    {
        HyperCleaning problem = Create();
        double[] product = [.. Enumerable.Repeat(7.0, 40)];

        problem.CreateOracle(1).LowerCrossProduct(new double[40], new double[18], SmallData.Gaussians(18, "v"), product);

        ImmutableArray<int> own = Data().Shards[1].TrainRows;
        Assert.All(Enumerable.Range(0, 40), row => Assert.Equal(own.Contains(row), product[row] != 0));
    }

    [Fact]
    public void Starts_from_zero_weights_and_a_matrix_with_the_deviation_of_fan_out()
    {
        LabelledData wide = SmallData.Floats(4, 2000, 3);
        HyperCleaning problem = new(SmallData.Shard(wide, wide, 1), new HyperCleaningOptions());

        FlatVector upper = problem.InitialUpper(new SeededRandom(3, "upper"));
        FlatVector lower = problem.InitialLower(new SeededRandom(3, "lower"));

        const double StandardError = 1 / 109.5; // of a deviation from 6,000 draws, relative: 1 / √(2 · 6000)
        double deviation = Math.Sqrt(VectorMath.SquaredNorm(lower.Span) / lower.Length);
        Assert.Equal(FlatVector.Zeros(4), upper);
        Assert.Equal(1, deviation / Math.Sqrt(2.0 / 2000), 4 * StandardError);
    }

    [Fact]
    public void Draws_the_first_weights_when_a_deviation_is_given()
    {
        HyperCleaning problem = Create(new HyperCleaningOptions { InitialUpperDeviation = 2 });
        SeededRandom twin = new(3, "upper");

        FlatVector upper = problem.InitialUpper(new SeededRandom(3, "upper"));

        Assert.Equal(Enumerable.Range(0, 40).Select(_ => 2 * twin.NextGaussian()), upper.Span.ToArray());
    }

    [Fact]
    public void Measures_the_test_set_and_the_separation_of_corrupted_samples()
    {
        ShardedData data = Data();
        double[] lower = SmallData.Gaussians(18, "w");
        double[] upper = SmallData.Gaussians(40, "psi");
        upper[0] = upper[4] = upper[6] = upper[7]; // ties within and across the kinds

        ImmutableArray<Measure> measures = Create().Evaluate(FlatVector.CopyOf(upper), FlatVector.CopyOf(lower));

        int tests = data.Test.Features.Rows;
        double correct = Enumerable.Range(0, tests).Count(row => NaiveSoftmax.Predict(data.Test, row, lower) == data.Test.Labels[row]);
        double loss = Enumerable.Range(0, tests).Average(row => NaiveSoftmax.Entropy(data.Test, row, lower));
        Assert.Equal(["test-accuracy", "test-loss", "cleaning-auc", "cleaning-f1"], measures.Select(measure => measure.Name));
        Assert.Equal(correct / tests, measures[0].Value);
        Assert.Equal(loss, measures[1].Value, NaiveSoftmax.LossTolerance * loss);
        Assert.Equal(NaiveArea(data, upper), measures[2].Value, 1e-12);
        int[] kept = [.. data.Shards.SelectMany(shard => shard.TrainRows).Where(row => upper[row] >= 0)];
        double precision = kept.Count(row => !data.Train.Corrupted[row]) / (double)kept.Length;
        double recall = kept.Count(row => !data.Train.Corrupted[row]) / (double)data.Shards.SelectMany(shard => shard.TrainRows).Count(row => !data.Train.Corrupted[row]);
        Assert.Equal(2 * precision * recall / (precision + recall), measures[3].Value, 1e-12);
    }

    [Fact]
    public void Perfect_weights_have_area_one_and_equal_weights_one_half()
    {
        ImmutableArray<bool> corrupted = Data().Train.Corrupted;
        FlatVector perfect = FlatVector.CopyOf([.. corrupted.Select(bad => bad ? -1.0 : 1.0)]);

        Assert.Equal(1, Create().Evaluate(perfect, FlatVector.Zeros(18))[2].Value);
        Assert.Equal(1, Create().Evaluate(perfect, FlatVector.Zeros(18))[3].Value);
        Assert.Equal(0.5, Create().Evaluate(FlatVector.Zeros(40), FlatVector.Zeros(18))[2].Value);
    }

    [Fact]
    public void Measures_no_separation_when_nothing_is_corrupted()
    {
        ShardedData data = Data();
        HyperCleaning clean = new(data with { Train = data.Train with { Corrupted = [] } }, new HyperCleaningOptions());

        Assert.Equal(2, clean.Evaluate(FlatVector.Zeros(40), FlatVector.Zeros(18)).Length);
    }

    [Fact]
    public void Rejects_data_that_does_not_fit_together()
    {
        ShardedData data = Data();
        HyperCleaningOptions options = new();

        Assert.Contains("7 and 3", Message(data with { Test = SmallData.Floats(9, 7, 3) }), StringComparison.Ordinal);
        Assert.Contains("6 and 4", Message(data with { Test = SmallData.Floats(9, 6, 4) }), StringComparison.Ordinal);
        Assert.Contains("no shard", Message(data with { Shards = [] }), StringComparison.Ordinal);
        Assert.Throws<ValidationException>(() => new HyperCleaning(data, options with { WeightDecay = -1 }));

        string Message(ShardedData bad) => Assert.Throws<ArgumentException>(() => new HyperCleaning(bad, options)).Message;
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(2)]
    public void Rejects_a_shard_that_does_not_exist(int shard) =>
        Assert.Contains($"Shard {shard}", Assert.Throws<ArgumentOutOfRangeException>(() => Create().CreateOracle(shard)).Message,
            StringComparison.Ordinal);

    [Fact]
    public void Rejects_an_empty_shard()
    {
        ShardedData data = Data();
        HyperCleaning problem = new(data with { Shards = [new Shard([], [1])] }, new HyperCleaningOptions());

        Assert.Throws<ArgumentException>(() => problem.CreateOracle(0));
    }

    private static ShardedData Data() => SmallData.Shard(SmallData.Bytes(40, 6, 3), SmallData.Floats(35, 6, 3, seed: 2), 2);

    private static double NaiveArea(ShardedData data, double[] upper)
    {
        int[] rows = [.. data.Shards.SelectMany(shard => shard.TrainRows)];
        double sum = 0;
        double pairs = 0;
        foreach (int good in rows.Where(row => !data.Train.Corrupted[row]))
        {
            foreach (int bad in rows.Where(row => data.Train.Corrupted[row]))
            {
                pairs++;
                sum += upper[good] > upper[bad] ? 1 : upper[good] == upper[bad] ? 0.5 : 0;
            }
        }

        return sum / pairs;
    }
}
