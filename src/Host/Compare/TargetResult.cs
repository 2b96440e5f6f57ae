using System.Collections.Immutable;

namespace ActorFed.Host.Compare;

/// <summary>Effort until a target was first reached, over the seeds of an experiment.</summary>
/// <remarks>
/// A run that ended or failed without reaching it counts as infinite, so that leaving such runs out cannot make an experiment look
/// better. One that was interrupted says nothing and does not count.
/// </remarks>
internal sealed record TargetResult
{
    /// <summary>Runs that count.</summary>
    public required int Runs { get; init; }

    /// <summary>Those of them that reached it.</summary>
    public required int Reached { get; init; }

    /// <summary>For each effort, in the order of <see cref="Effort"/>: over the runs; null when there are none.</summary>
    public required ImmutableArray<Quartiles?> Spent { get; init; }

    /// <summary>Seeds that have a ratio.</summary>
    public required int Pairs { get; init; }

    /// <summary>
    /// The same of the ratios to the first experiment on the same seed: infinite where only that reached it, 0 where only this did.
    /// Seeds on which neither did have no ratio.
    /// </summary>
    public required ImmutableArray<Quartiles?> Ratios { get; init; }

    /// <summary>The result of an experiment.</summary>
    /// <param name="target">Index of the target.</param>
    /// <param name="runs">The experiment's runs.</param>
    /// <param name="first">Those of the first experiment, with the same seeds.</param>
    public static TargetResult Of(int target, ImmutableArray<ComparedRun> runs, ImmutableArray<ComparedRun> first)
    {
        Effort[] efforts = Enum.GetValues<Effort>();
        ComparedRun[] counted = [.. runs.Where(Counts)];
        (ComparedRun Run, ComparedRun First)[] pairs =
        [
            .. runs.Zip(first).Where(pair => Counts(pair.First) && Counts(pair.Second)
                && (Reach(pair.First, target) is not null || Reach(pair.Second, target) is not null)),
        ];
        return new TargetResult
        {
            Runs = counted.Length,
            Reached = counted.Count(run => Reach(run, target) is not null),
            Spent = [.. efforts.Select(effort => Quartiles.Of(counted.Select(run => SpentBy(run, target, effort))))],
            Pairs = pairs.Length,
            Ratios = [.. efforts.Select(effort => Quartiles.Of(pairs.Select(pair => SpentBy(pair.Run, target, effort) / SpentBy(pair.First, target, effort))))],
        };
    }

    /// <summary>Where a run first reached a target, or null.</summary>
    public static Moment? Reach(ComparedRun run, int target) => run.Reached.IsEmpty ? null : run.Reached[target];

    private static bool Counts(ComparedRun run) => run.Outcome != ComparedOutcome.Interrupted;

    private static double SpentBy(ComparedRun run, int target, Effort effort) => Reach(run, target)?.Spent(effort) ?? double.PositiveInfinity;
}
