using System.Collections.Immutable;
using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Star;

namespace ActorFed.Algorithms.Tests.Star;

/// <summary>What the toy algorithm says: single numbers.</summary>
internal abstract record ToyBody : StarBody
{
    public override long PayloadBytes => sizeof(double);

    /// <summary>A worker's value, and the master's total when the state was written down.</summary>
    public sealed record State(double Value, double Total) : ToyBody;

    public sealed record Work(string Name, double Amount) : ToyBody;

    public sealed record Report(double Value) : ToyBody;
}

/// <summary>Halves its value and adds the amount; refuses work called impossible.</summary>
internal sealed class ToyWorkerRule : IStarWorkerRule
{
    /// <summary>How often work was done.</summary>
    public int Calls { get; private set; }

    public string? ObjectionTo(StarBody state, StarBody work) => work is ToyBody.Work { Name: "impossible" } ? "it is impossible." : null;

    public (StarBody State, StarBody Report) Do(StarBody state, StarBody work)
    {
        Calls++;
        ToyBody.State old = (ToyBody.State)state;
        double value = (old.Value / 2) + ((ToyBody.Work)work).Amount;
        return (old with { Value = value }, new ToyBody.Report(value));
    }
}

/// <summary>Sums its workers' values, with a barrier of several stages every so many steps. Logs what the protocol makes of it.</summary>
internal sealed class ToyMasterRule(int workers) : IStarMasterRule
{
    private int[] _cohort = [];
    private double[] _values = [.. Enumerable.Range(1, workers).Select(i => (double)i)];

    public int BarrierEvery { get; init; } = int.MaxValue;

    public int Stages { get; init; } = 2;

    public bool Drains { get; init; }

    /// <summary>Whether barriers are of the last step's workers only.</summary>
    public bool IsOfTheCohort { get; init; }

    public double Total { get; private set; }

    public long Steps { get; private set; }

    /// <summary>Workers of each step.</summary>
    public List<int[]> Stepped { get; } = [];

    /// <summary>Who lived at the opening of each barrier.</summary>
    public List<bool[]> BarriersOpened { get; } = [];

    public int BarriersEnded { get; private set; }

    public int WorkerCount => workers;

    public ImmutableArray<Measure> Measures { get; set; } = [];

    public FlatVector Upper => FlatVector.Of(Total);

    public FlatVector Lower => FlatVector.CopyOf(_values);

    public StarBody StateOf(int worker) => new ToyBody.State(_values[worker], Total);

    public StarBody StepWork(int worker) => new ToyBody.Work("step", Total + worker);

    public string? ObjectionTo(StarBody work, StarBody report) => report is not ToyBody.Report { Value: double value } ? "it is no report."
        : double.IsFinite(value) ? null : $"the value is {value}.";

    public void Step(IReadOnlyList<WorkerReport> reports)
    {
        foreach (WorkerReport report in reports)
        {
            _values[report.Worker] = ((ToyBody.Report)report.Report).Value;
            Total = (Total / 2) + _values[report.Worker];
        }

        Steps++;
        _cohort = [.. reports.Select(report => report.Worker)];
        Stepped.Add(_cohort);
    }

    public IStarBarrier? OpenBarrier(IReadOnlyList<bool> isLive)
    {
        if (Steps % BarrierEvery != 0)
        {
            return null;
        }

        BarriersOpened.Add([.. isLive]);
        return new Barrier(this, [.. Enumerable.Range(0, workers).Where(i => isLive[i] && (!IsOfTheCohort || _cohort.Contains(i)))]);
    }

    public void Save(SnapshotWriter writer)
    {
        writer.WriteInt64(Steps);
        writer.WriteDouble(Total);
        writer.WriteVector(Lower);
        writer.WriteVector(FlatVector.CopyOf([.. _cohort.Select(worker => (double)worker)]));
    }

    public void Restore(SnapshotReader reader)
    {
        Steps = reader.ReadInt64();
        Total = reader.ReadDouble();
        _values = reader.ReadVector().Span.ToArray();
        _cohort = [.. reader.ReadVector().Span.ToArray().Select(worker => (int)worker)];
    }

    public IEnumerable<StateEntry> Inspect() => [new("total", FlatVector.Of(Total)), new("lower", Lower)];

    private sealed class Barrier(ToyMasterRule rule, int[] participants) : IStarBarrier
    {
        private readonly double[] _values = [.. rule._values];
        private int _stage;

        public bool DrainsSteps => rule.Drains;

        public bool Includes(int worker) => !rule.IsOfTheCohort || participants.Contains(worker);

        public StarBody WorkFor(int worker) => participants.Contains(worker)
            ? new ToyBody.Work($"stage-{_stage}", rule.Total + (10 * _stage))
            : throw new InvalidOperationException($"Worker {worker} takes no part in this barrier.");

        public StarBody StateOf(int worker) => new ToyBody.State(_values[worker], rule.Total);

        public bool Advance(IReadOnlyList<WorkerReport> reports)
        {
            if (!reports.Select(report => report.Worker).SequenceEqual(participants))
            {
                throw new InvalidOperationException($"A stage ended without a report of everyone in [{string.Join(", ", participants)}].");
            }

            foreach (WorkerReport report in reports)
            {
                _values[report.Worker] = ((ToyBody.Report)report.Report).Value;
            }

            if (++_stage < rule.Stages)
            {
                return true;
            }

            rule._values = _values;
            rule.Total += _values.Sum();
            rule.BarriersEnded++;
            return false;
        }
    }
}
