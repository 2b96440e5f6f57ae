using ActorFed.Algorithms.Numerics;
using Xunit;

namespace ActorFed.Tensors.Tests;

/// <summary>Derivatives through K gradient steps on a lower loss.</summary>
public sealed class InnerLoopTests
{
    private const double StepSize = 0.125;

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(8)]
    public void Steps_on_a_quadratic_have_the_Jacobian_of_the_closed_form(int steps)
    {
        // g = Σ a (y − x)² / 2 entry by entry: after K steps y_K − x = (1 − η a)^K (y_0 − x), so ∂y_K/∂x = 1 − (1 − η a)^K.
        double[] curvatures = [1, 2, 4];
        Tape<double> tape = new();
        Tensor<double> a = tape.Leaf(curvatures, [3]);
        Tensor<double> x = tape.Leaf([1, 2, 3], [3]);
        Tensor<double> start = tape.Leaf([0, 0, 0], [3]);

        Tensor<double> last = Descend(tape, start, steps, y => (a * (y - x).Square()).Sum() * 0.5);
        Tensor<double>[] products = new Tensor<double>[3];
        tape.VectorJacobianProduct(last, tape.Leaf([1, 10, 100], [3]), [x, start, a], products);

        double[] shrinks = [.. curvatures.Select(c => Math.Pow(1 - (StepSize * c), steps))];
        Close([.. shrinks.Select((s, i) => Math.Pow(10, i) * (1 - s))], products[0]);
        Close([.. shrinks.Select((s, i) => Math.Pow(10, i) * s)], products[1]);
        Close(
            [.. curvatures.Select((c, i) => Math.Pow(10, i) * (i + 1) * steps * StepSize * Math.Pow(1 - (StepSize * c), steps - 1))],
            products[2]);
    }

    [Fact]
    public void Steps_on_a_network_have_the_slope_of_the_upper_loss()
    {
        double[] x = Numbers("x", 5);
        double[] direction = Numbers("direction", 5);
        double h = 1.0 / (1 << 17);

        (_, double[] gradient) = UpperLoss(x);

        double slope = (UpperLoss(Move(x, h, direction)).Loss - UpperLoss(Move(x, -h, direction)).Loss) / (2 * h);
        Assert.Equal(slope, gradient.Zip(direction, (a, b) => a * b).Sum(), 1e-8);
    }

    [Fact]
    public void The_second_derivative_through_the_loop_is_the_slope_of_the_first()
    {
        double[] x = Numbers("x", 5);
        double[] direction = Numbers("direction", 5);
        double h = 1.0 / (1 << 17);

        double[] product = UpperHessianProduct(x, direction);

        double[] ahead = UpperLoss(Move(x, h, direction)).Gradient;
        double[] behind = UpperLoss(Move(x, -h, direction)).Gradient;
        for (int i = 0; i < x.Length; i++)
        {
            Assert.Equal((ahead[i] - behind[i]) / (2 * h), product[i], 1e-8);
        }
    }

    private static (double Loss, double[] Gradient) UpperLoss(double[] weights)
    {
        Tape<double> tape = new();
        Tensor<double> x = tape.Leaf(weights, [5]);
        Tensor<double> loss = UpperLoss(tape, x);
        return (loss.Scalar, tape.Gradient(loss, x).Values.ToArray());
    }

    private static double[] UpperHessianProduct(double[] weights, double[] direction)
    {
        Tape<double> tape = new();
        Tensor<double> x = tape.Leaf(weights, [5]);
        Tensor<double> gradient = tape.Gradient(UpperLoss(tape, x), x);
        return tape.Gradient(gradient.Dot(tape.Leaf(direction, [5])), x).Values.ToArray();
    }

    /// <summary>Sample weights x; a layer W learns from weighted rows in four steps, and is judged on others.</summary>
    private static Tensor<double> UpperLoss(Tape<double> tape, Tensor<double> x)
    {
        Tensor<double> rows = tape.Leaf(Numbers("rows", 15), [5, 3]);
        Indices labels = tape.Indices([0, 1, 1, 0, 1]);
        Tensor<double> start = tape.Leaf(Numbers("start", 6), [3, 2]);
        Tensor<double> last = Descend(
            tape, start, 4, w => (x.Sigmoid() * Losses.CrossEntropyPerRow(rows.MatMul(w).Tanh(), labels)).Sum());
        return Losses.CrossEntropy(tape.Leaf(Numbers("others", 6), [2, 3]).MatMul(last), tape.Indices([1, 0]));
    }

    private static Tensor<double> Descend(Tape<double> tape, Tensor<double> y, int steps, Func<Tensor<double>, Tensor<double>> loss)
    {
        for (int step = 0; step < steps; step++)
        {
            y -= StepSize * tape.Gradient(loss(y), y);
        }

        return y;
    }

    private static void Close(double[] expected, Tensor<double> actual)
    {
        foreach ((double wanted, double got) in expected.Zip(actual.Values.ToArray()))
        {
            Assert.Equal(wanted, got, 1e-12 * (1 + Math.Abs(wanted)));
        }
    }

    private static double[] Move(double[] x, double step, double[] direction) => [.. x.Zip(direction, (a, b) => a + (step * b))];

    private static double[] Numbers(string stream, int count)
    {
        SeededRandom random = new(5, stream);
        return [.. Enumerable.Range(0, count).Select(_ => random.NextGaussian())];
    }
}
