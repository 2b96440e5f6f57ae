using System.Globalization;
using ActorFed.Algorithms.Graph.Topologies;
using ActorFed.Host.Runs;

namespace ActorFed.Host.Topologies;

/// <summary>Draws a topology with its figures; one that changes as its first rounds side by side.</summary>
/// <param name="topology">The topology.</param>
/// <param name="layout">Where participants stand.</param>
/// <param name="figures">Its figures.</param>
internal sealed class TopologyDrawing(Topology topology, TopologyLayout layout, TopologyFigures figures)
{
    /// <summary>More make a black disk and a file that is slow to open.</summary>
    public const int MaxEdgesDrawn = 40_000;

    private const double Margin = 20;
    private const double Top = 52;
    private const double SingleSide = 400;
    private const double PanelSide = 230;
    private const double CaptionHeight = 22;
    private const double FiguresWidth = 236;
    private const double LineHeight = 21;
    private const int MaxPanels = 6;
    private const double MaxRadius = 13;
    private const double SmallestLabelled = 7.5;
    private const double WidthOfOne = 7;   // of an edge that weighs 1, in a drawing of one round
    private const double ThinnestEdge = 0.5;
    private const double ThickestEdge = 4;

    /// <summary>Style of a drawing; its colours are those of reports, on a light and on a dark page.</summary>
    private const string Css = """
        svg { --page: #ffffff; --ink: #1a1f24; --soft: #5a646e; --edge: #0072b2; --node: #ffffff; }
        @media (prefers-color-scheme: dark) { svg { --page: #1a1e22; --ink: #e6e9ec; --soft: #9aa5b0; --edge: #5ab1ee; --node: #23282e; } }
        text { font-family: Inter, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; font-size: 12.5px; fill: var(--soft); font-variant-numeric: tabular-nums; }
        .page { fill: var(--page); } .title { font-size: 17px; font-weight: 620; fill: var(--ink); } .value { fill: var(--ink); }
        .edge { fill: none; stroke: var(--edge); stroke-linecap: round; } .head { fill: var(--edge); }
        .node { fill: var(--node); stroke: var(--ink); stroke-width: 1.2; } .number { fill: var(--ink); font-size: 11px; } .small { font-size: 8.5px; }
        """;

    /// <summary>The drawing as a file of its own.</summary>
    /// <exception cref="ArgumentException">There are too many edges to draw.</exception>
    public string ToSvg()
    {
        if (figures.Edges > MaxEdgesDrawn)
        {
            throw new ArgumentException($"The topology has {figures.Edges} edges, and at most {MaxEdgesDrawn} are drawn; leave --out away for its figures, or take fewer participants.");
        }

        int panels = topology.IsTimeVarying ? Math.Min(MaxPanels, figures.Rounds) : 1;
        int columns = panels <= 4 ? Math.Min(panels, 2) : 3;
        double side = panels == 1 ? SingleSide : PanelSide;
        double caption = panels == 1 ? 0 : CaptionHeight;
        double left = Margin + (columns * (side + Margin));
        double height = Math.Max(Top + ((panels + columns - 1) / columns * (side + caption)), Top + (figures.Lines().Length * LineHeight)) + Margin;
        SvgBuilder svg = new(left + FiguresWidth + Margin, height, $"The topology {figures.Topology} of {figures.Nodes} participants");
        svg.Rectangle("page", 0, 0, svg.Width, svg.Height);
        svg.Text("title", Margin, 32, TextAnchor.Start, $"{figures.Topology}, n = {figures.Nodes}");
        for (int panel = 0; panel < panels; panel++)
        {
            Spot corner = new(Margin + (panel % columns * (side + Margin)), Top + (panel / columns * (side + caption)));
            DrawRound(svg, topology.At(panel), corner, side);
            if (panels > 1)
            {
                svg.Text("", corner.X + (side / 2), corner.Y + side + 12, TextAnchor.Middle, $"round {panel}");
            }
        }

        DrawFigures(svg, left);
        return svg.ToFile(Css);
    }

    private void DrawFigures(SvgBuilder svg, double left)
    {
        double y = Top + 14;
        foreach ((string name, string value) in figures.Lines())
        {
            svg.Text("", left, y, TextAnchor.Start, name);
            svg.Text("value", left + FiguresWidth, y, TextAnchor.End, value);
            y += LineHeight;
        }
    }

    private void DrawRound(SvgBuilder svg, MixingMatrix matrix, Spot corner, double side)
    {
        double radius = Math.Min(MaxRadius * Math.Sqrt(side / SingleSide), 0.3 * side * layout.Spacing);
        Spot[] spots = [.. layout.Spots.Select(spot => new Spot(corner.X + (side * spot.X), corner.Y + (side * spot.Y)))];
        int edges = Enumerable.Range(0, matrix.Count).Sum(i => matrix.Row(i).Length);
        double opacity = edges > 400 ? 0.4 : 0.85;
        for (int i = 0; i < matrix.Count; i++)
        {
            foreach (Weight weight in matrix.Row(i))
            {
                int j = weight.Neighbour;
                bool isMutual = matrix.WeightOf(j, i) == weight.Value;
                if (!isMutual)
                {
                    DrawEdge(svg, spots[j], spots[i], 0.12 * Distance(spots[i], spots[j]), WidthOfOne * weight.Value * side / SingleSide, opacity, radius);
                }
                else if (i < j)
                {
                    DrawEdge(svg, spots[i], spots[j], side * layout.Bend(i, j), WidthOfOne * weight.Value * side / SingleSide, opacity, null);
                }
            }
        }

        for (int i = 0; i < matrix.Count; i++)
        {
            svg.Circle("node", spots[i].X, spots[i].Y, radius);
            if (radius >= SmallestLabelled)
            {
                svg.Text(radius < 10 ? "number small" : "number", spots[i].X, spots[i].Y + (radius < 10 ? 3 : 4), TextAnchor.Middle, $"{i}");
            }
        }
    }

    /// <summary>An edge; with a head at the rim of the receiving node where it has a direction.</summary>
    private static void DrawEdge(SvgBuilder svg, Spot from, Spot to, double bend, double wished, double opacity, double? headAt)
    {
        (double dx, double dy, double length) = (to.X - from.X, to.Y - from.Y, Distance(from, to));
        Spot control = new(((from.X + to.X) / 2) + (bend * dy / length), ((from.Y + to.Y) / 2) - (bend * dx / length));
        double width = Math.Clamp(wished, ThinnestEdge, ThickestEdge);
        string style = string.Create(CultureInfo.InvariantCulture, $" stroke-width=\"{width:0.##}\" stroke-opacity=\"{opacity:0.##}\"");
        string shape = bend == 0 ? "L" : $"Q{At(control)} ";
        if (headAt is not double radius)
        {
            svg.Path("edge", $"M{At(from)}{shape}{At(to)}", style);
            return;
        }

        double size = 3 + (1.6 * width);
        double last = Distance(control, to);
        (double ux, double uy) = ((to.X - control.X) / last, (to.Y - control.Y) / last);
        Spot tip = new(to.X - (radius * ux), to.Y - (radius * uy));
        Spot end = new(tip.X - (size * ux), tip.Y - (size * uy));
        Spot one = new(end.X - (size * uy / 2), end.Y + (size * ux / 2));
        Spot other = new(end.X + (size * uy / 2), end.Y - (size * ux / 2));
        svg.Path("edge", $"M{At(from)}{shape}{At(end)}", style);
        svg.Path("head", $"M{At(tip)}L{At(one)}L{At(other)}Z");
    }

    private static double Distance(Spot from, Spot to) => Math.Sqrt(((to.X - from.X) * (to.X - from.X)) + ((to.Y - from.Y) * (to.Y - from.Y)));

    private static string At(Spot spot) => $"{SvgBuilder.Coordinate(spot.X)},{SvgBuilder.Coordinate(spot.Y)}";
}
