using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Oracles;
using ActorFed.Problems.Tests;
using Xunit;

namespace ActorFed.Problems.Torch.Tests;

/// <summary>Oracles of one level against their managed twins.</summary>
public sealed class LossOracleTests
{
    public static TheoryData<string> Problems() => [.. TorchProblems.OneLevel];

    [Theory, MemberData(nameof(Problems))]
    public void Losses_and_gradients_are_those_of_the_managed_oracle(string name)
    {
        (ILossOracle managed, ILossOracle torch, double[] x) = At(name);
        int[] some = [managed.RowCount - 1, 0, managed.RowCount / 2, 0];
        (double[] managedGradient, double[] torchGradient) = (Of(x), Of(x));

        foreach (int[] rows in (int[][])[[], some])
        {
            Deviation.IsSmall(managed.Loss(x, rows, managedGradient), torch.Loss(x, rows, torchGradient));
            Deviation.IsSmall(managedGradient, torchGradient);
        }
    }

    [Theory, MemberData(nameof(Problems))]
    public void The_loss_is_the_same_whether_or_not_the_gradient_is_wanted(string name)
    {
        (_, ILossOracle torch, double[] x) = At(name);

        Assert.Equal(torch.Loss(x, [], Of(x)), torch.Loss(x, [], []));
        Assert.Equal(torch.Loss(x, [1, 0], Of(x)), torch.Loss(x, [1, 0], []));
    }

    [Theory, MemberData(nameof(Problems))]
    public void Equal_questions_have_equal_answers_whatever_was_asked_between_and_on_whichever_thread(string name)
    {
        (_, ILossOracle torch, double[] x) = At(name);
        double[] other = SmallData.Gaussians(x.Length, "other");
        (double[] first, double[] second) = (Of(x), Of(x));
        torch.Loss(x, [0, 2], first);
        torch.Loss(other, [], Of(x));

        Thread thread = new(() => torch.Loss(x, [0, 2], second));
        thread.Start();
        thread.Join();

        Assert.Equal(first, second);
    }

    [Theory, MemberData(nameof(Problems))]
    public void Starting_points_and_test_metrics_are_those_of_the_managed_problem(string name)
    {
        Twins twins = TorchProblems.Create(name);
        (ILossProblem managed, ILossProblem torch) = ((ILossProblem)twins.Managed, (ILossProblem)twins.Torch);
        FlatVector start = torch.Initial(new SeededRandom(3, "start"));
        (double accuracy, double loss) = MetricsOf(managed, start);

        (double torchAccuracy, double torchLoss) = MetricsOf(torch, start);

        Assert.Equal(managed.Initial(new SeededRandom(3, "start")), start);
        Assert.Equal(accuracy, torchAccuracy);
        Deviation.IsSmall(loss, torchLoss);
    }

    [Fact]
    public void Flipped_labels_are_flipped_alike()
    {
        Twins twins = TorchProblems.Create("mlp");
        ILossOracle managed = ((ILossProblem)twins.Managed).CreateOracle(0, DataPoisoning.FlippedLabels);
        ILossOracle torch = ((ILossProblem)twins.Torch).CreateOracle(0, DataPoisoning.FlippedLabels);
        double[] x = SmallData.Gaussians(managed.Length, "point", 0.25);

        Deviation.IsSmall(managed.Loss(x, [], []), torch.Loss(x, [], []));
        Assert.NotEqual(((ILossProblem)twins.Torch).CreateOracle(0).Loss(x, [], []), torch.Loss(x, [], []));
    }

    [Fact]
    public void Rejects_vectors_of_the_wrong_length_and_rows_that_are_not_there_by_name()
    {
        (_, ILossOracle torch, double[] x) = At("cnn");

        Assert.Throws<ArgumentException>("point", () => torch.Loss([.. x, 1], [], []));
        Assert.Throws<ArgumentException>("gradient", () => torch.Loss(x, [], [.. x, 1]));
        Assert.Throws<ArgumentException>("rows", () => torch.Loss(x, [torch.RowCount], []));
        Assert.Throws<ArgumentException>("rows", () => torch.Loss(x, [-1], []));
    }

    private static double[] Of(double[] variable) => [.. Enumerable.Repeat(1e6, variable.Length)];

    private static (double Accuracy, double Loss) MetricsOf(ILossProblem problem, FlatVector point) => (
        problem.Evaluate(point).Single(measure => measure.Name == "test-accuracy").Value,
        problem.Evaluate(point).Single(measure => measure.Name == "test-loss").Value);

    private static (ILossOracle Managed, ILossOracle Torch, double[] Point) At(string name)
    {
        Twins twins = TorchProblems.Create(name);
        ILossOracle managed = ((ILossProblem)twins.Managed).CreateOracle(0);
        return (managed, ((ILossProblem)twins.Torch).CreateOracle(0), SmallData.Gaussians(managed.Length, "point", 0.25));
    }
}
