using ActorFed.Algorithms.Numerics;
using ActorFed.Host.Verify;
using Xunit;

namespace ActorFed.Host.Tests.Verify;

public sealed class DoubleSoftmaxOracleTests
{
    private const double Step = 1.0 / 1024;

    /// <summary>The quotient's own error, of the order of step² / 6 times a third derivative.</summary>
    private const double Tolerance = 1e-6;

    private readonly DoubleSoftmaxOracle _oracle = new([[1, -0.5], [0.25, 2], [-1, 1], [0.5, 0.5]], [0, 2, 1, 2], 3, ..2, 2..);

    [Fact]
    public void Gradients_of_the_lower_loss_are_its_slopes()
    {
        double[] x = [0.5, -1];
        double[] y = [0.25, -0.5, 1, 2, 0.125, -1];
        double[] upper = [1e6, 1e6]; // overwritten
        double[] lower = [.. Enumerable.Repeat(1e6, 6)];

        double loss = _oracle.LowerLoss(x, y, upper, lower);

        Assert.Equal(loss, _oracle.LowerLoss(x, y, [], []));
        Assert.All(Enumerable.Range(0, 2), i => Assert.Equal(Slope(x, i, moved => _oracle.LowerLoss(moved, y, [], [])), upper[i], Tolerance));
        Assert.All(Enumerable.Range(0, 6), i => Assert.Equal(Slope(y, i, moved => _oracle.LowerLoss(x, moved, [], [])), lower[i], Tolerance));
    }

    [Fact]
    public void The_cross_product_is_the_slope_of_the_upper_gradient_along_the_lower_variable()
    {
        double[] x = [0.5, -1];
        double[] y = [0.25, -0.5, 1, 2, 0.125, -1];
        double[] v = [1, 0.5, -1, 0.25, 2, -0.5];
        double[] product = new double[2];

        _oracle.LowerCrossProduct(x, y, v, product);

        Assert.All(Enumerable.Range(0, 2), i => Assert.Equal((Along(Step)[i] - Along(-Step)[i]) / (2 * Step), product[i], Tolerance));

        double[] Along(double step)
        {
            double[] moved = [.. y];
            VectorMath.AddScaled(step, v, moved);
            double[] gradient = new double[2];
            _oracle.LowerLoss(x, moved, gradient, []);
            return gradient;
        }
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
