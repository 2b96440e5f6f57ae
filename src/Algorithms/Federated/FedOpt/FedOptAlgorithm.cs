using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Star;

namespace ActorFed.Algorithms.Federated.FedOpt;

/// <summary>Adaptive federated optimisation in the catalogue; also FedAvg, and FedProx by its clients' option.</summary>
public sealed class FedOptAlgorithm : FederatedAlgorithm<FedOptOptions>
{
    /// <inheritdoc/>
    public override string Name => "fedopt";

    /// <inheritdoc/>
    public override string Summary => "federated averaging with a server optimiser: FedAvg, FedAvgM, FedAdagrad, FedAdam, FedYogi (Reddi et al., ICLR 2021); synchronous only";

    /// <inheritdoc/>
    public override ParticipationMisfit? MisfitOf(IParticipationPolicy policy) => policy is SynchronousParticipation or CohortParticipation
        ? null
        : new ParticipationMisfit("policy", $"{Name} has rounds; set participation.policy = synchronous.");

    /// <inheritdoc/>
    protected override IStarWorkerRule CreateClient(AlgorithmSetup setup, FedOptOptions options, int index) =>
        new FederatedWorkerRule(options.Client, setup.LossProblem.CreateOracle(index), setup.Seed, index, sendsModel: false);

    /// <inheritdoc/>
    protected override IStarMasterRule CreateRule(AlgorithmSetup setup, FedOptOptions options, FlatVector start) =>
        new FedOptMasterRule(options, start, setup.LossProblem.ShardCount);
}
