using ActorFed.Algorithms.Federated.Composite.Regularizers;
using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Oracles;

namespace ActorFed.Algorithms.Federated.Composite.FedMid;

/// <summary>A client: w ← the proximal point of w − η_c ∇F_i(w; batch).</summary>
/// <param name="options">Settings; the same at all clients.</param>
/// <param name="oracle">Its shard; used by this rule alone.</param>
/// <param name="seed">Seed of its batches.</param>
/// <param name="index">Which client.</param>
public sealed class FedMidWorkerRule(FedMidOptions options, ILossOracle oracle, ulong seed, int index)
    : CompositeWorkerRule(options.Client, oracle, seed, index)
{
    private readonly Regularizer _regularizer = options.Regularizer.Create(oracle.Length);

    /// <inheritdoc/>
    protected override double Move(double elapsed, ReadOnlySpan<int> rows)
    {
        double loss = Oracle.Loss(Point, rows, Gradient);
        VectorMath.AddScaled(-options.Client.Step, Gradient, Point);
        if (options.ClientProximal)
        {
            _regularizer.Shrink(options.Client.Step, Point);
        }

        return loss;
    }
}
