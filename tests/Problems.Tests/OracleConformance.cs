using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Oracles;
using ActorFed.Tests.Shared;
using Xunit;

namespace ActorFed.Problems.Tests;

/// <summary>What every oracle promises, checked against central differences at several points.</summary>
public abstract class OracleConformance
{
    private const double Step = 1.0 / 128;

    /// <summary>
    /// The largest error of a difference quotient, relative to 1 + |value|. An oracle in float has values good to about 2⁻²³,
    /// which the quotient divides by its step of 2⁻⁷: 2⁻¹⁶, and a few of them add up. The quotient's own error is of the order
    /// of step² / 6 = 2⁻¹⁷ times the third derivative along a unit direction.
    /// </summary>
    protected virtual double DifferenceTolerance => 2e-4;

    /// <summary>The largest error of an identity without differences, relative to 1 + |value|: a few units of 2⁻²³.</summary>
    protected virtual double RoundingTolerance => 2e-6;

    /// <summary>An entry of the lower variable that both losses see.</summary>
    protected virtual Index EntryOfBoth => ^1;

    protected abstract IBilevelOracle CreateOracle();

    public static TheoryData<int> Points() => [1, 2, 3];

    [Theory, MemberData(nameof(Points))]
    public void Upper_gradients_are_the_slopes_of_the_upper_loss(int point)
    {
        (IBilevelOracle oracle, double[] x, double[] y) = At(point);
        double[] dx = Direction(oracle.UpperLength, "dx");
        double[] dy = Direction(oracle.LowerLength, "dy");
        double[] upperGradient = Garbage(oracle.UpperLength);
        double[] lowerGradient = Garbage(oracle.LowerLength);

        oracle.UpperLoss(x, y, upperGradient, lowerGradient);

        Close(Slope(h => oracle.UpperLoss(Move(x, h, dx), y, [], [])), VectorMath.Dot(dx, upperGradient), DifferenceTolerance);
        Close(Slope(h => oracle.UpperLoss(x, Move(y, h, dy), [], [])), VectorMath.Dot(dy, lowerGradient), DifferenceTolerance);
    }

    [Theory, MemberData(nameof(Points))]
    public void Lower_gradients_are_the_slopes_of_the_lower_loss(int point)
    {
        (IBilevelOracle oracle, double[] x, double[] y) = At(point);
        double[] dy = Direction(oracle.LowerLength, "dy");
        double[] upperGradient = Garbage(oracle.UpperLength);
        double[] lowerGradient = Garbage(oracle.LowerLength);

        oracle.LowerLoss(x, y, upperGradient, lowerGradient);

        Close(Slope(h => oracle.LowerLoss(x, Move(y, h, dy), [], [])), VectorMath.Dot(dy, lowerGradient), DifferenceTolerance);
        for (int i = 0; i < upperGradient.Length; i++)
        {
            double[] unit = new double[x.Length];
            unit[i] = 1;
            Close(Slope(h => oracle.LowerLoss(Move(x, h, unit), y, [], [])), upperGradient[i], DifferenceTolerance);
        }
    }

    [Theory, MemberData(nameof(Points))]
    public void The_Hessian_product_is_the_slope_of_the_lower_gradient(int point)
    {
        (IBilevelOracle oracle, double[] x, double[] y) = At(point);
        double[] dy = Direction(oracle.LowerLength, "dy");
        double[] product = Garbage(oracle.LowerLength);

        oracle.LowerHessianProduct(x, y, dy, product);

        for (int i = 0; i < product.Length; i++)
        {
            Close(Slope(h => LowerGradient(oracle, x, Move(y, h, dy))[i]), product[i], DifferenceTolerance);
        }
    }

    [Theory, MemberData(nameof(Points))]
    public void The_cross_product_is_the_slope_of_the_lower_gradient_along_the_direction(int point)
    {
        (IBilevelOracle oracle, double[] x, double[] y) = At(point);
        double[] v = Direction(oracle.LowerLength, "v");
        double[] product = Garbage(oracle.UpperLength);

        oracle.LowerCrossProduct(x, y, v, product);

        for (int i = 0; i < product.Length; i++)
        {
            double[] unit = new double[x.Length];
            unit[i] = 1;
            double slope = Slope(h => VectorMath.Dot(v, LowerGradient(oracle, Move(x, h, unit), y)));
            Close(slope, product[i], DifferenceTolerance);
        }
    }

    [Theory, MemberData(nameof(Points))]
    public void The_Hessian_is_symmetric(int point)
    {
        (IBilevelOracle oracle, double[] x, double[] y) = At(point);
        double[] u = Direction(oracle.LowerLength, "u");
        double[] v = Direction(oracle.LowerLength, "v");

        double uHv = VectorMath.Dot(u, HessianProduct(oracle, x, y, v));
        double vHu = VectorMath.Dot(v, HessianProduct(oracle, x, y, u));

        Close(uHv, vHu, RoundingTolerance);
    }

    [Theory, MemberData(nameof(Points))]
    public void Products_are_linear_in_the_direction(int point)
    {
        (IBilevelOracle oracle, double[] x, double[] y) = At(point);
        double[] u = Direction(oracle.LowerLength, "u");
        double[] v = Direction(oracle.LowerLength, "v");
        double[] combined = [.. u.Zip(v, (a, b) => (3 * a) - (2 * b))];

        double[] hessian = HessianProduct(oracle, x, y, combined);
        double[] cross = CrossProduct(oracle, x, y, combined);

        double[] hessianU = HessianProduct(oracle, x, y, u);
        double[] hessianV = HessianProduct(oracle, x, y, v);
        double[] crossU = CrossProduct(oracle, x, y, u);
        double[] crossV = CrossProduct(oracle, x, y, v);
        Assert.All(Enumerable.Range(0, hessian.Length),
            i => Close((3 * hessianU[i]) - (2 * hessianV[i]), hessian[i], RoundingTolerance));
        Assert.All(Enumerable.Range(0, cross.Length),
            i => Close((3 * crossU[i]) - (2 * crossV[i]), cross[i], RoundingTolerance));
    }

    [Fact]
    public void Losses_are_the_same_whether_or_not_gradients_are_wanted()
    {
        (IBilevelOracle oracle, double[] x, double[] y) = At(1);
        double[] upperGradient = new double[x.Length];
        double[] lowerGradient = new double[y.Length];
        double[] lowerGradientAlone = new double[y.Length];

        double upperLoss = oracle.UpperLoss(x, y, upperGradient, lowerGradient);
        double[] lowerLossInUpper = new double[x.Length];
        double[] lowerLossInLower = new double[y.Length];
        double[] alone = new double[x.Length];
        double lowerLoss = oracle.LowerLoss(x, y, lowerLossInUpper, lowerLossInLower);

        Assert.Equal(upperLoss, oracle.UpperLoss(x, y, [], []));
        Assert.Equal(upperLoss, oracle.UpperLoss(x, y, [], lowerGradientAlone));
        Assert.Equal(lowerGradient, lowerGradientAlone);
        Assert.Equal(upperLoss, oracle.UpperLoss(x, y, upperGradient, []));
        Assert.Equal(lowerLoss, oracle.LowerLoss(x, y, [], []));
        Assert.Equal(lowerLoss, oracle.LowerLoss(x, y, [], lowerGradientAlone));
        Assert.Equal(lowerLossInLower, lowerGradientAlone);
        Assert.Equal(lowerLoss, oracle.LowerLoss(x, y, alone, []));
        Assert.Equal(lowerLossInUpper, alone);
    }

    [Fact]
    public void Says_truly_whether_the_upper_loss_depends_on_the_upper_variable()
    {
        (IBilevelOracle oracle, double[] x, double[] y) = At(1);
        double[] gradient = Garbage(x.Length);

        oracle.UpperLoss(x, y, gradient, []);

        Assert.Equal(oracle.UpperLossDependsOnUpper, gradient.Any(value => value != 0));
    }

    [Fact]
    public void Equal_questions_have_equal_answers_whatever_was_asked_between()
    {
        (IBilevelOracle oracle, double[] x, double[] y) = At(1);
        (IBilevelOracle other, double[] x2, double[] y2) = At(2);
        double[] gradient = LowerGradient(oracle, x, y);
        double[] hessian = HessianProduct(oracle, x, y, y2);
        double[] cross = CrossProduct(oracle, x, y, y2);

        LowerGradient(oracle, x2, y2);
        CrossProduct(oracle, x2, y2, y);

        Assert.Equal(hessian, HessianProduct(oracle, x, y, y2));
        Assert.Equal(gradient, LowerGradient(oracle, x, y));
        Assert.Equal(cross, CrossProduct(oracle, x, y, y2));
        Assert.Equal(gradient, LowerGradient(other, x, y));
    }

    [Fact]
    public void Not_a_number_in_the_lower_variable_is_not_hidden()
    {
        (IBilevelOracle oracle, double[] x, double[] y) = At(1);
        y[EntryOfBoth] = double.NaN;

        Assert.False(double.IsFinite(oracle.UpperLoss(x, y, [], [])));
        Assert.False(double.IsFinite(oracle.LowerLoss(x, y, [], [])));
        Assert.False(VectorMath.IsFinite(LowerGradient(oracle, x, y)));
    }

    [Fact]
    public void Calls_allocate_nothing_after_the_first()
    {
        (IBilevelOracle oracle, double[] x, double[] y) = At(1);
        double[] upperResult = new double[x.Length];
        double[] lowerResult = new double[y.Length];
        CallEverything(oracle, x, y, upperResult, lowerResult);

        long allocated = Allocated.Fewest(() => CallEverything(oracle, x, y, upperResult, lowerResult));

        Assert.Equal(0, allocated);
    }

    [Fact]
    public void Rejects_vectors_of_the_wrong_length_by_name()
    {
        (IBilevelOracle oracle, double[] x, double[] y) = At(1);
        double[] longX = new double[x.Length + 1];
        double[] longY = new double[y.Length + 1];
        (string Name, Action Call)[] calls =
        [
            ("upper", () => oracle.UpperLoss(longX, y, [], [])),
            ("lower", () => oracle.UpperLoss(x, longY, [], [])),
            ("upperGradient", () => oracle.UpperLoss(x, y, longX, [])),
            ("lowerGradient", () => oracle.UpperLoss(x, y, [], longY)),
            ("upper", () => oracle.LowerLoss(longX, y, [], [])),
            ("lower", () => oracle.LowerLoss(x, longY, [], [])),
            ("upperGradient", () => oracle.LowerLoss(x, y, longX, [])),
            ("lowerGradient", () => oracle.LowerLoss(x, y, [], longY)),
            ("upper", () => oracle.LowerHessianProduct(longX, y, y, new double[y.Length])),
            ("lower", () => oracle.LowerHessianProduct(x, longY, y, new double[y.Length])),
            ("direction", () => oracle.LowerHessianProduct(x, y, [], new double[y.Length])),
            ("product", () => oracle.LowerHessianProduct(x, y, y, [])),
            ("upper", () => oracle.LowerCrossProduct(longX, y, y, new double[x.Length])),
            ("lower", () => oracle.LowerCrossProduct(x, longY, y, new double[x.Length])),
            ("direction", () => oracle.LowerCrossProduct(x, y, longY, new double[x.Length])),
            ("product", () => oracle.LowerCrossProduct(x, y, y, longX)),
        ];

        foreach ((string name, Action call) in calls)
        {
            ArgumentException exception = Assert.Throws<ArgumentException>(call);
            Assert.Equal(name, exception.ParamName);
            Assert.Contains("it must be", exception.Message, StringComparison.Ordinal);
        }
    }

    private static void CallEverything(IBilevelOracle oracle, double[] x, double[] y, double[] upperResult, double[] lowerResult)
    {
        oracle.UpperLoss(x, y, upperResult, lowerResult);
        oracle.LowerLoss(x, y, [], lowerResult);
        oracle.LowerLoss(x, y, upperResult, lowerResult);
        oracle.LowerHessianProduct(x, y, y, lowerResult);
        oracle.LowerCrossProduct(x, y, y, upperResult);
    }

    private (IBilevelOracle Oracle, double[] Upper, double[] Lower) At(int point)
    {
        IBilevelOracle oracle = CreateOracle();
        return (oracle,
            SmallData.Gaussians(oracle.UpperLength, $"upper-{point}"),
            SmallData.Gaussians(oracle.LowerLength, $"lower-{point}", 0.5));
    }

    private static double[] Direction(int length, string stream)
    {
        double[] direction = SmallData.Gaussians(length, stream);
        VectorMath.Scale(1 / VectorMath.Norm(direction), direction);
        return direction;
    }

    private static double[] Garbage(int length) => [.. Enumerable.Repeat(1e6, length)];

    private static double[] Move(double[] start, double step, double[] direction)
    {
        double[] moved = [.. start];
        VectorMath.AddScaled(step, direction, moved);
        return moved;
    }

    private static double Slope(Func<double, double> along) => (along(Step) - along(-Step)) / (2 * Step);

    private static double[] LowerGradient(IBilevelOracle oracle, double[] x, double[] y)
    {
        double[] gradient = Garbage(y.Length);
        oracle.LowerLoss(x, y, [], gradient);
        return gradient;
    }

    private static double[] HessianProduct(IBilevelOracle oracle, double[] x, double[] y, double[] direction)
    {
        double[] product = Garbage(y.Length);
        oracle.LowerHessianProduct(x, y, direction, product);
        return product;
    }

    private static double[] CrossProduct(IBilevelOracle oracle, double[] x, double[] y, double[] direction)
    {
        double[] product = Garbage(x.Length);
        oracle.LowerCrossProduct(x, y, direction, product);
        return product;
    }

    private static void Close(double expected, double actual, double tolerance) =>
        Assert.Equal(expected, actual, tolerance * (1 + Math.Abs(expected)));
}
