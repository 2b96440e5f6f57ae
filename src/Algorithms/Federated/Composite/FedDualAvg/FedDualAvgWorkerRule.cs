using ActorFed.Algorithms.Federated.Composite.Regularizers;
using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Oracles;

namespace ActorFed.Algorithms.Federated.Composite.FedDualAvg;

/// <summary>A client: z ← z − η_c ∇F_i(w; batch), with w the proximal point of z after all the steps that were made.</summary>
/// <param name="options">Settings; the same at all clients.</param>
/// <param name="oracle">Its shard; used by this rule alone.</param>
/// <param name="seed">Seed of its batches.</param>
/// <param name="index">Which client.</param>
public sealed class FedDualAvgWorkerRule(FedDualAvgOptions options, ILossOracle oracle, ulong seed, int index)
    : CompositeWorkerRule(options.Client, oracle, seed, index)
{
    private readonly Regularizer _regularizer = options.Regularizer.Create(oracle.Length);
    private readonly double[] _primal = new double[oracle.Length]; // w

    /// <inheritdoc/>
    protected override double Move(double elapsed, ReadOnlySpan<int> rows)
    {
        Point.CopyTo(_primal, 0);
        if (options.ClientProximal)
        {
            _regularizer.Shrink(elapsed, _primal);
        }

        double loss = Oracle.Loss(_primal, rows, Gradient);
        VectorMath.AddScaled(-options.Client.Step, Gradient, Point);
        return loss;
    }
}
