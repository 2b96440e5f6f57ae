using ActorFed.Algorithms.Blocks;
using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Oracles;
using ActorFed.Algorithms.Star;
using static ActorFed.Algorithms.Federated.FederatedBody;

namespace ActorFed.Algorithms.Federated.Composite;

/// <summary>A client of a federated algorithm for F(w) + ψ(w): it moves the point that it is sent, step by step, and reports by how much.</summary>
/// <param name="options">Its steps; the same at all clients.</param>
/// <param name="oracle">Its shard; used by this rule alone.</param>
/// <param name="seed">Seed of its batches.</param>
/// <param name="index">Which client.</param>
public abstract class CompositeWorkerRule(LocalStepOptions options, ILossOracle oracle, ulong seed, int index) : IStarWorkerRule
{
    private readonly ClientBatches _batches = new(seed, index, oracle.RowCount, options.BatchRows, oracle.BeginEpoch);

    /// <summary>F_i, on this client's shard.</summary>
    protected ILossOracle Oracle { get; } = oracle;

    /// <summary>What moves; length d.</summary>
    protected double[] Point { get; } = new double[oracle.Length];

    /// <summary>Scratch for gradients; length d.</summary>
    protected double[] Gradient { get; } = new double[oracle.Length];

    /// <inheritdoc/>
    public string? ObjectionTo(StarBody state, StarBody work) => (state, work) switch
    {
        (not WorkerState, _) => $"{state.GetType().Name} is not the state of a federated worker.",
        (_, not TrainComposite) => $"{work.GetType().Name} is not work for a federated worker with a regulariser.",
        (_, TrainComposite train) when train.Model.Length != Oracle.Length => $"the model has length {train.Model.Length}; {Oracle.Length} is needed.",
        (_, TrainComposite { Elapsed: var elapsed }) when !double.IsFinite(elapsed) || elapsed < 0 => $"elapsed is {elapsed}; it must be finite and at least 0.",
        _ => null,
    };

    /// <inheritdoc/>
    public (StarBody State, StarBody Report) Do(StarBody state, StarBody work) => (state, Report((TrainComposite)work));

    /// <summary>One local step.</summary>
    /// <param name="elapsed">Sum of the steps before, the server's among them.</param>
    /// <param name="rows">The rows of its batch; empty for all.</param>
    /// <returns>The loss where the step began.</returns>
    protected abstract double Move(double elapsed, ReadOnlySpan<int> rows);

    /// <summary>Numbers that grew beyond all use are reported as such: other clients' may be good.</summary>
    private TrainedComposite Report(TrainComposite train)
    {
        int steps = options.Steps ?? options.Epochs * _batches.PerPass;
        double losses = 0;
        _batches.Begin(train.Number, steps);
        train.Model.Span.CopyTo(Point);
        for (int step = 0; step < steps; step++)
        {
            losses += Move(train.Elapsed + (options.Step * step), _batches.Next());
        }

        VectorMath.Subtract(Point, train.Model.Span, Point);
        bool isUsable = double.IsFinite(losses) && VectorMath.IndexBeyond(Point, VectorCheck.MaxReported) < 0;
        return new TrainedComposite
        {
            Result = isUsable ? FlatVector.CopyOf(Point) : FlatVector.Empty,
            Examples = isUsable ? _batches.RowsOf(steps) : 0,
            Loss = isUsable ? losses / steps : 0,
            Steps = steps,
        };
    }
}
