using System.Globalization;
using ActorFed.Actors;
using ActorFed.Algorithms.Core;

namespace ActorFed.Host.Runs;

/// <summary>Writes <c>report.html</c>: one file that needs no other, no network and no script to be read.</summary>
internal static class ReportWriter
{
    /// <summary>The page; it is well-formed XML as well.</summary>
    public static string Html(RunResult result)
    {
        (RunHead head, RunRecord record) = (result.Head, result.Record);
        ReportCharts charts = new(record, head.IsGraph);
        ReportPage page = new($"{head.Algorithm} on {head.Problem}, {head.RunId}");
        bool hasOneLevel = result.LastModel is { Upper.Length: 0 };
        bool measuresGap = !head.IsGraph || record.Series.ContainsKey(MeasureNames.StationarityGap);
        page.Add(Header(result));
        page.Add(Tiles(result));
        page.Section(
            "Convergence",
            $"Objectives are sums over the {(head.IsGraph ? "neighbours, each at its own model" : "workers")}."
                + (measuresGap ? $" Stationarity gap: {head.GapDefinition}." : ""),
            hasOneLevel ? "" : charts.Pair("Upper objective", PlotScale.Auto, MeasureNames.UpperObjective),
            charts.Pair(hasOneLevel ? "Objective" : "Lower objective", PlotScale.Auto, MeasureNames.LowerObjective),
            measuresGap ? charts.Pair("Stationarity gap", PlotScale.Log, MeasureNames.StationarityGap) : "",
            charts.Others());
        page.Section("Test metrics", "Measured on data that took no part in training.", charts.TestMetrics() + charts.AgainstUplink());
        page.Section(
            "Staleness and failures",
            head.IsGraph
                ? "The age, in rounds, of the oldest vectors that a neighbour used in a round: 0 where rounds are synchronous. Lost and returned are edges, seen from one end."
                : "A report is as stale as the number of master steps made since the iterate it is based on. Shades show how many of a worker's "
                    + "reports entered steps; a worker with less than half of the median is called slow.",
            charts.StalenessAndPlanes(),
            charts.Timeline());
        if (head.Labels is { } labels)
        {
            page.Section("Data", "How the partition spread the classes over the shards.", ReportCharts.Labels(labels, head.ClassNames));
        }

        page.Section("Details", null, Details(result));
        return page.End(head.Build);
    }

    private static string Text(string text) => HtmlText.Encode(text);

    private static string Header(RunResult result)
    {
        RunHead head = result.Head;
        (string style, string word) = result.Report.Outcome switch
        {
            RunOutcome.Completed => ("good", "Completed"),
            RunOutcome.TimeLimit => ("warn", "Time limit"),
            RunOutcome.Cancelled => ("warn", "Cancelled"),
            _ => ("bad", "Failed"),
        };
        string failure = result.Report.Failure is Exception e ? $" {e.GetType().Name}: {e.Message}" : "";
        string[] meta =
        [
            head.RunId, head.StartedAt.ToString("d MMMM yyyy, HH:mm:ss zzz", CultureInfo.InvariantCulture), $"{head.Engine} engine",
            $"{Display.Count(head.Workers)} {(head.IsGraph ? "neighbours" : "workers")}", $"seed {head.Seed}", $"plan {head.PlanHash}",
        ];
        return $"<header><h1>{Text(head.Algorithm)} <span class=\"on\">on</span> {Text(head.Problem)}</h1>"
            + $"<div class=\"meta\">{string.Concat(meta.Select(m => $"<span>{Text(m)}</span>"))}</div>"
            + $"<p><span class=\"outcome {style}\">{word}</span>{Text(result.Report.Reason + failure)}</p></header>";
    }

    private static string Tiles(RunResult result)
    {
        (RunRecord record, RunReport report) = (result.Record, result.Report);
        List<(string Name, string Value, string Hint)> tiles = [];
        Measured("Upper objective", MeasureNames.UpperObjective);
        Measured("Lower objective", MeasureNames.LowerObjective);
        Measured("Stationarity gap", MeasureNames.StationarityGap);
        foreach (string name in record.TestMetrics)
        {
            Measured(Display.Words(name), name);
        }

        double seconds = result.Elapsed.TotalSeconds;
        string rate = seconds > 0 ? $"{HtmlText.Number(record.Steps / seconds)} per second" : "";
        tiles.Add((result.Head.IsGraph ? "Rounds" : "Master steps", Display.Count(record.Steps), rate));
        tiles.Add(("Time", Display.Duration(result.Elapsed), result.Head.Engine == "simulation" ? "virtual" : ""));
        tiles.Add(("Staleness", HtmlText.Number(Math.Round(record.Staleness.Mean, 2)), $"mean; at most {record.Staleness.Max}"));
        tiles.Add(("Sent", Display.Bytes(report.BytesSent), $"{Display.Count(report.Deliveries)} delivered"));
        string lost = $"{record.Count(WorkerChange.Lost)} lost, {record.Count(WorkerChange.Returned)} returned";
        tiles.Add(("Restarts", Display.Count(report.Restarts), lost));
        return "<div class=\"tiles\">" + string.Concat(tiles.Select(t =>
            $"<div class=\"tile\"><div class=\"name\">{Text(t.Name)}</div><div class=\"value\">{Text(t.Value)}</div>"
            + $"<div class=\"hint\">{Text(t.Hint)}</div></div>")) + "</div>";

        void Measured(string title, string name)
        {
            if (record.Series.TryGetValue(name, out Series? series))
            {
                string first = series.Offered > 1 ? $"{HtmlText.Number(series.ToArray()[0].Value)} at first" : "";
                tiles.Add((title, HtmlText.Number(series.Last?.Value), first));
            }
        }
    }

    private static string Details(RunResult result)
    {
        RunHead head = result.Head;
        string failure = result.Report.Failure is Exception e ? ReportPage.Folded("The failure in full", e.ToString()) : "";
        return "<div class=\"pair\">"
            + $"<div class=\"card\"><h3>Events</h3>{Table(Events(result))}</div>"
            + $"<div class=\"card\"><h3>Environment</h3>{Table(head.Environment)}</div></div>"
            + $"<div class=\"card wide\"><h3>The same run again</h3><pre>{Text(head.Command)}</pre></div>"
            + ReportPage.Folded("Configuration, every key resolved", head.Plan)
            + failure;
    }

    private static IEnumerable<KeyValuePair<string, string>> Events(RunResult result)
    {
        (RunRecord record, RunReport report) = (result.Record, result.Report);
        yield return new("Workers that joined or were rebuilt", Display.Count(record.Count(WorkerChange.Joined)));
        yield return new("Silent workers asked again", Display.Count(record.Count(WorkerChange.AskedAgain)));
        yield return new("Workers lost", Display.Count(record.Count(WorkerChange.Lost)));
        yield return new("Workers returned", Display.Count(record.Count(WorkerChange.Returned)));
        yield return new("Participants rebuilt", Display.Count(report.Restarts));
        yield return new("Participants stopped", Display.Count(record.Count(SupervisionAction.Stopped)));
        yield return new("Messages dropped as violations", Display.Count(report.Violations));
        yield return new("Snapshots stored", Display.Count(record.StoredSnapshots));
        yield return new("Snapshots found damaged", Display.Count(record.DamagedSnapshots));
    }

    private static string Table(IEnumerable<KeyValuePair<string, string>> rows) =>
        "<table>" + string.Concat(rows.Select(r => $"<tr><th>{Text(r.Key)}</th><td>{Text(r.Value)}</td></tr>")) + "</table>";
}
