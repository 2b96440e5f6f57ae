namespace ActorFed.Host.Runs;

/// <summary>A queue of many writers and one reader on threads of their own; a writer waits while it is full.</summary>
/// <remarks>
/// Waiting blocks the thread, and the reader is no pool thread: so a pool whose threads all wait here cannot lock itself up.
/// </remarks>
internal sealed class BoundedQueue<T>(int capacity)
{
    private readonly object _gate = new();
    private List<T> _waiting = [];
    private bool _isClosed;

    /// <summary>Adds an item; false when the queue is closed.</summary>
    public bool Add(T item)
    {
        lock (_gate)
        {
            while (_waiting.Count >= capacity && !_isClosed)
            {
                Monitor.Wait(_gate);
            }

            if (_isClosed)
            {
                return false;
            }

            _waiting.Add(item);
            if (_waiting.Count == 1)
            {
                Monitor.PulseAll(_gate);
            }

            return true;
        }
    }

    /// <summary>Takes all that waits, in order, waiting for something; false when the queue is closed and empty.</summary>
    /// <param name="batch">In: an empty list to put to use. Out: the items.</param>
    public bool TakeAll(ref List<T> batch)
    {
        lock (_gate)
        {
            while (_waiting.Count == 0 && !_isClosed)
            {
                Monitor.Wait(_gate);
            }

            (batch, _waiting) = (_waiting, batch);
            Monitor.PulseAll(_gate);
            return batch.Count > 0;
        }
    }

    /// <summary>No more items are accepted; those inside can still be taken.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _isClosed = true;
            Monitor.PulseAll(_gate);
        }
    }
}
