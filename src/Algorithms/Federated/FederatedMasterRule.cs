using System.Collections.Immutable;
using ActorFed.Algorithms.Blocks;
using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Star;
using static ActorFed.Algorithms.Federated.FederatedBody;

namespace ActorFed.Algorithms.Federated;

/// <summary>The server of a federated algorithm: the model, whom it is sent to, and what of the reports is usable.</summary>
/// <remarks>A step without a usable report changes nothing but its number. Source: fedopt's official training loop, which leaves such clients out.</remarks>
public abstract class FederatedMasterRule : IStarMasterRule
{
    private readonly bool _hasRounds;
    private long _tasks; // given out; not counted where tasks have the numbers of rounds

    /// <summary>A server at its starting point.</summary>
    /// <param name="start">The first model; length d.</param>
    /// <param name="workerCount">N; at least 1.</param>
    /// <param name="hasRounds">Whether steps are synchronous rounds, so that a task has the number of its round.</param>
    protected FederatedMasterRule(FlatVector start, int workerCount, bool hasRounds) =>
        (Lower, WorkerCount, _hasRounds) = (start, workerCount, hasRounds);

    /// <inheritdoc/>
    public int WorkerCount { get; }

    /// <summary>Steps made, t: the version of the model.</summary>
    public long StepsMade { get; private set; }

    /// <summary>Steps that had a usable report.</summary>
    public long StepsApplied { get; private set; }

    /// <inheritdoc/>
    public FlatVector Upper => FlatVector.Empty;

    /// <summary>x, the model; length d.</summary>
    public FlatVector Lower { get; private set; }

    /// <summary>What the last usable step moved along; length d. Empty before it.</summary>
    public FlatVector Update { get; private set; } = FlatVector.Empty;

    /// <inheritdoc/>
    public ImmutableArray<Measure> Measures { get; private set; } = [];

    /// <summary>The server's own vectors by name, which live from step to step; length d each.</summary>
    protected abstract ImmutableArray<(string Name, double[] Values)> Memory { get; }

    /// <summary>The setting whose lowering helps when the model diverges.</summary>
    protected abstract string StepKey { get; }

    /// <inheritdoc/>
    public StarBody StateOf(int worker) => new WorkerState();

    /// <inheritdoc/>
    public StarBody StepWork(int worker) => TaskOf(_hasRounds ? StepsMade : _tasks++);

    /// <inheritdoc/>
    public string? ObjectionTo(StarBody work, StarBody report) => report switch
    {
        _ when report.GetType() != ResultType => $"{report.GetType().Name} does not answer {work.GetType().Name}.",
        Trained { Examples: < 0 } bad => $"it counts {bad.Examples} examples; it must be at least 0.",
        Trained { Examples: 0 } bad => bad.Result.Length == 0 ? null : $"it counts no example and has a result of length {bad.Result.Length}; it must be empty.",
        Trained trained when !double.IsFinite(trained.Loss) => $"its loss is {trained.Loss}; it must be finite.",
        Trained trained => VectorCheck.Objection(trained.Result, Lower.Length, "the result") ?? ObjectionTo(trained),
        _ => throw new InvalidOperationException($"{ResultType.Name} is not what training leads to."),
    };

    /// <inheritdoc/>
    public void Step(IReadOnlyList<WorkerReport> reports)
    {
        ImmutableArray<ClientResult> usable =
            [.. reports.Where(report => ((Trained)report.Report).Examples > 0).Select(report => new ClientResult((Trained)report.Report, report.Staleness))];
        if (!usable.IsEmpty)
        {
            double[] model = Lower.Span.ToArray();
            Update = Apply(usable, model);
            FlatVector moved = FlatVector.CopyOf(model);
            VectorCheck.RequireFinite(moved, "the model", StepKey, StepsMade);
            Lower = moved;
            StepsApplied++;
        }

        StepsMade++;
        Measures = MeasuresOf(usable);
    }

    /// <inheritdoc/>
    public IStarBarrier? OpenBarrier(IReadOnlyList<bool> isLive) => null;

    /// <inheritdoc/>
    public void Save(SnapshotWriter writer)
    {
        writer.WriteInt64(StepsMade);
        writer.WriteInt64(StepsApplied);
        writer.WriteInt64(_tasks);
        writer.WriteVector(Lower);
        foreach ((_, double[] values) in Memory)
        {
            writer.WriteVector(FlatVector.CopyOf(values));
        }
    }

    /// <inheritdoc/>
    public void Restore(SnapshotReader reader)
    {
        StepsMade = reader.ReadInt64();
        StepsApplied = reader.ReadInt64();
        _tasks = reader.ReadInt64();
        Lower = VectorCheck.Read(reader, Lower.Length, "the model");
        foreach ((string name, double[] values) in Memory)
        {
            VectorCheck.Read(reader, values.Length, name).Span.CopyTo(values);
        }
    }

    /// <inheritdoc/>
    public IEnumerable<StateEntry> Inspect() =>
    [
        new("model", Lower),
        new("steps-applied", FlatVector.Of(StepsApplied)),
        new("tasks", FlatVector.Of(_tasks)),
        .. Memory.Select(part => new StateEntry(part.Name, FlatVector.CopyOf(part.Values))),
    ];

    /// <summary>The record of a client's result; <see cref="Trained"/> or one that derives from it.</summary>
    protected virtual Type ResultType => typeof(Trained);

    /// <summary>What a step's measures tell besides.</summary>
    protected virtual ImmutableArray<Measure> OwnMeasures => [];

    /// <summary>A client's task.</summary>
    /// <param name="number">Its number.</param>
    protected virtual Train TaskOf(long number) => new() { Number = number, Model = Lower };

    /// <summary>Why what a result has besides vector, examples and loss is not acceptable, or null when it is.</summary>
    /// <param name="trained">Of <see cref="ResultType"/>.</param>
    protected virtual string? ObjectionTo(Trained trained) => null;

    /// <summary>One server step.</summary>
    /// <param name="results">The usable results, ascending by worker; at least one.</param>
    /// <param name="model">In: x. Out: the next x. Length d.</param>
    /// <returns>The combination of the results that it moved along; length d.</returns>
    protected abstract FlatVector Apply(ImmutableArray<ClientResult> results, double[] model);

    private ImmutableArray<Measure> MeasuresOf(ImmutableArray<ClientResult> usable)
    {
        Measure count = new("usable-reports", usable.Length);
        return usable.IsEmpty
            ? [count]
            :
            [
                new Measure(MeasureNames.LowerObjective, WorkerCount * usable.Average(result => result.Trained.Loss)),
                new Measure("update-norm", VectorMath.Norm(Update.Span)),
                count,
                .. OwnMeasures,
            ];
    }
}

/// <summary>A client's usable result.</summary>
/// <param name="Trained">What it reported.</param>
/// <param name="Staleness">τ_i, server steps made since it was sent the model.</param>
public readonly record struct ClientResult(FederatedBody.Trained Trained, int Staleness);
