using System.Collections.Immutable;
using ActorFed.Algorithms.Core;
using ActorFed.Host.Runs;

namespace ActorFed.Host.Compare;

/// <summary>A comparison that has been carried out, as far as it came.</summary>
/// <param name="Plan">What was to be compared.</param>
/// <param name="Runs">For each experiment its runs, in the order of the seeds.</param>
internal sealed record Comparison(ComparisonPlan Plan, ImmutableArray<ImmutableArray<ComparedRun>> Runs)
{
    /// <summary>What algorithms measure of themselves and reports know; the middle one only where there are three levels.</summary>
    public static ImmutableArray<string> Objectives { get; } =
        [MeasureNames.UpperObjective, MeasureNames.MiddleObjective, MeasureNames.LowerObjective, MeasureNames.StationarityGap];

    public IEnumerable<ComparedRun> AllRuns => Runs.SelectMany(runs => runs);

    /// <summary>All runs with the labels of their experiments.</summary>
    public IEnumerable<(string Label, ComparedRun Run)> LabelledRuns =>
        Plan.Experiments.Zip(Runs).SelectMany(pair => pair.Second.Select(run => (pair.First.Label, run)));

    /// <summary>The failed ones.</summary>
    public IEnumerable<(string Label, ComparedRun Run)> Failed => LabelledRuns.Where(entry => entry.Run.Outcome == ComparedOutcome.Failed);

    /// <summary>Numbers that were measured in some run and have curves: test metrics, then objectives and gap.</summary>
    public ImmutableArray<string> CurveNames { get; } =
    [
        .. Plan.TestMetrics.Concat(Objectives).Where(name => Runs.Any(runs => runs.Any(run => run.Rows.Any(row => row.Find(name) is not null)))),
    ];

    /// <summary>All numbers that were measured: those with curves, then an algorithm's own in ordinal order.</summary>
    public IEnumerable<string> AllNames => CurveNames.Union(
        AllRuns.SelectMany(run => run.Rows).SelectMany(row => row.Measures).Select(measure => measure.Name).Distinct().Order(StringComparer.Ordinal));

    public bool HasFailed => Failed.Any();

    public bool IsInterrupted => AllRuns.Any(run => run.Outcome == ComparedOutcome.Interrupted);

    /// <summary>Median and quartiles of a number over the whole runs of an experiment, against an effort.</summary>
    public IReadOnlyList<BandPoint> Band(int experiment, string name, Effort effort, int maxPoints) => CurveBand.Over(
        Runs[experiment].Where(run => run.IsWhole).Select(run => (PlotPoint[])
        [
            .. run.Rows.Where(row => row.Find(name) is not null).Select(row => new PlotPoint(row.At.Spent(effort), row.Find(name)!.Value)),
        ]),
        maxPoints);

    /// <summary>Median and quartiles, over the whole runs of an experiment, of its effort to its end; null when there are none.</summary>
    public Quartiles? SpentAtEnd(int experiment, Effort effort) =>
        Quartiles.Of(Runs[experiment].Where(run => run.IsWhole).Select(run => run.End.Spent(effort)));

    /// <summary>The same of the last value of a number.</summary>
    public Quartiles? LastOf(int experiment, string name) =>
        Quartiles.Of(Runs[experiment].Where(run => run.IsWhole).Select(run => run.Last(name)).OfType<double>());

    /// <summary>How an experiment came to a target.</summary>
    public TargetResult ResultOf(int target, int experiment) => TargetResult.Of(target, Runs[experiment], Runs[0]);
}
