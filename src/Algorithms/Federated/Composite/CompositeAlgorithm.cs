using ActorFed.Algorithms.Oracles;
using ActorFed.Algorithms.Star;

namespace ActorFed.Algorithms.Federated.Composite;

/// <summary>A federated algorithm in rounds for F(w) + ψ(w), in the catalogue.</summary>
/// <typeparam name="TOptions">Its settings.</typeparam>
public abstract class CompositeAlgorithm<TOptions> : FederatedAlgorithm<TOptions>
    where TOptions : CompositeOptions
{
    /// <inheritdoc/>
    public override ParticipationMisfit? MisfitOf(IParticipationPolicy policy) => policy is SynchronousParticipation or CohortParticipation
        ? null
        : new ParticipationMisfit("policy", $"{Name} has rounds; set participation.policy = synchronous.");

    /// <inheritdoc/>
    public override SettingMisfit? MisfitOf(object options, IProblem problem) =>
        ((TOptions)options).Regularizer.MisfitOf(((ILossProblem)problem).Length);
}
