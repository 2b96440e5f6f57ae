using System.Collections.Immutable;
using ActorFed.Algorithms.Blocks;
using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Star;
using static ActorFed.Algorithms.Federated.AsdSvrg.AsdSvrgBody;

namespace ActorFed.Algorithms.Federated.AsdSvrg;

/// <summary>
/// Distributed SVRG at the master: the model, the snapshot, its mean gradient and the workers' probabilities. An epoch is one step
/// that takes a snapshot with all live workers, and T inner steps with one drawn worker each.
/// </summary>
/// <remarks>The mean is over the workers that took part in the snapshot, and only they are drawn until the next one, as long as one of them lives.</remarks>
public sealed class AsdSvrgMasterRule : IStarMasterRule
{
    private readonly AsdSvrgOptions _options;
    private readonly Func<long, int, double> _uniform;
    private readonly WorkerProbabilities _sampling;
    private double[] _model;              // x_k
    private double[] _chosen;             // sum of the epoch's iterates, or the one that was drawn: what the next snapshot may be
    private FlatVector _anchor = FlatVector.Empty; // x̃
    private FlatVector _mean;             // μ
    private int _inner;                   // inner steps made in this epoch; T: a snapshot is due
    private long _epochs;                 // snapshots taken
    private int _redraws;                 // of this inner step
    private double _drawnProbability = 1;

    /// <summary>A master at its starting point.</summary>
    /// <param name="options">Settings.</param>
    /// <param name="start">The first x̃; length d.</param>
    /// <param name="workerCount">M; at least 1.</param>
    /// <param name="seed">Seed of the draws.</param>
    /// <param name="uniform">Uniform numbers in [0, 1) in place of those of the seed, by inner step of the run and repetition, both from 0; null for none.</param>
    public AsdSvrgMasterRule(AsdSvrgOptions options, FlatVector start, int workerCount, ulong seed, Func<long, int, double>? uniform = null)
    {
        (_options, WorkerCount, _inner) = (options, workerCount, options.InnerSteps);
        CounterRandom random = new(seed, "asd-svrg/draw");
        Choice = new CounterRandom(seed, "asd-svrg/next-snapshot");
        _uniform = uniform ?? ((step, repetition) => random.Uniform(step, repetition));
        _sampling = new WorkerProbabilities(options, workerCount);
        (_model, _chosen, _mean) = (start.Span.ToArray(), new double[start.Length], FlatVector.Zeros(start.Length));
    }

    /// <inheritdoc/>
    public int WorkerCount { get; }

    /// <summary>Whether the next step takes a snapshot, with all live workers; else it is an inner one.</summary>
    public bool TakesSnapshot => _inner == _options.InnerSteps;

    /// <summary>p; of those that did not take part in the snapshot, 0.</summary>
    public ReadOnlySpan<double> Probabilities => _sampling.Probabilities;

    /// <summary>L̂, the estimates; −1 where there is none.</summary>
    public ReadOnlySpan<double> Estimates => _sampling.Estimates;

    /// <summary>μ, mean gradient at the snapshot; length d.</summary>
    public FlatVector MeanGradient => _mean;

    /// <summary>v, what the last inner step moved along; empty before the first.</summary>
    public FlatVector Direction { get; private set; } = FlatVector.Empty;

    /// <inheritdoc/>
    public FlatVector Upper => FlatVector.Empty;

    /// <inheritdoc/>
    public FlatVector Lower => FlatVector.CopyOf(_model);

    /// <inheritdoc/>
    public ImmutableArray<Measure> Measures { get; private set; } = [];

    private CounterRandom Choice { get; }

    private long StepNumber => ((_epochs - 1) * _options.InnerSteps) + _inner; // of inner steps in the run

    /// <inheritdoc/>
    public StarBody StateOf(int worker) => new WorkerState(_anchor);

    /// <inheritdoc/>
    public StarBody StepWork(int worker) => TakesSnapshot ? new TakeSnapshot(NextSnapshot()) : new Differentiate(StepNumber, Lower);

    /// <summary>Draws the worker of this inner step: the smallest whose cumulative probability is more than a uniform number.</summary>
    /// <param name="isFree">Who can be asked. Where someone with a chance cannot, the probabilities of the others count in proportion.</param>
    /// <returns>Its index, or −1 where nobody can be asked.</returns>
    public int Draw(IReadOnlyList<bool> isFree)
    {
        (int worker, _drawnProbability) = _sampling.Draw(_uniform(StepNumber, _redraws), isFree);
        _redraws += worker < 0 ? 0 : 1;
        return worker;
    }

    /// <inheritdoc/>
    public string? ObjectionTo(StarBody work, StarBody report) => (work, report) switch
    {
        (TakeSnapshot, SnapshotTaken { Lipschitz: double l }) when !(l >= 0 && l <= VectorCheck.MaxReported) =>
            $"its estimate of the Lipschitz constant is {l}; it must be between 0 and {VectorCheck.MaxReported}.",
        (TakeSnapshot, SnapshotTaken r) when !double.IsFinite(r.Loss) => $"its loss is {r.Loss}; it must be finite.",
        (TakeSnapshot, SnapshotTaken r) => VectorCheck.Objection(r.Gradient, _model.Length, "∇F_m"),
        (Differentiate, Differentiated r) => VectorCheck.Objection(r.Difference, _model.Length, "r"),
        _ => $"{report.GetType().Name} does not answer {work.GetType().Name}.",
    };

    /// <inheritdoc/>
    public void Step(IReadOnlyList<WorkerReport> reports)
    {
        if (TakesSnapshot)
        {
            BeginEpoch(reports);
        }
        else
        {
            StepInner(reports[0].Worker, ((Differentiated)reports[0].Report).Difference);
        }

        _redraws = 0;
    }

    /// <inheritdoc/>
    public IStarBarrier? OpenBarrier(IReadOnlyList<bool> isLive) => null;

    /// <inheritdoc/>
    public void Save(SnapshotWriter writer)
    {
        writer.WriteInt64(_epochs);
        writer.WriteInt64(_inner);
        writer.WriteVector(FlatVector.CopyOf(_model));
        writer.WriteVector(FlatVector.CopyOf(_chosen));
        writer.WriteVector(_anchor);
        writer.WriteVector(_mean);
        _sampling.Save(writer);
    }

    /// <inheritdoc/>
    public void Restore(SnapshotReader reader)
    {
        _epochs = reader.ReadInt64();
        _inner = reader.ReadCount(_options.InnerSteps);
        _model = VectorCheck.Read(reader, _model.Length, "the model").Span.ToArray();
        _chosen = VectorCheck.Read(reader, _model.Length, "the next snapshot").Span.ToArray();
        _anchor = VectorCheck.Read(reader, _epochs == 0 ? 0 : _model.Length, "the snapshot");
        _mean = VectorCheck.Read(reader, _model.Length, "the mean gradient");
        _sampling.Restore(reader);
    }

    /// <inheritdoc/>
    public IEnumerable<StateEntry> Inspect() =>
    [
        new("epochs", FlatVector.Of(_epochs)),
        new("inner-steps", FlatVector.Of(_inner)),
        new("model", Lower),
        new("snapshot", _anchor),
        new("mean-gradient", _mean),
        new("probabilities", FlatVector.CopyOf(Probabilities)),
        new("lipschitz", FlatVector.CopyOf(Estimates)),
    ];

    private FlatVector NextSnapshot()
    {
        if (_epochs == 0 || _options.NextSnapshot == SnapshotChoice.Last)
        {
            return Lower;
        }

        double share = _options.NextSnapshot == SnapshotChoice.Average ? 1.0 / _options.InnerSteps : 1;
        return FlatVector.Combine(new Term(share, FlatVector.CopyOf(_chosen)));
    }

    private void BeginEpoch(IReadOnlyList<WorkerReport> reports)
    {
        FlatVector next = NextSnapshot();
        double share = 1.0 / reports.Count;
        _mean = FlatVector.Combine([.. reports.Select(report => new Term(share, ((SnapshotTaken)report.Report).Gradient))]);
        _sampling.Take([.. reports.Select(report => (report.Worker, ((SnapshotTaken)report.Report).Lipschitz))]);
        _anchor = next;
        next.Span.CopyTo(_model);
        Array.Clear(_chosen);
        (_inner, _epochs) = (0, _epochs + 1);
        Measures =
        [
            new Measure(MeasureNames.LowerObjective, WorkerCount * reports.Average(report => ((SnapshotTaken)report.Report).Loss)),
            new Measure(MeasureNames.StationarityGap, VectorMath.Norm(_mean.Span)),
            new Measure("inner-steps", StepNumber),
            new Measure("largest-probability", _sampling.Largest),
        ];
    }

    /// <summary>x ← x − η (μ + r / (M p_m)).</summary>
    private void StepInner(int worker, FlatVector difference)
    {
        _sampling.Watch(worker, difference, Math.Sqrt(VectorMath.SquaredDistance(_model, _anchor.Span)), isFirstEpoch: _epochs == 1);
        Direction = FlatVector.Combine(new Term(1, _mean), new Term(1 / (_sampling.MemberCount * _drawnProbability), difference));
        VectorMath.AddScaled(-StepSize(), Direction.Span, _model);
        VectorCheck.RequireFinite(FlatVector.CopyOf(_model), "the model", "asd-svrg.step", StepNumber);
        bool isChosen = _options.NextSnapshot == SnapshotChoice.Random && _inner == (int)(Choice.Bits(_epochs) % (ulong)_options.InnerSteps);
        if (isChosen || _options.NextSnapshot == SnapshotChoice.Average)
        {
            VectorMath.AddScaled(1, _model, _chosen);
        }

        _inner++;
        if (TakesSnapshot)
        {
            _sampling.EndEpoch();
        }

        Measures = [new Measure("direction-norm", VectorMath.Norm(Direction.Span))];
    }

    private double StepSize() => _options.StepMultiple is double multiple && _epochs > 1 && _sampling.MeanEstimate is double mean and > 0
        ? multiple / mean
        : _options.Step;
}
