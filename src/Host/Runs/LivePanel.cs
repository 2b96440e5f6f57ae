using System.Globalization;
using ActorFed.Algorithms.Core;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace ActorFed.Host.Runs;

/// <summary>Draws how a run stands: as a panel for a terminal, as one line for a log.</summary>
internal sealed class LivePanel(RunHead head)
{
    private const int MaxTraceWidth = 32;
    private const int MaxTestMetrics = 6;

    /// <summary>The panel.</summary>
    /// <param name="progress">How the run stands.</param>
    /// <param name="elapsed">Real time since it began.</param>
    /// <param name="rate">Steps per second of real time, or null.</param>
    /// <param name="width">Columns of the terminal.</param>
    /// <param name="isUnicode">Whether the terminal shows more than ASCII.</param>
    public IRenderable Draw(RunProgress progress, TimeSpan elapsed, double? rate, int width, bool isUnicode)
    {
        List<IRenderable> rows = [];
        if (head.StepLimit is long limit && limit > 0)
        {
            rows.Add(new Markup(Bar(progress.Step, limit, Math.Clamp(width - 44, 10, 60), isUnicode)));
        }

        rows.Add(new Text(""));
        Grid columns = new Grid { Expand = true }
            // Fixed, so that nothing jumps as numbers change.
            .AddColumn(new GridColumn { NoWrap = true, Width = (width / 2) - 2 })
            .AddColumn(new GridColumn { NoWrap = true });
        rows.Add(columns.AddRow(Numbers(progress, isUnicode, width), Cluster(progress)));
        rows.Add(new Text(""));
        if (!progress.Nodes.IsEmpty)
        {
            rows.Add(Pairs(progress.Nodes.Select(node => (
                $"Node {node.Name}", node.IsWell ? Names(node) : $"[yellow]away[/]   {Names(node)}"))));
            rows.Add(new Text(""));
        }

        rows.Add(new Markup(Footer(progress, elapsed, rate)));
        (string algorithm, string problem, string id) = (Markup.Escape(head.Algorithm), Markup.Escape(head.Problem), Markup.Escape(head.RunId));
        return new Panel(new Rows(rows))
        {
            Header = new PanelHeader($" [bold]{algorithm}[/] on [bold]{problem}[/] [grey]{id}[/] "),
            Border = isUnicode ? BoxBorder.Rounded : BoxBorder.Ascii,
            BorderStyle = new Style(Color.Grey),
            Padding = new Padding(2, 1),
            Expand = true,
        };
    }

    /// <summary>The line: names and values that a script can pick out as well as a person.</summary>
    public string Line(RunProgress progress, TimeSpan elapsed, double? rate)
    {
        string ofLimit = head.StepLimit is long limit ? $"/{limit} ({Percent(progress.Step, limit)})" : "";
        List<string> parts = [$"step {progress.Step}{ofLimit}"];
        Add("upper", progress.Upper);
        Add("lower", progress.Lower);
        Add("gap", progress.Gap);
        parts.AddRange(progress.TestMetrics.Select(metric => $"{metric.Name} {Display.Number(metric.Value)}"));
        Add("planes", progress.Planes);
        parts.Add(string.Create(CultureInfo.InvariantCulture, $"staleness max {progress.MaxStaleness} mean {progress.MeanStaleness:0.0}"));
        parts.Add($"workers {progress.WorkersAlive}/{head.Workers}");
        parts.Add($"restarts {progress.Restarts}");
        if (progress.BytesSent is long bytes)
        {
            parts.Add($"sent {Display.Bytes(bytes)}");
        }

        if (!progress.Nodes.IsEmpty)
        {
            parts.Add($"nodes {string.Join(", ", progress.Nodes.Select(node => $"{node.Name} {node.Participants.Length}{(node.IsWell ? "" : " (away)")}"))}");
        }

        Add("steps/s", rate);
        parts.Add($"elapsed {Display.Duration(elapsed)}");
        if (RateMeter.Remaining(progress.Step, head.StepLimit, rate) is TimeSpan left)
        {
            parts.Add($"eta {Display.Duration(left)}");
        }

        return string.Join("  ", parts);

        void Add(string name, double? value)
        {
            if (value is not null)
            {
                parts.Add($"{name} {Display.Number(value)}");
            }
        }
    }

    /// <summary>The participants of a node, as many as there is room for; the one that leads in bold.</summary>
    private static string Names(NodeShare node)
    {
        const int Shown = 8;
        IEnumerable<string> names = node.Participants.OrderBy(name => IsLead(name) ? 0 : 1).Take(Shown)
            .Select(name => IsLead(name) ? $"[bold]{Markup.Escape(name)}[/]" : Markup.Escape(name));
        int more = node.Participants.Length - Shown;
        return $"{node.Participants.Length}   [grey]{string.Join("  ", names)}{(more > 0 ? $"  and {more} more" : "")}[/]";
    }

    private static bool IsLead(string participant) => participant is "master" or "neighbour-0";

    private static string Percent(long step, long limit) =>
        string.Create(CultureInfo.InvariantCulture, $"{(limit == 0 ? 100 : Math.Floor(100.0 * step / limit)):0} %");

    private static string Bar(long step, long limit, int width, bool isUnicode)
    {
        int done = (int)Math.Clamp(width * ((double)step / limit), 0, width);
        string bar = isUnicode
            ? $"[blue]{new string('━', done)}[/][grey35]{new string('━', width - done)}[/]"
            : $"[blue]{new string('=', done)}[/]{new string('.', width - done)}";
        return $"{bar}  [bold]{Percent(step, limit)}[/]  [grey]step[/] {Display.Count(step)} [grey]of {Display.Count(limit)}[/]";
    }

    private static Grid Pairs(IEnumerable<(string Name, string Value)> pairs)
    {
        Grid grid = new Grid()
            .AddColumn(new GridColumn { NoWrap = true, Padding = new Padding(0, 0, 2, 0) })
            .AddColumn(new GridColumn { NoWrap = true, Padding = new Padding(0) });
        foreach ((string name, string value) in pairs)
        {
            grid.AddRow(new Markup($"[grey]{Markup.Escape(name)}[/]"), new Markup(value));
        }

        return grid;
    }

    private Grid Numbers(RunProgress progress, bool isUnicode, int width)
    {
        int traceWidth = Math.Clamp((width / 2) - 34, 0, MaxTraceWidth);
        string trace = isUnicode && progress.UpperTrace.Length > 1 && traceWidth >= 8
            ? $"   [blue]{Sparkline.Of(Spread(progress.UpperTrace, traceWidth))}[/]"
            : "";
        List<(string Name, string Value)> pairs = [];
        if (head.StepLimit is null)
        {
            pairs.Add(("Step", $"[bold]{Display.Count(progress.Step)}[/]"));
        }

        if (progress.Upper is not null || progress.Lower is null)   // where there is one level, there is no upper objective
        {
            pairs.Add(("Upper objective", $"[bold]{Display.Number(progress.Upper)}[/]{trace}"));
        }

        pairs.Add(("Lower objective", Display.Number(progress.Lower)));
        pairs.Add(("Stationarity gap", Display.Number(progress.Gap)));
        foreach (Measure metric in progress.TestMetrics.Take(MaxTestMetrics))
        {
            pairs.Add((Display.Words(metric.Name), $"[green]{Display.Number(metric.Value)}[/]"));
        }

        return Pairs(pairs);
    }

    private Grid Cluster(RunProgress progress)
    {
        int away = head.Workers - progress.WorkersAlive;
        string mean = progress.MeanStaleness.ToString("0.0", CultureInfo.InvariantCulture);
        List<(string Name, string Value)> pairs =
        [
            ("Workers", $"{progress.WorkersAlive} of {head.Workers}{(away > 0 ? $"   [yellow]{away} away[/]" : "")}"),
            ("Restarts", progress.Restarts == 0 ? "0" : $"[yellow]{progress.Restarts}[/]   [grey]asked again[/] {progress.AskedAgain}"),
            ("Staleness", $"{mean} [grey]mean[/]   {progress.MaxStaleness} [grey]max[/]"),
            ("Planes", Display.Number(progress.Planes)),
        ];
        if (progress.BytesSent is long bytes)
        {
            pairs.Add(("Sent", Display.Bytes(bytes)));
        }

        if (progress.Violations > 0)
        {
            pairs.Add(("Dropped", $"[red]{Display.Count(progress.Violations)}[/]"));
        }

        return Pairs(pairs);
    }

    private string Footer(RunProgress progress, TimeSpan elapsed, double? rate)
    {
        string text = $"[grey]elapsed[/] {Display.Duration(elapsed)}   [bold]{Display.Number(rate)}[/] [grey]steps/s[/]";
        if (head.Engine == "simulation")
        {
            text += $"   [grey]virtual time[/] {Display.Duration(progress.At)}";
        }

        return RateMeter.Remaining(progress.Step, head.StepLimit, rate) is TimeSpan left
            ? $"{text}   [grey]about[/] {Display.Duration(left)} [grey]to go[/]"
            : text;
    }

    private static double[] Spread(IReadOnlyList<double> values, int width) => values.Count <= width
        ? [.. values]
        : [.. Enumerable.Range(0, width).Select(i => values[(int)((long)i * (values.Count - 1) / (width - 1))])];
}
