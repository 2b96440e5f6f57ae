using ActorFed.Host.Runs;
using Xunit;

namespace ActorFed.Host.Tests.Runs;

public sealed class SeriesTests
{
    [Fact]
    public void Stays_bounded_at_a_million_points_and_spans_them_all()
    {
        Series series = new();

        for (int i = 0; i < 1_000_000; i++)
        {
            series.Add(new SeriesPoint(i, i * 0.5, i));
        }

        SeriesPoint[] points = series.ToArray();
        Assert.InRange(points.Length, Series.DefaultCapacity / 2, Series.DefaultCapacity + 1);
        Assert.Equal(0, points[0].Step);
        Assert.Equal(999_999, points[^1].Step);
        long[] gaps = [.. points.Zip(points.Skip(1), (a, b) => b.Step - a.Step).SkipLast(1).Distinct()];
        Assert.Single(gaps);   // evenly spread, but for the last point
        Assert.Equal(1_000_000, series.Offered);
    }

    [Fact]
    public void Keeps_every_point_while_there_is_room()
    {
        Series series = new(capacity: 4);
        SeriesPoint[] points = [new(1, 1, 1), new(2, 2, double.NaN), new(3, 3, 3), new(4, 4, 4)];

        Array.ForEach(points, series.Add);

        Assert.Equal(points, series.ToArray());
        series.Add(new SeriesPoint(5, 5, 5));
        Assert.Equal([1, 3, 5], series.ToArray().Select(p => p.Step));
        series.Add(new SeriesPoint(6, 6, 6));
        Assert.Equal([1, 3, 5, 6], series.ToArray().Select(p => p.Step));
    }

    [Fact]
    public void Drops_what_comes_after_a_step_and_goes_on_from_there()
    {
        Series series = new(capacity: 4);
        for (int i = 1; i <= 6; i++)
        {
            series.Add(new SeriesPoint(i, i, i));   // of which 1, 3 and 5 are kept, and 6 as the last
        }

        series.DropAfter(6);
        Assert.Equal([1, 3, 5, 6], series.ToArray().Select(p => p.Step));
        series.DropAfter(4);
        Assert.Equal(3, series.Last!.Value.Step);
        series.Add(new SeriesPoint(5, 9, 50));
        series.Add(new SeriesPoint(6, 10, 60));

        Assert.Equal([1, 3, 5, 6], series.ToArray().Select(p => p.Step));
        Assert.Equal([1, 3, 50, 60], series.ToArray().Select(p => p.Value));
        series.DropAfter(0);
        Assert.Empty(series.ToArray());
        Assert.Null(series.Last);
    }

    [Fact]
    public void Holds_nothing_at_first()
    {
        Series series = new();

        Assert.Empty(series.ToArray());
        Assert.Empty(series.Sample(10));
        Assert.Null(series.Last);
    }

    [Theory]
    [InlineData(1, new double[] { 9 })]
    [InlineData(2, new double[] { 0, 9 })]
    [InlineData(4, new double[] { 0, 3, 6, 9 })]
    [InlineData(50, new double[] { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9 })]
    public void Samples_from_the_first_to_the_last(int count, double[] expected)
    {
        Series series = new();
        for (int i = 0; i < 10; i++)
        {
            series.Add(new SeriesPoint(i, i, i));
        }

        Assert.Equal(expected, series.Sample(count));
    }
}
