using System.Collections.Immutable;
using System.Globalization;
using ActorFed.Algorithms.Core;
using ActorFed.Problems.Data;

namespace ActorFed.Host.Runs;

/// <summary>Turns the record of a run into the charts of its report.</summary>
/// <param name="record">The record.</param>
/// <param name="isGraph">Whether it is one of neighbours, whose steps are rounds.</param>
internal sealed class ReportCharts(RunRecord record, bool isGraph = false)
{
    private const int MaxBars = 40;

    /// <summary>The part of all reports that has bars of its own; few much older ones would squeeze the rest.</summary>
    private const double ShownPart = 0.995;

    private string StepWord => isGraph ? "Round" : "Master step";

    /// <summary>A quantity against steps and against time, side by side.</summary>
    /// <param name="title">Name of the quantity.</param>
    /// <param name="scale">Scale of the vertical axis.</param>
    /// <param name="names">Names of the measures to draw; those never measured are left out.</param>
    public string Pair(string title, PlotScale scale, params IReadOnlyList<string> names)
    {
        string key = names.Count > 1 ? ReportPage.Key(names.Select(Display.Words)) : "";
        return "<div class=\"pair\">"
            + ReportPage.Card($"{title} by step", key + Lines(title, StepWord, scale, names, p => p.Step))
            + ReportPage.Card($"{title} by time", key + Lines(title, "Time in s", scale, names, p => p.Seconds))
            + "</div>";
    }

    /// <summary>Test metrics: those that are fractions together, every other one by itself.</summary>
    public string TestMetrics()
    {
        string[] fractions = [.. record.TestMetrics.Where(name => Points(name).All(p => p.Value is (>= 0 and <= 1) or double.NaN))];
        string[] others = [.. record.TestMetrics.Except(fractions)];
        string title = fractions.Length == 1 ? Display.Words(fractions[0]) : "Test metrics";
        return (fractions.Length > 0 ? Pair(title, PlotScale.Linear, fractions) : "")
            + string.Concat(others.Select(name => Pair(Display.Words(name), PlotScale.Auto, name)))
            + (record.TestMetrics.IsEmpty ? Pair("Test metrics", PlotScale.Linear) : "");
    }

    /// <summary>Test metrics that are fractions against what the workers had sent by then; empty where that was not counted.</summary>
    public string AgainstUplink()
    {
        SeriesPoint[] sent = Points(MeasureNames.UplinkBytes);
        return sent.Length == 0 ? "" : string.Concat(record.TestMetrics.Where(name => Points(name).All(p => p.Value is (>= 0 and <= 1) or double.NaN))
            .Select(name => "<div class=\"pair\">"
                + ReportPage.Card($"{Display.Words(name)} by payload of the reports", Lines(Display.Words(name), "Bytes of reports", PlotScale.Linear, [name], SentBy)) + "</div>"));

        double SentBy(SeriesPoint point) => sent.LastOrDefault(p => p.Step <= point.Step).Value; // 0 before the first
    }

    /// <summary>How stale the reports were that were used, and how many planes were in force.</summary>
    public string StalenessAndPlanes()
    {
        BarPlot staleness = new()
        {
            Title = isGraph ? "How old the oldest vectors were that entered rounds" : "How stale the reports were that entered steps",
            XLabel = $"Staleness in {StepWord.ToLowerInvariant()}s",
            YLabel = isGraph ? "Rounds of neighbours" : "Reports",
            Bars = StalenessBars(),
            NoData = "no step was observed in this run",
        };
        return "<div class=\"pair\">"
            + ReportPage.Card(isGraph ? "Age of the vectors used" : "Staleness of the reports used", staleness.ToSvg())
            + (isGraph ? "" : ReportPage.Card("Cutting planes in force by step", Lines("Planes", StepWord, PlotScale.Linear, [MeasureNames.Planes], p => p.Step)))
            + "</div>";
    }

    /// <summary>Other quantities that the algorithm measured, each by itself.</summary>
    public string Others()
    {
        HashSet<string> drawn =
        [
            MeasureNames.UpperObjective, MeasureNames.LowerObjective, MeasureNames.StationarityGap, MeasureNames.Planes,
            RunRecord.StalenessMax, RunRecord.StalenessMean, .. record.TestMetrics,
        ];
        return string.Concat(record.Series.Keys
            .Where(name => !drawn.Contains(name))
            .Select(name => Pair(Display.Words(name), PlotScale.Auto, name)));
    }

    /// <summary>The lanes of the workers.</summary>
    public string Timeline() => $"<div class=\"card wide\"><h3>{(isGraph ? "Neighbours" : "Workers")} over time</h3><div class=\"keys\">{TimelinePlot.Legend()}</div>"
        + $"{TimelinePlot.ToSvg(record.Timeline)}</div>";

    /// <summary>How labels are spread over shards.</summary>
    /// <param name="labels">The counts.</param>
    /// <param name="classNames">Names of the first classes; the others go by their number.</param>
    public static string Labels(LabelHistogram labels, ImmutableArray<string> classNames)
    {
        const string Title = "Rows of each class in each shard";
        int classes = labels.Counts.IsEmpty ? 0 : labels.Counts[0].Length;
        HeatMap map = new()
        {
            Title = Title,
            Counts = labels.Counts,
            ColumnNames = [.. Enumerable.Range(0, classes).Select(i =>
                i < classNames.Length ? classNames[i] : i.ToString(CultureInfo.InvariantCulture))],
            RowWord = "shard",
        };
        string grouped = map.RowsPerLine > 1 ? $", {map.RowsPerLine} shards to a line" : "";
        return $"<div class=\"card wide\"><h3>{Title}{grouped}</h3>{map.ToSvg()}</div>";
    }

    private string Lines(string title, string xLabel, PlotScale scale, IReadOnlyList<string> names, Func<SeriesPoint, double> x) => new LinePlot
    {
        Title = $"{title}, {xLabel.ToLowerInvariant()} across",
        XLabel = xLabel,
        YLabel = title,
        YScale = scale,
        Lines =
        [
            .. names.Select((name, i) =>
                new PlotLine(Display.Words(name), i, [.. Points(name).Select(p => new PlotPoint(x(p), p.Value))])),
        ],
    }.ToSvg();

    /// <summary>The points by step: those measured beside the run may have come a little late.</summary>
    private SeriesPoint[] Points(string name) =>
        record.Series.TryGetValue(name, out Series? series) ? [.. series.ToArray().OrderBy(p => p.Step)] : [];

    private ImmutableArray<Bar> StalenessBars()
    {
        ReadOnlySpan<long> counts = record.Staleness.Counts;
        long covered = 0;
        int shown = 0;
        while (shown < counts.Length && covered < ShownPart * record.Staleness.Total)
        {
            covered += counts[shown++];
        }

        int width = Math.Max(1, (shown + MaxBars - 1) / MaxBars);
        ImmutableArray<Bar>.Builder bars = ImmutableArray.CreateBuilder<Bar>();
        for (int first = 0; first < shown; first += width)
        {
            int last = Math.Min(shown, first + width) - 1;
            AddBar(first == last ? $"{first}" : $"{first}–{last}", Sum(counts[first..(last + 1)]));
        }

        if (shown < counts.Length)
        {
            AddBar($"{shown} or more", Sum(counts[shown..]));
        }

        return bars.ToImmutable();

        void AddBar(string label, long count) => bars.Add(new Bar(label, count, $"{Display.Count(count)} reports were {label} steps old"));
    }

    private static long Sum(ReadOnlySpan<long> counts)
    {
        long sum = 0;
        foreach (long count in counts)
        {
            sum += count;
        }

        return sum;
    }
}
