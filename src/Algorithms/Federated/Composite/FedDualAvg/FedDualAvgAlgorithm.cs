using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Star;

namespace ActorFed.Algorithms.Federated.Composite.FedDualAvg;

/// <summary>Federated dual averaging in the catalogue.</summary>
public sealed class FedDualAvgAlgorithm : CompositeAlgorithm<FedDualAvgOptions>
{
    /// <inheritdoc/>
    public override string Name => "feddualavg";

    /// <inheritdoc/>
    public override string Summary => "federated dual averaging for losses with a regulariser or a constraint (Yuan et al., ICML 2021); synchronous only";

    /// <inheritdoc/>
    protected override IStarWorkerRule CreateClient(AlgorithmSetup setup, FedDualAvgOptions options, int index) =>
        new FedDualAvgWorkerRule(options, setup.LossProblem.CreateOracle(index), setup.Seed, index);

    /// <inheritdoc/>
    protected override IStarMasterRule CreateRule(AlgorithmSetup setup, FedDualAvgOptions options, FlatVector start) =>
        new FedDualAvgMasterRule(options, start, setup.LossProblem.ShardCount);
}
