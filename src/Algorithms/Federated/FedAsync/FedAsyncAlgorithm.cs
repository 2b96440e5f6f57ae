using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Star;

namespace ActorFed.Algorithms.Federated.FedAsync;

/// <summary>FedAsync in the catalogue.</summary>
public sealed class FedAsyncAlgorithm : BufferedAlgorithm<FedAsyncOptions>
{
    /// <inheritdoc/>
    public override string Name => "fedasync";

    /// <inheritdoc/>
    public override string Summary => "asynchronous federated optimisation, one client's model at a time (Xie et al., 2019)";

    /// <inheritdoc/>
    public override ParticipationMisfit? MisfitOf(IParticipationPolicy policy) => base.MisfitOf(policy) ?? (policy is BufferedParticipation { Buffer: > 1 } buffered
        ? new ParticipationMisfit("buffer", $"participation.buffer is {buffered.Buffer}, and {Name} steps at every report; set participation.buffer = 1.")
        : null);

    /// <inheritdoc/>
    protected override IStarWorkerRule CreateClient(AlgorithmSetup setup, FedAsyncOptions options, int index) =>
        new FederatedWorkerRule(options.Client, setup.LossProblem.CreateOracle(index), setup.Seed, index, sendsModel: true);

    /// <inheritdoc/>
    protected override IStarMasterRule CreateRule(AlgorithmSetup setup, FedAsyncOptions options, FlatVector start) =>
        new FedAsyncMasterRule(options, start, setup.LossProblem.ShardCount);
}
