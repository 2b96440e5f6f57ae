using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Star;

namespace ActorFed.Algorithms.Federated.Composite.FedSubgradient;

/// <summary>Federated averaging of subgradient steps in the catalogue.</summary>
public sealed class FedSubgradientAlgorithm : CompositeAlgorithm<FedSubgradientOptions>
{
    /// <inheritdoc/>
    public override string Name => "fedavg-subgradient";

    /// <inheritdoc/>
    public override string Summary => "federated averaging with subgradients of a regulariser, what feddualavg is compared with; synchronous only";

    /// <inheritdoc/>
    protected override IStarWorkerRule CreateClient(AlgorithmSetup setup, FedSubgradientOptions options, int index) =>
        new FedSubgradientWorkerRule(options, setup.LossProblem.CreateOracle(index), setup.Seed, index);

    /// <inheritdoc/>
    protected override IStarMasterRule CreateRule(AlgorithmSetup setup, FedSubgradientOptions options, FlatVector start) =>
        new FedSubgradientMasterRule(options, start, setup.LossProblem.ShardCount);
}
