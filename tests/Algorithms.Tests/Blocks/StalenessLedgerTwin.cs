namespace ActorFed.Algorithms.Tests.Blocks;

/// <summary>The staleness ledger as one would write it down: every age in a list, gone through on every call.</summary>
internal sealed class StalenessLedgerTwin(int workers)
{
    private readonly int[] _ages = [.. Enumerable.Repeat(1, workers)];
    private readonly bool[] _isLost = new bool[workers];

    public int HeardCount => Live.Count(worker => _ages[worker] == 0);

    public int LiveCount => Live.Count();

    public int MaxAge => Live.Select(worker => _ages[worker]).DefaultIfEmpty(0).Max();

    public IEnumerable<int> Ages => _ages;

    private IEnumerable<int> Live => Enumerable.Range(0, workers).Where(worker => !_isLost[worker]);

    public bool IsLost(int worker) => _isLost[worker];

    public void Heard(int worker) => _ages[worker] = 0;

    public void Stepped()
    {
        for (int worker = 0; worker < workers; worker++)
        {
            _ages[worker]++;
        }
    }

    public void Reset() => Array.Fill(_ages, 1);

    public void Lose(int worker) => _isLost[worker] = true;

    public void Return(int worker)
    {
        _ages[worker] = _isLost[worker] ? 1 : _ages[worker];
        _isLost[worker] = false;
    }
}
