namespace ActorFed.Algorithms.Star;

/// <summary>A barrier under way, and who passes it. Workers that come back meanwhile wait for its end.</summary>
/// <param name="barrier">The rule's part.</param>
/// <param name="isLive">Whether each worker lives when it opens.</param>
internal sealed class OpenBarrier(IStarBarrier barrier, IReadOnlyList<bool> isLive)
{
    /// <summary>Those of whom it is who lived when it opened; ascending.</summary>
    public IReadOnlyList<int> Participants { get; } = [.. Enumerable.Range(0, isLive.Count).Where(worker => isLive[worker] && barrier.Includes(worker))];

    /// <summary>Whether the present stage waits for the steps under way, and asks for nothing of its own.</summary>
    public bool StageDrains { get; private set; } = barrier.DrainsSteps;

    /// <summary>Whether someone who takes part was lost: it begins again.</summary>
    public bool IsBroken { get; set; }

    /// <summary>The work of the present stage for one worker.</summary>
    public StarBody WorkFor(int worker) => barrier.WorkFor(worker);

    /// <summary>What that work builds on.</summary>
    public StarBody StateOf(int worker) => barrier.StateOf(worker);

    /// <summary>Ends the stage.</summary>
    /// <param name="reports">Ascending by worker; all participants.</param>
    /// <returns>Whether another stage follows.</returns>
    public bool Advance(IReadOnlyList<WorkerReport> reports)
    {
        StageDrains = false;
        return barrier.Advance(reports);
    }
}
