using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Oracles;
using ActorFed.Tests.Shared;
using Xunit;

namespace ActorFed.Problems.Tests;

/// <summary>What every oracle of three levels promises, checked against central differences at several points.</summary>
public abstract class TrilevelOracleConformance
{
    private const double Step = 1.0 / 128;

    /// <summary>The largest error of a difference quotient, relative to 1 + |value|.</summary>
    protected abstract double DifferenceTolerance { get; }

    /// <summary>The largest error of an identity without differences, relative to 1 + |value|.</summary>
    protected abstract double RoundingTolerance { get; }

    protected abstract ITrilevelOracle CreateOracle();

    /// <summary>Whether f_1 is a function of the variable of this level, 1 or 2.</summary>
    protected virtual bool UpperLossSees(int level) => true;

    public static TheoryData<int> Points() => [1, 2, 3];

    [Theory, MemberData(nameof(Points))]
    public void Gradients_are_the_slopes_of_the_losses(int point)
    {
        (ITrilevelOracle oracle, double[][] x) = At(point);
        double[][] gradients = [Garbage(oracle.UpperLength), Garbage(oracle.MiddleLength), Garbage(oracle.LowerLength)];
        oracle.UpperLoss(Point(x), gradients[0], gradients[1], gradients[2]);

        for (int level = 0; level < 3; level++)
        {
            int moved = level;
            double[] direction = Direction(x[level].Length, $"d{level}");
            Close(Slope(x, moved, direction, p => oracle.UpperLoss(p, [], [], [])), VectorMath.Dot(direction, gradients[level]), DifferenceTolerance);
        }

        double[] middle = Direction(oracle.MiddleLength, "middle");
        double[] lower = Direction(oracle.LowerLength, "lower");
        Close(Slope(x, 1, middle, p => oracle.MiddleLoss(p, [])), VectorMath.Dot(middle, MiddleGradient(oracle, Point(x))), DifferenceTolerance);
        Close(Slope(x, 2, lower, p => oracle.LowerLoss(p, [])), VectorMath.Dot(lower, LowerGradient(oracle, Point(x))), DifferenceTolerance);
    }

    [Theory, MemberData(nameof(Points))]
    public void Products_are_the_slopes_of_the_gradient_along_the_direction(int point)
    {
        (ITrilevelOracle oracle, double[][] x) = At(point);
        foreach ((string name, int level, int wanted, Product multiply) in Products(oracle))
        {
            double[] v = Direction(x[level].Length, "v");
            double[] product = Apply(multiply, x, v, x[wanted].Length);
            for (int i = 0; i < product.Length; i++)
            {
                double[] unit = new double[product.Length];
                unit[i] = 1;
                double slope = Slope(x, wanted, unit, p => VectorMath.Dot(v, level == 1 ? MiddleGradient(oracle, p) : LowerGradient(oracle, p)));
                Assert.True(Math.Abs(slope - product[i]) <= DifferenceTolerance * (1 + Math.Abs(slope)), $"{name}: entry {i} is {product[i]}; {slope} is due.");
            }
        }
    }

    [Theory, MemberData(nameof(Points))]
    public void Hessians_are_symmetric_and_products_linear(int point)
    {
        (ITrilevelOracle oracle, double[][] x) = At(point);
        foreach ((string name, int level, int wanted, Product multiply) in Products(oracle))
        {
            double[] u = Direction(x[level].Length, "u");
            double[] v = Direction(x[level].Length, "v");
            double[] atU = Apply(multiply, x, u, x[wanted].Length);
            double[] atV = Apply(multiply, x, v, x[wanted].Length);
            double[] combined = Apply(multiply, x, [.. u.Zip(v, (a, b) => (3 * a) - (2 * b))], x[wanted].Length);

            Assert.All(Enumerable.Range(0, combined.Length), i => Close((3 * atU[i]) - (2 * atV[i]), combined[i], RoundingTolerance));
            if (level == wanted)
            {
                Assert.True(Math.Abs(VectorMath.Dot(u, atV) - VectorMath.Dot(v, atU)) <= RoundingTolerance * 10, name);
            }
        }
    }

    [Fact]
    public void Losses_are_the_same_whether_or_not_gradients_are_wanted()
    {
        (ITrilevelOracle oracle, double[][] x) = At(1);
        double[][] results = [Garbage(oracle.UpperLength), Garbage(oracle.MiddleLength), Garbage(oracle.LowerLength)];
        double upper = oracle.UpperLoss(Point(x), results[0], results[1], results[2]);

        Assert.Equal(upper, oracle.UpperLoss(Point(x), [], [], []));
        Assert.Equal(upper, oracle.UpperLoss(Point(x), [], results[1], []));
        Assert.Equal(oracle.MiddleLoss(Point(x), results[1]), oracle.MiddleLoss(Point(x), []));
        Assert.Equal(oracle.LowerLoss(Point(x), results[2]), oracle.LowerLoss(Point(x), []));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Not_a_number_in_the_variable_of_a_level_is_not_hidden(int level)
    {
        (ITrilevelOracle oracle, double[][] x) = At(1);
        x[level][^1] = double.NaN;

        if (UpperLossSees(level))
        {
            Assert.False(double.IsFinite(oracle.UpperLoss(Point(x), [], [], [])));
        }

        Assert.False(double.IsFinite(level == 1 ? oracle.MiddleLoss(Point(x), []) : oracle.LowerLoss(Point(x), [])));
        Assert.False(VectorMath.IsFinite(level == 1 ? MiddleGradient(oracle, Point(x)) : LowerGradient(oracle, Point(x))));
    }

    [Fact]
    public void Calls_allocate_nothing_after_the_first()
    {
        (ITrilevelOracle oracle, double[][] x) = At(1);
        double[][] results = [Garbage(oracle.UpperLength), Garbage(oracle.MiddleLength), Garbage(oracle.LowerLength)];
        CallEverything(oracle, x, results);

        long allocated = Allocated.Fewest(() => CallEverything(oracle, x, results));

        Assert.Equal(0, allocated);
    }

    [Fact]
    public void Rejects_vectors_of_the_wrong_length_by_name()
    {
        (ITrilevelOracle oracle, double[][] x) = At(1);
        double[] odd = new double[x.Max(level => level.Length) + 1];
        string[] names = ["upper", "middle", "lower"];
        foreach ((_, int level, int wanted, Product multiply) in Products(oracle))
        {
            AssertRejects("direction", () => multiply(Point(x), odd, new double[x[wanted].Length]));
            AssertRejects("product", () => multiply(Point(x), x[level], odd));
            for (int bad = 0; bad < 3; bad++)
            {
                double[][] moved = [.. x];
                moved[bad] = odd;
                AssertRejects(names[bad], () => multiply(Point(moved), x[level], new double[x[wanted].Length]));
                AssertRejects(names[bad], () => oracle.UpperLoss(Point(moved), [], [], []));
                AssertRejects(names[bad], () => oracle.MiddleLoss(Point(moved), []));
                AssertRejects(names[bad], () => oracle.LowerLoss(Point(moved), []));
            }
        }

        AssertRejects("upperGradient", () => oracle.UpperLoss(Point(x), odd, [], []));
        AssertRejects("middleGradient", () => oracle.UpperLoss(Point(x), [], odd, []));
        AssertRejects("lowerGradient", () => oracle.UpperLoss(Point(x), [], [], odd));
        AssertRejects("middleGradient", () => oracle.MiddleLoss(Point(x), odd));
        AssertRejects("lowerGradient", () => oracle.LowerLoss(Point(x), odd));
    }

    private delegate void Product(TrilevelPoint at, ReadOnlySpan<double> direction, Span<double> product);

    /// <summary>Every product: whose gradient (1: middle, 2: lower), in which variable.</summary>
    private static (string Name, int Level, int Wanted, Product Multiply)[] Products(ITrilevelOracle oracle) =>
    [
        (nameof(oracle.MiddleUpperProduct), 1, 0, oracle.MiddleUpperProduct),
        (nameof(oracle.MiddleHessianProduct), 1, 1, oracle.MiddleHessianProduct),
        (nameof(oracle.MiddleLowerProduct), 1, 2, oracle.MiddleLowerProduct),
        (nameof(oracle.LowerUpperProduct), 2, 0, oracle.LowerUpperProduct),
        (nameof(oracle.LowerMiddleProduct), 2, 1, oracle.LowerMiddleProduct),
        (nameof(oracle.LowerHessianProduct), 2, 2, oracle.LowerHessianProduct),
    ];

    private static void CallEverything(ITrilevelOracle oracle, double[][] x, double[][] results)
    {
        oracle.UpperLoss(Point(x), results[0], results[1], results[2]);
        oracle.MiddleLoss(Point(x), results[1]);
        oracle.LowerLoss(Point(x), results[2]);
        oracle.MiddleUpperProduct(Point(x), x[1], results[0]);
        oracle.MiddleHessianProduct(Point(x), x[1], results[1]);
        oracle.MiddleLowerProduct(Point(x), x[1], results[2]);
        oracle.LowerUpperProduct(Point(x), x[2], results[0]);
        oracle.LowerMiddleProduct(Point(x), x[2], results[1]);
        oracle.LowerHessianProduct(Point(x), x[2], results[2]);
    }

    private static void AssertRejects(string name, Action call)
    {
        ArgumentException exception = Assert.Throws<ArgumentException>(call);
        Assert.Equal(name, exception.ParamName);
        Assert.Contains("it must be", exception.Message, StringComparison.Ordinal);
    }

    private (ITrilevelOracle Oracle, double[][] X) At(int point)
    {
        ITrilevelOracle oracle = CreateOracle();
        return (oracle,
        [
            SmallData.Gaussians(oracle.UpperLength, $"upper-{point}"),
            SmallData.Gaussians(oracle.MiddleLength, $"middle-{point}"),
            SmallData.Gaussians(oracle.LowerLength, $"lower-{point}"),
        ]);
    }

    private static TrilevelPoint Point(double[][] x) => new(x[0], x[1], x[2]);

    private static double[] Direction(int length, string stream)
    {
        double[] direction = SmallData.Gaussians(length, stream);
        VectorMath.Scale(1 / VectorMath.Norm(direction), direction);
        return direction;
    }

    private static double[] Garbage(int length) => [.. Enumerable.Repeat(1e6, length)];

    private delegate double Value(TrilevelPoint at);

    private static double Slope(double[][] x, int level, double[] direction, Value value)
    {
        double Along(double step)
        {
            double[][] moved = [.. x];
            moved[level] = [.. x[level]];
            VectorMath.AddScaled(step, direction, moved[level]);
            return value(Point(moved));
        }

        return (Along(Step) - Along(-Step)) / (2 * Step);
    }

    private static double[] MiddleGradient(ITrilevelOracle oracle, TrilevelPoint at)
    {
        double[] gradient = Garbage(oracle.MiddleLength);
        oracle.MiddleLoss(at, gradient);
        return gradient;
    }

    private static double[] LowerGradient(ITrilevelOracle oracle, TrilevelPoint at)
    {
        double[] gradient = Garbage(oracle.LowerLength);
        oracle.LowerLoss(at, gradient);
        return gradient;
    }

    private static double[] Apply(Product multiply, double[][] x, double[] direction, int length)
    {
        double[] product = Garbage(length);
        multiply(Point(x), direction, product);
        return product;
    }

    private static void Close(double expected, double actual, double tolerance) =>
        Assert.Equal(expected, actual, tolerance * (1 + Math.Abs(expected)));
}
