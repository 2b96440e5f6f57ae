namespace ActorFed.Algorithms.Star;

/// <summary>What to do about a worker's silence.</summary>
internal enum Silence
{
    /// <summary>Nothing yet.</summary>
    Bearable,

    /// <summary>Send it its last request again.</summary>
    AskAgain,

    /// <summary>Go on without it.</summary>
    TooLong,
}

/// <summary>Where the master stands with one worker.</summary>
internal sealed class Conversation
{
    private int _scans; // that found no answer; of a lost worker, since it was last asked

    /// <summary>The request that is not used up yet; null when none is.</summary>
    public StarMessage.WorkRequested? Asked { get; private set; }

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
    public StarBody? Report { get; private set; }

    /// <summary>Whether an answer is awaited.</summary>
    public bool IsOpen => Asked is not null && Report is null;

    /// <summary>The last request whose answer was used.</summary>
    public RequestId Used { get; private set; }

    /// <summary>Whether the worker must be sent its state.</summary>
    public bool NeedsState { get; set; } = true;

    /// <summary>Whether it was stopped, and not just silent: then it does not come back unless it is rebuilt.</summary>
    public bool IsStopped { get; set; }

    public void Ask(StarMessage.WorkRequested request, StarBody basis, long step) =>
        (Asked, LastAsked, Basis, AskedAtStep, Report, _scans) = (request, request, basis, step, null, 0);

    /// <summary>The answer is in, so the worker has its state.</summary>
    public void Answer(StarBody report) => (Report, NeedsState, _scans) = (report, false, 0);

    /// <summary>The worker has no state: the next request brings it. The open one too, which is returned; null when none is.</summary>
    public StarMessage.WorkRequested? GiveState()
    {
        NeedsState = true;
        return IsOpen ? Asked = LastAsked = Asked! with { State = Basis } : null;
    }

    /// <summary>The timer ran out once more.</summary>
    /// <param name="isLost">
    /// Whether the run goes on without the worker. If its answer went missing, it would wait for ever, so it is still asked now
    /// and then. Nothing is open with it: any answer brings it back, and none is used.
    /// </param>
    /// <param name="lostAfterScans">Scans without an answer after which it is lost, or, if it is, asked; at least 2.</param>
    public Silence Scan(bool isLost, int lostAfterScans)
    {
        if (isLost)
        {
            if (IsStopped || LastAsked is null || ++_scans < lostAfterScans)
            {
                return Silence.Bearable;
            }

            _scans = 0;
            return Silence.AskAgain;
        }

        return !IsOpen || ++_scans < 2 ? Silence.Bearable
            : _scans > lostAfterScans ? Silence.TooLong
            : Silence.AskAgain;
    }

    public StarBody? TakeReport()
    {
        if (Report is not StarBody report)
        {
            return null;
        }

        (Used, Asked, Report) = (Asked!.Id, null, null);
        return report;
    }

    public void Forget() => (Asked, Report, NeedsState, _scans) = (null, null, true, 0);
}
