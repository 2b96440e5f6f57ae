using System.Xml.Linq;
using ActorFed.Host.Runs;
using Xunit;

namespace ActorFed.Host.Tests.Runs;

public sealed class LinePlotTests
{
    [Fact]
    public void Draws_a_line_from_point_to_point()
    {
        XElement path = Assert.Single(Paths(Draw(PlotScale.Linear, (0, 0), (1, 1), (2, 0))));

        Assert.Equal(3, path.Attribute("data-points")!.Value.Split(' ').Length);
        Assert.Single(Moves(path));
    }

    [Fact]
    public void Leaves_gaps_where_values_are_not_finite()
    {
        XElement path = Assert.Single(Paths(Draw(PlotScale.Linear, (0, 0), (1, double.NaN), (2, 1), (3, 2), (4, double.PositiveInfinity), (5, 1))));

        Assert.Equal(3, Moves(path).Length);
    }

    [Fact]
    public void Leaves_gaps_where_a_log_scale_has_no_place()
    {
        XElement path = Assert.Single(Paths(Draw(PlotScale.Log, (0, 1), (1, 0), (2, 10), (3, -1))));

        Assert.Equal(2, Moves(path).Length);
    }

    [Fact]
    public void Says_so_when_there_is_nothing_to_draw()
    {
        Assert.Contains("not measured in this run", Draw(PlotScale.Linear).Value, StringComparison.Ordinal);
        Assert.Contains("not measured in this run", Draw(PlotScale.Linear, (0, double.NaN), (1, double.NegativeInfinity)).Value, StringComparison.Ordinal);
        Assert.Contains("not measured in this run", Draw(PlotScale.Log, (0, 0), (1, -2)).Value, StringComparison.Ordinal);
    }

    [Fact]
    public void Draws_a_single_point_as_a_dot()
    {
        XElement svg = Draw(PlotScale.Auto, (7, 0.5));

        Assert.Single(Paths(svg));
        Assert.Single(svg.Descendants("circle"));
    }

    [Theory]
    [InlineData(1, 999, false)]
    [InlineData(1, 1000, true)]
    [InlineData(0, 1000, false)]
    [InlineData(-1, 1000, false)]
    public void Chooses_a_log_scale_for_positive_values_over_three_decades(double low, double high, bool isLog) =>
        Assert.Equal(isLog, Draw(PlotScale.Auto, (0, low), (1, high)).Value.Contains("log scale", StringComparison.Ordinal));

    [Fact]
    public void Draws_a_band_below_its_line_and_makes_room_for_it()
    {
        XElement svg = DrawBand(PlotScale.Linear, new(0, 0, 10), new(1, 1, 40), new(2, 2, 20));

        XElement[] paths = Paths(svg);
        Assert.Equal(["band f0", "line s0"], paths.Select(path => path.Attribute("class")!.Value));
        Assert.Equal((1, 1, 5), (Count(paths[0], 'M'), Count(paths[0], 'Z'), Count(paths[0], 'L')));
        Assert.Contains("40", svg.Descendants("text").Select(text => text.Value));
    }

    [Fact]
    public void Marks_a_level_and_makes_room_for_it()
    {
        XElement svg = XElement.Parse(new LinePlot
        {
            Title = "plot",
            XLabel = "x",
            YLabel = "y",
            Lines = [new PlotLine("line", 0, [new PlotPoint(0, 1), new PlotPoint(1, 2)])],
            Levels = [new PlotLevel(30, "target 30")],
        }.ToSvg());

        Assert.Single(svg.Elements("line"), line => line.Attribute("class")!.Value == "level");
        Assert.Contains("target 30", svg.Elements("text").Select(text => text.Value));
        Assert.Contains("30", svg.Elements("text").Select(text => text.Value));
    }

    [Fact]
    public void Leaves_gaps_in_a_band_where_it_has_no_place()
    {
        XElement[] paths = Paths(DrawBand(PlotScale.Log, new(0, 1, 10), new(1, 1, 10), new(2, 0, 10), new(3, 1, double.PositiveInfinity), new(4, 1, 10), new(5, 1, 10)));

        Assert.Equal((2, 2), (Count(paths[0], 'M'), Count(paths[0], 'Z')));
    }

    [Fact]
    public void Survives_values_of_every_size()
    {
        XElement svg = Draw(PlotScale.Linear, (0, double.MaxValue), (1e18, -double.MaxValue), (2e18, double.Epsilon));

        Assert.DoesNotContain("NaN", svg.ToString(), StringComparison.Ordinal);
        Assert.Single(Paths(svg));
    }

    [Fact]
    public void Keeps_extremes_gaps_and_ends_when_it_thins()
    {
        PlotPoint[] points = [.. Enumerable.Range(0, 100_000).Select(i => new PlotPoint(i, i == 4321 ? 50 : i == 77_777 ? -50 : i == 9_000 ? double.NaN : Math.Sin(i)))];

        IReadOnlyList<PlotPoint> thinned = LinePlot.Thin(points, 600);

        Assert.InRange(thinned.Count, 100, 602);
        Assert.Contains(new PlotPoint(4321, 50), thinned);
        Assert.Contains(new PlotPoint(77_777, -50), thinned);
        Assert.Contains(thinned, p => double.IsNaN(p.Y));
        Assert.Equal((points[0], points[^1]), (thinned[0], thinned[^1]));
        Assert.Equal(thinned.OrderBy(p => p.X), thinned);
    }

    [Fact]
    public void Escapes_names() => Assert.Equal("a<b & \"c\"", Assert.Single(Paths(Draw("a<b & \"c\"", PlotScale.Linear, (0, 0)))).Attribute("data-name")!.Value);

    private static XElement Draw(PlotScale scale, params (double X, double Y)[] points) => Draw("line", scale, points);

    private static XElement Draw(string name, PlotScale scale, params (double X, double Y)[] points) => XElement.Parse(new LinePlot
    {
        Title = "plot",
        XLabel = "x",
        YLabel = "y",
        YScale = scale,
        Lines = [new PlotLine(name, 0, [.. points.Select(p => new PlotPoint(p.X, p.Y))])],
    }.ToSvg());

    /// <summary>A band around a line at height 1.</summary>
    private static XElement DrawBand(PlotScale scale, params PlotRange[] band) => XElement.Parse(new LinePlot
    {
        Title = "plot",
        XLabel = "x",
        YLabel = "y",
        YScale = scale,
        Lines = [new PlotLine("line", 0, [.. band.Select(range => new PlotPoint(range.X, 1))]) { Band = band }],
    }.ToSvg());

    private static int Count(XElement path, char command) => path.Attribute("d")!.Value.Count(c => c == command);

    private static XElement[] Paths(XElement svg) => [.. svg.Elements("path")];

    private static string[] Moves(XElement path) => path.Attribute("d")!.Value.Split('M', StringSplitOptions.RemoveEmptyEntries);
}
