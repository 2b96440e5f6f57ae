using ActorFed.Algorithms.Oracles;
using Xunit;

namespace ActorFed.Algorithms.Tests.Oracles;

/// <summary>Small cases by counting; large ones are compared with published numbers by the vector files.</summary>
public sealed class SoftSamplingLawTests
{
    /// <summary>All 27 ways of three draws from three rows.</summary>
    [Fact]
    public void Agrees_with_counting_all_ways()
    {
        int[][] ways = [.. Enumerable.Range(0, 27).Select(way => new[] { way % 3, way / 3 % 3, way / 9 })];
        double[] distinct = [.. ways.Select(way => (double)way.Distinct().Count())];
        double mean = distinct.Average();

        Assert.Equal(ways.Count(way => way.Contains(1)) / 27.0, SoftSamplingLaw.Coverage(3, 3), 1e-14);
        Assert.Equal(mean, SoftSamplingLaw.MeanDistinct(3, 3), 1e-14);
        Assert.Equal(distinct.Average(value => (value - mean) * (value - mean)), SoftSamplingLaw.VarianceOfDistinct(3, 3), 1e-14);
        for (int times = 0; times <= 3; times++)
        {
            Assert.Equal(ways.Count(way => way.Count(row => row == 1) == times) / 27.0, SoftSamplingLaw.Occupancy(3, 3, times), 1e-14);
        }
    }

    [Fact]
    public void The_variance_does_not_drown_in_its_terms()
    {
        // almost every draw of a thousand is of a row of its own, so the variance is about that of the pairs that meet: T² / 2N
        Assert.Equal(1000.0 * 999 / 2e9, SoftSamplingLaw.VarianceOfDistinct(1_000_000_000, 1000), 1e-8);
    }

    [Theory]
    [InlineData(1_000_000, 100_000, 0.99, 47)] // the paper's example: a tenth of the rows in each epoch
    [InlineData(1_000_000, 1_000_000, 0.5, 1)]
    [InlineData(1_000_000, 300_000, 0.99, 16)]
    public void Counts_epochs_until_a_share_is_seen(long rows, long epochRows, double share, long epochs) =>
        Assert.Equal(epochs, SoftSamplingLaw.EpochsToCover(rows, epochRows, share));
}
