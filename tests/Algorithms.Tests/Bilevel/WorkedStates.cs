using System.Collections.Immutable;
using ActorFed.Algorithms.Bilevel.Adbo;
using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Star;
using Xunit;

namespace ActorFed.Algorithms.Tests.Bilevel;

/// <summary>
/// Checks that a worker does each piece of work on exactly the state that the master meant when it asked: its own, rolled back
/// or sent along. The work object itself travels between the two, so it names the occasion.
/// </summary>
/// <param name="compare">(meant, actual, work) ↦ fails where they differ in what the work reads.</param>
internal sealed class WorkedStates(Action<StarBody, StarBody, StarBody> compare)
{
    private readonly Dictionary<StarBody, StarBody> _meant = new(ReferenceEqualityComparer.Instance);

    /// <summary>Pieces of work checked.</summary>
    public int Checked { get; private set; }

    public IStarMasterRule Watch(IStarMasterRule rule) => new MasterRule(this, rule);

    public IStarWorkerRule Watch(IStarWorkerRule rule) => new WorkerRule(this, rule);

    private StarBody Note(StarBody work, StarBody state)
    {
        _meant.Add(work, state);
        return work;
    }

    private void Check(StarBody state, StarBody work)
    {
        compare(_meant[work], state, work);
        Checked++;
    }

    /// <summary>ADBO's states.</summary>
    public static void CompareAdbo(StarBody meant, StarBody worked, StarBody work)
    {
        AdboBody.WorkerState expected = (AdboBody.WorkerState)meant;
        AdboBody.WorkerState actual = (AdboBody.WorkerState)worked;
        Assert.Equal(expected.Upper, actual.Upper);
        Assert.Equal(expected.Lower, actual.Lower);
        Assert.Equal(expected.LowerBefore, actual.LowerBefore);
        Assert.Equal(expected.PlaneSlopes.ToArray(), actual.PlaneSlopes.ToArray());
        if (work is AdboBody.Step { ConsensusDual: null }) // else the message overrides them
        {
            Assert.Equal(expected.ConsensusDual, actual.ConsensusDual);
            Assert.Equal(expected.PlaneDuals, actual.PlaneDuals);
        }

        if (work is not (AdboBody.Step or AdboBody.InnerRound { Upper: not null }))
        {
            Assert.Equal(expected.Inner?.Upper, actual.Inner?.Upper);
            Assert.Equal(expected.Inner?.Lowers.ToArray(), actual.Inner?.Lowers.ToArray());
        }
    }

    private sealed class MasterRule(WorkedStates states, IStarMasterRule rule) : IStarMasterRule
    {
        public int WorkerCount => rule.WorkerCount;

        public ImmutableArray<Measure> Measures => rule.Measures;

        public FlatVector Upper => rule.Upper;

        public FlatVector? Middle => rule.Middle;

        public FlatVector Lower => rule.Lower;

        public StarBody StateOf(int worker) => rule.StateOf(worker);

        public StarBody StepWork(int worker) => states.Note(rule.StepWork(worker), rule.StateOf(worker));

        public string? ObjectionTo(StarBody work, StarBody report) => rule.ObjectionTo(work, report);

        public void Step(IReadOnlyList<WorkerReport> reports) => rule.Step(reports);

        public IStarBarrier? OpenBarrier(IReadOnlyList<bool> isLive) =>
            rule.OpenBarrier(isLive) is IStarBarrier barrier ? new Barrier(states, barrier) : null;

        public void Save(SnapshotWriter writer) => rule.Save(writer);

        public void Restore(SnapshotReader reader) => rule.Restore(reader);

        public IEnumerable<StateEntry> Inspect() => rule.Inspect();
    }

    private sealed class Barrier(WorkedStates states, IStarBarrier barrier) : IStarBarrier
    {
        public bool DrainsSteps => barrier.DrainsSteps;

        public StarBody WorkFor(int worker) => states.Note(barrier.WorkFor(worker), barrier.StateOf(worker));

        public StarBody StateOf(int worker) => barrier.StateOf(worker);

        public bool Advance(IReadOnlyList<WorkerReport> reports) => barrier.Advance(reports);
    }

    private sealed class WorkerRule(WorkedStates states, IStarWorkerRule rule) : IStarWorkerRule
    {
        public string? ObjectionTo(StarBody state, StarBody work) => rule.ObjectionTo(state, work);

        public (StarBody State, StarBody Report) Do(StarBody state, StarBody work)
        {
            states.Check(state, work);
            return rule.Do(state, work);
        }
    }
}
