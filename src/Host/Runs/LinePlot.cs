using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace ActorFed.Host.Runs;

/// <summary>A point of a line; a value that is not finite makes a gap.</summary>
internal readonly record struct PlotPoint(double X, double Y);

/// <summary>One line of a plot.</summary>
/// <param name="Name">Its name in the legend.</param>
/// <param name="Colour">Index of its colour; see the page's style.</param>
/// <param name="Points">Its points, X ascending.</param>
internal sealed record PlotLine(string Name, int Colour, IReadOnlyList<PlotPoint> Points)
{
    /// <summary>A band around the line, such as from quartile to quartile, X ascending; empty when it has none.</summary>
    public IReadOnlyList<PlotRange> Band { get; init; } = [];
}

/// <summary>The extent of a band at one place; one that is not finite makes a gap.</summary>
internal readonly record struct PlotRange(double X, double Low, double High);

/// <summary>A height marked across a plot.</summary>
internal readonly record struct PlotLevel(double Y, string Label);

/// <summary>How a vertical axis is scaled.</summary>
internal enum PlotScale
{
    Linear,
    Log,

    /// <summary>Logarithmic when all values are positive and span three decades or more.</summary>
    Auto,
}

/// <summary>Lines over a common horizontal axis that begins at 0.</summary>
internal sealed record LinePlot
{
    /// <summary>Colours that the page's style defines.</summary>
    public const int Colours = 6;

    private const double Width = 540;
    private const double Height = 236;
    private const double Top = 30;
    private const double Bottom = 38;
    private const double Right = 16;
    private const int MaxPointsDrawn = 600;   // more than a plot has columns on most screens
    private const double AutoLogRatio = 1000;

    /// <summary>What the plot shows, for those who cannot see it.</summary>
    public required string Title { get; init; }

    /// <summary>Name and unit of the horizontal axis.</summary>
    public required string XLabel { get; init; }

    /// <summary>Name and unit of the vertical axis.</summary>
    public required string YLabel { get; init; }

    public required ImmutableArray<PlotLine> Lines { get; init; }

    /// <summary>Heights to mark.</summary>
    public ImmutableArray<PlotLevel> Levels { get; init; } = [];

    public PlotScale YScale { get; init; }

    /// <summary>Said in place of lines when there are none.</summary>
    public string NoData { get; init; } = "not measured in this run";

    /// <summary>Draws it.</summary>
    public string ToSvg()
    {
        PlotAxis y = YAxis();
        PlotLine[] drawn = [.. Lines.Select(line => line with { Points = Thin(line.Points, MaxPointsDrawn) })];
        if (!drawn.Any(line => line.Points.Any(p => IsDrawable(p, y))))
        {
            return Empty();
        }

        IEnumerable<double> across = drawn.SelectMany(l => l.Points).Where(p => IsDrawable(p, y)).Select(p => p.X).Append(0);
        PlotAxis x = PlotAxis.Linear(across, 6, isTight: true);
        double left = 14 + (6.4 * y.Ticks.Max(t => t.Label.Length));
        SvgBuilder svg = new(Width, Height, Title);
        DrawAxes(svg, x, y, left);
        foreach (PlotLine line in drawn)
        {
            DrawBand(svg, line, x, y, left);
        }

        foreach (PlotLine line in drawn)
        {
            DrawLine(svg, line, x, y, left);
        }

        foreach (PlotLevel level in Levels)
        {
            DrawLevel(svg, level, y, left);
        }

        return svg.ToString();
    }

    /// <summary>Fewer points that look the same: of each group the first lowest and the first highest, and every gap.</summary>
    internal static IReadOnlyList<PlotPoint> Thin(IReadOnlyList<PlotPoint> points, int max)
    {
        if (points.Count <= max)
        {
            return points;
        }

        List<PlotPoint> thinned = new(max + 2) { points[0] };
        int groups = max / 3;
        for (int group = 0; group < groups; group++)
        {
            int start = (int)((long)group * points.Count / groups);
            int end = (int)((long)(group + 1) * points.Count / groups);
            (int low, int high, int gap) = (-1, -1, -1);
            for (int i = start; i < end; i++)
            {
                double value = points[i].Y;
                gap = gap < 0 && !double.IsFinite(value) ? i : gap;
                low = double.IsFinite(value) && (low < 0 || value < points[low].Y) ? i : low;
                high = double.IsFinite(value) && (high < 0 || value > points[high].Y) ? i : high;
            }

            thinned.AddRange(((int[])[low, high, gap]).Where(i => i > 0).Distinct().Order().Select(i => points[i]));
        }

        if (thinned[^1] != points[^1])
        {
            thinned.Add(points[^1]);
        }

        return thinned;
    }

    private static bool IsDrawable(PlotPoint point, PlotAxis y) => double.IsFinite(point.X) && y.Position(point.Y) is not null;

    private PlotAxis YAxis()
    {
        IEnumerable<double> ofBands = Lines.SelectMany(l => l.Band).SelectMany(r => (double[])[r.Low, r.High]);
        double[] values = [.. Lines.SelectMany(l => l.Points).Select(p => p.Y).Concat(ofBands).Concat(Levels.Select(l => l.Y)).Where(double.IsFinite)];
        bool isLog = YScale == PlotScale.Log
            || (YScale == PlotScale.Auto && values.Length > 0 && values.Min() > 0 && values.Max() / values.Min() >= AutoLogRatio);
        return isLog ? PlotAxis.Log(values) : PlotAxis.Linear(values, 5, isTight: false);
    }

    private string Empty() => new SvgBuilder(Width, Height, $"{Title}: {NoData}")
        .Rectangle("empty", 1, Top, Width - 2, Height - Top - 8)
        .Text("label", 2, 14, TextAnchor.Start, YLabel)
        .Text("none", Width / 2, (Height + Top) / 2, TextAnchor.Middle, NoData)
        .ToString();

    private void DrawAxes(SvgBuilder svg, PlotAxis x, PlotAxis y, double left)
    {
        double bottom = Height - Bottom;
        svg.Text("label", 2, 14, TextAnchor.Start, y.IsLog ? $"{YLabel}, log scale" : YLabel);
        foreach (AxisTick tick in y.Ticks)
        {
            double height = Vertical(y.Position(tick.Value)!.Value);
            svg.Line("grid", left, height, Width - Right, height);
            svg.Text("tick", left - 6, height + 3.5, TextAnchor.End, tick.Label);
        }

        svg.Line("axis", left, bottom, Width - Right, bottom);
        foreach (AxisTick tick in x.Ticks)
        {
            double across = Horizontal(x.Position(tick.Value)!.Value, left);
            svg.Line("axis", across, bottom, across, bottom + 4);
            svg.Text("tick", across, bottom + 16, TextAnchor.Middle, tick.Label);
        }

        svg.Text("label", Width - Right, Height - 4, TextAnchor.End, XLabel);
    }

    private static void DrawLevel(SvgBuilder svg, PlotLevel level, PlotAxis y, double left)
    {
        if (y.Position(level.Y) is double position)
        {
            double height = Vertical(position);
            svg.Line("level", left, height, Width - Right, height);
            svg.Text("tick halo", Width - Right, height - 5, TextAnchor.End, level.Label);
        }
    }

    private static void DrawBand(SvgBuilder svg, PlotLine line, PlotAxis x, PlotAxis y, double left)
    {
        StringBuilder path = new();
        List<string> back = [];
        foreach (PlotRange range in line.Band)
        {
            if (!double.IsFinite(range.X) || y.Position(range.Low) is not double low || y.Position(range.High) is not double high)
            {
                Close();
                continue;
            }

            string across = SvgBuilder.Coordinate(Horizontal(x.Position(range.X)!.Value, left));
            path.Append(back.Count == 0 ? 'M' : 'L').Append(across).Append(',').Append(SvgBuilder.Coordinate(Vertical(high)));
            back.Add($"L{across},{SvgBuilder.Coordinate(Vertical(low))}");
        }

        Close();
        if (path.Length > 0)
        {
            svg.Path($"band f{line.Colour % Colours}", path.ToString());
        }

        void Close()
        {
            back.Reverse();
            path.AppendJoin("", back).Append(back.Count > 0 ? "Z" : "");
            back.Clear();
        }
    }

    private static void DrawLine(SvgBuilder svg, PlotLine line, PlotAxis x, PlotAxis y, double left)
    {
        StringBuilder path = new();
        StringBuilder readings = new();   // for the page's script: place and value of each point
        bool isOpen = false;
        (double X, double Y)? last = null;
        foreach (PlotPoint point in line.Points)
        {
            if (!IsDrawable(point, y))
            {
                isOpen = false;
                continue;
            }

            (double across, double height) = (Horizontal(x.Position(point.X)!.Value, left), Vertical(y.Position(point.Y)!.Value));
            (string px, string py) = (SvgBuilder.Coordinate(across), SvgBuilder.Coordinate(height));
            // A point between two gaps is a dot: a line without length.
            path.Append(isOpen ? $"L{px},{py}" : $"M{px},{py}L{px},{py}");
            readings.Append(CultureInfo.InvariantCulture, $"{px},{py},{point.X:G8},{point.Y:G5} ");
            isOpen = true;
            last = (across, height);
        }

        if (last is (double endX, double endY))
        {
            string name = HtmlText.Encode(line.Name);
            string data = $" data-name=\"{name}\" data-points=\"{readings.ToString().TrimEnd()}\"";
            svg.Path($"line s{line.Colour % Colours}", path.ToString(), data);
            svg.Circle($"dot f{line.Colour % Colours}", endX, endY, 3);
        }
    }

    private static double Horizontal(double position, double left) => left + (position * (Width - Right - left));

    private static double Vertical(double position) => Height - Bottom - (position * (Height - Bottom - Top));
}
