namespace ActorFed.Engines;

/// <summary>
/// What a pool thread does in one go: the turns of a cell, then those of a cell that it woke, and so on. Nobody else need be woken for
/// that, the message is in the cache, and a master does not queue behind its computing workers.
/// </summary>
/// <remarks>
/// A woken cell is handed over when the one that woke it goes idle. When that one goes on instead, what it woke is queued, so
/// that an idle thread may take it.
/// </remarks>
internal sealed class Slice
{
    // After so many turns, or so much time, the thread goes back to the pool: busy cells must not keep others waiting.
    private const int MaxTurns = 128;
    private static readonly TimeSpan MaxTime = TimeSpan.FromMilliseconds(1);

    // Of the cells that are queued, one in so many goes to the common queue: threads look into their own one first, so
    // cells that wake each other forever kept others waiting for a second.
    private const int WakesPerCommonWake = 32;

    [ThreadStatic]
    private static Slice? _ofThread;

    private InProcessRun? _run; // null between slices
    private ActorCell? _next; // not counted by the run before the one that woke it goes idle
    private int _turns;
    private TimeSpan _start;
    private int _wakes;

    /// <summary>Runs a cell, and those that follow from it, on the calling thread of the pool.</summary>
    public static void Run(ActorCell cell)
    {
        Slice slice = _ofThread ??= new Slice();
        slice._run = cell.Run;
        slice._turns = 0;
        for (ActorCell? next = cell; next is not null; next = slice.Take())
        {
            next.RunGuarded(slice);
        }

        slice._run = null;
    }

    /// <summary>Takes a cell that has become scheduled: for this slice if there is one and it can, else it is queued.</summary>
    public static void Add(ActorCell cell)
    {
        Slice slice = _ofThread ??= new Slice();
        if (slice._run == cell.Run && slice._next is null)
        {
            slice._next = cell;
        }
        else
        {
            slice.Queue(cell);
        }
    }

    /// <summary>A cell is about to be entered.</summary>
    /// <returns>False when the slice is over, and the cell was queued instead.</returns>
    public bool TryBeginTurn(ActorCell cell, TimeSpan now)
    {
        QueueNext();
        _start = _turns == 0 ? now : _start;
        if (_turns++ < MaxTurns && now - _start <= MaxTime)
        {
            return true;
        }

        ThreadPool.UnsafeQueueUserWorkItem(cell, preferLocal: false);
        return false;
    }

    /// <summary>The running cell does not go idle: what it woke is queued.</summary>
    public void QueueNext()
    {
        if (Take() is { } next)
        {
            Queue(next);
        }
    }

    /// <summary>The running cell is not active any more; what it woke is, and is run next.</summary>
    public void Release()
    {
        if (_next is null)
        {
            _run!.Release();
        }
    }

    private ActorCell? Take()
    {
        ActorCell? next = _next;
        _next = null;
        return next;
    }

    private void Queue(ActorCell cell)
    {
        cell.Run.Retain();
        ThreadPool.UnsafeQueueUserWorkItem(cell, preferLocal: ++_wakes % WakesPerCommonWake != 0);
    }
}
