using System.ComponentModel.DataAnnotations;
using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Oracles;
using ActorFed.Problems.Data;
using Xunit;

namespace ActorFed.Problems.Tests;

/// <summary>Hyper-cleaning with a hidden layer, on a shard in the middle.</summary>
public sealed class MlpHyperCleaningOracleTests : OracleConformance
{
    protected override double DifferenceTolerance => 5e-4; // a network bends more than a linear model

    protected override double RoundingTolerance => 1e-5; // float, through two layers and back twice

    protected override IBilevelOracle CreateOracle() => MlpHyperCleaning.Create(ClassifierSample.Data(), ClassifierSample.Cleaning).CreateOracle(1);
}

/// <summary>Hyper-representation.</summary>
public sealed class HyperRepresentationOracleTests : OracleConformance
{
    protected override double DifferenceTolerance => 5e-4; // as above

    protected override double RoundingTolerance => 1e-5; // as above

    protected override IBilevelOracle CreateOracle() =>
        HyperRepresentation.Create(ClassifierSample.Data(), ClassifierSample.Representation).CreateOracle(1);
}

/// <summary>Hyper-representation with two layers.</summary>
public sealed class DeepHyperRepresentationOracleTests : OracleConformance
{
    protected override double DifferenceTolerance => 5e-4; // as above

    protected override double RoundingTolerance => 1e-5; // as above

    protected override IBilevelOracle CreateOracle() =>
        HyperRepresentation.Create(ClassifierSample.Data(), ClassifierSample.Representation with { FirstUnits = 5 }).CreateOracle(1);
}

public sealed class ClassifierProblemTests
{
    [Fact]
    public void Samples_of_other_shards_have_no_part_in_a_workers_slope()
    {
        ShardedData data = ClassifierSample.Data();
        TensorBilevelProblem<float> problem = MlpHyperCleaning.Create(data, ClassifierSample.Cleaning);
        double[] product = new double[problem.UpperLength];
        double[] weights = SmallData.Gaussians(problem.LowerLength, "w");

        problem.CreateOracle(1).LowerCrossProduct(new double[problem.UpperLength], weights, weights, product);

        Assert.Equal(data.Shards[1].TrainRows.Order(), Enumerable.Range(0, product.Length).Where(row => product[row] != 0));
    }

    [Fact]
    public void Does_not_learn_weights_when_told_so()
    {
        TensorBilevelProblem<float> problem = MlpHyperCleaning.Create(ClassifierSample.Data(), ClassifierSample.Cleaning with { LearnWeights = false });
        double[] weights = SmallData.Gaussians(problem.LowerLength, "w");
        double[] product = new double[problem.UpperLength];

        problem.CreateOracle(0).LowerCrossProduct(SmallData.Gaussians(problem.UpperLength, "x"), weights, weights, product);

        Assert.All(product, value => Assert.Equal(0, value));
    }

    [Fact]
    public void Measures_accuracy_loss_and_how_well_weights_tell_clean_from_corrupted()
    {
        ShardedData data = ClassifierSample.Data();
        TensorBilevelProblem<float> problem = MlpHyperCleaning.Create(data, ClassifierSample.Cleaning);
        FlatVector perfect = FlatVector.CopyOf(data.Train.Corrupted.Select(bad => bad ? -1.0 : 1.0).ToArray());

        Dictionary<string, double> measures = problem.Evaluate(perfect, FlatVector.Zeros(problem.LowerLength))
            .ToDictionary(measure => measure.Name, measure => measure.Value);

        double shareOfClass0 = (double)data.Test.Labels.Count(label => label == 0) / data.Test.Labels.Length; // equal scores: the first class
        Assert.Equal(shareOfClass0, measures["test-accuracy"], 1e-6);
        Assert.Equal(Math.Log(3), measures["test-loss"], 1e-6);
        Assert.Equal(1, measures["cleaning-auc"], 1e-6);
        Assert.Equal(1, measures["cleaning-f1"], 1e-6);
        Assert.Equal(2, HyperRepresentation.Create(data, ClassifierSample.Representation).Evaluate(
            FlatVector.Zeros((6 * 4) + 4), FlatVector.Zeros((4 * 3) + 3)).Length);
    }

    [Fact]
    public void A_representation_of_two_layers_has_the_parameters_of_both()
    {
        HyperRepresentationOptions options = new() { FirstUnits = 5, HiddenUnits = 4 };

        TensorBilevelProblem<float> problem = HyperRepresentation.Create(ClassifierSample.Data(), options);

        Assert.Equal(((6 * 5) + 5 + (5 * 4) + 4, (4 * 3) + 3), (problem.UpperLength, problem.LowerLength));
    }

    [Fact]
    public void A_few_steps_of_gradient_descent_on_the_head_lower_its_loss()
    {
        TensorBilevelProblem<float> problem = HyperRepresentation.Create(ClassifierSample.Data(), ClassifierSample.Representation);
        IBilevelOracle oracle = problem.CreateOracle(0);
        FlatVector representation = problem.InitialUpper(new SeededRandom(1, "x"));
        double[] head = problem.InitialLower(new SeededRandom(1, "y")).Span.ToArray();
        double[] gradient = new double[head.Length];
        double before = oracle.LowerLoss(representation.Span, head, [], gradient);

        for (int step = 0; step < 20; step++)
        {
            oracle.LowerLoss(representation.Span, head, [], gradient);
            VectorMath.AddScaled(-0.5, gradient, head);
        }

        Assert.Equal(Math.Log(3), before, 1e-6); // a head of zeros knows nothing
        Assert.True(oracle.LowerLoss(representation.Span, head, [], []) < before);
    }

    [Fact]
    public void Rejects_what_does_not_fit()
    {
        ShardedData data = ClassifierSample.Data();

        Assert.Contains(
            "they must be equal",
            Assert.Throws<ArgumentException>(() => MlpHyperCleaning.Create(data with { Test = SmallData.Floats(9, 5, 3) }, ClassifierSample.Cleaning)).Message,
            StringComparison.Ordinal);
        Assert.Throws<ValidationException>(() => HyperRepresentation.Create(data, ClassifierSample.Representation with { WeightDecay = 0 }));
        Assert.Throws<ValidationException>(() => MlpHyperCleaning.Create(data, ClassifierSample.Cleaning with { HiddenUnits = 0 }));
    }
}

internal static class ClassifierSample
{
    public static MlpHyperCleaningOptions Cleaning { get; } = new() { HiddenUnits = 4 };

    public static HyperRepresentationOptions Representation { get; } = new() { HiddenUnits = 4 };

    public static ShardedData Data() => SmallData.Shard(SmallData.Floats(24, 6, 3), SmallData.Floats(15, 6, 3, seed: 2), 2);
}
