using System.Collections.Immutable;
using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Star;

namespace ActorFed.Benchmarks;

/// <summary>Carries nothing.</summary>
internal sealed record Nothing : StarBody
{
    public static readonly Nothing Instance = new();

    public override long PayloadBytes => 0;
}

/// <summary>Work that takes no time.</summary>
internal sealed class NullWorkerRule : IStarWorkerRule
{
    public string? ObjectionTo(StarBody state, StarBody work) => null;

    public (StarBody State, StarBody Report) Do(StarBody state, StarBody work) => (state, Nothing.Instance);
}

/// <summary>Steps that compute nothing, with a barrier of one stage after each of them or none.</summary>
internal sealed class NullMasterRule(int workers, bool hasBarriers) : IStarMasterRule
{
    public int WorkerCount => workers;

    public ImmutableArray<Measure> Measures => [];

    public FlatVector Upper => FlatVector.Empty;

    public FlatVector Lower => FlatVector.Empty;

    public StarBody StateOf(int worker) => Nothing.Instance;

    public StarBody StepWork(int worker) => Nothing.Instance;

    public string? ObjectionTo(StarBody work, StarBody report) => null;

    public void Step(IReadOnlyList<WorkerReport> reports)
    {
    }

    public IStarBarrier? OpenBarrier(IReadOnlyList<bool> isLive) => hasBarriers ? new NullBarrier() : null;

    public void Save(SnapshotWriter writer)
    {
    }

    public void Restore(SnapshotReader reader)
    {
    }

    public IEnumerable<StateEntry> Inspect() => [];
}

internal sealed class NullBarrier : IStarBarrier
{
    public bool DrainsSteps => false;

    public StarBody WorkFor(int worker) => Nothing.Instance;

    public StarBody StateOf(int worker) => Nothing.Instance;

    public bool Advance(IReadOnlyList<WorkerReport> reports) => false;
}
