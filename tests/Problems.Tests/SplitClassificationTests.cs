using System.ComponentModel.DataAnnotations;
using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Oracles;
using ActorFed.Problems.Counting;
using ActorFed.Problems.Data;
using Xunit;

namespace ActorFed.Problems.Tests;

/// <summary>Both parts of a network together against the network in one piece.</summary>
public sealed class SplitClassificationTests
{
    private const double Rounding = 1e-5; // float, through both parts and back

    public static TheoryData<ClassifierKind, int> Networks => new() { { ClassifierKind.Mlp, 0 }, { ClassifierKind.Cnn, 0 }, { ClassifierKind.Cnn, 5 } };

    [Theory, MemberData(nameof(Networks))]
    public void Loss_and_gradients_of_the_parts_are_those_of_the_whole(ClassifierKind model, int denseUnits)
    {
        ISplitProblem problem = Create(model, denseUnits);
        double[] x = problem.Initial(new SeededRandom(1, "start")).Span.ToArray();
        int[] rows = [3, 0, 7];
        double[] gradient = new double[x.Length];

        double loss = problem.CreateOracle(1).Loss(x, rows, gradient);
        (double partsLoss, double[] partsGradient) = OfParts(problem, x, rows);

        Close(loss, partsLoss);
        Assert.All(Enumerable.Range(0, x.Length), k => Close(gradient[k], partsGradient[k]));
    }

    [Theory, MemberData(nameof(Networks))]
    public void Naming_no_row_takes_all_of_them_and_targets_are_their_labels(ClassifierKind model, int denseUnits)
    {
        ISplitProblem problem = Create(model, denseUnits);
        ISplitClientOracle client = problem.CreateClient(0);
        double[] part = problem.Initial(new SeededRandom(1, "start")).Span[..problem.ClientLength].ToArray();
        double[] all = new double[client.RowCount * problem.ActivationLength];
        double[] targets = new double[client.RowCount];

        client.Activate(part, [], all, targets);

        for (int row = 0; row < client.RowCount; row++)
        {
            double[] one = new double[problem.ActivationLength];
            double[] target = new double[1];
            client.Activate(part, [row], one, target);
            Assert.Equal(targets[row], target[0]);
            Assert.All(Enumerable.Range(0, one.Length), k => Close(all[(row * one.Length) + k], one[k]));
        }

        Assert.All(targets, target => Assert.InRange(target, 0, problem.Classes - 1));
    }

    /// <summary>More rows than are on the tape at a time.</summary>
    [Fact]
    public void Pieces_of_a_large_batch_add_up()
    {
        ISplitProblem problem = Create(ClassifierKind.Mlp, 0);
        ISplitClientOracle client = problem.CreateClient(0);
        double[] part = problem.Initial(new SeededRandom(1, "start")).Span[..problem.ClientLength].ToArray();
        int[] rows = [.. Enumerable.Range(0, 300).Select(i => i % client.RowCount)];
        double[] slopes = SmallData.Gaussians(300 * problem.ActivationLength, "slopes");
        double[] gradient = new double[part.Length];
        double[] sum = new double[part.Length];

        client.PullBack(part, rows, slopes, gradient);
        for (int i = 0; i < rows.Length; i++)
        {
            double[] one = new double[part.Length];
            client.PullBack(part, [rows[i]], slopes.AsSpan(i * problem.ActivationLength, problem.ActivationLength), one);
            VectorMath.AddScaled(1, one, sum);
        }

        VectorMath.AddScaled(-299 * 2 * 0.25, part, sum); // every call adds what the decay of the part gives
        Assert.All(Enumerable.Range(0, part.Length), k => Close(gradient[k], sum[k], 1e-3));
    }

    [Fact]
    public void A_linear_model_cannot_be_cut() =>
        Assert.False(Classification.Create(Data(ClassifierKind.Softmax), new ClassificationOptions(), seed: 1) is ISplitProblem);

    [Fact]
    public void Queries_of_the_parts_are_observed()
    {
        OracleCounter counter = new();
        ISplitProblem problem = Assert.IsAssignableFrom<ISplitProblem>(counter.Count(Create(ClassifierKind.Mlp, 0)));

        OfParts(problem, problem.Initial(new SeededRandom(1, "start")).Span.ToArray(), [0, 1]);

        Assert.Equal(3, counter.Calls.LowerLosses);
        Assert.Equal(3, counter.Calls.Total);
    }

    [Fact]
    public void Rows_lengths_and_shards_that_are_not_there_are_refused()
    {
        ISplitProblem problem = Create(ClassifierKind.Mlp, 0);
        ISplitClientOracle client = problem.CreateClient(0);
        double[] part = new double[problem.ClientLength];
        double[] row = new double[problem.ActivationLength];

        Assert.Throws<ArgumentOutOfRangeException>(() => problem.CreateClient(2));
        Assert.Throws<ArgumentException>("rows", () => client.Activate(part, [client.RowCount], row, new double[1]));
        Assert.Throws<ArgumentException>("part", () => client.Activate(row, [0], row, new double[1]));
        Assert.Throws<ArgumentException>("gradient", () => client.PullBack(part, [0], row, row));
        Assert.Throws<ArgumentException>("activations", () => problem.CreateServer().Loss(new double[problem.Length - part.Length], row, [0, 1], part, row));
        Assert.Throws<ValidationException>(() => Classification.Create(Data(ClassifierKind.Cnn), new ClassificationOptions { DenseUnits = -1 }, seed: 1));
    }

    private static (double Loss, double[] Gradient) OfParts(ISplitProblem problem, double[] x, int[] rows)
    {
        ISplitClientOracle client = problem.CreateClient(1);
        double[] activations = new double[rows.Length * problem.ActivationLength];
        double[] slopes = new double[activations.Length];
        double[] targets = new double[rows.Length];
        double[] gradient = new double[x.Length];
        Span<double> part = x.AsSpan(0, problem.ClientLength);
        client.Activate(part, rows, activations, targets);
        double loss = problem.CreateServer().Loss(x.AsSpan(problem.ClientLength), activations, targets, gradient.AsSpan(problem.ClientLength), slopes);
        client.PullBack(part, rows, slopes, gradient.AsSpan(0, problem.ClientLength));
        return (loss + (0.25 * VectorMath.SquaredNorm(part)), gradient);
    }

    private static ISplitProblem Create(ClassifierKind model, int denseUnits) => Assert.IsAssignableFrom<ISplitProblem>(Classification.Create(
        Data(model), new ClassificationOptions { Model = model, HiddenUnits = 6, Channels = 2, DenseUnits = denseUnits, WeightDecay = 0.25 }, seed: 1));

    private static ShardedData Data(ClassifierKind model)
    {
        int features = model == ClassifierKind.Cnn ? 64 : 5;
        return SmallData.Shard(SmallData.Floats(24, features, 3), SmallData.Floats(15, features, 3, seed: 2), 2);
    }

    private static void Close(double expected, double actual, double tolerance = Rounding) =>
        Assert.True(Math.Abs(expected - actual) <= tolerance * (1 + Math.Abs(expected)), $"{actual}, not {expected}");
}
