using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Oracles;

namespace ActorFed.Algorithms.Graph.Attacks;

/// <summary>Trains on poisoned data and sends what comes of it.</summary>
/// <param name="name">Its name in experiments.</param>
/// <param name="poisoning">What is done to the data.</param>
public sealed class PoisoningAttack(string name, DataPoisoning poisoning) : IAttack
{
    /// <inheritdoc/>
    public string Name => name;

    /// <inheritdoc/>
    public bool WaitsForBenign => false;

    /// <inheritdoc/>
    public bool SendsAllTheSame => true;

    /// <inheritdoc/>
    public DataPoisoning Poisoning => poisoning;

    /// <inheritdoc/>
    public FlatVector Forge(in AttackQuestion question) => question.Honest;
}
