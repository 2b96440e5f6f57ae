using System.Collections.Immutable;

namespace ActorFed.Host.Runs;

/// <summary>One bar.</summary>
/// <param name="Label">Under the bar; every so many are shown.</param>
/// <param name="Value">Its height; finite, at least 0.</param>
/// <param name="Tip">Shown when the pointer rests on it.</param>
internal readonly record struct Bar(string Label, double Value, string Tip);

/// <summary>Bars side by side.</summary>
internal sealed record BarPlot
{
    private const double Width = 540;
    private const double Height = 236;
    private const double Top = 30;
    private const double Bottom = 38;
    private const double Right = 16;
    private const double LabelWidth = 34;

    /// <summary>What the plot shows, for those who cannot see it.</summary>
    public required string Title { get; init; }

    public required string XLabel { get; init; }

    public required string YLabel { get; init; }

    public required ImmutableArray<Bar> Bars { get; init; }

    /// <summary>Said in place of bars when there are none.</summary>
    public string NoData { get; init; } = "not measured in this run";

    /// <summary>Draws it.</summary>
    public string ToSvg()
    {
        SvgBuilder svg = new(Width, Height, Title);
        svg.Text("label", 2, 14, TextAnchor.Start, YLabel);
        if (Bars.IsEmpty)
        {
            return svg.Rectangle("empty", 1, Top, Width - 2, Height - Top - 8)
                .Text("none", Width / 2, (Height + Top) / 2, TextAnchor.Middle, NoData).ToString();
        }

        PlotAxis y = PlotAxis.Linear(Bars.Select(b => b.Value).Append(0), 5, isTight: false);
        double left = 14 + (6.4 * y.Ticks.Max(t => t.Label.Length));
        double bottom = Height - Bottom;
        foreach (AxisTick tick in y.Ticks.Where(t => t.Value >= 0))
        {
            double height = Vertical(tick.Value);
            svg.Line("grid", left, height, Width - Right, height);
            svg.Text("tick", left - 6, height + 3.5, TextAnchor.End, tick.Label);
        }

        double pitch = (Width - Right - left) / Bars.Length;
        int every = (int)Math.Ceiling(LabelWidth / pitch);
        for (int i = 0; i < Bars.Length; i++)
        {
            double x = left + (i * pitch);
            double width = Math.Min(pitch * 0.82, 48);
            double top = Vertical(Bars[i].Value);
            svg.Rectangle("f0", x + ((pitch - width) / 2), top, width, bottom - top, tip: Bars[i].Tip);
            if (i % every == 0)
            {
                svg.Text("tick", x + (pitch / 2), bottom + 16, TextAnchor.Middle, Bars[i].Label);
            }
        }

        svg.Line("axis", left, bottom, Width - Right, bottom);
        return svg.Text("label", Width - Right, Height - 4, TextAnchor.End, XLabel).ToString();

        double Vertical(double value) => bottom - (Math.Max(0, y.Position(value) ?? 0) * (bottom - Top));
    }
}
