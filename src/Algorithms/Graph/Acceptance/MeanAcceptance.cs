namespace ActorFed.Algorithms.Graph.Acceptance;

/// <summary>Takes the mean of all candidates, and the own vector: no defence, what the others are compared with.</summary>
/// <param name="ownShare">α; at least 0, less than 1.</param>
public sealed class MeanAcceptance(double ownShare) : SelectingAcceptance(ownShare)
{
    /// <inheritdoc/>
    public override string Name => "mean";

    /// <inheritdoc/>
    public override int ToleratedAttackers(int neighbours) => 0;

    /// <inheritdoc/>
    protected override IReadOnlyList<int> Select(in AcceptanceQuestion question) => [.. Enumerable.Range(0, question.Candidates.Count)];
}
