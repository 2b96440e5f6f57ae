using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Oracles;

namespace ActorFed.Algorithms.Graph.Attacks;

/// <summary>Sends what its first honest neighbour sent, times a factor near 1: a probe that defences by distance should let in.</summary>
/// <param name="factor">The factor.</param>
/// <remarks>Without an honest neighbour it takes its own honest vector.</remarks>
public sealed class NearCopyAttack(double factor) : IAttack
{
    /// <inheritdoc/>
    public string Name => "near-copy";

    /// <inheritdoc/>
    public bool WaitsForBenign => true;

    /// <inheritdoc/>
    public bool SendsAllTheSame => true;

    /// <inheritdoc/>
    public DataPoisoning Poisoning => DataPoisoning.None;

    /// <inheritdoc/>
    public FlatVector Forge(in AttackQuestion question) =>
        FlatVector.Combine(new Term(factor, question.Benign.Count > 0 ? question.Benign[0].Values : question.Honest));
}
