using System.Runtime.InteropServices;

namespace ActorFed.Algorithms.Blocks;

/// <summary>Who was heard since the last step, and how many steps ago everyone else was.</summary>
/// <remarks>
/// Age bookkeeping as in the ADBO code: 1 at the start and after a barrier, 0 on receipt, +1 for all at every step. A lost
/// worker has no age: it neither counts nor blocks. Kept is not the age but the step of the last receipt, so that a step ages
/// everyone at no cost; all calls but <see cref="Reset"/> take a time that does not depend on the number of workers.
/// </remarks>
public sealed class StalenessLedger
{
    private readonly long[] _heardAt;                       // the step before which each worker was last heard
    private readonly bool[] _isLive;
    private readonly Dictionary<long, int> _liveByStep = []; // how many live workers have each value of _heardAt; none is 0
    private long _step;
    private long _oldest;                                   // smallest key of _liveByStep, when it has any

    /// <summary>A ledger of <paramref name="workerCount"/> live workers of age 1.</summary>
    public StalenessLedger(int workerCount)
    {
        _heardAt = new long[workerCount];
        _isLive = new bool[workerCount];
        Array.Fill(_isLive, true);
        LiveCount = workerCount;
        Reset();
    }

    /// <summary>Live workers heard since the last step.</summary>
    public int HeardCount { get; private set; }

    /// <summary>Reports since the last step: more than <see cref="HeardCount"/> where a worker was heard twice, or lost after its report.</summary>
    public int ReportCount { get; private set; }

    /// <summary>Workers not lost.</summary>
    public int LiveCount { get; private set; }

    /// <summary>Largest age of a live worker; 0 when there is none.</summary>
    public int MaxAge => LiveCount == 0 ? 0 : (int)(_step - _oldest);

    /// <summary>Whether each worker is not lost, by worker: as it is now, not as it was when this was asked for.</summary>
    public IReadOnlyList<bool> IsLive => _isLive;

    /// <summary>Steps since <paramref name="worker"/> was heard.</summary>
    public int AgeOf(int worker) => (int)(_step - _heardAt[worker]);

    /// <summary>Whether <paramref name="worker"/> is lost.</summary>
    public bool IsLost(int worker) => !_isLive[worker];

    /// <summary>A report of <paramref name="worker"/> came in.</summary>
    /// <exception cref="InvalidOperationException">It is lost.</exception>
    public void Heard(int worker)
    {
        if (!_isLive[worker])
        {
            throw new InvalidOperationException($"Worker {worker} is lost and cannot count; {nameof(Return)} takes it back.");
        }

        ReportCount++;
        if (_heardAt[worker] != _step)
        {
            HeardCount++;
            long before = _heardAt[worker];
            Count(worker, _step); // first, so that there is always somebody for the oldest to be
            Discount(before);
        }
    }

    /// <summary>The master made a step.</summary>
    public void Stepped()
    {
        (HeardCount, ReportCount) = (0, 0);
        _step++;
    }

    /// <summary>All ages back to 1, after a barrier.</summary>
    public void Reset()
    {
        (HeardCount, ReportCount) = (0, 0);
        _oldest = _step - 1;
        Array.Fill(_heardAt, _oldest);
        _liveByStep.Clear();
        if (LiveCount > 0)
        {
            _liveByStep[_oldest] = LiveCount;
        }
    }

    /// <summary>Goes on without <paramref name="worker"/>.</summary>
    public void Lose(int worker)
    {
        if (_isLive[worker])
        {
            HeardCount -= _heardAt[worker] == _step ? 1 : 0;
            _isLive[worker] = false;
            LiveCount--;
            Discount(_heardAt[worker]);
        }
    }

    /// <summary>Counts <paramref name="worker"/> again, as if heard one step ago.</summary>
    public void Return(int worker)
    {
        if (!_isLive[worker])
        {
            _isLive[worker] = true;
            LiveCount++;
            Count(worker, _step - 1);
        }
    }

    private void Count(int worker, long heardAt)
    {
        _oldest = _liveByStep.Count == 0 ? heardAt : Math.Min(_oldest, heardAt);
        _heardAt[worker] = heardAt;
        CollectionsMarshal.GetValueRefOrAddDefault(_liveByStep, heardAt, out _)++;
    }

    private void Discount(long heardAt)
    {
        if (--CollectionsMarshal.GetValueRefOrAddDefault(_liveByStep, heardAt, out _) > 0)
        {
            return;
        }

        _liveByStep.Remove(heardAt);
        while (_liveByStep.Count > 0 && !_liveByStep.ContainsKey(_oldest))
        {
            _oldest++; // each step is passed once, but for those that a worker's return goes back to: one at a time
        }
    }
}
