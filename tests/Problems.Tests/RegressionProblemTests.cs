using System.Collections.Immutable;
using System.ComponentModel.DataAnnotations;
using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Oracles;
using ActorFed.Problems.Data;
using Xunit;

namespace ActorFed.Problems.Tests;

/// <summary>The three levels of robust regression.</summary>
public sealed class RobustRegressionOracleTests : TrilevelOracleConformance
{
    protected override double DifferenceTolerance => 2e-3; // the smoothed penalty bends within a step when a weight is near 0

    protected override double RoundingTolerance => 1e-11;

    protected override bool UpperLossSees(int level) => level == 2;

    protected override ITrilevelOracle CreateOracle() =>
        RobustRegression.Create(RegressionSample.Data, RegressionSample.Robust, seed: 3).CreateOracle(1);
}

/// <summary>Its two levels without the noise.</summary>
public sealed class RegressionRegularizationOracleTests : OracleConformance
{
    protected override double DifferenceTolerance => 2e-3; // as above

    protected override double RoundingTolerance => 1e-11;

    protected override IBilevelOracle CreateOracle() =>
        RegressionRegularization.Create(RegressionSample.Data, RegressionSample.Plain, seed: 3).CreateOracle(1);
}

public sealed class RegressionProblemTests
{
    private static readonly double[] Psi = [-1.5];

    [Fact]
    public void The_levels_are_the_formulas()
    {
        TensorTrilevelProblem<double> problem = RobustRegression.Create(RegressionSample.Data, RegressionSample.Robust, seed: 3);
        double[] noise = SmallData.Gaussians(problem.MiddleLength, "p");
        double[] weights = SmallData.Gaussians(problem.LowerLength, "w");
        ITrilevelOracle oracle = problem.CreateOracle(1);
        TrilevelPoint at = new(Psi, noise, weights);

        int before = RegressionSample.Data.Shards[0].TrainRows.Length * RegressionSample.Columns; // the noise of shard 0 comes first
        ImmutableArray<int> rows = RegressionSample.Data.Shards[1].TrainRows;
        double[] own = [.. noise.Skip(before)];
        double attacked = RegressionSample.NaiveError(rows, weights, own, scale: 2);
        double penalty = Math.Exp(-1.5) * weights.Sum(w => Math.Sqrt((w * w) + (0.25 * 0.25)));

        Assert.Equal(RegressionSample.NaiveError(RegressionSample.Data.Shards[1].ValidationRows, weights, [], 0), oracle.UpperLoss(at, [], [], []), 1e-6);
        Assert.Equal((0.5 * own.Sum(p => p * p)) - attacked, oracle.MiddleLoss(at, []), 1e-6); // features are floats
        Assert.Equal(attacked + penalty, oracle.LowerLoss(at, []), 1e-6);
    }

    [Fact]
    public void Without_noise_it_is_the_bilevel_problem_and_measured_alike()
    {
        TensorTrilevelProblem<double> robust = RobustRegression.Create(RegressionSample.Data, RegressionSample.Robust, seed: 3);
        TensorBilevelProblem<double> plain = RegressionRegularization.Create(RegressionSample.Data, RegressionSample.Plain, seed: 3);
        FlatVector weights = robust.InitialLower(new SeededRandom(1, "w"));
        FlatVector noise = robust.InitialMiddle(new SeededRandom(1, "p"));

        Assert.Equal(weights, plain.InitialLower(new SeededRandom(1, "w")));
        Assert.Equal(
            robust.CreateOracle(0).LowerLoss(new TrilevelPoint(Psi, noise.Span, weights.Span), []),
            plain.CreateOracle(0).LowerLoss(Psi, weights.Span, [], []));
        Assert.Equal<Measure>(robust.Evaluate(FlatVector.CopyOf(Psi), noise, weights), plain.Evaluate(FlatVector.CopyOf(Psi), weights));
    }

    [Fact]
    public void Measures_the_error_on_clean_and_on_noised_test_rows()
    {
        TensorBilevelProblem<double> problem = RegressionRegularization.Create(RegressionSample.Data, RegressionSample.Plain, seed: 3);
        TensorBilevelProblem<double> again = RegressionRegularization.Create(RegressionSample.Data, RegressionSample.Plain, seed: 3);
        TensorBilevelProblem<double> other = RegressionRegularization.Create(RegressionSample.Data, RegressionSample.Plain, seed: 4);
        TensorBilevelProblem<double> quiet = RegressionRegularization.Create(RegressionSample.Data, RegressionSample.Plain with { TestNoise = 0 }, seed: 3);
        FlatVector psi = FlatVector.CopyOf(Psi);
        FlatVector weights = FlatVector.CopyOf(SmallData.Gaussians(problem.LowerLength, "w"));

        ImmutableArray<Measure> measures = problem.Evaluate(psi, weights);

        Assert.Equal(["test-error", "noised-test-error"], measures.Select(measure => measure.Name));
        Assert.Equal<Measure>(measures, again.Evaluate(psi, weights));
        Assert.Equal(measures[0], other.Evaluate(psi, weights)[0]);
        Assert.NotEqual(measures[1], other.Evaluate(psi, weights)[1]);
        Assert.Equal(measures[0].Value, quiet.Evaluate(psi, weights)[1].Value, 1e-12); // the mean of equal draws
    }

    [Fact]
    public void Standardises_targets_so_that_answering_the_mean_errs_by_one()
    {
        ShardedRegression data = RegressionSample.Data with { Test = RegressionSample.Data.Train };
        TensorBilevelProblem<double> problem = RegressionRegularization.Create(data, RegressionSample.Plain, seed: 3);

        Assert.Equal(1, problem.Evaluate(FlatVector.CopyOf(Psi), FlatVector.Zeros(problem.LowerLength))[0].Value, 1e-12);
    }

    [Fact]
    public void Does_not_learn_the_penalty_when_told_so()
    {
        TensorBilevelProblem<double> problem = RegressionRegularization.Create(
            RegressionSample.Data, RegressionSample.Plain with { LearnPenalty = false }, seed: 3);
        double[] weights = SmallData.Gaussians(problem.LowerLength, "w");
        double[] product = [7];

        problem.CreateOracle(0).LowerCrossProduct(Psi, weights, weights, product);

        Assert.Equal([0], product);
    }

    [Fact]
    public void Rejects_targets_that_are_all_equal_and_options_out_of_range()
    {
        ShardedRegression flat = RegressionSample.Data with
        {
            Train = RegressionSample.Data.Train with { Targets = [.. RegressionSample.Data.Train.Targets.Select(_ => 2.5)] },
        };

        Assert.Contains(
            "All 12 targets of 'sample' are 2.5",
            Assert.Throws<ArgumentException>(() => RobustRegression.Create(flat, RegressionSample.Robust, 1)).Message, StringComparison.Ordinal);
        Assert.Throws<ValidationException>(
            () => RobustRegression.Create(RegressionSample.Data, RegressionSample.Robust with { AttackCost = 0 }, 1));
        Assert.Throws<ValidationException>(
            () => RegressionRegularization.Create(RegressionSample.Data, RegressionSample.Plain with { HiddenUnits = 0 }, 1));
    }
}

/// <summary>A few rows over two shards, and the error by loops.</summary>
internal static class RegressionSample
{
    public const int Columns = 2;
    private const int Hidden = 3;

    public static RobustRegressionOptions Robust { get; } =
        new() { HiddenUnits = Hidden, PenaltySmoothing = 0.25, AttackCost = 0.5, NoiseScale = 2 };

    public static RegressionRegularizationOptions Plain { get; } = new() { HiddenUnits = Hidden, PenaltySmoothing = 0.25 };

    public static ShardedRegression Data { get; } = new(
        Set(12, "train"), Set(5, "test"), [new Shard([0, 2, 5], [1, 3]), new Shard([4, 7, 9, 11], [6, 8, 10])]);

    /// <summary>The mean squared error of the network on training rows with noise on their features.</summary>
    public static double NaiveError(ImmutableArray<int> rows, double[] weights, double[] noise, double scale)
    {
        double mean = Data.Train.Targets.Average();
        double deviation = Math.Sqrt(Data.Train.Targets.Average(y => (y - mean) * (y - mean)));
        float[] features = new float[Columns];
        double sum = 0;
        for (int i = 0; i < rows.Length; i++)
        {
            Data.Train.Features.CopyRow(rows[i], features);
            double output = weights[(Columns * Hidden) + Hidden + Hidden]; // the last bias
            for (int unit = 0; unit < Hidden; unit++)
            {
                double input = weights[(Columns * Hidden) + unit];
                for (int column = 0; column < Columns; column++)
                {
                    double feature = features[column] + (noise.Length > 0 ? scale * noise[(i * Columns) + column] : 0);
                    input += feature * weights[(column * Hidden) + unit];
                }

                output += Math.Tanh(input) * weights[(Columns * Hidden) + Hidden + unit];
            }

            double error = ((Data.Train.Targets[rows[i]] - mean) / deviation) - output;
            sum += error * error;
        }

        return sum / rows.Length;
    }

    private static RegressionData Set(int rows, string stream) => new(
        "sample",
        new DenseMatrix([.. SmallData.Gaussians(rows * Columns, stream).Select(value => (float)value)], Columns),
        [.. SmallData.Gaussians(rows, stream + "-targets", 3).Select(value => value + 10)]);
}
