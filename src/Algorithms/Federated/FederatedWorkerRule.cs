using System.Buffers;
using ActorFed.Algorithms.Blocks;
using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Oracles;
using ActorFed.Algorithms.Star;
using static ActorFed.Algorithms.Federated.FederatedBody;

namespace ActorFed.Algorithms.Federated;

/// <summary>A client: y ← y − η_l ( ∇F_i(y; batch) + μ (y − x) ) from y = x, step by step.</summary>
/// <param name="options">How it trains; the same at all clients.</param>
/// <param name="oracle">Its shard; used by this rule alone.</param>
/// <param name="seed">Seed of its batches.</param>
/// <param name="index">Which client.</param>
/// <param name="sendsModel">Whether it reports y, and not y − x.</param>
/// <remarks>Source: Reddi et al., ICLR 2021, algorithms 1 and 2, CLIENTOPT = SGD; with the proximal term of FedProx.</remarks>
public sealed class FederatedWorkerRule(ClientOptions options, ILossOracle oracle, ulong seed, int index, bool sendsModel) : IStarWorkerRule
{
    private readonly ClientBatches _batches = new(seed, index, oracle.RowCount, options.BatchRows, oracle.BeginEpoch);

    /// <inheritdoc/>
    public string? ObjectionTo(StarBody state, StarBody work) => (state, work) switch
    {
        (not WorkerState, _) => $"{state.GetType().Name} is not the state of a federated worker.",
        (_, not Train) => $"{work.GetType().Name} is not work for a federated worker.",
        (_, Train train) when train.Model.Length != oracle.Length => $"the model has length {train.Model.Length}; {oracle.Length} is needed.",
        _ => null,
    };

    /// <inheritdoc/>
    public (StarBody State, StarBody Report) Do(StarBody state, StarBody work) => (state, Report((Train)work));

    /// <summary>Between two tasks a client keeps no vector, so that many of them take little memory: it borrows two for the time of one.</summary>
    private Trained Report(Train train)
    {
        double[] point = ArrayPool<double>.Shared.Rent(oracle.Length);
        double[] gradient = ArrayPool<double>.Shared.Rent(oracle.Length);
        try
        {
            return Report(train, point.AsSpan(0, oracle.Length), gradient.AsSpan(0, oracle.Length));
        }
        finally
        {
            ArrayPool<double>.Shared.Return(point);
            ArrayPool<double>.Shared.Return(gradient);
        }
    }

    /// <summary>Numbers that grew beyond all use are reported as such: other clients' may be good.</summary>
    private Trained Report(Train train, Span<double> point, Span<double> gradient)
    {
        ReadOnlySpan<double> start = train.Model.Span;
        int steps = options.Steps ?? options.Epochs * _batches.PerPass;
        double loss = Descend(start, train.Number, steps, point, gradient);
        if (!sendsModel)
        {
            VectorMath.Subtract(point, start, point);
        }

        return double.IsFinite(loss) && VectorMath.IndexBeyond(point, VectorCheck.MaxReported) < 0
            ? new Trained { Result = FlatVector.CopyOf(point), Examples = _batches.RowsOf(steps), Loss = loss }
            : Trained.Unusable;
    }

    private double Descend(ReadOnlySpan<double> start, long task, int steps, Span<double> point, Span<double> gradient)
    {
        double losses = 0;
        _batches.Begin(task, steps);
        start.CopyTo(point);
        for (int step = 0; step < steps; step++)
        {
            losses += oracle.Loss(point, _batches.Next(), gradient);
            if (options.Proximal > 0)
            {
                VectorMath.AddScaled(options.Proximal, point, gradient);
                VectorMath.AddScaled(-options.Proximal, start, gradient);
            }

            VectorMath.AddScaled(-options.Step, gradient, point);
        }

        return losses / steps;
    }
}
