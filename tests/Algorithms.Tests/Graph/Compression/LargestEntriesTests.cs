using ActorFed.Algorithms.Graph.Compression;
using ActorFed.Algorithms.Numerics;
using Xunit;

namespace ActorFed.Algorithms.Tests.Graph.Compression;

public sealed class LargestEntriesTests
{
    [Fact]
    public void Of_equal_entries_those_of_lowest_index_win()
    {
        Assert.Equal([0], Find([1, -1, 0.5], 1));
        Assert.Equal([1, 2], Find([0.5, -2, 2, 2], 2));
        Assert.Equal([0, 1, 3], Find([1, 1, 1, -3, 1], 3));
    }

    [Fact]
    public void Nought_and_minus_nought_are_equal() => Assert.Equal([0, 1], Find([-0.0, 0.0, -0.0], 2));

    [Theory]
    [InlineData("gaussian")]
    [InlineData("tied")]
    [InlineData("same exponent")]
    [InlineData("last bits")]
    [InlineData("any scale")]
    public void Are_those_of_a_stable_sort(string kind)
    {
        SeededRandom random = new(2, kind);
        foreach (int length in (int[])[1, 2, 3, 7, 64, 65, 1000])
        {
            double[] vector = [.. Enumerable.Range(0, length).Select(_ => Entry(kind, random))];
            foreach (int count in (int[])[0, 1, length / 3, length / 2, length - 1, length])
            {
                IEnumerable<int> expected = Enumerable.Range(0, length).OrderByDescending(i => Math.Abs(vector[i])).Take(count).Order();

                Assert.Equal(expected, LargestEntries.Find(vector, count));
            }
        }
    }

    [Fact]
    public void Includes_the_smallest_and_the_largest_number() =>
        Assert.Equal([0, 2], Find([double.Epsilon, 0, -double.MaxValue], 2));

    [Fact]
    public void Are_none_of_an_empty_vector() => Assert.Empty(LargestEntries.Find([], 0));

    [Theory]
    [InlineData(-1)]
    [InlineData(4)]
    public void Refuses_more_than_there_are_and_less_than_none(int count) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => LargestEntries.Find([1, 2, 3], count));

    private static int[] Find(ReadOnlySpan<double> vector, int count) => [.. LargestEntries.Find(vector, count)];

    private static double Entry(string kind, SeededRandom random) => kind switch
    {
        "gaussian" => random.NextGaussian(),
        "tied" => random.NextInt32(5) - 2,
        "same exponent" => 1 + random.NextDouble(),
        "last bits" => Math.BitIncrement(1) + (random.NextInt32(8) * Math.BitIncrement(0)) + (random.NextInt32(8) * 0.25e-15),
        "any scale" => random.NextGaussian() * Math.Pow(10, random.NextInt32(600) - 300),
        _ => throw new ArgumentException(kind),
    };
}
