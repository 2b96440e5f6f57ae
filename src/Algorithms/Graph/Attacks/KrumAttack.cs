using ActorFed.Algorithms.Graph.Acceptance;
using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Oracles;

namespace ActorFed.Algorithms.Graph.Attacks;

/// <summary>
/// Sends w − L s, against the trend s from w, its honest vector of the round before: as far as can be while Krum, asked about f copies of
/// it and the benign vectors, would choose it.
/// </summary>
/// <param name="attackers">f, copies that it counts with; at least 1.</param>
/// <remarks>
/// Source: Fang, Cao, Jia, Gong, "Local Model Poisoning Attacks to Byzantine-Robust Federated Learning", USENIX Security 2020, whose
/// bound L begins at, to be halved until Krum chooses or L is below 1e-5. The copies are exact.
/// </remarks>
public sealed class KrumAttack(int attackers) : IAttack
{
    private const double MinStep = 1e-5;

    /// <inheritdoc/>
    public string Name => "krum";

    /// <inheritdoc/>
    public bool WaitsForBenign => true;

    /// <inheritdoc/>
    public bool SendsAllTheSame => true;

    /// <inheritdoc/>
    public DataPoisoning Poisoning => DataPoisoning.None;

    /// <inheritdoc/>
    public FlatVector Forge(in AttackQuestion question)
    {
        FlatVector[] benign = BenignVectors.Of(question);
        FlatVector trend = BenignVectors.Trend(question, benign);
        double step = Bound(question.Before, benign);
        while (true)
        {
            FlatVector forged = FlatVector.Combine(new Term(1, question.Before), new Term(-step, trend));
            if (step < MinStep || IsChosen(forged, benign))
            {
                return forged;
            }

            step /= 2;
        }
    }

    private bool IsChosen(FlatVector forged, FlatVector[] benign)
    {
        FlatVector[] all = [.. Enumerable.Repeat(forged, attackers), .. benign];
        return all.Length >= KrumScores.MinCount(attackers) && KrumScores.Lowest(KrumScores.Of(all, attackers)) < attackers;
    }

    /// <summary>
    /// sqrt( min_i Σ_nearest ‖b_l − b_i‖² / ((m − 2f − 1) d) ) + max_i ‖b_i − w‖ / √d over the benign b_i: the largest L that the source considers.
    /// </summary>
    private double Bound(FlatVector before, FlatVector[] benign)
    {
        double perEntry = Math.Max(1, before.Length);
        double farthest = benign.Max(vector => VectorMath.SquaredDistance(vector.Span, before.Span));
        double nearest = benign.Length >= KrumScores.MinCount(0) ? KrumScores.Of(benign, 0).Min() : 0;
        return Math.Sqrt(nearest / (Math.Max(1, benign.Length - attackers - 1) * perEntry)) + Math.Sqrt(farthest / perEntry);
    }
}
