using System.Globalization;
using System.Text;
using ActorFed.Host.Experiments;
using ActorFed.Host.Runs;

namespace ActorFed.Host.Compare;

/// <summary>Writes a comparison's <c>report.html</c>.</summary>
internal static class ComparisonReport
{
    private const int MaxBandPoints = 300;
    private const int MaxFailuresAtTop = 8;

    private static readonly (Effort Effort, string Title, string Note)[] Axes =
    [
        (Effort.Seconds, "Against virtual time", "Time as the simulation counts it: computing, delays, stragglers and absences as the settings say, not the time of this machine."),
        (Effort.Steps, "Against steps", "One update of the master's variables, or one round of neighbours, whatever it cost."),
        (Effort.Bytes, "Against payload sent", "What messages carry between all participants without framing."),
        (Effort.Calls, "Against oracle calls", "Values with or without gradients and products with second derivatives, of all workers together. Each counts one, from when it begins."),
    ];

    /// <summary>The page.</summary>
    public static string Html(Comparison comparison, string commandLine)
    {
        ComparisonPlan plan = comparison.Plan;
        string[] labels = [.. plan.Experiments.Select(experiment => experiment.Label)];
        ReportPage page = new($"{string.Join(", ", labels)} on {plan.Firsts[0].Options.Problem}");
        page.Add(Header(comparison, labels));
        page.Section("Results", TablesNote(comparison), ComparisonTables.Of(comparison).Select(Table));
        foreach ((Effort effort, string title, string note) in Axes)
        {
            page.Section(
                title,
                effort == Axes[0].Effort
                    ? $"{note} Lines are medians over the seeds, bands reach from quartile to quartile; each run counts with its newest model, and with its last one after its end."
                    : note,
                "<div class=\"pair\">" + string.Concat(comparison.CurveNames.Select(name => Chart(comparison, labels, name, effort))) + "</div>");
        }

        page.Section("Details", null, Details(comparison, labels, commandLine));
        return page.End(RunHeads.Build);
    }

    private static string Text(string text) => HtmlText.Encode(text);

    private static string Header(Comparison comparison, string[] labels)
    {
        ComparisonPlan plan = comparison.Plan;
        string[] meta =
        [
            "simulation engine", plan.SeedWords, $"{comparison.AllRuns.Count()} runs",
            $"{OneOrMore(plan.Firsts.Select(first => first.Options.Workers))} workers",
            $"test metrics every {OneOrMore(plan.Firsts.Select(first => first.Options.Run.ModelEvery))} steps",
        ];
        string names = string.Join(", ", labels.Select(Text));
        StringBuilder header = new($"<header><h1>{names} <span class=\"on\">on</span> {Text(plan.Firsts[0].Options.Problem)}</h1>");
        header.Append(CultureInfo.InvariantCulture, $"<div class=\"meta\">{string.Concat(meta.Select(m => $"<span>{Text(m)}</span>"))}</div>");
        (string style, string word) = comparison.IsInterrupted ? ("warn", "Interrupted") : comparison.HasFailed ? ("bad", "Some runs failed") : ("good", "Completed");
        header.Append(CultureInfo.InvariantCulture, $"<p><span class=\"outcome {style}\">{word}</span>{comparison.AllRuns.Count(run => run.IsWhole)} of {comparison.AllRuns.Count()} runs came to their end.</p>");
        foreach ((string label, ComparedRun run) in comparison.Failed.Take(MaxFailuresAtTop))
        {
            header.Append(CultureInfo.InvariantCulture, $"<p><b>{Text(label)}</b>, seed {run.Seed}, failed after {Display.Count(run.End.Step)} steps: {Text(run.Reason)}</p>");
        }

        int more = comparison.Failed.Count() - MaxFailuresAtTop;
        header.Append(more > 0 ? $"<p>{more} more are listed under Runs, below.</p>" : "");
        return header.Append("</header>").ToString();
    }

    private static string OneOrMore(IEnumerable<int> counts) => string.Join(" or ", counts.Distinct().Select(count => Display.Count(count)));

    private static string TablesNote(Comparison comparison)
    {
        string note = "Medians over the seeds, with lower and upper quartile below.";
        if (!comparison.Plan.Targets.IsEmpty)
        {
            note += " A target is reached at the first measurement at or beyond it; a run that ends without one counts as later than all that reach it."
                + $" Ratios are to {comparison.Plan.Experiments[0].Label} on the same seed, and their median is shown."
                + (comparison.Plan.StopAtTarget ? " Runs stopped when all targets were reached." : "");
        }

        note += comparison.HasFailed ? " Failed runs are left out of values at the end and of all curves." : "";
        return note + (comparison.IsInterrupted ? " Interrupted runs are left out." : "");
    }

    private static string Table(FigureTable table)
    {
        StringBuilder html = new($"<div class=\"card wide\"><h3>{Text(table.Title)}</h3><table class=\"figures\"><tr>");
        html.Append(string.Concat(table.Columns.Select(column => $"<th>{Text(column)}</th>"))).Append("</tr>");
        foreach ((FigureRow row, int colour) in table.Rows.Select((row, i) => (row, i)))
        {
            html.Append(CultureInfo.InvariantCulture, $"<tr><td><div class=\"who\">{ReportPage.Swatch(colour)}{Text(row.Label)}</div></td>");
            foreach (Figure figure in row.Figures)
            {
                html.Append(CultureInfo.InvariantCulture, $"<td><div>{Text(figure.Text)}</div>{Part("range", figure.Range)}{Part("ratio", figure.Ratio)}</td>");
            }

            html.Append("</tr>");
        }

        return html.Append("</table></div>").ToString();

        static string Part(string style, string text) => text.Length == 0 ? "" : $"<div class=\"{style}\">{Text(text)}</div>";
    }

    private static string Chart(Comparison comparison, string[] labels, string name, Effort effort)
    {
        IReadOnlyList<BandPoint>[] bands = [.. labels.Select((_, i) => comparison.Band(i, name, effort, MaxBandPoints))];
        double largest = bands.SelectMany(band => band).Select(point => point.X).DefaultIfEmpty(0).Max();
        (double divisor, string label) = Axis(effort, largest);
        string title = Display.Words(name);
        LinePlot plot = new()
        {
            Title = $"{title}, {label} across",
            XLabel = label,
            YLabel = title,
            YScale = PlotScale.Auto,
            Levels =
            [
                .. comparison.Plan.Targets.Where(target => target.Metric == name)
                    .Select(target => new PlotLevel(target.Value, string.Create(CultureInfo.InvariantCulture, $"target {target.Value}"))),
            ],
            Lines =
            [
                .. bands.Select((band, i) => new PlotLine(labels[i], i, [.. band.Select(point => new PlotPoint(point.X / divisor, point.Y.Median))])
                {
                    Band = [.. band.Select(point => new PlotRange(point.X / divisor, point.Y.Lower, point.Y.Upper))],
                }),
            ],
        };
        return ReportPage.Card(title, ReportPage.Key(labels) + plot.ToSvg());
    }

    private static (double Divisor, string Label) Axis(Effort effort, double largest) => effort switch
    {
        Effort.Seconds => (1, "Virtual time in s"),
        Effort.Steps => (1, "Steps"),
        Effort.Calls => (1, "Oracle calls"),
        _ when largest >= 2e9 => (1e9, "Payload sent in GB"),
        _ when largest >= 2e6 => (1e6, "Payload sent in MB"),
        _ => (1e3, "Payload sent in kB"),
    };

    private static IEnumerable<string> Details(Comparison comparison, string[] labels, string commandLine)
    {
        ComparisonPlan plan = comparison.Plan;
        if (!plan.Differences.IsEmpty)
        {
            StringBuilder table = new("<div class=\"card wide\"><h3>Settings that differ</h3><table class=\"figures\"><tr><th>Key</th>");
            table.Append(string.Concat(labels.Select(label => $"<th>{Text(label)}</th>"))).Append("</tr>");
            foreach (KeyDifference difference in plan.Differences)
            {
                table.Append(CultureInfo.InvariantCulture, $"<tr><td>{Text(difference.Key)}</td>");
                table.Append(string.Concat(difference.Values.Select(value => $"<td>{Text(value ?? "–")}</td>"))).Append("</tr>");
            }

            yield return table.Append("</table></div>").ToString();
        }

        yield return $"<div class=\"card wide\"><h3>The same comparison again</h3><pre>{Text(commandLine)}</pre></div>";
        yield return ReportPage.Folded(
            "The simulation, the same for all",
            string.Concat(plan.Firsts[0].Keys.Where(entry => entry.Key.StartsWith("simulation.", StringComparison.Ordinal)).Select(entry => $"{entry.Key} = {entry.Value}\n")));
        yield return ReportPage.Folded("Runs", Runs(comparison));
        foreach ((string label, Experiment first) in labels.Zip(plan.Firsts))
        {
            yield return ReportPage.Folded($"Configuration of {label} with the first seed, every key resolved", first.Plan);
        }
    }

    private static string Runs(Comparison comparison)
    {
        StringBuilder lines = new();
        foreach ((string label, ComparedRun run) in comparison.LabelledRuns)
        {
            lines.Append(CultureInfo.InvariantCulture, $"{label} seed {run.Seed}: {SummaryJson.Word(run.Outcome)} ({run.Reason}), {Display.Count(run.End.Step)} steps, ");
            lines.Append(CultureInfo.InvariantCulture, $"{Display.Number(run.End.Seconds)} s virtual time, {Display.Bytes(run.End.Bytes)} sent, {Display.Count(run.End.Calls)} oracle calls");
            lines.Append(run.TraceHash is ulong trace ? $", trace {Display.Hash(trace)}\n" : "\n");
        }

        return lines.ToString();
    }
}
