using ActorFed.Algorithms.Federated.Composite.Regularizers;
using ActorFed.Algorithms.Numerics;
using Xunit;

namespace ActorFed.Algorithms.Tests.Federated.Composite;

public sealed class RegularizerTests
{
    private const double Rounding = 1e-12;

    public static TheoryData<RegularizerKind> Kinds => [.. Enum.GetValues<RegularizerKind>()];

    [Theory]
    [InlineData(RegularizerKind.L1, 2, 0.25, new[] { 1, -0.25, 0.75, 0 }, new[] { 0.5, 0, 0.25, 0 })]
    [InlineData(RegularizerKind.ElasticNet, 2, 0.25, new[] { 1, -0.25, 0.75, -2.5 }, new[] { 0.25, 0, 0.125, -1 })] // ridge 4: halved
    [InlineData(RegularizerKind.Group, 2, 0.5, new[] { 3.0, 4, 0.6, -0.8 }, new[] { 2.4, 3.2, 0, 0 })]             // norms 5 and 1, less 1
    [InlineData(RegularizerKind.Nuclear, 1, 1, new[] { 3.0, 0, 0, -0.5 }, new[] { 2.0, 0, 0, 0 })]
    [InlineData(RegularizerKind.Nuclear, 1, 1, new[] { 0.0, -2, 3, 0 }, new[] { 0.0, -1, 2, 0 })]
    [InlineData(RegularizerKind.Box, 1, 9, new[] { -2, 0.1, 3, 0.5 }, new[] { -1, 0.1, 0.5, 0.5 })]
    [InlineData(RegularizerKind.NonNegative, 1, 9, new[] { -2, 0.1, 3, -0.5 }, new[] { 0, 0.1, 3, 0 })]
    [InlineData(RegularizerKind.Simplex, 1, 9, new[] { 1.5, 0.5, -4, 1 }, new[] { 1.25, 0.25, 0, 0.75 })]          // sum 2.25: θ = 0.25
    [InlineData(RegularizerKind.Simplex, 1, 9, new[] { 0.0, 0, 0, 0 }, new[] { 0.5625, 0.5625, 0.5625, 0.5625 })]
    [InlineData(RegularizerKind.L1Ball, 1, 9, new[] { 1.5, -0.5, 0.125, -1 }, new[] { 1.25, -0.25, 0, -0.75 })]
    [InlineData(RegularizerKind.L1Ball, 1, 9, new[] { 1, -0.5, 0.125, -0.5 }, new[] { 1, -0.5, 0.125, -0.5 })]
    [InlineData(RegularizerKind.L2Ball, 1, 9, new[] { 3.0, 0, -4, 0 }, new[] { 1.35, 0, -1.8, 0 })]
    [InlineData(RegularizerKind.L2Ball, 1, 9, new[] { 1.0, 0, -2, 0 }, new[] { 1.0, 0, -2, 0 })]
    public void Shrinks_as_its_closed_form_says(RegularizerKind kind, double weight, double strength, double[] point, double[] expected)
    {
        double[] shrunk = [.. point];

        Create(kind, weight).Shrink(strength, shrunk);

        Assert.Equal(expected, shrunk, (a, b) => Math.Abs(a - b) < Rounding);
    }

    /// <summary>What the proximal point is by definition: no other point near it has a smaller value.</summary>
    [Theory]
    [MemberData(nameof(Kinds))]
    public void The_shrunk_point_is_the_best_of_all_around_it(RegularizerKind kind)
    {
        Regularizer regularizer = Create(kind, weight: 0.7);
        SeededRandom random = new(1, $"{kind}");
        for (int trial = 0; trial < 50; trial++)
        {
            double[] from = Gaussians(random, scale: 2);
            double[] best = [.. from];
            regularizer.Shrink(0.6, best);
            double[] other = [.. best.Zip(Gaussians(random, scale: 0.1), (entry, step) => entry + step)];
            if (!regularizer.IsFinite)
            {
                regularizer.Shrink(0.6, other); // into the set
            }

            Assert.True(Objective(best) <= Objective(other) + Rounding, $"trial {trial}");

            double Objective(double[] at) => (VectorMath.SquaredDistance(at, from) / 2) + (0.6 * regularizer.Value(at));
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_strength_of_zero_moves_into_the_set_and_no_further(RegularizerKind kind)
    {
        Regularizer regularizer = Create(kind, weight: 0.7);
        double[] point = [0.5, 1, 0.25, 0.5];
        double[] start = [.. point];

        regularizer.Shrink(0, point);
        double[] again = [.. point];
        regularizer.Shrink(0, again);

        Assert.Equal(regularizer.IsFinite ? start : point, again, (a, b) => Math.Abs(a - b) < Rounding);
    }

    [Theory]
    [InlineData(RegularizerKind.L1)]
    [InlineData(RegularizerKind.ElasticNet)]
    [InlineData(RegularizerKind.Group)]
    [InlineData(RegularizerKind.Nuclear)]
    public void Its_subgradient_is_the_slope_of_its_value_where_that_is_smooth(RegularizerKind kind)
    {
        Regularizer regularizer = Create(kind, weight: 0.7);
        double[] point = [1.2, -0.7, 0.3, 2];
        double[] slope = new double[4];

        regularizer.AddSubgradient(2, point, slope);

        for (int j = 0; j < 4; j++)
        {
            double[] up = [.. point];
            double[] down = [.. point];
            (up[j], down[j]) = (up[j] + 1e-6, down[j] - 1e-6);
            Assert.Equal(2 * (regularizer.Value(up) - regularizer.Value(down)) / 2e-6, slope[j], 1e-8);
        }
    }

    [Theory]
    [InlineData(RegularizerKind.L1)]
    [InlineData(RegularizerKind.ElasticNet)]
    [InlineData(RegularizerKind.Group)]
    [InlineData(RegularizerKind.Nuclear)]
    public void Its_subgradient_at_zero_is_zero(RegularizerKind kind)
    {
        double[] slope = new double[4];

        Create(kind, weight: 0.7).AddSubgradient(1, new double[4], slope);

        Assert.Equal(new double[4], slope);
    }

    [Theory]
    [InlineData(RegularizerKind.Box)]
    [InlineData(RegularizerKind.Simplex)]
    [InlineData(RegularizerKind.L1Ball)]
    [InlineData(RegularizerKind.L2Ball)]
    [InlineData(RegularizerKind.NonNegative)]
    public void A_set_has_no_subgradient(RegularizerKind kind) =>
        Assert.Throws<NotSupportedException>(() => Create(kind, weight: 1).AddSubgradient(1, new double[4], new double[4]));

    [Theory]
    [MemberData(nameof(Kinds))]
    public void What_is_not_a_number_does_not_become_one(RegularizerKind kind)
    {
        double[] point = [1, double.NaN, 2, 3];

        Create(kind, weight: 1).Shrink(0.5, point);

        Assert.Contains(double.NaN, point);
    }

    [Theory]
    [InlineData(RegularizerKind.Group, "regularizer.group-length is 2, and the variable has 5 entries; it must be a divisor of that.")]
    [InlineData(RegularizerKind.Nuclear, "regularizer.matrix-rows is 2, and the variable has 5 entries; it must be a divisor of that.")]
    public void Refuses_groups_and_rows_that_do_not_divide_the_variable(RegularizerKind kind, string message)
    {
        RegularizerOptions options = new() { Kind = kind, GroupLength = 2, MatrixRows = 2 };

        ArgumentException refused = Assert.Throws<ArgumentException>(() => options.Create(5));

        Assert.Contains(message, refused.Message, StringComparison.Ordinal);
        Assert.Null(options.MisfitOf(6));
    }

    private static Regularizer Create(RegularizerKind kind, double weight) => new RegularizerOptions
    {
        Kind = kind,
        Weight = weight,
        Ridge = 4,
        GroupLength = 2,
        MatrixRows = 2,
        Lower = -1,
        Upper = 0.5,
        Radius = 2.25,
    }.Create(4);

    private static double[] Gaussians(SeededRandom random, double scale) => [.. Enumerable.Range(0, 4).Select(_ => scale * random.NextGaussian())];
}
