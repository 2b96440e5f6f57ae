namespace ActorFed.Algorithms.Blocks;

/// <summary>Who was heard since the last step, and how many steps ago everyone else was.</summary>
/// <remarks>
/// Age bookkeeping as in the ADBO code: 1 at the start and after a barrier, 0 on receipt, +1 for all at every step. A lost
/// worker has no age: it neither counts nor blocks.
/// </remarks>
public sealed class StalenessLedger
{
    private readonly int[] _ages;
    private readonly bool[] _isLost;

    /// <summary>A ledger of <paramref name="workerCount"/> live workers of age 1.</summary>
    public StalenessLedger(int workerCount)
    {
        _ages = new int[workerCount];
        _isLost = new bool[workerCount];
        LiveCount = workerCount;
        Reset();
    }

    /// <summary>Live workers heard since the last step.</summary>
    public int HeardCount { get; private set; }

    /// <summary>Workers not lost.</summary>
    public int LiveCount { get; private set; }

    /// <summary>Largest age of a live worker; 0 when there is none.</summary>
    public int MaxAge
    {
        get
        {
            int max = 0;
            for (int i = 0; i < _ages.Length; i++)
            {
                max = _isLost[i] ? max : Math.Max(max, _ages[i]);
            }

            return max;
        }
    }

    /// <summary>Steps since <paramref name="worker"/> was heard.</summary>
    public int AgeOf(int worker) => _ages[worker];

    /// <summary>Whether <paramref name="worker"/> is lost.</summary>
    public bool IsLost(int worker) => _isLost[worker];

    /// <summary>A report of <paramref name="worker"/> came in.</summary>
    public void Heard(int worker)
    {
        HeardCount += _ages[worker] == 0 ? 0 : 1;
        _ages[worker] = 0;
    }

    /// <summary>The master made a step.</summary>
    public void Stepped()
    {
        HeardCount = 0;
        for (int i = 0; i < _ages.Length; i++)
        {
            _ages[i]++;
        }
    }

    /// <summary>All ages back to 1, after a barrier.</summary>
    public void Reset()
    {
        HeardCount = 0;
        Array.Fill(_ages, 1);
    }

    /// <summary>Goes on without <paramref name="worker"/>.</summary>
    public void Lose(int worker)
    {
        if (!_isLost[worker])
        {
            HeardCount -= _ages[worker] == 0 ? 1 : 0;
            _isLost[worker] = true;
            LiveCount--;
        }
    }

    /// <summary>Counts <paramref name="worker"/> again, as if heard one step ago.</summary>
    public void Return(int worker)
    {
        if (_isLost[worker])
        {
            _isLost[worker] = false;
            _ages[worker] = 1;
            LiveCount++;
        }
    }
}
