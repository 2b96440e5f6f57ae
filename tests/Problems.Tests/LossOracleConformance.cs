using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Oracles;
using ActorFed.Tests.Shared;
using Xunit;

namespace ActorFed.Problems.Tests;

/// <summary>What every oracle of one level promises, checked against central differences at several points.</summary>
public abstract class LossOracleConformance
{
    private const double Step = 1.0 / 128;

    /// <summary>As in <see cref="OracleConformance"/>.</summary>
    protected virtual double DifferenceTolerance => 2e-4;

    /// <summary>The largest error of an identity without differences, relative to 1 + |value|: a few units of 2⁻²³.</summary>
    protected virtual double RoundingTolerance => 2e-6;

    protected abstract ILossOracle CreateOracle();

    public static TheoryData<int> Points() => [1, 2, 3];

    [Theory, MemberData(nameof(Points))]
    public void The_gradient_is_the_slope_of_the_loss(int point)
    {
        (ILossOracle oracle, double[] x) = At(point);
        double[] direction = SmallData.Gaussians(x.Length, "dx");
        VectorMath.Scale(1 / VectorMath.Norm(direction), direction);
        double[] gradient = Garbage(x.Length);

        oracle.Loss(x, [], gradient);

        Close(Slope(oracle, x, [], direction), VectorMath.Dot(direction, gradient), DifferenceTolerance);
    }

    [Fact]
    public void The_gradient_over_some_rows_is_the_slope_of_their_loss()
    {
        (ILossOracle oracle, double[] x) = At(1);
        if (oracle.RowCount == 0)
        {
            Assert.Contains("no mean over rows", Assert.Throws<ArgumentException>("rows", () => oracle.Loss(x, [0], [])).Message, StringComparison.Ordinal);
            return;
        }

        int[] rows = [oracle.RowCount - 1, 0, oracle.RowCount / 2, 0]; // in any order, and one twice
        double[] direction = SmallData.Gaussians(x.Length, "dx");
        VectorMath.Scale(1 / VectorMath.Norm(direction), direction);
        double[] gradient = Garbage(x.Length);

        oracle.Loss(x, rows, gradient);

        Close(Slope(oracle, x, rows, direction), VectorMath.Dot(direction, gradient), DifferenceTolerance);
    }

    [Fact]
    public void Losses_and_gradients_of_single_rows_average_to_those_of_all()
    {
        (ILossOracle oracle, double[] x) = At(2);
        double[] gradient = new double[x.Length];
        double loss = oracle.Loss(x, [], gradient);
        double meanLoss = oracle.RowCount == 0 ? loss : 0;
        double[] meanGradient = oracle.RowCount == 0 ? gradient : new double[x.Length];

        for (int row = 0; row < oracle.RowCount; row++)
        {
            double[] ofRow = Garbage(x.Length);
            meanLoss += oracle.Loss(x, [row], ofRow) / oracle.RowCount;
            VectorMath.AddScaled(1.0 / oracle.RowCount, ofRow, meanGradient);
        }

        Close(loss, meanLoss, RoundingTolerance);
        Assert.All(Enumerable.Range(0, x.Length), i => Close(gradient[i], meanGradient[i], RoundingTolerance));
    }

    [Fact]
    public void Naming_all_rows_is_asking_for_the_whole_loss()
    {
        (ILossOracle oracle, double[] x) = At(3);
        int[] all = [.. Enumerable.Range(0, oracle.RowCount)];
        double[] whole = Garbage(x.Length);
        double[] named = Garbage(x.Length);

        double loss = oracle.Loss(x, [], whole);

        Close(loss, oracle.Loss(x, all, named), RoundingTolerance);
        Assert.All(Enumerable.Range(0, x.Length), i => Close(whole[i], named[i], RoundingTolerance));
    }

    [Fact]
    public void The_loss_is_the_same_whether_or_not_the_gradient_is_wanted()
    {
        (ILossOracle oracle, double[] x) = At(1);
        int[] rows = [.. Enumerable.Range(0, Math.Min(2, oracle.RowCount))];

        Assert.Equal(oracle.Loss(x, [], new double[x.Length]), oracle.Loss(x, [], []));
        Assert.Equal(oracle.Loss(x, rows, new double[x.Length]), oracle.Loss(x, rows, []));
    }

    [Fact]
    public void Equal_questions_have_equal_answers_whatever_was_asked_between()
    {
        (ILossOracle oracle, double[] x) = At(1);
        (ILossOracle other, double[] x2) = At(2);
        int[] rows = [.. Enumerable.Range(0, Math.Min(3, oracle.RowCount))];
        double[] whole = Gradient(oracle, x, []);
        double[] ofRows = Gradient(oracle, x, rows);

        Gradient(oracle, x2, []);

        Assert.Equal(ofRows, Gradient(oracle, x, rows));
        Assert.Equal(whole, Gradient(oracle, x, []));
        Assert.Equal(whole, Gradient(other, x, []));
    }

    [Fact]
    public void Not_a_number_is_not_hidden()
    {
        (ILossOracle oracle, double[] x) = At(1);
        Array.Fill(x, double.NaN);

        Assert.False(double.IsFinite(oracle.Loss(x, [], [])));
        Assert.False(VectorMath.IsFinite(Gradient(oracle, x, [])));
    }

    [Fact]
    public void Calls_allocate_nothing_after_the_first()
    {
        (ILossOracle oracle, double[] x) = At(1);
        int[] rows = [.. Enumerable.Range(0, Math.Min(3, oracle.RowCount))];
        double[] gradient = new double[x.Length];
        oracle.Loss(x, [], gradient);
        oracle.Loss(x, rows, gradient);

        long allocated = Allocated.Fewest(() =>
        {
            oracle.Loss(x, [], gradient);
            oracle.Loss(x, rows, gradient);
        });

        Assert.Equal(0, allocated);
    }

    [Fact]
    public void Rejects_vectors_of_the_wrong_length_and_rows_that_are_not_there_by_name()
    {
        (ILossOracle oracle, double[] x) = At(1);
        double[] longX = new double[x.Length + 1];

        Assert.Contains("it must be", Assert.Throws<ArgumentException>("point", () => oracle.Loss(longX, [], [])).Message, StringComparison.Ordinal);
        Assert.Contains("it must be", Assert.Throws<ArgumentException>("gradient", () => oracle.Loss(x, [], longX)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>("rows", () => oracle.Loss(x, [oracle.RowCount], []));
        Assert.Throws<ArgumentException>("rows", () => oracle.Loss(x, [-1], []));
    }

    private (ILossOracle Oracle, double[] Point) At(int point)
    {
        ILossOracle oracle = CreateOracle();
        return (oracle, SmallData.Gaussians(oracle.Length, $"point-{point}", 0.5));
    }

    private static double[] Garbage(int length) => [.. Enumerable.Repeat(1e6, length)];

    private static double[] Gradient(ILossOracle oracle, double[] x, int[] rows)
    {
        double[] gradient = Garbage(x.Length);
        oracle.Loss(x, rows, gradient);
        return gradient;
    }

    private static double Slope(ILossOracle oracle, double[] x, int[] rows, double[] direction)
    {
        double At(double step)
        {
            double[] moved = [.. x];
            VectorMath.AddScaled(step, direction, moved);
            return oracle.Loss(moved, rows, []);
        }

        return (At(Step) - At(-Step)) / (2 * Step);
    }

    private static void Close(double expected, double actual, double tolerance) =>
        Assert.Equal(expected, actual, tolerance * (1 + Math.Abs(expected)));
}
