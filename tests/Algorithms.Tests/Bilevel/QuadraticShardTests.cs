using Xunit;

namespace ActorFed.Algorithms.Tests.Bilevel;

public sealed class QuadraticShardTests
{
    /// <summary>The quotient's own error: step² / 6 times a third derivative of about 1.</summary>
    private const double Tolerance = 1e-6;

    private const double Step = 1.0 / 1024;

    [Fact]
    public void Gradients_of_the_lower_loss_are_its_slopes()
    {
        QuadraticShard shard = QuadraticShard.Draw(workers: 1, n: 2, m: 3)[0];
        double[] x = [0.5, -1];
        double[] y = [1, -0.25, 2];
        (double[] upper, double[] lower) = (new double[2], new double[3]);

        shard.LowerLoss(x, y, upper, lower);

        Assert.All(Enumerable.Range(0, 2), i => Assert.Equal(Slope(x, i, moved => shard.LowerLoss(moved, y, [], [])), upper[i], Tolerance));
        Assert.All(Enumerable.Range(0, 3), i => Assert.Equal(Slope(y, i, moved => shard.LowerLoss(x, moved, [], [])), lower[i], Tolerance));
    }

    private static double Slope(double[] at, int index, Func<double[], double> value)
    {
        double At(double step)
        {
            double[] moved = [.. at];
            moved[index] += step;
            return value(moved);
        }

        return (At(Step) - At(-Step)) / (2 * Step);
    }
}
