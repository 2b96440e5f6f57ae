using Xunit;

namespace ActorFed.Tensors.Tests;

/// <summary>Three levels with f = Σ x y² z³: every second derivative has a formula, and all numbers are exact.</summary>
public sealed class LevelsTests
{
    private static readonly double[] X = [1, 2];
    private static readonly double[] Y = [3, -1];
    private static readonly double[] Z = [2, 4];
    private static readonly double[] V = [1, 10];

    [Fact]
    public void One_pass_gives_the_gradients_of_all_levels()
    {
        Levels<double> levels = Begin();
        double[][] gradients = [new double[2], new double[2], new double[2]];

        levels.Differentiate(Loss(levels));
        for (int level = 0; level < 3; level++)
        {
            levels.WriteGradient(level, gradients[level]);
        }

        Assert.Equal(Each((x, y, z) => y * y * z * z * z), gradients[0]);
        Assert.Equal(Each((x, y, z) => 2 * x * y * z * z * z), gradients[1]);
        Assert.Equal(Each((x, y, z) => 3 * x * y * y * z * z), gradients[2]);
    }

    [Fact]
    public void Products_with_all_second_derivatives_follow_the_formulas()
    {
        Func<double, double, double, double>[,] second =
        {
            { (_, _, _) => 0, (_, y, z) => 2 * y * z * z * z, (_, y, z) => 3 * y * y * z * z },
            { (_, y, z) => 2 * y * z * z * z, (x, _, z) => 2 * x * z * z * z, (x, y, z) => 6 * x * y * z * z },
            { (_, y, z) => 3 * y * y * z * z, (x, y, z) => 6 * x * y * z * z, (x, y, z) => 6 * x * y * y * z },
        };
        for (int from = 0; from < 3; from++)
        {
            for (int to = 0; to < 3; to++)
            {
                Levels<double> levels = Begin();
                double[] product = [double.NaN, double.NaN];

                levels.Product(Loss(levels), from, V, to, product);

                Assert.Equal(Each(second[from, to]).Zip(V, (a, b) => a * b), product);
            }
        }
    }

    [Fact]
    public void A_gradient_that_is_not_wanted_is_not_copied()
    {
        Levels<double> levels = Begin();
        levels.Differentiate(Loss(levels), 2);

        levels.WriteGradient(2, []);

        Assert.Throws<ArgumentException>(() => levels.WriteGradient(2, new double[3]));
    }

    [Fact]
    public void What_does_not_match_is_refused()
    {
        Levels<double> levels = Begin();

        Assert.Throws<ArgumentException>(() => levels.Read(0, new double[3]));
        Assert.Throws<ArgumentException>(() => levels.Product(Loss(levels), 0, new double[1], 1, new double[2]));
        Assert.Throws<ArgumentException>(() => levels.Differentiate(levels[0][0]));
        Assert.Throws<ArgumentException>(() => new Levels<double>([]));
    }

    [Fact]
    public void Variables_of_the_query_before_are_refused()
    {
        Levels<double> levels = Begin();

        levels.Begin();

        Assert.Throws<InvalidOperationException>(() => Loss(levels));
    }

    private static Levels<double> Begin()
    {
        ParameterLayout layout = new([2]);
        Levels<double> levels = new([layout, layout, layout]);
        levels.Begin();
        levels.Read(0, X);
        levels.Read(1, Y);
        levels.Read(2, Z);
        return levels;
    }

    private static Tensor<double> Loss(Levels<double> levels)
    {
        (Tensor<double> x, Tensor<double> y, Tensor<double> z) = (levels[0][0], levels[1][0], levels[2][0]);
        return (x * y.Square() * z * z.Square()).Sum();
    }

    private static double[] Each(Func<double, double, double, double> f) => [f(X[0], Y[0], Z[0]), f(X[1], Y[1], Z[1])];
}
