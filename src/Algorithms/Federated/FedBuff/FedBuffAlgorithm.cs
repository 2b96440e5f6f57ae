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
    protected override ClientOptions ClientOf(FedBuffOptions options) => options.Client;

    /// <inheritdoc/>
    protected override IStarMasterRule CreateRule(AlgorithmSetup setup, FedBuffOptions options, FlatVector start) =>
        new FedBuffMasterRule(options, start, setup.LossProblem.ShardCount);
}
