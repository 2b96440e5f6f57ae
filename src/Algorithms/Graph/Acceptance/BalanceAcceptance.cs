namespace ActorFed.Algorithms.Graph.Acceptance;

/// <summary>BALANCE: the mean of the candidates that are near enough, and the own vector.</summary>
/// <param name="threshold">What is near enough.</param>
/// <param name="ownShare">α; at least 0, less than 1.</param>
/// <remarks>Source: see <see cref="BalanceThreshold"/>.</remarks>
public sealed class BalanceAcceptance(BalanceThreshold threshold, double ownShare) : SelectingAcceptance(ownShare)
{
    /// <inheritdoc/>
    public override string Name => "balance";

    /// <inheritdoc/>
    /// <remarks>Each candidate is judged by itself; one honest neighbour must be left, for word to get around.</remarks>
    public override int ToleratedAttackers(int neighbours) => Math.Max(0, neighbours - 1);

    /// <inheritdoc/>
    protected override IReadOnlyList<int> Select(in AcceptanceQuestion question) => threshold.Accepted(question);
}
