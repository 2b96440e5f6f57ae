using ActorFed.Algorithms.Blocks;
using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Oracles;
using ActorFed.Algorithms.Star;
using static ActorFed.Algorithms.Federated.AsdSvrg.AsdSvrgBody;

namespace ActorFed.Algorithms.Federated.AsdSvrg;

/// <summary>Distributed SVRG at a worker: gradients at snapshots, and differences to them.</summary>
/// <param name="options">Settings; the same at all participants.</param>
/// <param name="oracle">Its shard; used by this rule alone.</param>
/// <param name="seed">Seed of its batches.</param>
/// <param name="index">Which worker.</param>
public sealed class AsdSvrgWorkerRule(AsdSvrgOptions options, ILossOracle oracle, ulong seed, int index) : IStarWorkerRule
{
    private readonly ClientBatches _batches = new(seed, index, oracle.RowCount, options.BatchRows);
    private readonly double[] _gradient = new double[oracle.Length];
    private readonly double[] _atSnapshot = new double[oracle.Length]; // over all rows
    private FlatVector _snapshot = FlatVector.Empty;                   // where that was computed: it is made again for any other

    /// <inheritdoc/>
    public string? ObjectionTo(StarBody state, StarBody work) => (state, work) switch
    {
        (not WorkerState, _) => $"{state.GetType().Name} is not the state of a worker of asd-svrg.",
        (WorkerState s, _) when s.Snapshot.Length != 0 && s.Snapshot.Length != oracle.Length => Misfit("the snapshot", s.Snapshot),
        (_, TakeSnapshot take) => take.Point.Length == oracle.Length ? null : Misfit("the point", take.Point),
        (WorkerState { Snapshot.Length: 0 }, Differentiate) => "there is no snapshot yet to differ from.",
        (_, Differentiate differentiate) => differentiate.Point.Length == oracle.Length ? null : Misfit("the point", differentiate.Point),
        _ => $"{work.GetType().Name} is not work for a worker of asd-svrg.",
    };

    /// <inheritdoc/>
    public (StarBody State, StarBody Report) Do(StarBody state, StarBody work) => work is TakeSnapshot take
        ? (new WorkerState(take.Point), Snapshot(((WorkerState)state).Snapshot, take.Point))
        : (state, Difference(((WorkerState)state).Snapshot, (Differentiate)work));

    private string Misfit(string what, FlatVector vector) => $"{what} has length {vector.Length}; {oracle.Length} is needed.";

    private SnapshotTaken Snapshot(FlatVector before, FlatVector point)
    {
        double loss = oracle.Loss(point.Span, [], _gradient);
        double? lipschitz = null;
        double moved = before.Length == 0 ? 0 : Math.Sqrt(VectorMath.SquaredDistance(point.Span, before.Span));
        if (moved > 0)
        {
            lipschitz = Math.Sqrt(VectorMath.SquaredDistance(_gradient, GradientAt(before))) / moved;
        }

        _gradient.CopyTo(_atSnapshot, 0);
        _snapshot = point;
        return new SnapshotTaken { Gradient = Finite(_gradient, "the gradient ∇F_m at the snapshot"), Loss = loss, Lipschitz = lipschitz };
    }

    private Differentiated Difference(FlatVector snapshot, Differentiate work)
    {
        _batches.Begin(work.Number, steps: 1);
        ReadOnlySpan<int> rows = _batches.Next();
        oracle.Loss(work.Point.Span, rows, _gradient);
        if (rows.IsEmpty)
        {
            VectorMath.Subtract(_gradient, GradientAt(snapshot), _gradient);
        }
        else
        {
            double[] there = new double[oracle.Length];
            oracle.Loss(snapshot.Span, rows, there);
            VectorMath.Subtract(_gradient, there, _gradient);
        }

        return new Differentiated(Finite(_gradient, "the difference of gradients r"));
    }

    private double[] GradientAt(FlatVector snapshot)
    {
        if (!snapshot.Equals(_snapshot))
        {
            oracle.Loss(snapshot.Span, [], _atSnapshot);
            _snapshot = snapshot;
        }

        return _atSnapshot;
    }

    private static FlatVector Finite(double[] values, string name)
    {
        FlatVector vector = FlatVector.CopyOf(values);
        VectorCheck.RequireFinite(vector, name, "asd-svrg.step");
        return vector;
    }
}
