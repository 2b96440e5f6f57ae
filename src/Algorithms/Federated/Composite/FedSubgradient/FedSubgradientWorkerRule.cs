using ActorFed.Algorithms.Federated.Composite.Regularizers;
using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Oracles;

namespace ActorFed.Algorithms.Federated.Composite.FedSubgradient;

/// <summary>A client: w ← w − η_c ( ∇F_i(w; batch) + a subgradient of ψ ).</summary>
/// <param name="options">Settings; the same at all clients.</param>
/// <param name="oracle">Its shard; used by this rule alone.</param>
/// <param name="seed">Seed of its batches.</param>
/// <param name="index">Which client.</param>
public sealed class FedSubgradientWorkerRule(FedSubgradientOptions options, ILossOracle oracle, ulong seed, int index)
    : CompositeWorkerRule(options.Client, oracle, seed, index)
{
    private readonly Regularizer _regularizer = options.Regularizer.Create(oracle.Length);

    /// <inheritdoc/>
    protected override double Move(double elapsed, ReadOnlySpan<int> rows)
    {
        double loss = Oracle.Loss(Point, rows, Gradient);
        if (options.SubgradientAt == SubgradientAt.Old)
        {
            _regularizer.AddSubgradient(1, Point, Gradient);
            VectorMath.AddScaled(-options.Client.Step, Gradient, Point);
        }
        else
        {
            VectorMath.AddScaled(-options.Client.Step, Gradient, Point);
            Point.CopyTo(Gradient, 0);
            _regularizer.AddSubgradient(-options.Client.Step, Gradient, Point);
        }

        return loss;
    }
}
