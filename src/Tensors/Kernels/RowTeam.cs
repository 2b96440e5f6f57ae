namespace ActorFed.Tensors.Kernels;

/// <summary>Spreads the parts of one job over threads of the pool; the caller works too and takes over what no thread has begun.</summary>
/// <remarks>Which thread does a part must not matter. Nothing is allocated per job. One job at a time.</remarks>
internal sealed class RowTeam
{
    /// <summary>Most threads, the caller included.</summary>
    public const int MaxThreads = 64;

    private const int Open = 0;
    private const int Taken = 1;
    private readonly Helper[] _helpers;
    private readonly SemaphoreSlim _done = new(0);
    private Action<int> _job = static _ => { };

    /// <summary>A team of this many threads, the caller included.</summary>
    public RowTeam(int threads) => _helpers = [.. Enumerable.Range(1, threads - 1).Select(part => new Helper(this, part))];

    /// <summary>Runs parts 0 to <paramref name="parts"/> − 1 and returns when all are done.</summary>
    /// <param name="parts">At most the number of threads.</param>
    /// <param name="job">What to do for a part; must not throw.</param>
    public void Run(int parts, Action<int> job)
    {
        _job = job;
        for (int part = 1; part < parts; part++)
        {
            _helpers[part - 1].Offer();
        }

        job(0);
        int others = 0;
        for (int part = 1; part < parts; part++)
        {
            if (_helpers[part - 1].Take())
            {
                job(part);
            }
            else
            {
                others++;
            }
        }

        for (; others > 0; others--)
        {
            _done.Wait();
        }
    }

    /// <summary>One part on offer. A helper that the pool runs late finds it taken, or takes the same part of a later job.</summary>
    private sealed class Helper(RowTeam team, int part) : IThreadPoolWorkItem
    {
        private int _state = Taken;

        public void Offer()
        {
            Volatile.Write(ref _state, Open);
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }

        public bool Take() => Interlocked.Exchange(ref _state, Taken) == Open;

        public void Execute()
        {
            if (Take())
            {
                team._job(part);
                team._done.Release();
            }
        }
    }
}
