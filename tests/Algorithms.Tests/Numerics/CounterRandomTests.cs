using ActorFed.Algorithms.Numerics;
using Xunit;

namespace ActorFed.Algorithms.Tests.Numerics;

public sealed class CounterRandomTests
{
    private const int Draws = 100_000;

    [Fact]
    public void Draws_uniformly_inside_of_zero_and_one()
    {
        CounterRandom random = new(1, "test");
        double[] draws = [.. Enumerable.Range(0, Draws).Select(i => random.Uniform(i % 7, i))];

        Assert.All(draws, draw => Assert.True(draw is > 0 and < 1));
        Assert.Equal(0.5, draws.Average(), 4 * Math.Sqrt(1.0 / 12 / Draws)); // four standard errors
        Assert.All(Enumerable.Range(0, 10), tenth => Assert.Equal(0.1, draws.Count(draw => (int)(draw * 10) == tenth) / (double)Draws, 0.004));
    }

    [Fact]
    public void Draws_standard_normals()
    {
        CounterRandom random = new(1, "test");
        double[] draws = [.. Enumerable.Range(0, Draws).Select(i => random.Gaussian(i))];

        Assert.Equal(0, draws.Average(), 4 / Math.Sqrt(Draws));
        Assert.Equal(1, draws.Average(draw => draw * draw), 4 * Math.Sqrt(2.0 / Draws));
        Assert.Equal(0.1587, draws.Count(draw => draw > 1) / (double)Draws, 0.005);
    }

    [Fact]
    public void Gives_other_numbers_for_every_part_of_a_name()
    {
        ulong[] bits =
        [
            new CounterRandom(1, "a").Bits(1, 2), new CounterRandom(2, "a").Bits(1, 2), new CounterRandom(1, "b").Bits(1, 2),
            new CounterRandom(1, "a").Bits(2, 1), new CounterRandom(1, "a").Bits(1, 3), new CounterRandom(1, "a").Bits(2, 2),
        ];

        Assert.Equal(bits.Length, bits.Distinct().Count());
        Assert.Equal(bits[0], new CounterRandom(1, "a").Bits(1, 2));
    }

    [Fact]
    public void Keeps_its_numbers_for_good() // a recorded seed must mean the same run in years
    {
        Assert.Equal(11829748968333657255UL, new CounterRandom(1, "delay").Bits(3, 4));
    }
}
