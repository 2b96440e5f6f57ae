using ActorFed.Host.Runs;
using Xunit;

namespace ActorFed.Host.Tests.Runs;

public sealed class StalenessHistogramTests
{
    [Fact]
    public void Counts_each_staleness()
    {
        StalenessHistogram histogram = new();

        foreach (int staleness in (int[])[0, 0, 2, 6])
        {
            histogram.Add(staleness);
        }

        Assert.Equal([2, 0, 1, 0, 0, 0, 1], histogram.Counts.ToArray());
        Assert.Equal((4, 6, 2.0), (histogram.Total, histogram.Max, histogram.Mean));
    }

    [Fact]
    public void Counts_the_very_stale_together_and_keeps_their_maximum()
    {
        StalenessHistogram histogram = new();

        histogram.Add(1_000_000);
        histogram.Add(2_000);

        Assert.Equal(2, histogram.Counts[^1]);
        Assert.Equal(StalenessHistogram.Largest + 1, histogram.Counts.Length);
        Assert.Equal(1_000_000, histogram.Max);
    }

    [Fact]
    public void Is_empty_at_first()
    {
        StalenessHistogram histogram = new();

        Assert.True(histogram.Counts.IsEmpty);
        Assert.Equal(0, histogram.Mean);
    }
}
