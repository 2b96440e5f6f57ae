using System.ComponentModel.DataAnnotations;
using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Oracles;
using ActorFed.Problems.Data;
using Xunit;

namespace ActorFed.Problems.Tests;

/// <summary>Joint training with two layers, on a shard in the middle.</summary>
public sealed class JointTrainingOracleTests : OracleConformance
{
    protected override Index EntryOfBoth => 0; // the representation; the classification does not see the decoder

    protected override double DifferenceTolerance => 5e-4; // a network bends more than a linear model

    protected override double RoundingTolerance => 1e-5; // float, through three layers and back twice

    protected override IBilevelOracle CreateOracle() =>
        new JointTraining(ClassifierSample.Data(), JointTrainingTests.Options with { FirstUnits = 5 }).CreateOracle(1);
}

/// <summary>The same on selected rows.</summary>
public sealed class SelectedJointTrainingOracleTests : OracleConformance
{
    protected override Index EntryOfBoth => 0; // the representation; the classification does not see the decoder

    protected override double DifferenceTolerance => 5e-4; // as above

    protected override double RoundingTolerance => 1e-5; // as above

    protected override IBilevelOracle CreateOracle()
    {
        IBilevelOracle oracle = JointTrainingTests.Select(new RowSelection { Rule = SelectionRule.Soft, Rate = 0.5 }).CreateOracle(0);
        oracle.BeginEpoch(3);
        return oracle;
    }
}

public sealed class JointTrainingTests
{
    private const int Features = 6;
    private const int Hidden = 4;
    private const int Encoder = (Features * Hidden) + Hidden;
    private const int Decoder = (Hidden * Features) + Features;

    internal static JointTrainingOptions Options { get; } = new() { HiddenUnits = Hidden };

    [Fact]
    public void The_classification_does_not_see_the_decoder_and_the_reconstruction_does_not_see_the_head()
    {
        IBilevelProblem problem = new JointTraining(ClassifierSample.Data(), Options);
        double[] head = SmallData.Gaussians(problem.UpperLength, "x");
        double[] lower = SmallData.Gaussians(problem.LowerLength, "y");
        double[] ofUpper = new double[problem.LowerLength];
        double[] inUpper = new double[problem.UpperLength];

        problem.CreateOracle(0).UpperLoss(head, lower, [], ofUpper);
        problem.CreateOracle(0).LowerLoss(head, lower, inUpper, []);

        Assert.Equal((Encoder, Encoder + Decoder, (Hidden * 3) + 3), (problem.SharedLength, problem.LowerLength, problem.UpperLength));
        Assert.All(ofUpper[Encoder..], value => Assert.Equal(0, value));
        Assert.Contains(ofUpper[..Encoder], value => value != 0);
        Assert.All(inUpper, value => Assert.Equal(0, value));
    }

    [Fact]
    public void Counts_validation_rows_as_labelled_and_reconstructs_all()
    {
        IBilevelOracle oracle = new JointTraining(ClassifierSample.Data(), Options).CreateOracle(1);

        Assert.Equal((6, 12), (oracle.UpperExamples, oracle.LowerExamples));
    }

    [Fact]
    public void A_shard_without_labels_has_no_part_in_the_classification()
    {
        IBilevelProblem problem = new JointTraining(ClassifierSample.Data(), Options with { LabelledShards = 1 });
        IBilevelOracle without = problem.CreateOracle(1);
        double[] lower = SmallData.Gaussians(problem.LowerLength, "y");
        double[] gradient = SmallData.Gaussians(problem.LowerLength, "garbage");

        double loss = without.UpperLoss(new double[problem.UpperLength], lower, [], gradient);

        Assert.Equal(6, problem.CreateOracle(0).UpperExamples);
        Assert.Equal((0, 12, 0), (without.UpperExamples, without.LowerExamples, loss));
        Assert.All(gradient, value => Assert.Equal(0, value));
        Assert.True(without.LowerLoss(new double[problem.UpperLength], lower, [], []) > 0);
    }

    [Fact]
    public void Measures_accuracy_loss_and_reconstruction()
    {
        ShardedData data = ClassifierSample.Data();
        IBilevelProblem problem = new JointTraining(data, Options);

        Dictionary<string, double> measures = problem.Evaluate(FlatVector.Zeros(problem.UpperLength), FlatVector.Zeros(problem.LowerLength))
            .ToDictionary(measure => measure.Name, measure => measure.Value);

        float[] row = new float[Features];
        double squares = 0;
        for (int i = 0; i < data.Test.Features.Rows; i++)
        {
            data.Test.Features.CopyRow(i, row);
            squares += row.Sum(value => (double)value * value);
        }

        Assert.Equal(["test-accuracy", "test-loss", "test-reconstruction"], measures.Keys);
        Assert.Equal(Math.Log(3), measures["test-loss"], 1e-6);
        Assert.Equal(squares / (data.Test.Features.Rows * Features), measures["test-reconstruction"], 1e-5); // zeros make zeros again
    }

    [Fact]
    public void Selected_rows_change_with_the_epoch_and_come_again()
    {
        IBilevelProblem problem = Select(new RowSelection { Rule = SelectionRule.Soft, Rate = 0.5 });
        IBilevelOracle oracle = problem.CreateOracle(0);
        IBilevelOracle rebuilt = problem.CreateOracle(0);
        double[] lower = SmallData.Gaussians(problem.LowerLength, "y");
        double[] head = SmallData.Gaussians(problem.UpperLength, "x");

        (double, double) At(IBilevelOracle asked, long epoch)
        {
            asked.BeginEpoch(epoch);
            return (asked.UpperLoss(head, lower, [], []), asked.LowerLoss(head, lower, [], []));
        }

        Assert.Equal((3, 6), (oracle.UpperExamples, oracle.LowerExamples));
        Assert.NotEqual(At(oracle, 1), At(oracle, 2));
        Assert.Equal(At(oracle, 1), At(rebuilt, 1));
    }

    [Fact]
    public void Labels_are_drawn_by_their_probabilities()
    {
        ShardedData data = ClassifierSample.Data();
        IBilevelProblem problem = Select(new RowSelection { Rule = SelectionRule.Soft, Rate = 1, LabelProbabilities = [0, 1, 0] });
        IBilevelOracle oracle = problem.CreateOracle(0);
        double[] lower = new double[problem.LowerLength];
        double[] head = new double[problem.UpperLength];
        head[^2] = 50; // the bias of label 1: whoever has it is certain

        oracle.BeginEpoch(0);

        Assert.Contains(data.Shards[0].ValidationRows, row => data.Train.Labels[row] != 1);
        Assert.Equal(0, oracle.UpperLoss(head, lower, [], []), 1e-6);
    }

    [Fact]
    public void Rejects_what_does_not_fit()
    {
        ShardedData data = ClassifierSample.Data();

        Assert.Contains("at most 2, the number of shards", Assert.Throws<ArgumentException>(() => new JointTraining(data, Options with { LabelledShards = 3 })).Message, StringComparison.Ordinal);
        Assert.Throws<ValidationException>(() => new JointTraining(data, Options with { HiddenUnits = 0 }));
        Assert.Contains(
            "they must be equal",
            Assert.Throws<ArgumentException>(() => new JointTraining(data with { Test = SmallData.Floats(9, 5, 3) }, Options)).Message,
            StringComparison.Ordinal);
        IProblem other = MlpHyperCleaning.Create(data, ClassifierSample.Cleaning);
        Assert.Contains("always over all rows", Assert.Throws<NotSupportedException>(() => other.Select(new RowSelection { Rule = SelectionRule.Soft }, 1)).Message, StringComparison.Ordinal);
    }

    internal static IBilevelProblem Select(RowSelection selection) =>
        (IBilevelProblem)((IProblem)new JointTraining(ClassifierSample.Data(), Options)).Select(selection, seed: 1);
}
