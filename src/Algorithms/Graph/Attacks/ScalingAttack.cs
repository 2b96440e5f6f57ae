using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Oracles;

namespace ActorFed.Algorithms.Graph.Attacks;

/// <summary>Sends its honest vector times a factor: a large one drags, a negative one leads back.</summary>
/// <param name="name">Its name in experiments.</param>
/// <param name="factor">The factor.</param>
public sealed class ScalingAttack(string name, double factor) : IAttack
{
    /// <inheritdoc/>
    public string Name => name;

    /// <inheritdoc/>
    public bool WaitsForBenign => false;

    /// <inheritdoc/>
    public bool SendsAllTheSame => true;

    /// <inheritdoc/>
    public DataPoisoning Poisoning => DataPoisoning.None;

    /// <inheritdoc/>
    public FlatVector Forge(in AttackQuestion question) => FlatVector.Combine(new Term(factor, question.Honest));
}
