namespace ActorFed.Algorithms.Star;

/// <summary>Where the master stands with one worker.</summary>
internal sealed class Conversation
{
    /// <summary>The request that is not used up yet; null when none is.</summary>
    public StarMessage.WorkRequested? Asked { get; set; }

    /// <summary>The last request made, used up or not; null before the first.</summary>
    public StarMessage.WorkRequested? LastAsked { get; private set; }

    /// <summary>
    /// The state that the request builds on, as it was when asked: with a later one a rebuilt worker's answer could differ
    /// from one that its earlier incarnation has already given.
    /// </summary>
    public StarBody? Basis { get; private set; }

    /// <summary>Master steps made when it was asked.</summary>
    public long AskedAtStep { get; private set; }

    /// <summary>Its answer, when it is in.</summary>
    public StarBody? Report { get; set; }

    /// <summary>The last request whose answer was used.</summary>
    public RequestId Used { get; private set; }

    /// <summary>Whether the worker must be sent its state.</summary>
    public bool NeedsState { get; set; } = true;

    /// <summary>Whether it was stopped, and not just silent: then it does not come back unless it is rebuilt.</summary>
    public bool IsStopped { get; set; }

    /// <summary>Timer scans that found no answer; of a lost worker, since it was last asked.</summary>
    public int Scans { get; set; }

    public void Ask(StarMessage.WorkRequested request, StarBody basis, long step) =>
        (Asked, LastAsked, Basis, AskedAtStep, Report, Scans) = (request, request, basis, step, null, 0);

    public StarBody? TakeReport()
    {
        if (Report is not StarBody report)
        {
            return null;
        }

        (Used, Asked, Report) = (Asked!.Id, null, null);
        return report;
    }

    public void Forget() => (Asked, Report, NeedsState, Scans) = (null, null, true, 0);
}
