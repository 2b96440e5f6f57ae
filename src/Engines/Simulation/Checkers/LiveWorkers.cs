using ActorFed.Algorithms.Core;

namespace ActorFed.Engines.Simulation;

/// <summary>Which workers are not lost, as the present incarnation of the master has told.</summary>
/// <param name="workers">Their number.</param>
internal sealed class LiveWorkers(int workers)
{
    private readonly bool[] _isLost = new bool[workers];

    /// <summary>Workers not lost.</summary>
    public int Count { get; private set; } = workers;

    /// <summary>Whether there is such a worker, and it is not lost.</summary>
    public bool IsLive(int worker) => (uint)worker < (uint)_isLost.Length && !_isLost[worker];

    /// <summary>A new incarnation of the master counts on all.</summary>
    public void Reset()
    {
        Array.Clear(_isLost);
        Count = _isLost.Length;
    }

    /// <summary>Takes note of a loss or a return; false when it is neither, or changes nothing.</summary>
    public bool Note(WorkerObserved observed)
    {
        bool isLoss = observed.Change == WorkerChange.Lost;
        if ((!isLoss && observed.Change != WorkerChange.Returned)
            || (uint)observed.Worker >= (uint)_isLost.Length || _isLost[observed.Worker] == isLoss)
        {
            return false;
        }

        _isLost[observed.Worker] = isLoss;
        Count += isLoss ? -1 : 1;
        return true;
    }
}
