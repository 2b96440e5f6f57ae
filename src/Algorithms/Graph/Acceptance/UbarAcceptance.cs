using ActorFed.Algorithms.Numerics;

namespace ActorFed.Algorithms.Graph.Acceptance;

/// <summary>Picks, of the share ρ of the candidates that is nearest, those whose loss is no more than the own one.</summary>
/// <param name="ownShare">α; at least 0, less than 1.</param>
/// <param name="nearestShare">ρ; more than 0, at most 1.</param>
/// <remarks>
/// Source: Guo, Zhang, Yu, Xie, Ma, Xiang, Liu, "Byzantine-resilient Decentralized Stochastic Gradient Descent", arXiv 2002.08569. Published
/// implementations differ where no loss is low enough; here, as in BALANCE, the own vector stays.
/// </remarks>
public sealed class UbarAcceptance(double ownShare, double nearestShare) : SelectingAcceptance(ownShare)
{
    /// <inheritdoc/>
    public override string Name => "ubar";

    /// <inheritdoc/>
    public override bool NeedsLoss => true;

    /// <inheritdoc/>
    public override int ToleratedAttackers(int neighbours) => neighbours - NearestCount(neighbours);

    /// <summary>Positions of the ⌊ρ m⌋ candidates nearest to the own vector, nearest first; of equally near ones, the lowest first.</summary>
    public IReadOnlyList<int> Nearest(in AcceptanceQuestion question)
    {
        FlatVector own = question.Own;
        double[] squared = [.. question.Candidates.Select(candidate => VectorMath.SquaredDistance(own.Span, candidate.Values.Span))];
        return [.. Enumerable.Range(0, squared.Length).OrderBy(k => squared[k]).Take(NearestCount(squared.Length))];
    }

    /// <summary>Positions of the nearest candidates whose loss is at most the own one, nearest first.</summary>
    public IReadOnlyList<int> LowLosses(in AcceptanceQuestion question)
    {
        IReadOnlyList<int> nearest = Nearest(question);
        if (nearest.Count == 0)
        {
            return [];
        }

        double limit = question.Loss(question.Own);
        List<int> selected = [];
        foreach (int k in nearest)
        {
            if (question.Loss(question.Candidates[k].Values) <= limit)
            {
                selected.Add(k);
            }
        }

        return selected;
    }

    /// <inheritdoc/>
    protected override IReadOnlyList<int> Select(in AcceptanceQuestion question) => LowLosses(question);

    private int NearestCount(int candidates) => (int)Math.Floor((nearestShare * candidates) + 1e-9); // 0.29 · 100 is a little less than 29
}
