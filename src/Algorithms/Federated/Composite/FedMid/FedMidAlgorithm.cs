using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Star;

namespace ActorFed.Algorithms.Federated.Composite.FedMid;

/// <summary>Federated mirror descent in the catalogue.</summary>
public sealed class FedMidAlgorithm : CompositeAlgorithm<FedMidOptions>
{
    /// <inheritdoc/>
    public override string Name => "fedmid";

    /// <inheritdoc/>
    public override string Summary => "federated mirror (proximal gradient) descent, what feddualavg is compared with (Yuan et al., ICML 2021); synchronous only";

    /// <inheritdoc/>
    protected override IStarWorkerRule CreateClient(AlgorithmSetup setup, FedMidOptions options, int index) =>
        new FedMidWorkerRule(options, setup.LossProblem.CreateOracle(index), setup.Seed, index);

    /// <inheritdoc/>
    protected override IStarMasterRule CreateRule(AlgorithmSetup setup, FedMidOptions options, FlatVector start) =>
        new FedMidMasterRule(options, start, setup.LossProblem.ShardCount);
}
