using System.ComponentModel.DataAnnotations;
using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Oracles;
using ActorFed.Problems.Data;
using Xunit;

namespace ActorFed.Problems.Tests;

public sealed class SingleLevelProblemTests
{
    private static readonly ShardedData Three = SmallData.Shard(SmallData.Floats(24, 6, 3), SmallData.Floats(15, 6, 3, seed: 2), 2);
    private static readonly ShardedData Two = SmallData.Shard(SmallData.Floats(24, 6, 2), SmallData.Floats(15, 6, 2, seed: 2), 2);

    [Fact]
    public void Softmax_is_the_naive_mean_cross_entropy_of_all_rows_of_the_shard()
    {
        ILossProblem problem = Classification.Create(Three, new ClassificationOptions { WeightDecay = 0.25 }, seed: 1);
        double[] w = SmallData.Gaussians(problem.Length, "w");
        Shard shard = Three.Shards[1];

        double loss = problem.CreateOracle(1).Loss(w, [], []);

        double expected = NaiveCrossEntropy(Three.Train, [.. shard.TrainRows, .. shard.ValidationRows], w) + (0.25 * VectorMath.SquaredNorm(w));
        Assert.Equal(expected, loss, 1e-5); // float
        Assert.Equal(shard.TrainRows.Length + shard.ValidationRows.Length, problem.CreateOracle(1).RowCount);
    }

    [Fact]
    public void Logistic_regression_is_softmax_of_two_classes_with_one_vector_halved_each_way()
    {
        ILossProblem problem = LogisticRegression.Create(Two, new LogisticRegressionOptions { WeightDecay = 0 }, seed: 1);
        double[] w = SmallData.Gaussians(problem.Length, "w");
        double[] halves = [.. w.SelectMany(value => new[] { -value / 2, value / 2 })]; // features x classes
        Shard shard = Two.Shards[0];

        double expected = NaiveCrossEntropy(Two.Train, [.. shard.TrainRows, .. shard.ValidationRows], halves);
        Assert.Equal(expected, problem.CreateOracle(0).Loss(w, [], []), 1e-12);
        Assert.Equal(2, problem.Evaluate(FlatVector.CopyOf(w)).Length);
    }

    [Fact]
    public void Logistic_losses_of_far_away_points_are_finite()
    {
        ILossOracle oracle = LogisticRegression.Create(Two, new LogisticRegressionOptions(), seed: 1).CreateOracle(0);
        double[] far = [.. Enumerable.Repeat(1e5, oracle.Length)];
        double[] gradient = new double[far.Length];

        Assert.True(double.IsFinite(oracle.Loss(far, [], gradient)));
        Assert.True(VectorMath.IsFinite(gradient));
    }

    [Theory]
    [InlineData(ClassifierKind.Softmax)]
    [InlineData(ClassifierKind.Mlp)]
    public void Gradient_descent_on_mini_batches_classifies_what_can_be_told_apart(ClassifierKind model)
    {
        GaussianMixtureOptions mixture = new() { Classes = 3, Features = 8, Separation = 4, Noise = 1 };
        ShardedData data = Sharding.Build(
            GaussianMixture.Generate(300, 1, mixture, "train"), GaussianMixture.Generate(100, 1, mixture, "test"),
            new ShardingOptions { ValidationFraction = 0 }, 1, 1);
        ILossProblem problem = Classification.Create(data, new ClassificationOptions { Model = model, HiddenUnits = 8 }, seed: 1);
        ILossOracle oracle = problem.CreateOracle(0);
        SeededRandom random = new(1, "batches");
        double[] x = problem.Initial(random).Span.ToArray();
        double[] gradient = new double[x.Length];

        for (int step = 0; step < 300; step++)
        {
            int[] batch = [.. Enumerable.Range(0, 20).Select(_ => random.NextInt32(oracle.RowCount))];
            oracle.Loss(x, batch, gradient);
            VectorMath.AddScaled(-0.1, gradient, x);
        }

        Assert.True(Of(problem, x, "test-accuracy") > 0.9);
        Assert.True(Of(problem, x, "test-loss") < 0.3);
    }

    [Fact]
    public void Flipped_labels_are_counted_from_the_other_end_and_only_for_who_flips_them()
    {
        ILossProblem problem = Classification.Create(Three, new ClassificationOptions(), seed: 1);
        double[] w = SmallData.Gaussians(problem.Length, "w");
        Shard shard = Three.Shards[0];
        LabelledData flipped = Three.Train with { Labels = [.. Three.Train.Labels.Select(label => 2 - label)] };

        double honest = problem.CreateOracle(0).Loss(w, [], []);
        double attacker = problem.CreateOracle(0, DataPoisoning.FlippedLabels).Loss(w, [], []);

        Assert.Equal(NaiveCrossEntropy(flipped, [.. shard.TrainRows, .. shard.ValidationRows], w), attacker, 1e-5); // float
        Assert.Equal(honest, problem.CreateOracle(0).Loss(w, [], []));
        Assert.NotEqual(honest, attacker, 1e-3);
    }

    [Theory]
    [InlineData(ClassifierKind.Softmax)]
    [InlineData(ClassifierKind.Mlp)]
    public void Noisy_features_are_as_many_the_same_for_a_seed_and_large(ClassifierKind model)
    {
        ClassificationOptions options = new() { Model = model, HiddenUnits = 3 };
        ILossProblem problem = Classification.Create(Three, options, seed: 1);
        double[] w = SmallData.Gaussians(problem.Length, "w");

        ILossOracle attacker = problem.CreateOracle(0, DataPoisoning.NoisyFeatures);
        double loss = attacker.Loss(w, [], []);

        Assert.Equal(problem.CreateOracle(0).RowCount, attacker.RowCount);
        Assert.Equal(loss, problem.CreateOracle(0, DataPoisoning.NoisyFeatures).Loss(w, [], []));
        Assert.NotEqual(loss, problem.CreateOracle(1, DataPoisoning.NoisyFeatures).Loss(w, [], []));
        Assert.NotEqual(loss, Classification.Create(Three, options, seed: 2).CreateOracle(0, DataPoisoning.NoisyFeatures).Loss(w, [], []));
    }

    [Fact]
    public void Noise_has_mean_0_and_variance_1000()
    {
        LabelledData data = SmallData.Floats(400, 25, 2);

        (LabelledData noisy, var rows) = PoisonedRows.Of(data, [.. Enumerable.Range(0, 400)], DataPoisoning.NoisyFeatures, new SeededRandom(1, "noise"));

        float[] values = ((DenseMatrix)noisy.Features).Values.ToArray();
        Assert.Equal(400, rows.Length);
        Assert.Equal(0, values.Average(), 1.0); // three deviations of the mean of 10,000 draws
        Assert.Equal(1000, values.Average(value => (double)value * value), 50.0); // likewise of their squares
        Assert.Equal<int>(data.Labels, noisy.Labels);
    }

    [Fact]
    public void The_gradient_of_the_mean_vanishes_at_the_known_minimum_and_nowhere_near()
    {
        SingleLevelQuadratic problem = new(new SingleLevelQuadraticOptions { Length = 6, ConditionNumber = 100 }, shards: 5, seed: 3);
        double[] mean = new double[6];
        double loss = 0;
        for (int shard = 0; shard < 5; shard++)
        {
            double[] gradient = new double[6];
            loss += problem.CreateOracle(shard).Loss(problem.Solution.Span, [], gradient) / 5;
            VectorMath.AddScaled(0.2, gradient, mean);
        }

        Assert.Equal(0, VectorMath.Norm(mean), 1e-12);
        Assert.Equal(problem.LeastLoss, loss, 1e-12);
        Assert.All(problem.Evaluate(problem.Solution), measure => Assert.Equal(0, measure.Value));
    }

    [Fact]
    public void Measures_of_a_quadratic_are_those_of_the_mean_of_its_shards()
    {
        SingleLevelQuadratic problem = new(new SingleLevelQuadraticOptions { Length = 4 }, shards: 3, seed: 1);
        double[] x = SmallData.Gaussians(4, "x");
        double[] mean = new double[4];
        double loss = 0;
        for (int shard = 0; shard < 3; shard++)
        {
            double[] gradient = new double[4];
            loss += problem.CreateOracle(shard).Loss(x, [], gradient) / 3;
            VectorMath.AddScaled(1.0 / 3, gradient, mean);
        }

        Assert.Equal(loss - problem.LeastLoss, Of(problem, x, "excess-loss"), 1e-12);
        Assert.Equal(VectorMath.Norm(mean), Of(problem, x, "gradient-norm"), 1e-12);
        Assert.Equal(Math.Sqrt(VectorMath.SquaredDistance(x, problem.Solution.Span)), Of(problem, x, "distance-to-solution"), 1e-12);
    }

    [Fact]
    public void Shards_without_heterogeneity_are_equal()
    {
        SingleLevelQuadratic problem = new(new SingleLevelQuadraticOptions { Heterogeneity = 0 }, shards: 3, seed: 1);
        double[] x = SmallData.Gaussians(10, "x");

        Assert.Single(Enumerable.Range(0, 3).Select(shard => problem.CreateOracle(shard).Loss(x, [], [])).Distinct());
    }

    [Fact]
    public void Ten_thousand_shards_are_cheap()
    {
        SingleLevelQuadratic problem = new(new SingleLevelQuadraticOptions(), shards: 10_000, seed: 1);

        Assert.Equal(10_000, problem.ShardCount);
        Assert.True(problem.LeastLoss > 0); // heterogeneous shards do not agree
    }

    [Fact]
    public void Rejects_what_does_not_fit()
    {
        Assert.Contains(
            "needs two", Assert.Throws<ArgumentException>(() => LogisticRegression.Create(Three, new LogisticRegressionOptions(), 1)).Message, StringComparison.Ordinal);
        Assert.Contains(
            "square images",
            Assert.Throws<ArgumentException>(() => Classification.Create(Three, new ClassificationOptions { Model = ClassifierKind.Cnn }, 1)).Message,
            StringComparison.Ordinal);
        Assert.Contains(
            "they must be equal",
            Assert.Throws<ArgumentException>(() => Classification.Create(Three with { Test = SmallData.Floats(9, 5, 3) }, new ClassificationOptions(), 1)).Message,
            StringComparison.Ordinal);
        Assert.Throws<ValidationException>(() => new SingleLevelQuadratic(new SingleLevelQuadraticOptions { ConditionNumber = 0.5 }, 1, 1));
        SingleLevelQuadratic quadratic = new(new SingleLevelQuadraticOptions(), 2, 1);
        Assert.Throws<ArgumentOutOfRangeException>("shard", () => quadratic.CreateOracle(2));
        Assert.Contains(
            "no data to poison",
            Assert.Throws<NotSupportedException>(() => quadratic.CreateOracle(0, DataPoisoning.FlippedLabels)).Message,
            StringComparison.Ordinal);
    }

    private static double Of(ILossProblem problem, double[] point, string name) =>
        problem.Evaluate(FlatVector.CopyOf(point)).Single(measure => measure.Name == name).Value;

    private static double NaiveCrossEntropy(LabelledData data, int[] rows, double[] weights)
    {
        float[] features = new float[data.Features.Columns];
        return rows.Average(row =>
        {
            data.Features.CopyRow(row, features);
            double[] logits = [.. Enumerable.Range(0, data.Classes).Select(c => features.Select((value, f) => value * weights[(f * data.Classes) + c]).Sum())];
            return Math.Log(logits.Sum(Math.Exp)) - logits[data.Labels[row]];
        });
    }
}
