using ActorFed.Algorithms.Numerics;
using ActorFed.Problems.Data;
using ActorFed.Problems.Kernels;
using Xunit;

namespace ActorFed.Problems.Tests.Kernels;

public sealed class SoftmaxRowsTests
{
    // Float products of up to 800 terms and sums of up to 70 rows, relative to the largest entry of the result.
    private const double Tolerance = 1e-5;

    /// <summary>Every row count up to 70 with varying features and classes, then features for every width of vector tile.</summary>
    public static TheoryData<int, int, int> Shapes()
    {
        TheoryData<int, int, int> shapes = [];
        for (int rows = 1; rows <= 70; rows++)
        {
            shapes.Add(rows, 1 + (rows * 7 % 40), 2 + (rows * 5 % 11));
        }

        for (int features = 1; features <= 40; features++)
        {
            shapes.Add(33, features, 2 + (features % 11));
        }

        foreach (int features in new[] { 47, 48, 63, 64, 65, 80, 128, 129, 784 })
        {
            shapes.Add(37, features, 10);
        }

        return shapes;
    }

    [Theory, MemberData(nameof(Shapes))]
    public void Loss_and_gradient_equal_their_naive_twins(int rowCount, int features, int classes) =>
        ForBothKinds(rowCount, features, classes, (data, rows, parameters, _) =>
        {
            SoftmaxRows kernel = new(data, [.. rows]);
            double[] weights = Weigh(kernel);
            double[] gradient = new double[parameters.Length];

            double loss = kernel.Loss(parameters, gradient);

            double expected = rows.Select((row, r) => weights[r] * NaiveSoftmax.Entropy(data, row, parameters)).Sum();
            double[][] residuals = [.. rows.Select((row, r) => Residuals(data, row, parameters, weights[r]))];
            Assert.Equal(expected, loss, Tolerance * (1 + expected));
            Close(NaiveSoftmax.OuterSum(data, rows, residuals), gradient);
        });

    [Theory, MemberData(nameof(Shapes))]
    public void Hessian_products_equal_their_naive_twins(int rowCount, int features, int classes) =>
        ForBothKinds(rowCount, features, classes, (data, rows, parameters, direction) =>
        {
            SoftmaxRows kernel = new(data, [.. rows]);
            double[] weights = Weigh(kernel);
            double[] product = new double[parameters.Length];

            kernel.HessianProduct(parameters, direction, product);

            double[][] curvature = [.. rows.Select((row, r) => Curvature(data, row, parameters, direction, weights[r]))];
            Close(NaiveSoftmax.OuterSum(data, rows, curvature), product);
        });

    [Theory, MemberData(nameof(Shapes))]
    public void Derivatives_per_row_equal_their_naive_twins(int rowCount, int features, int classes) =>
        ForBothKinds(rowCount, features, classes, (data, rows, parameters, direction) =>
        {
            SoftmaxRows kernel = new(data, [.. rows]);
            double[] derivatives = new double[rows.Length];

            kernel.RowDerivatives(parameters, direction, derivatives);

            Close([.. rows.Select(row => Dot(Residuals(data, row, parameters, 1), NaiveSoftmax.Logits(data, row, direction)))],
                derivatives);
        });

    [Theory, MemberData(nameof(Shapes))]
    public void Counts_the_rows_whose_label_has_the_largest_logit(int rowCount, int features, int classes) =>
        ForBothKinds(rowCount, features, classes, (data, rows, parameters, _) =>
            Assert.Equal(
                rows.Count(row => NaiveSoftmax.Predict(data, row, parameters) == data.Labels[row]),
                new SoftmaxRows(data, [.. rows]).CountCorrect(parameters)));

    [Fact]
    public void Of_equal_logits_the_first_class_is_predicted()
    {
        LabelledData data = SmallData.Floats(50, 4, 3);

        int correct = new SoftmaxRows(data, [.. Enumerable.Range(0, 50)]).CountCorrect(new double[12]);

        Assert.Equal(data.Labels.Count(label => label == 0), correct);
    }

    [Fact]
    public void Weights_are_at_first_those_of_a_mean()
    {
        LabelledData data = SmallData.Floats(20, 4, 3);

        double loss = new SoftmaxRows(data, [3, 5, 7]).Loss(new double[12], []);

        Assert.Equal(Math.Log(3), loss, NaiveSoftmax.LossTolerance);
    }

    [Fact]
    public void Huge_logits_neither_overflow_nor_become_NaN()
    {
        LabelledData data = SmallData.Floats(40, 4, 3);
        double[] parameters = SmallData.Gaussians(12, "w", 1e6);
        double[] gradient = new double[12];
        SoftmaxRows kernel = new(data, [.. Enumerable.Range(0, 40)]);

        double loss = kernel.Loss(parameters, gradient);

        double expected = Enumerable.Range(0, 40).Average(row => NaiveSoftmax.Entropy(data, row, parameters));
        Assert.Equal(expected, loss, Tolerance * expected);
        Assert.True(VectorMath.IsFinite(gradient));
    }

    [Fact]
    public void Results_have_the_same_bits_on_every_machine()
    {
        LabelledData data = SmallData.Bytes(70, 129, 10);
        double[] parameters = Uniforms("w");
        double[] result = new double[1290];
        SoftmaxRows kernel = new(data, [.. Enumerable.Range(0, 70)]);

        double loss = kernel.Loss(parameters, result);
        ulong gradientHash = Hash(result);
        kernel.HessianProduct(parameters, Uniforms("v"), result);

        Assert.Equal((11436235654083048333UL, 14473494078392038285UL), (gradientHash, Hash(result)));
        Assert.Equal(2.5726770828478038, loss);

        static double[] Uniforms(string stream)
        {
            SeededRandom random = new(1, stream);
            return [.. Enumerable.Range(0, 1290).Select(_ => (random.NextDouble() - 0.5) / 4)];
        }
    }

    [Fact]
    public void Rejects_rows_and_labels_that_do_not_exist()
    {
        LabelledData data = SmallData.Floats(20, 4, 3);
        LabelledData mislabelled = data with { Labels = data.Labels.SetItem(2, 3) };

        Assert.Throws<ArgumentException>(() => new SoftmaxRows(data, []));
        Assert.Contains("Row 20", Assert.Throws<ArgumentException>(() => new SoftmaxRows(data, [0, 20])).Message,
            StringComparison.Ordinal);
        Assert.Contains("Row -1", Assert.Throws<ArgumentException>(() => new SoftmaxRows(data, [-1])).Message,
            StringComparison.Ordinal);
        Assert.Contains("label 3", Assert.Throws<ArgumentException>(() => new SoftmaxRows(mislabelled, [2])).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Rejects_vectors_of_the_wrong_length()
    {
        SoftmaxRows kernel = new(SmallData.Floats(20, 4, 3), [1, 2]);
        Action[] calls =
        [
            () => kernel.Loss(new double[11], []),
            () => kernel.Loss(new double[12], new double[11]),
            () => kernel.HessianProduct(new double[12], new double[13], new double[12]),
            () => kernel.HessianProduct(new double[12], new double[12], []),
            () => kernel.RowDerivatives(new double[12], new double[12], new double[1]),
            () => kernel.CountCorrect([]),
        ];

        Assert.All(calls, call => Assert.Throws<ArgumentException>(call));
    }

    private static void ForBothKinds(
        int rowCount, int features, int classes, Action<LabelledData, int[], double[], double[]> check)
    {
        int all = rowCount + 5;
        int[] rows = [.. Enumerable.Range(0, rowCount).Select(i => (i * 3) % all).Distinct()]; // neither sorted nor contiguous
        double[] parameters = SmallData.Gaussians(features * classes, "w", 1 / Math.Sqrt(features));
        double[] direction = SmallData.Gaussians(features * classes, "v", 1 / Math.Sqrt(features));
        check(SmallData.Floats(all, features, classes), rows, parameters, direction);
        check(SmallData.Bytes(all, features, classes), rows, parameters, direction);
    }

    private static double[] Weigh(SoftmaxRows kernel)
    {
        for (int r = 0; r < kernel.RowCount; r++)
        {
            kernel.Weights[r] = (1 + (r % 5)) / 8f;
        }

        return [.. kernel.Weights.ToArray().Select(weight => (double)weight)];
    }

    private static double[] Residuals(LabelledData data, int row, double[] parameters, double weight) =>
        [.. NaiveSoftmax.Probabilities(data, row, parameters).Select((p, c) => weight * (p - (c == data.Labels[row] ? 1 : 0)))];

    private static double[] Curvature(LabelledData data, int row, double[] parameters, double[] direction, double weight)
    {
        double[] p = NaiveSoftmax.Probabilities(data, row, parameters);
        double[] u = NaiveSoftmax.Logits(data, row, direction);
        double mean = Dot(p, u);
        return [.. p.Zip(u, (a, b) => weight * a * (b - mean))];
    }

    private static double Dot(double[] x, double[] y) => x.Zip(y, (a, b) => a * b).Sum();

    private static void Close(double[] expected, double[] actual)
    {
        double tolerance = Tolerance * (0.1 + expected.Max(Math.Abs));
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, tolerance));
    }

    private static ulong Hash(double[] values) =>
        values.Aggregate(14695981039346656037UL, (hash, value) => (hash ^ BitConverter.DoubleToUInt64Bits(value)) * 1099511628211);
}
