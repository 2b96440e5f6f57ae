using ActorFed.Algorithms.Numerics;
using Xunit;

namespace ActorFed.Algorithms.Tests.Numerics;

public sealed class VectorMathTests
{
    // Sums of n products differ between two orders by at most about n units in the last place of Σ|terms|.
    private const double UnitRoundoff = 1.1102230246251565e-16;

    public static TheoryData<int> Lengths() => [.. Enumerable.Range(0, 70), 127, 128, 129, 1000, 7840];

    [Theory, MemberData(nameof(Lengths))]
    public void Sums_equal_their_naive_twins_exactly_on_small_integers(int length)
    {
        double[] x = Integers(length, "x");
        double[] y = Integers(length, "y");

        Assert.Equal(x.Zip(y, (a, b) => a * b).Sum(), VectorMath.Dot(x, y));
        Assert.Equal(x.Sum(a => a * a), VectorMath.SquaredNorm(x));
        Assert.Equal(Math.Sqrt(x.Sum(a => a * a)), VectorMath.Norm(x));
        Assert.Equal(x.Zip(y, (a, b) => (a - b) * (a - b)).Sum(), VectorMath.SquaredDistance(x, y));
    }

    [Theory, MemberData(nameof(Lengths))]
    public void Sums_are_close_to_their_naive_twins_on_any_numbers(int length)
    {
        double[] x = Gaussians(length, "x");
        double[] y = Gaussians(length, "y");
        double tolerance = 2 * (length + 1) * UnitRoundoff;

        Assert.Equal(x.Zip(y, (a, b) => a * b).Sum(), VectorMath.Dot(x, y), tolerance * x.Zip(y, (a, b) => Math.Abs(a * b)).Sum());
    }

    [Theory, MemberData(nameof(Lengths))]
    public void Entrywise_kernels_equal_their_naive_twins_bit_for_bit(int length)
    {
        double[] x = Gaussians(length, "x");
        double[] y = Gaussians(length, "y");
        double[] result = new double[length];
        double[] accumulated = [.. y];

        VectorMath.AddScaled(0.3, x, accumulated);

        Assert.Equal(x.Zip(y, (a, b) => Math.FusedMultiplyAdd(0.3, a, b)), accumulated);
        VectorMath.Subtract(x, y, result);
        Assert.Equal(x.Zip(y, (a, b) => a - b), result);
        VectorMath.Scale(0.3, x, result);
        Assert.Equal(x.Select(a => 0.3 * a), result);
    }

    [Fact]
    public void Accepts_a_result_that_is_an_operand()
    {
        double[] x = Gaussians(45, "x");
        double[] y = [.. x];

        VectorMath.Subtract(y, y, y);
        double[] scaled = [.. x];
        VectorMath.Scale(0.5, scaled);
        double[] doubled = [.. x];
        VectorMath.AddScaled(1, doubled, doubled);

        Assert.All(y, value => Assert.Equal(0, value));
        Assert.Equal(x.Select(value => 0.5 * value), scaled);
        Assert.Equal(x.Select(value => 2 * value), doubled);
    }

    [Theory, MemberData(nameof(Lengths))]
    public void Sums_run_in_the_documented_lanes(int length)
    {
        double[] x = Gaussians(length, "x");
        double[] y = Gaussians(length, "y");

        Assert.Equal(DotByLanes(x, y), VectorMath.Dot(x, y));
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.NegativeInfinity)]
    public void Finds_the_first_entry_that_is_not_finite(double poison)
    {
        for (int index = 0; index < 37; index++)
        {
            double[] x = Gaussians(37, "x");
            x[index] = poison;
            x[36] = poison;

            Assert.Equal(index, VectorMath.IndexOfNonFinite(x));
            Assert.False(VectorMath.IsFinite(x));
            Assert.Equal(index, VectorMath.IndexBeyond(x, double.MaxValue));
        }
    }

    [Theory, MemberData(nameof(Lengths))]
    public void Finds_the_first_entry_beyond_a_limit_which_is_inclusive(int length)
    {
        for (int index = 0; index < Math.Min(length, 130); index++)
        {
            double[] x = [.. Enumerable.Repeat(-2.0, length)];
            x[index] = 2.5;
            x[^1] = -2.5;

            Assert.Equal(index, VectorMath.IndexBeyond(x, 2));
            Assert.Equal(-1, VectorMath.IndexBeyond(x, 2.5));
        }

        Assert.Equal(-1, VectorMath.IndexBeyond([], 0));
    }

    [Theory, MemberData(nameof(Lengths))]
    public void Finds_nothing_in_finite_entries_however_large(int length)
    {
        double[] x = [.. Enumerable.Repeat(double.MaxValue, length)];

        Assert.Equal(-1, VectorMath.IndexOfNonFinite(x));
        Assert.True(VectorMath.IsFinite(x));
    }

    [Fact]
    public void Names_both_lengths_when_they_differ()
    {
        double[] three = new double[3];
        double[] four = new double[4];
        Action[] calls =
        [
            () => VectorMath.Dot(three, four),
            () => VectorMath.SquaredDistance(three, four),
            () => VectorMath.AddScaled(1, three, four),
            () => VectorMath.Subtract(three, four, three),
            () => VectorMath.Scale(1, three, four),
        ];

        foreach (Action call in calls)
        {
            Assert.Contains("3 and 4", Assert.Throws<ArgumentException>(call).Message, StringComparison.Ordinal);
        }
    }

    /// <summary>The order that the remarks of <see cref="VectorMath"/> promise, one number at a time.</summary>
    private static double DotByLanes(double[] x, double[] y)
    {
        double[] lanes = new double[32];
        int i = 0;
        for (; i < x.Length / 32 * 32; i++)
        {
            lanes[i % 32] = Math.FusedMultiplyAdd(x[i], y[i], lanes[i % 32]);
        }

        for (; i < x.Length / 8 * 8; i++)
        {
            lanes[i % 8] = Math.FusedMultiplyAdd(x[i], y[i], lanes[i % 8]);
        }

        double[] eight = [.. Enumerable.Range(0, 8).Select(k => lanes[k] + lanes[k + 8] + (lanes[k + 16] + lanes[k + 24]))];
        double[] four = [.. Enumerable.Range(0, 4).Select(k => eight[k] + eight[k + 4])];
        double sum = four[0] + four[2] + (four[1] + four[3]);
        for (; i < x.Length; i++)
        {
            sum = Math.FusedMultiplyAdd(x[i], y[i], sum);
        }

        return sum;
    }

    private static double[] Integers(int length, string stream)
    {
        SeededRandom random = new(7, stream);
        return [.. Enumerable.Range(0, length).Select(_ => (double)(random.NextInt32(41) - 20))];
    }

    private static double[] Gaussians(int length, string stream)
    {
        SeededRandom random = new(7, stream);
        return [.. Enumerable.Range(0, length).Select(_ => random.NextGaussian())];
    }
}
