using ActorFed.Algorithms.Numerics;

namespace ActorFed.Algorithms.Graph.Acceptance;

/// <summary>
/// BALANCE's choice with the weights of the graph: what a rejected candidate would have weighed falls to the own vector, so that rows still
/// sum to 1, and no weight is more than the graph gives it.
/// </summary>
/// <param name="threshold">What is near enough.</param>
/// <remarks>Source of the choice: see <see cref="BalanceThreshold"/>. The weights are our variant.</remarks>
public sealed class BalanceFoldAcceptance(BalanceThreshold threshold) : IAcceptance
{
    /// <inheritdoc/>
    public string Name => "balance-fold";

    /// <inheritdoc/>
    public bool NeedsLoss => false;

    /// <inheritdoc/>
    /// <remarks>Each candidate is judged by itself; one honest neighbour must be left, for word to get around.</remarks>
    public int ToleratedAttackers(int neighbours) => Math.Max(0, neighbours - 1);

    /// <inheritdoc/>
    public AcceptanceAnswer Combine(in AcceptanceQuestion question)
    {
        List<int> accepted = threshold.Accepted(question);
        if (accepted.Count == 0)
        {
            return new AcceptanceAnswer(FlatVector.Zeros(question.Own.Length), 0);
        }

        Term[] terms = new Term[accepted.Count + 1];
        double sum = 0;
        for (int k = 0; k < accepted.Count; k++)
        {
            Candidate candidate = question.Candidates[accepted[k]];
            terms[k] = new Term(candidate.Weight, candidate.Values);
            sum += candidate.Weight;
        }

        terms[^1] = new Term(-sum, question.Own);
        return new AcceptanceAnswer(FlatVector.Combine(terms), accepted.Count);
    }
}
