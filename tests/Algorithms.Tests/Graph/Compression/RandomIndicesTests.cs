using ActorFed.Algorithms.Graph.Compression;
using Xunit;

namespace ActorFed.Algorithms.Tests.Graph.Compression;

public sealed class RandomIndicesTests
{
    [Theory]
    [InlineData(0, 0)]
    [InlineData(0, 5)]
    [InlineData(5, 5)]
    [InlineData(3, 64)]
    [InlineData(64, 64)]
    [InlineData(65, 65)]
    [InlineData(700, 1000)]
    public void Are_distinct_ascending_and_in_range(int count, int length)
    {
        int[] indices = [.. RandomIndices.Draw(7, count, length)];

        Assert.Equal(count, indices.Length);
        Assert.Equal(indices.Distinct().Order(), indices);
        Assert.All(indices, index => Assert.InRange(index, 0, length - 1));
    }

    [Fact]
    public void Are_the_same_for_the_same_seed_and_others_for_another()
    {
        int[] indices = [.. RandomIndices.Draw(7, 20, 100)];

        Assert.Equal(indices, RandomIndices.Draw(7, 20, 100).ToArray());
        Assert.NotEqual(indices, RandomIndices.Draw(8, 20, 100).ToArray());
    }

    [Fact]
    public void Mean_the_same_to_every_version_of_the_program() =>
        Assert.Equal([0, 1, 5, 14, 18], RandomIndices.Draw(7, 5, 20).ToArray()); // receivers draw them too

    [Fact]
    public void Every_set_is_equally_likely()
    {
        const int Draws = 6000;

        Dictionary<string, int> sets = Enumerable.Range(0, Draws)
            .Select(seed => string.Join(',', RandomIndices.Draw((ulong)seed, 2, 4)))
            .GroupBy(set => set).ToDictionary(group => group.Key, group => group.Count());

        Assert.Equal(6, sets.Count);
        Assert.All(sets.Values, count => Assert.InRange(count, 1000 - 145, 1000 + 145)); // five standard deviations, √(6000 · 5/36) each
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(4)]
    public void Refuses_more_than_there_are_and_less_than_none(int count) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => RandomIndices.Draw(7, count, 3));
}
