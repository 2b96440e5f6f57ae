using Xunit;

namespace ActorFed.Tensors.Tests;

/// <summary>First and second derivatives whose formulas are known, to rounding instead of to the error of a difference quotient.</summary>
public sealed class ClosedFormTests
{
    private const double Tolerance = 1e-13;
    private static readonly double[] Points = [-30, -3, -0.75, -1e-9, 1e-300, 1e-9, 0.3, 1, 2.5, 19, 40];

    private static readonly Dictionary<string, Curve> Curves = new()
    {
        ["exp"] = new(x => x.Exp(), Math.Exp, Math.Exp, Math.Exp),
        ["log"] = new(x => x.Log(), Math.Log, x => 1 / x, x => -1 / x / x, Positive: true),
        ["sqrt"] = new(x => x.Sqrt(), Math.Sqrt, x => 0.5 / Math.Sqrt(x), x => -0.25 / x / Math.Sqrt(x), Positive: true),
        ["reciprocal"] = new(x => x.Reciprocal(), x => 1 / x, x => -1 / x / x, x => 2 / x / x / x, Positive: true),
        ["square"] = new(x => x.Square(), x => x * x, x => 2 * x, _ => 2),
        ["tanh"] = new(x => x.Tanh(), Math.Tanh, x => 1 - Square(Math.Tanh(x)), x => -2 * Math.Tanh(x) * (1 - Square(Math.Tanh(x)))),
        ["sigmoid"] = new(x => x.Sigmoid(), Logistic, x => Logistic(x) - Square(Logistic(x)), LogisticSecond),
        ["softplus"] = new(x => x.Softplus(), Softplus, Logistic, x => Logistic(x) - Square(Logistic(x))),
        ["relu"] = new(x => x.Relu(), x => Math.Max(x, 0), x => x > 0 ? 1 : 0, _ => 0),
        ["step"] = new(x => x.Step(), x => x > 0 ? 1 : 0, _ => 0, _ => 0),
        ["affine"] = new(x => 3 - (2 * x), x => 3 - (2 * x), _ => -2, _ => 0),
    };

    public static TheoryData<string> Names() => [.. Curves.Keys];

    [Theory, MemberData(nameof(Names))]
    public void Curves_have_the_values_slopes_and_curvatures_of_their_formulas(string name)
    {
        Curve curve = Curves[name];
        double[] points = [.. Points.Where(x => !curve.Positive || x > 1e-100)];
        Tape<double> tape = new();
        Tensor<double> x = tape.Leaf(points, [points.Length]);

        Tensor<double> y = curve.Function(x);
        Tensor<double> first = tape.Gradient(y.Sum(), x);
        Tensor<double> second = tape.Gradient(first.Sum(), x);

        Close(points.Select(curve.Value), y);
        Close(points.Select(curve.First), first);
        Close(points.Select(curve.Second), second);
    }

    [Fact]
    public void Small_arguments_keep_their_digits()
    {
        Tape<double> tape = new();
        Tensor<double> x = tape.Leaf([1e-12, -40], [2]);

        Assert.Equal(1e-12, x.Tanh().Values[0], 1e-26);
        Assert.Equal(Math.Exp(-40), x.Softplus().Values[1], 1e-31);
        Assert.Equal(Math.Exp(-40), x.Sigmoid().Values[1], 1e-31);
    }

    [Fact]
    public void The_cross_entropy_has_the_gradient_p_minus_e_and_the_Hessian_diag_p_minus_p_p()
    {
        double[] logits = [0.5, -1, 2, 0.25];
        double[] v = [1, -2, 0.5, 3];
        Tape<double> tape = new();
        Tensor<double> x = tape.Leaf(logits, [1, 4]);

        Tensor<double> gradient = tape.Gradient(Losses.CrossEntropy(x, tape.Indices([2])), x);
        Tensor<double> product = tape.Gradient(gradient.Dot(tape.Leaf(v, [1, 4])), x);

        double[] p = Naive.Softmax(logits, 4);
        double mean = p.Zip(v, (a, b) => a * b).Sum();
        Close(p.Select((a, i) => a - (i == 2 ? 1 : 0)), gradient);
        Close(p.Zip(v, (a, b) => a * (b - mean)), product);
    }

    [Fact]
    public void Large_logits_do_not_overflow()
    {
        Tape<double> tape = new();
        Tensor<double> x = tape.Leaf([1000, 0, -1000], [1, 3]);

        Assert.Equal([1, 0, 0], x.Softmax().Values.ToArray());
        Assert.Equal([0, -1000, -2000], x.LogSoftmax().Values.ToArray());
    }

    [Fact]
    public void A_quadratic_form_has_the_gradient_and_the_Hessian_of_its_matrix()
    {
        double[] matrix = [2, 1, 0, 1, 4, -1, 0, -1, 8]; // symmetric; small integers, so that all is exact
        Tape<double> tape = new();
        Tensor<double> a = tape.Leaf(matrix, [3, 3]);
        Tensor<double> x = tape.Leaf([1, 2, 3], [3, 1]);
        Tensor<double> v = tape.Leaf([1, 0, -1], [3, 1]);

        Tensor<double> gradient = tape.Gradient(x.MatMul(a.MatMul(x), transposeLeft: true) * 0.5, x);
        Tensor<double>[] products = new Tensor<double>[2];
        tape.Gradients(gradient.Dot(v), [x, a], products);

        Assert.Equal([4, 6, 22], gradient.Values.ToArray());
        Assert.Equal([2, 2, -8], products[0].Values.ToArray());
        // ∂/∂A of vᵀ (A + Aᵀ) x / 2 is (v xᵀ + x vᵀ) / 2.
        Assert.Equal([1, 1, 1, 1, 0, -1, 1, -1, -3], products[1].Values.ToArray());
    }

    private static void Close(IEnumerable<double> expected, Tensor<double> actual)
    {
        foreach ((double wanted, double got) in expected.Zip(actual.Values.ToArray()))
        {
            Assert.True(Math.Abs(wanted - got) <= Tolerance * (1 + Math.Abs(wanted)), $"{got:R} is not {wanted:R}.");
        }
    }

    private static double Square(double x) => x * x;

    private static double Logistic(double x) => 1 / (1 + Math.Exp(-x));

    private static double LogisticSecond(double x) => (Logistic(x) - Square(Logistic(x))) * (1 - (2 * Logistic(x)));

    private static double Softplus(double x) => Math.Max(x, 0) + Math.Log(1 + Math.Exp(-Math.Abs(x)));

    private sealed record Curve(
        Func<Tensor<double>, Tensor<double>> Function, Func<double, double> Value, Func<double, double> First, Func<double, double> Second,
        bool Positive = false);
}
