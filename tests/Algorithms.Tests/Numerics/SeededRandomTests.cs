using ActorFed.Algorithms.Numerics;
using Xunit;

namespace ActorFed.Algorithms.Tests.Numerics;

public sealed class SeededRandomTests
{
    private const int Draws = 200_000;

    /// <summary>Seeds are fixed, so these tests cannot fail by chance; five standard errors say that the numbers are ordinary ones.</summary>
    private const double StandardErrors = 5;

    // From a Python program of the published definitions, which gives xoshiro256**'s known answers for the state 1, 2, 3, 4
    // (11520, 0, 1509978240, …) and SplitMix64's for 1234567 (6457827717110365317).
    [Theory]
    [InlineData(0, "", 0x099B311E28644752, 0xA466B0CF25EC5EDD, 0x6D323EED175C6BF5, 0x5005FF3A492F6F49)]
    [InlineData(42, "worker-3/delay", 0xB6E9084517623DE1, 0x1FDFADA91A701FA7, 0x8D9906070DB5EFDB, 0x54630F0D719D0D40)]
    [InlineData(ulong.MaxValue, "partition", 0x64BE5F91D65B969C, 0xE62D66B4DA6CFACF, 0x16ECAA3272D94476, 0xDE60FD1439913FC9)]
    public void Gives_the_same_numbers_for_a_seed_forever(ulong seed, string stream, ulong first, ulong second, ulong third, ulong fourth)
    {
        SeededRandom random = new(seed, stream);

        ulong[] drawn = [random.NextUInt64(), random.NextUInt64(), random.NextUInt64(), random.NextUInt64()];

        Assert.Equal([first, second, third, fourth], drawn);
    }

    [Fact]
    public void Gives_the_same_bounded_integers_and_doubles_for_a_seed_forever()
    {
        SeededRandom integers = new(42, "worker-3/delay");
        SeededRandom doubles = new(42, "worker-3/delay");

        int[] drawn = [.. Enumerable.Range(0, 6).Select(_ => integers.NextInt32(1000))];

        Assert.Equal([714, 124, 553, 329, 890, 150], drawn);
        Assert.Equal(0.7144932907753024, doubles.NextDouble());
        Assert.Equal(0.12450681093690752, doubles.NextDouble());
    }

    [Fact]
    public void Streams_are_told_apart_by_seed_and_by_name()
    {
        HashSet<ulong> firsts = [];

        for (ulong seed = 0; seed < 100; seed++)
        {
            foreach (string name in new[] { "", "a", "b", "ab", "ba", "worker-1/delay", "worker-11/delay" })
            {
                firsts.Add(new SeededRandom(seed, name).NextUInt64());
            }
        }

        Assert.Equal(700, firsts.Count);
    }

    [Fact]
    public void A_stream_does_not_depend_on_the_use_of_another()
    {
        ulong expected = new SeededRandom(1, "b").NextUInt64();
        SeededRandom other = new(1, "a");
        SeededRandom random = new(1, "b");

        for (int i = 0; i < 100; i++)
        {
            other.NextGaussian();
        }

        Assert.Equal(expected, random.NextUInt64());
    }

    [Fact]
    public void Streams_of_one_seed_are_uncorrelated()
    {
        SeededRandom left = new(1, "worker-1");
        SeededRandom right = new(1, "worker-2");

        double sum = 0;
        for (int i = 0; i < Draws; i++)
        {
            sum += (left.NextDouble() - 0.5) * (right.NextDouble() - 0.5);
        }

        Assert.InRange(Math.Abs(sum / Draws), 0, StandardErrors / 12 / Math.Sqrt(Draws)); // a product's deviation is 1/12
    }

    [Theory]
    [InlineData(2)]
    [InlineData(10)]
    [InlineData(97)]
    public void Bounded_integers_are_uniform(int bound)
    {
        SeededRandom random = new(3, "uniform");
        int[] counts = new int[bound];

        for (int i = 0; i < Draws; i++)
        {
            counts[random.NextInt32(bound)]++;
        }

        double expected = (double)Draws / bound;
        double chiSquare = counts.Sum(count => (count - expected) * (count - expected) / expected);
        double freedom = bound - 1; // chi-square: mean f, variance 2 f
        Assert.InRange(chiSquare, 0, freedom + (StandardErrors * Math.Sqrt(2 * freedom)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(1 << 30)]
    [InlineData((1 << 30) + 1)]
    [InlineData(int.MaxValue)]
    public void Bounded_integers_stay_below_their_bound(int bound)
    {
        SeededRandom random = new(4, "bounds");

        for (int i = 0; i < 1000; i++)
        {
            Assert.InRange(random.NextInt32(bound), 0, bound - 1);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(int.MinValue)]
    public void Rejects_a_bound_below_one(int bound) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new SeededRandom(0, "").NextInt32(bound));

    [Fact]
    public void Doubles_are_uniform_in_the_half_open_unit_interval()
    {
        SeededRandom random = new(5, "doubles");

        double[] values = [.. Enumerable.Range(0, Draws).Select(_ => random.NextDouble())];

        Assert.All(values, value => Assert.True(value is >= 0 and < 1));
        AssertMoments(values, mean: 0.5, variance: 1.0 / 12, fourthMoment: 1.0 / 80);
    }

    [Fact]
    public void Gaussians_have_the_moments_of_a_standard_normal()
    {
        SeededRandom random = new(6, "gaussian");

        double[] values = [.. Enumerable.Range(0, Draws).Select(_ => random.NextGaussian())];

        AssertMoments(values, mean: 0, variance: 1, fourthMoment: 3);
        double third = values.Average(value => value * value * value);
        Assert.InRange(Math.Abs(third), 0, StandardErrors * Math.Sqrt(15.0 / Draws)); // the sixth moment is 15
        double neighbours = values.Zip(values.Skip(1), (left, right) => left * right).Average();
        Assert.InRange(Math.Abs(neighbours), 0, StandardErrors / Math.Sqrt(Draws));
    }

    [Theory]
    [InlineData(0.1)]
    [InlineData(0.9)]
    [InlineData(1)]
    [InlineData(4.5)]
    public void Gammas_have_the_moments_of_their_shape(double shape)
    {
        SeededRandom random = new(7, "gamma");

        double[] values = [.. Enumerable.Range(0, Draws).Select(_ => random.NextGamma(shape))];

        Assert.All(values, value => Assert.True(value >= 0 && double.IsFinite(value)));
        AssertMoments(values, mean: shape, variance: shape, fourthMoment: (3 * shape * shape) + (6 * shape));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-0.5)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void Rejects_a_gamma_shape_that_is_not_a_positive_number(double shape) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new SeededRandom(0, "").NextGamma(shape));

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(100)]
    public void Shuffling_permutes(int length)
    {
        int[] values = [.. Enumerable.Range(0, length)];

        new SeededRandom(8, "shuffle").Shuffle(values.AsSpan());

        Assert.Equal(Enumerable.Range(0, length), values.Order());
    }

    [Fact]
    public void Shuffling_gives_every_order_equally_often()
    {
        const int Orders = 24;
        SeededRandom random = new(9, "shuffle");
        Dictionary<string, int> counts = [];

        for (int i = 0; i < Draws; i++)
        {
            char[] letters = ['a', 'b', 'c', 'd'];
            random.Shuffle(letters.AsSpan());
            string order = new(letters);
            counts[order] = counts.GetValueOrDefault(order) + 1;
        }

        Assert.Equal(Orders, counts.Count);
        double expected = (double)Draws / Orders;
        double chiSquare = counts.Values.Sum(count => (count - expected) * (count - expected) / expected);
        Assert.InRange(chiSquare, 0, Orders - 1 + (StandardErrors * Math.Sqrt(2.0 * (Orders - 1))));
    }

    private static void AssertMoments(double[] values, double mean, double variance, double fourthMoment)
    {
        double sampleMean = values.Average();
        double sampleVariance = values.Average(value => (value - mean) * (value - mean));
        Assert.InRange(Math.Abs(sampleMean - mean), 0, StandardErrors * Math.Sqrt(variance / values.Length));
        Assert.InRange(
            Math.Abs(sampleVariance - variance), 0, StandardErrors * Math.Sqrt((fourthMoment - (variance * variance)) / values.Length));
    }
}
