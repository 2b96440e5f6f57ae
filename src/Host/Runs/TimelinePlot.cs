namespace ActorFed.Host.Runs;

/// <summary>
/// Who took part when: one lane per worker, shaded by the reports that entered steps, with marks for what went wrong.
/// </summary>
internal static class TimelinePlot
{
    private const double Width = 1116;
    private const double Left = 128;
    private const double Right = 96;
    private const double Top = 8;
    private const double Bottom = 40;
    private const int Shades = 6;

    /// <summary>A worker with less than this part of the median activity is called slow.</summary>
    private const double SlowBelow = 0.5;

    private static readonly Mark[] Marks =
    [
        new(LaneEvent.AskedAgain, "asked", "silent, asked again",
            (x, y) => $"M{Point(x - 3.5, y)}a3.5,3.5 0 1 0 7,0a3.5,3.5 0 1 0 -7,0z"),
        new(LaneEvent.Restarted, "restarted", "rebuilt after a failure",
            (x, y) => $"M{Point(x, y - 4.5)}L{Point(x + 4.5, y + 3.5)}L{Point(x - 4.5, y + 3.5)}z"),
        new(LaneEvent.Lost, "lost", "lost", (x, y) => $"M{Point(x - 4, y - 4)}l8,8M{Point(x + 4, y - 4)}l-8,8"),
        new(LaneEvent.Returned, "returned", "returned", (x, y) => $"M{Point(x, y - 5)}l4,5l-4,5l-4,-5z"),
        new(LaneEvent.Stopped, "stopped", "stopped", (x, y) => $"M{Point(x - 4, y - 4)}h8v8h-8z"),
    ];

    /// <summary>Draws it.</summary>
    public static string ToSvg(WorkerTimeline timeline)
    {
        const string Title = "Activity of the workers over time";
        if (timeline.Lanes == 0 || timeline.Buckets == 0)
        {
            return new SvgBuilder(Width, 80, $"{Title}: nothing observed").Rectangle("empty", 1, 1, Width - 2, 78)
                .Text("none", Width / 2, 44, TextAnchor.Middle, "no step was observed in this run").ToString();
        }

        double height = timeline.Lanes <= 20 ? 20 : timeline.Lanes <= 40 ? 14 : 10;
        SvgBuilder svg = new(Width, Top + (timeline.Lanes * height) + Bottom, Title);
        long[] totals = [.. Enumerable.Range(0, timeline.Lanes).Select(lane => timeline.Total(LaneEvent.Active, lane))];
        double median = totals.Order().ElementAt(totals.Length / 2);
        long max = 1;
        for (int lane = 0; lane < timeline.Lanes; lane++)
        {
            max = Math.Max(max, Enumerable.Range(0, timeline.Buckets).Max(b => timeline.Count(LaneEvent.Active, lane, b)));
        }

        for (int lane = 0; lane < timeline.Lanes; lane++)
        {
            double y = Top + (lane * height);
            if (height >= 14 || lane % 4 == 0)
            {
                svg.Text("tick", Left - 10, y + (height / 2) + 3.5, TextAnchor.End, timeline.Name(lane));
            }

            bool isSlow = totals[lane] < SlowBelow * median;
            svg.Rectangle("cell", Left, y + 1, Width - Right - Left, height - 2);
            DrawActivity(svg, timeline, lane, y, height, max);
            DrawMarks(svg, timeline, lane, y, height);
            svg.Text(isSlow ? "tick slow" : "tick", Width - Right + 8, y + (height / 2) + 3.5, TextAnchor.Start,
                Display.Count(totals[lane]) + (isSlow ? " slow" : ""));
        }

        DrawTimeAxis(svg, timeline, Top + (timeline.Lanes * height));
        return svg.ToString();
    }

    /// <summary>The marks and their meaning, as a legend in HTML.</summary>
    public static string Legend() => string.Concat(Marks.Select(mark =>
        "<span class=\"key\"><svg viewBox=\"-7 -7 14 14\" width=\"14\" height=\"14\">"
        + $"<path class=\"mark {mark.Style}\" d=\"{mark.Shape(0, 0)}\"/></svg>{mark.Meaning}</span>"));

    private static void DrawActivity(SvgBuilder svg, WorkerTimeline timeline, int lane, double y, double height, long max)
    {
        for (int start = 0; start < timeline.Buckets;)
        {
            int shade = Shade(start);
            int end = start + 1;
            while (end < timeline.Buckets && Shade(end) == shade)
            {
                end++;   // buckets of one shade are one rectangle
            }

            if (shade > 0)
            {
                (double x, double right) = (Horizontal(timeline, start), Horizontal(timeline, end));
                svg.Rectangle("f0", x, y + 1, right - x, height - 2, 0.12 + (0.78 * shade / Shades));
            }

            start = end;
        }

        int Shade(int bucket) => (int)Math.Ceiling((double)Shades * timeline.Count(LaneEvent.Active, lane, bucket) / max);
    }

    private static void DrawMarks(SvgBuilder svg, WorkerTimeline timeline, int lane, double y, double height)
    {
        foreach (Mark mark in Marks)
        {
            for (int bucket = 0; bucket < timeline.Buckets; bucket++)
            {
                long count = timeline.Count(mark.Kind, lane, bucket);
                if (count > 0)
                {
                    string times = count == 1 ? "" : $" {Display.Count(count)} times";
                    string when = Display.Duration(TimeSpan.FromSeconds(bucket * timeline.BucketSeconds));
                    string tip = $"{timeline.Name(lane)}: {mark.Meaning}{times} at about {when}";
                    svg.Path($"mark {mark.Style}", mark.Shape(Horizontal(timeline, bucket + 0.5), y + (height / 2)), tip: tip);
                }
            }
        }
    }

    private static void DrawTimeAxis(SvgBuilder svg, WorkerTimeline timeline, double y)
    {
        PlotAxis axis = PlotAxis.Linear([0, timeline.Buckets * timeline.BucketSeconds], 10, isTight: true);
        svg.Line("axis", Left, y + 2, Width - Right, y + 2);
        foreach (AxisTick tick in axis.Ticks)
        {
            double x = Left + (axis.Position(tick.Value)!.Value * (Width - Right - Left));
            svg.Line("axis", x, y + 2, x, y + 6);
            svg.Text("tick", x, y + 18, TextAnchor.Middle, tick.Label);
        }

        svg.Text("label", Left, y + 34, TextAnchor.Start, "Time in s");
        svg.Text("label", Width - Right + 8, y + 34, TextAnchor.Start, "reports used");
    }

    private static double Horizontal(WorkerTimeline timeline, double bucket) =>
        Left + (bucket / timeline.Buckets * (Width - Right - Left));

    private static string Point(double x, double y) => $"{SvgBuilder.Coordinate(x)},{SvgBuilder.Coordinate(y)}";

    /// <summary>How an event is drawn: path data around a point, and its class in the page's style.</summary>
    private sealed record Mark(LaneEvent Kind, string Style, string Meaning, Func<double, double, string> Shape);
}
