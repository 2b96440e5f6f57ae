using ActorFed.Algorithms.Numerics;

namespace ActorFed.Algorithms.Graph.Acceptance;

/// <summary>Self-centred clipping: pull = Σ_j w_ij clip(s_j − s_i, τ), where what is longer than τ is shortened to it.</summary>
/// <param name="radius">τ; more than 0. Null: chosen in each round from what came.</param>
/// <param name="attackers">Attackers among the neighbours; at least 0. Those farthest away are taken for them when τ is chosen.</param>
/// <remarks>
/// Source: He, Karimireddy, Jaggi, "Byzantine-Robust Decentralized Learning via ClippedGossip", arXiv 2202.01545. The chosen τ is its
/// sqrt( Σ_honest w_ij ‖s_j − s_i‖² / Σ_attackers w_ij ), infinite without attackers.
/// </remarks>
public sealed class ClippingAcceptance(double? radius, int attackers) : IAcceptance
{
    /// <inheritdoc/>
    public string Name => "scclip";

    /// <inheritdoc/>
    public bool NeedsLoss => false;

    /// <inheritdoc/>
    public int ToleratedAttackers(int neighbours) => Math.Min(attackers, neighbours / 2);

    /// <inheritdoc/>
    public AcceptanceAnswer Combine(in AcceptanceQuestion question)
    {
        IReadOnlyList<Candidate> candidates = question.Candidates;
        FlatVector own = question.Own;
        if (candidates.Count == 0)
        {
            return new AcceptanceAnswer(FlatVector.Zeros(own.Length), 0);
        }

        double[] distances = [.. candidates.Select(candidate => Math.Sqrt(VectorMath.SquaredDistance(own.Span, candidate.Values.Span)))];
        double longest = radius ?? ChooseRadius(candidates, distances);
        Term[] terms = new Term[candidates.Count + 1];
        double sum = 0;
        for (int k = 0; k < candidates.Count; k++)
        {
            double factor = candidates[k].Weight * (distances[k] <= longest ? 1 : longest / distances[k]);
            terms[k] = new Term(factor, candidates[k].Values);
            sum += factor;
        }

        terms[^1] = new Term(-sum, own);
        return new AcceptanceAnswer(FlatVector.Combine(terms), candidates.Count);
    }

    private double ChooseRadius(IReadOnlyList<Candidate> candidates, double[] distances)
    {
        double spread = 0;
        double attackingWeight = 0;
        int honest = Math.Max(0, candidates.Count - attackers);
        int rank = 0;
        foreach (int k in Enumerable.Range(0, distances.Length).OrderBy(k => distances[k]))
        {
            if (rank++ < honest)
            {
                spread += candidates[k].Weight * distances[k] * distances[k];
            }
            else
            {
                attackingWeight += candidates[k].Weight;
            }
        }

        return attackingWeight > 0 ? Math.Sqrt(spread / attackingWeight) : double.PositiveInfinity;
    }
}
