using System.Numerics;
using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Oracles;
using ActorFed.Tests.Shared;
using Xunit;

namespace ActorFed.Tensors.Tests;

/// <summary>Losses on tensors serve oracles over flat vectors; here, sample weights over a network of two layers.</summary>
public sealed class TapeOracleTests
{
    private const int Samples = 6;
    private const int Features = 4;
    private const int Hidden = 5;
    private const int Classes = 3;
    private const double Step = 1.0 / (1 << 17);
    private const double Tolerance = 1e-8;

    private static readonly ParameterLayout Layout = new([Features, Hidden], [Hidden], [Hidden, Classes], [Classes]);
    private static readonly int LowerLength = Layout.Length;
    private static readonly double[] Rows = Numbers("rows", Samples * Features);
    private static readonly int[] Labels = [0, 2, 1, 1, 0, 2];
    private static readonly double[] X = Numbers("x", Samples);
    private static readonly double[] Y = Numbers("y", LowerLength);
    private static readonly double[] Dx = Numbers("dx", Samples);
    private static readonly double[] Dy = Numbers("dy", LowerLength);

    [Fact]
    public void Gradients_are_slopes()
    {
        IBilevelOracle oracle = CreateOracle<double>();
        (double[] gx, double[] gy) = (new double[Samples], new double[LowerLength]);
        (double[] hx, double[] hy) = (new double[Samples], new double[LowerLength]);

        oracle.UpperLoss(X, Y, gx, gy);
        oracle.LowerLoss(X, Y, hx, hy);

        Assert.Equal(Slope(h => oracle.UpperLoss(Move(X, h, Dx), Y, [], [])), VectorMath.Dot(gx, Dx), Tolerance);
        Assert.Equal(Slope(h => oracle.UpperLoss(X, Move(Y, h, Dy), [], [])), VectorMath.Dot(gy, Dy), Tolerance);
        Assert.Equal(Slope(h => oracle.LowerLoss(Move(X, h, Dx), Y, [], [])), VectorMath.Dot(hx, Dx), Tolerance);
        Assert.Equal(Slope(h => oracle.LowerLoss(X, Move(Y, h, Dy), [], [])), VectorMath.Dot(hy, Dy), Tolerance);
    }

    [Fact]
    public void Products_are_slopes_of_gradients()
    {
        IBilevelOracle oracle = CreateOracle<double>();
        (double[] hessian, double[] cross) = (new double[LowerLength], new double[Samples]);
        double[] v = Numbers("v", LowerLength);

        oracle.LowerHessianProduct(X, Y, v, hessian);
        oracle.LowerCrossProduct(X, Y, v, cross);

        Assert.Equal(Slope(h => Along(v, X, Move(Y, h, Dy))), VectorMath.Dot(hessian, Dy), Tolerance);
        Assert.Equal(Slope(h => Along(v, Move(X, h, Dx), Y)), VectorMath.Dot(cross, Dx), Tolerance);

        double Along(double[] direction, double[] x, double[] y)
        {
            double[] gradient = new double[LowerLength];
            oracle.LowerLoss(x, y, [], gradient);
            return VectorMath.Dot(gradient, direction);
        }
    }

    [Fact]
    public void An_oracle_in_float_gives_the_same_to_its_precision()
    {
        (double[] expected, double[] actual) = (new double[LowerLength], new double[LowerLength]);
        (double[] expectedCross, double[] actualCross) = (new double[Samples], new double[Samples]);

        CreateOracle<double>().LowerHessianProduct(X, Y, Dy, expected);
        CreateOracle<double>().LowerCrossProduct(X, Y, Dy, expectedCross);
        CreateOracle<float>().LowerHessianProduct(X, Y, Dy, actual);
        CreateOracle<float>().LowerCrossProduct(X, Y, Dy, actualCross);

        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 1e-5 * (1 + Math.Abs(pair.First))));
        Assert.All(expectedCross.Zip(actualCross), pair => Assert.Equal(pair.First, pair.Second, 1e-5 * (1 + Math.Abs(pair.First))));
    }

    [Fact]
    public void Memory_stops_growing_after_the_first_round_of_calls()
    {
        TapeOracle<double> oracle = CreateOracle<double>();
        (double[] cross, double[] product) = (new double[Samples], new double[LowerLength]);
        Round();
        Round();
        long capacity = oracle.CapacityBytes;

        long allocated = Allocated.Fewest(() =>
        {
            for (int step = 0; step < 40; step++)
            {
                Round();
            }
        });

        Assert.Equal(0, allocated);
        Assert.Equal(capacity, oracle.CapacityBytes);

        void Round()
        {
            oracle.UpperLoss(X, Y, cross, product);
            oracle.LowerLoss(X, Y, [], product);
            oracle.LowerHessianProduct(X, Y, Dy, product);
            oracle.LowerCrossProduct(X, Y, Dy, cross);
        }
    }

    private static TapeOracle<T> CreateOracle<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Shape rows = [Samples, Features];
        (T quarter, T eighth) = (T.CreateTruncating(0.25), T.CreateTruncating(0.125));
        return new TapeOracle<T>(
            new ParameterLayout([Samples]),
            Layout,
            levels => Losses.CrossEntropy(Network(levels, rows), levels.Tape.Indices(Labels)) + (levels[0][0].Square().Sum() * quarter),
            levels => (levels[0][0].Sigmoid() * Losses.CrossEntropyPerRow(Network(levels, rows), levels.Tape.Indices(Labels))).Mean()
                + Losses.SmoothedAbsolutes(levels[1][0], eighth));
    }

    private static Tensor<T> Network<T>(Levels<T> levels, Shape rows)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ReadOnlySpan<Tensor<T>> y = levels[1];
        return Layers.Linear(Layers.Linear(levels.Tape.LeafFromDouble(Rows, rows), y[0], y[1]).Tanh(), y[2], y[3]);
    }

    private static double Slope(Func<double, double> f) => (f(Step) - f(-Step)) / (2 * Step);

    private static double[] Move(double[] x, double step, double[] direction) => [.. x.Zip(direction, (a, b) => a + (step * b))];

    private static double[] Numbers(string stream, int count)
    {
        SeededRandom random = new(11, stream);
        return [.. Enumerable.Range(0, count).Select(_ => random.NextGaussian())];
    }
}
