using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Star;

namespace ActorFed.Algorithms.Federated.Fadas;

/// <summary>FADAS in the catalogue; with a delay threshold, its delay-adaptive form.</summary>
public sealed class FadasAlgorithm : BufferedAlgorithm<FadasOptions>
{
    /// <inheritdoc/>
    public override string Name => "fadas";

    /// <inheritdoc/>
    public override string Summary => "buffered asynchronous adaptive federated optimisation, with steps that give way to delay (Wang et al., ICML 2024)";

    /// <inheritdoc/>
    protected override IStarWorkerRule CreateClient(AlgorithmSetup setup, FadasOptions options, int index) =>
        new FederatedWorkerRule(options.Client, setup.LossProblem.CreateOracle(index), setup.Seed, index, sendsModel: false);

    /// <inheritdoc/>
    protected override IStarMasterRule CreateRule(AlgorithmSetup setup, FadasOptions options, FlatVector start) =>
        new FadasMasterRule(options, start, setup.LossProblem.ShardCount);
}
