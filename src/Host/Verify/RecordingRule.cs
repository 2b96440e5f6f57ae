using System.Collections.Immutable;
using ActorFed.Algorithms.Blocks;
using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Star;

namespace ActorFed.Host.Verify;

/// <summary>A master rule, noting what a step left behind before a refresh changes the planes.</summary>
/// <param name="rule">The rule.</param>
/// <param name="planes">Its planes with duals λ.</param>
/// <param name="point">The point at which they are evaluated.</param>
internal sealed class RecordingRule(IStarMasterRule rule, Func<Polytope> planes, Func<FlatVector[]> point) : IStarMasterRule
{
    /// <summary>λ right after the last step.</summary>
    public double[] Duals { get; private set; } = [];

    /// <summary>r_l as the last dual step used them.</summary>
    public double[] Residuals { get; private set; } = [];

    public int WorkerCount => rule.WorkerCount;

    public ImmutableArray<Measure> Measures => rule.Measures;

    public FlatVector Upper => rule.Upper;

    public FlatVector? Middle => rule.Middle;

    public FlatVector Lower => rule.Lower;

    public StarBody StateOf(int worker) => rule.StateOf(worker);

    public StarBody StepWork(int worker) => rule.StepWork(worker);

    public string? ObjectionTo(StarBody work, StarBody report) => rule.ObjectionTo(work, report);

    public void Step(IReadOnlyList<WorkerReport> reports)
    {
        rule.Step(reports);
        FlatVector[] blocks = point();
        Duals = planes().Duals.Span.ToArray();
        Residuals = [.. planes().Planes.Select(plane => plane.Residual(blocks))];
    }

    public IStarBarrier? OpenBarrier(IReadOnlyList<bool> isLive) => rule.OpenBarrier(isLive);

    public void Save(SnapshotWriter writer) => rule.Save(writer);

    public void Restore(SnapshotReader reader) => rule.Restore(reader);

    public IEnumerable<StateEntry> Inspect() => rule.Inspect();
}
