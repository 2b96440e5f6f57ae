using System.Globalization;
using ActorFed.Actors;
using ActorFed.Algorithms.Core;
using Spectre.Console;

namespace ActorFed.Host.Runs;

/// <summary>Says on a console how a run ended and where its results are.</summary>
internal static class RunSummary
{
    /// <summary>Writes the summary.</summary>
    /// <param name="console">Where to.</param>
    /// <param name="result">The run.</param>
    /// <param name="run">Where it is kept.</param>
    public static void Write(IAnsiConsole console, RunResult result, IStoredRun run)
    {
        (string colour, string word) = result.Report.Outcome switch
        {
            RunOutcome.Completed => ("green", "Completed"),
            RunOutcome.TimeLimit => ("yellow", "Stopped at the time limit"),
            RunOutcome.Cancelled => ("yellow", "Cancelled; it can be resumed"),
            _ => ("red", "Failed"),
        };
        console.WriteLine();
        console.MarkupLine($"[bold {colour}]{word}[/]: {Markup.Escape(result.Report.Reason)}");
        if (result.Report.Failure is Exception failure)
        {
            console.MarkupLine($"[red]{Markup.Escape($"{failure.GetType().Name}: {failure.Message}")}[/]");
        }

        Grid grid = new Grid().AddColumn(new GridColumn { NoWrap = true, Padding = new Padding(2, 0, 2, 0) }).AddColumn();
        foreach ((string name, string value) in Lines(result))
        {
            grid.AddRow(new Markup($"[grey]{Markup.Escape(name)}[/]"), new Text(value));
        }

        console.Write(grid);
        console.Profile.Out.Writer.WriteLine($"  Report: {(run.Folder is string folder ? Path.Combine(folder, StoredFolder.ReportName) : $"actorfed report {run.Id}")}");   // past the console, which would break a long path
    }

    private static IEnumerable<(string Name, string Value)> Lines(RunResult result)
    {
        RunRecord record = result.Record;
        RunReport report = result.Report;
        yield return ("Steps", $"{Display.Count(record.Steps)} in {Display.Duration(result.Elapsed)}");
        foreach ((string name, string measure) in ((string, string)[])
            [
                ("Upper objective", MeasureNames.UpperObjective),
                ("Middle objective", MeasureNames.MiddleObjective),
                ("Lower objective", MeasureNames.LowerObjective),
                ("Stationarity gap", MeasureNames.StationarityGap),
            ])
        {
            if (record.Latest(measure) is double value)
            {
                yield return (name, Display.Number(value));
            }
        }

        foreach (Measure metric in result.TestMetrics)
        {
            yield return (Display.Words(metric.Name), Display.Number(metric.Value));
        }

        yield return ("Staleness", string.Create(CultureInfo.InvariantCulture, $"mean {record.Staleness.Mean:0.0}, max {record.Staleness.Max}"));
        yield return ("Messages", $"{Display.Count(report.Deliveries)} delivered, {Display.Bytes(report.BytesSent)} sent");
        if (report.TraceHash is ulong trace)
        {
            yield return ("Trace", $"{Display.Hash(trace)} over {Display.Count(report.Events)} events");
        }

        yield return ("Failures", $"{report.Restarts} restarts, {Display.Count(report.Violations)} messages dropped, "
            + $"{record.Count(WorkerChange.Lost)} workers lost, {record.Count(WorkerChange.Returned)} returned");
    }
}
