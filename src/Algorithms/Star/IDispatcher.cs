namespace ActorFed.Algorithms.Star;

/// <summary>Whom a master asks next. Belongs to one incarnation of it, which tells it of every worker that has nothing to do.</summary>
public interface IDispatcher
{
    /// <summary>
    /// A worker has nothing to do: the run begins, the step with its report is made, a barrier has ended, or it came back. It was busy or lost
    /// before, or free during a barrier that was not its own.
    /// </summary>
    void Free(int worker);

    /// <summary>A worker is lost; it was free or busy before.</summary>
    void Lose(int worker);

    /// <summary>The next worker to ask, which is busy from now on; null when no more are to be asked now.</summary>
    /// <param name="step">Master steps made so far.</param>
    int? Next(long step);
}

/// <summary>Asks all, at once, in the order in which they became free.</summary>
internal sealed class EveryoneDispatcher : IDispatcher
{
    private readonly Queue<int> _free = []; // the master empties it before anything else can happen to a worker

    public void Free(int worker) => _free.Enqueue(worker);

    public void Lose(int worker)
    {
    }

    public int? Next(long step) => _free.TryDequeue(out int worker) ? worker : null;
}
