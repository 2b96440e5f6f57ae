using System.ComponentModel.DataAnnotations;
using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Oracles;
using ActorFed.Problems.Data;
using Xunit;

namespace ActorFed.Problems.Tests;

public sealed class RegularizationSelectionOracleTests : OracleConformance
{
    protected override IBilevelOracle CreateOracle() => RegularizationSelectionTests.Create().CreateOracle(1);
}

public sealed class RegularizationSelectionTests
{
    internal static RegularizationSelection Create() => new(Data(), new RegularizationSelectionOptions());

    [Fact]
    public void Has_a_penalty_per_feature_and_a_matrix_of_features_by_classes()
    {
        RegularizationSelection problem = Create();

        Assert.Equal(5, problem.UpperLength);
        Assert.Equal(5 * 2, problem.LowerLength);
        Assert.Equal(3, problem.ShardCount);
    }

    [Fact]
    public void Losses_are_those_of_the_formula()
    {
        ShardedData data = Data();
        double[] upper = SmallData.Gaussians(5, "psi");
        double[] lower = SmallData.Gaussians(10, "w");
        IBilevelOracle oracle = Create().CreateOracle(2);

        double upperLoss = oracle.UpperLoss(upper, lower, [], []);
        double lowerLoss = oracle.LowerLoss(upper, lower, [], []);

        double expectedUpper = data.Shards[2].ValidationRows.Average(row => NaiveSoftmax.Entropy(data.Train, row, lower));
        double penalty = 0.5 * Enumerable.Range(0, 10).Average(i => upper[i / 2] * lower[i] * lower[i]);
        double expectedLower = data.Shards[2].TrainRows.Average(row => NaiveSoftmax.Entropy(data.Train, row, lower)) + penalty;
        Assert.Equal(expectedUpper, upperLoss, NaiveSoftmax.LossTolerance * expectedUpper);
        Assert.Equal(expectedLower, lowerLoss, NaiveSoftmax.LossTolerance * (1 + Math.Abs(expectedLower)));
    }

    [Fact]
    public void Starts_from_normal_penalties_and_a_matrix_with_the_deviation_of_fan_in()
    {
        LabelledData wide = SmallData.Floats(4, 3000, 8);
        RegularizationSelection problem = new(SmallData.Shard(wide, wide, 1), new RegularizationSelectionOptions());

        FlatVector upper = problem.InitialUpper(new SeededRandom(3, "upper"));
        FlatVector lower = problem.InitialLower(new SeededRandom(3, "lower"));

        Assert.Equal(1, Math.Sqrt(VectorMath.SquaredNorm(upper.Span) / upper.Length), 4 / Math.Sqrt(2 * 3000));
        Assert.Equal(1, Math.Sqrt(VectorMath.SquaredNorm(lower.Span) / lower.Length) / Math.Sqrt(2.0 / 8), 4 / Math.Sqrt(2 * 24000));
    }

    [Fact]
    public void Measures_the_test_set()
    {
        ShardedData data = Data();
        double[] lower = SmallData.Gaussians(10, "w");

        Measure[] measures = [.. Create().Evaluate(FlatVector.Zeros(5), FlatVector.CopyOf(lower))];

        int tests = data.Test.Features.Rows;
        double correct = Enumerable.Range(0, tests).Count(row => NaiveSoftmax.Predict(data.Test, row, lower) == data.Test.Labels[row]);
        double loss = Enumerable.Range(0, tests).Average(row => NaiveSoftmax.Entropy(data.Test, row, lower));
        Assert.Equal(["test-accuracy", "test-loss"], measures.Select(measure => measure.Name));
        Assert.Equal(correct / tests, measures[0].Value);
        Assert.Equal(loss, measures[1].Value, NaiveSoftmax.LossTolerance * loss);
    }

    [Fact]
    public void Rejects_what_does_not_fit()
    {
        Assert.Throws<ValidationException>(
            () => new RegularizationSelection(Data(), new RegularizationSelectionOptions { PenaltyFactor = -0.5 }));
        Assert.Throws<ArgumentException>(() => Create().Evaluate(FlatVector.Zeros(4), FlatVector.Zeros(10)));
        Assert.Throws<ArgumentException>(() => Create().Evaluate(FlatVector.Zeros(5), FlatVector.Zeros(9)));
        Assert.Throws<ArgumentOutOfRangeException>(() => Create().CreateOracle(3));
    }

    private static ShardedData Data() => SmallData.Shard(SmallData.Floats(66, 5, 2), SmallData.Floats(41, 5, 2, seed: 2), 3);
}
