using ActorFed.Algorithms.Star;

namespace ActorFed.Algorithms.Federated;

/// <summary>A federated algorithm whose server steps whenever so many reports have come, and waits for nobody.</summary>
/// <typeparam name="TOptions">Its settings.</typeparam>
public abstract class BufferedAlgorithm<TOptions> : FederatedAlgorithm<TOptions>
    where TOptions : class
{
    /// <inheritdoc/>
    public override ParticipationMisfit? MisfitOf(IParticipationPolicy policy) => policy is BufferedParticipation
        ? null
        : new ParticipationMisfit("policy", $"{Name} steps at every few reports, whoever they are of; set participation.policy = buffered.");
}
