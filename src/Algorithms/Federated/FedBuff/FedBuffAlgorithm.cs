using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Star;

namespace ActorFed.Algorithms.Federated.FedBuff;

/// <summary>FedBuff in the catalogue.</summary>
public sealed class FedBuffAlgorithm : BufferedAlgorithm<FedBuffOptions>
{
    /// <inheritdoc/>
    public override string Name => "fedbuff";

    /// <inheritdoc/>
    public override string Summary => "buffered asynchronous federated averaging, stale updates weighing less (Nguyen et al., AISTATS 2022)";

    /// <inheritdoc/>
    protected override IStarWorkerRule CreateClient(AlgorithmSetup setup, FedBuffOptions options, int index) =>
        new FederatedWorkerRule(options.Client, setup.LossProblem.CreateOracle(index), setup.Seed, index, sendsModel: false);

    /// <inheritdoc/>
    protected override IStarMasterRule CreateRule(AlgorithmSetup setup, FedBuffOptions options, FlatVector start) =>
        new FedBuffMasterRule(options, start, setup.LossProblem.ShardCount);
}
