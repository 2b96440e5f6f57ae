namespace ActorFed.Algorithms.Graph.Acceptance;

/// <summary>Picks the one candidate that is nearest to its nearest others; with fewer than f + 3 candidates, none.</summary>
/// <param name="ownShare">α; at least 0, less than 1.</param>
/// <param name="attackers">f, attackers among the neighbours; at least 0.</param>
/// <remarks>Source: see <see cref="KrumScores"/>.</remarks>
public sealed class KrumAcceptance(double ownShare, int attackers) : SelectingAcceptance(ownShare)
{
    /// <inheritdoc/>
    public override string Name => "krum";

    /// <inheritdoc/>
    /// <remarks>The source asks for 2f + 3 candidates at least.</remarks>
    public override int ToleratedAttackers(int neighbours) => Math.Min(attackers, Math.Max(0, (neighbours - 3) / 2));

    /// <inheritdoc/>
    protected override IReadOnlyList<int> Select(in AcceptanceQuestion question) => question.Candidates.Count < KrumScores.MinCount(attackers)
        ? []
        : [KrumScores.Lowest(KrumScores.Of([.. question.Candidates.Select(candidate => candidate.Values)], attackers))];
}
