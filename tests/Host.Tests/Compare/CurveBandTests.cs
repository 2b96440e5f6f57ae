using ActorFed.Host.Compare;
using ActorFed.Host.Runs;
using Xunit;

namespace ActorFed.Host.Tests.Compare;

public sealed class CurveBandTests
{
    [Fact]
    public void Is_empty_without_points() => Assert.Empty(CurveBand.Over([[], []], 10));

    [Fact]
    public void Takes_quartiles_at_each_place_of_curves_that_share_their_places()
    {
        PlotPoint[][] curves = [[new(1, 10), new(2, 1)], [new(1, 20), new(2, 2)], [new(1, 30), new(2, 3)]];

        IReadOnlyList<BandPoint> band = CurveBand.Over(curves, 10);

        Assert.Equal([new BandPoint(1, new Quartiles(15, 20, 25)), new BandPoint(2, new Quartiles(1.5, 2, 2.5))], band);
    }

    [Fact]
    public void Counts_each_curve_with_its_newest_point_and_begins_where_all_have_begun()
    {
        PlotPoint[][] curves = [[new(1, 8), new(4, 4)], [new(2, 6), new(3, 0)]];

        IReadOnlyList<BandPoint> band = CurveBand.Over(curves, 10);

        Assert.Equal([(2d, 7d), (3d, 4d), (4d, 2d)], band.Select(point => (point.X, point.Y.Median)));
    }

    [Fact]
    public void Leaves_out_curves_without_points()
    {
        IReadOnlyList<BandPoint> band = CurveBand.Over([[], [new PlotPoint(1, 5)]], 10);

        Assert.Equal([new BandPoint(1, new Quartiles(5, 5, 5))], band);
    }

    [Fact]
    public void Makes_a_gap_where_a_curve_is_not_a_number()
    {
        IReadOnlyList<BandPoint> band = CurveBand.Over([[new PlotPoint(1, 5)], [new PlotPoint(1, double.NaN)]], 10);

        Assert.True(double.IsNaN(Assert.Single(band).Y.Median));
    }

    [Fact]
    public void Keeps_both_ends_when_there_are_more_places_than_asked_for()
    {
        PlotPoint[] curve = [.. Enumerable.Range(0, 1000).Select(i => new PlotPoint(i, i))];

        IReadOnlyList<BandPoint> band = CurveBand.Over([curve], 11);

        Assert.Equal(11, band.Count);
        Assert.Equal((0d, 999d), (band[0].X, band[^1].X));
    }
}
