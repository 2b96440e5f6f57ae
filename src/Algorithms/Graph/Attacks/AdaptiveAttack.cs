using ActorFed.Algorithms.Graph.Acceptance;
using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Oracles;

namespace ActorFed.Algorithms.Graph.Attacks;

/// <summary>Knows BALANCE's threshold: sends each victim its own vector, moved against the trend by 0.99 of what it still believes.</summary>
/// <param name="threshold">The defence's.</param>
/// <remarks>Our version; the one of the BALANCE paper solves an optimisation problem. To a neighbour that is no victim it sends its honest vector.</remarks>
public sealed class AdaptiveAttack(BalanceThreshold threshold) : IAttack
{
    private const double Share = 0.99;

    /// <inheritdoc/>
    public string Name => "adaptive";

    /// <inheritdoc/>
    public bool WaitsForBenign => true;

    /// <inheritdoc/>
    public bool SendsAllTheSame => false;

    /// <inheritdoc/>
    public DataPoisoning Poisoning => DataPoisoning.None;

    /// <inheritdoc/>
    public FlatVector Forge(in AttackQuestion question)
    {
        if (question.Victim is not FlatVector victim)
        {
            return question.Honest;
        }

        FlatVector trend = BenignVectors.Trend(question, BenignVectors.Of(question));
        double norm = VectorMath.Norm(trend.Span);
        return norm == 0
            ? victim
            : FlatVector.Combine(new Term(1, victim), new Term(-Share * threshold.At(victim, question.Progress) / norm, trend));
    }
}
