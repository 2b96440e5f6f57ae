using System.Globalization;
using ActorFed.Host.Runs;

namespace ActorFed.Host.Compare;

/// <summary>One cell: a median with its unit, what surrounds it, and how it compares.</summary>
/// <param name="Text">The median, or words in its place.</param>
/// <param name="Range">The quartiles; empty when there are none.</param>
/// <param name="Ratio">The ratio to the first experiment; empty when there is none.</param>
internal sealed record Figure(string Text, string Range = "", string Ratio = "")
{
    /// <summary>On one line, without the range.</summary>
    public override string ToString() => Ratio.Length > 0 ? $"{Text}  {Ratio}" : Text;
}

/// <summary>One experiment's cells.</summary>
internal sealed record FigureRow(string Label, IReadOnlyList<Figure> Figures);

/// <summary>A table with one row per experiment.</summary>
internal sealed record FigureTable(string Title, IReadOnlyList<string> Columns, IReadOnlyList<FigureRow> Rows);

/// <summary>The tables that sum a comparison up, for the report and the terminal alike.</summary>
internal static class ComparisonTables
{
    private static readonly (Effort Effort, string Name)[] Efforts =
        [(Effort.Seconds, "Virtual time"), (Effort.Steps, "Steps"), (Effort.Bytes, "Payload sent"), (Effort.Calls, "Oracle calls")];

    /// <summary>One table for each target, then what the runs had spent at their ends, and what they had come to.</summary>
    public static IEnumerable<FigureTable> Of(Comparison comparison) =>
        Enumerable.Range(0, comparison.Plan.Targets.Length).Select(target => ToTarget(comparison, target)).Append(SpentAtEnd(comparison)).Append(ValuesAtEnd(comparison));

    private static FigureTable ToTarget(Comparison comparison, int index)
    {
        Target target = comparison.Plan.Targets[index];
        string value = target.Value.ToString(CultureInfo.InvariantCulture);
        return new FigureTable(
            $"Effort until {Display.Words(target.Metric)} {(target.IsUpward ? "≥" : "≤")} {value}",
            ["Experiment", "Reached", .. Efforts.Select(effort => effort.Name)],
            Rows(comparison, i => Figures(comparison.ResultOf(index, i), isFirst: i == 0)));
    }

    private static Figure[] Figures(TargetResult result, bool isFirst) =>
        [
            new Figure($"{result.Reached} of {result.Runs} runs"),
            .. Efforts.Select(effort => Of(
                result.Spent[(int)effort.Effort],
                value => Text(effort.Effort, value),
                isFirst || result.Ratios[(int)effort.Effort] is not { } ratio ? "" : RatioText(ratio.Median, result.Pairs, result.Runs))),
        ];

    private static FigureTable SpentAtEnd(Comparison comparison) => new(
        "Spent by the end",
        ["Experiment", "Runs", .. Efforts.Select(effort => effort.Name)],
        Rows(comparison, i =>
        [
            new Figure(Outcomes(comparison.Runs[i])),
            .. Efforts.Select(effort => Of(comparison.SpentAtEnd(i, effort.Effort), value => Text(effort.Effort, value))),
        ]));

    private static FigureTable ValuesAtEnd(Comparison comparison) => new(
        "Values at the end",
        ["Experiment", .. comparison.CurveNames.Select(Display.Words)],
        Rows(comparison, i => [.. comparison.CurveNames.Select(name => Of(comparison.LastOf(i, name), value => HtmlText.Number(value)))]));

    private static FigureRow[] Rows(Comparison comparison, Func<int, IReadOnlyList<Figure>> figures) =>
        [.. comparison.Plan.Experiments.Select((experiment, i) => new FigureRow(experiment.Label, figures(i)))];

    private static Figure Of(Quartiles? quartiles, Func<double, string> text, string ratio = "")
    {
        if (quartiles is not { } q)
        {
            return new Figure("–");
        }

        string lower = text(q.Lower);
        string upper = text(q.Upper);
        return new Figure(text(q.Median), lower == upper ? "" : $"{lower} to {upper}", ratio);
    }

    private static string Text(Effort effort, double value) => effort switch
    {
        _ when double.IsPositiveInfinity(value) => "not reached",
        Effort.Seconds => Display.Duration(TimeSpan.FromSeconds(value)),
        Effort.Bytes => Display.Bytes((long)Math.Round(value)),
        Effort.Steps => $"{Display.Count((long)Math.Round(value))} steps",
        _ => $"{Display.Count((long)Math.Round(value))} calls",
    };

    private static string RatioText(double ratio, int pairs, int runs)
    {
        if (ratio == 0 || !double.IsFinite(ratio))
        {
            return ""; // one of the two did not reach it, as the table says
        }

        string text = $"× {HtmlText.Number(Math.Round(ratio, ratio < 0.1 ? 4 : 2))}";
        return pairs == runs ? text : $"{text} ({pairs} of {runs} seeds)";
    }

    private static string Outcomes(IReadOnlyCollection<ComparedRun> runs) => string.Join(", ", runs.GroupBy(run => run.Outcome).OrderBy(group => group.Key)
        .Select(group => $"{group.Count()} {Word(group.Key)}"));

    private static string Word(ComparedOutcome outcome) => outcome switch
    {
        ComparedOutcome.Completed => "completed",
        ComparedOutcome.TimeLimit => "at the time limit",
        ComparedOutcome.TargetsReached => "stopped at the targets",
        ComparedOutcome.Interrupted => "interrupted",
        _ => "failed",
    };
}
