namespace ActorFed.Host.Runs;

/// <summary>What a lane of the timeline counts.</summary>
internal enum LaneEvent
{
    /// <summary>A report entered a step.</summary>
    Active,
    AskedAgain,
    Restarted,
    Lost,
    Returned,
    Stopped,
}

/// <summary>Who did what when, in bounded memory: counts per lane, kind of event and time bucket.</summary>
/// <remarks>
/// When time outgrows the buckets, neighbouring buckets are merged and the width doubles. More workers than
/// <see cref="MaxLanes"/> share lanes, neighbours with neighbours.
/// </remarks>
internal sealed class WorkerTimeline
{
    public const int MaxLanes = 64;
    public const int MaxBuckets = 160;

    private readonly long[][,] _counts;

    /// <summary>An empty timeline.</summary>
    /// <param name="workers">At least 0.</param>
    public WorkerTimeline(int workers)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(workers);
        WorkersPerLane = Math.Max(1, (workers + MaxLanes - 1) / MaxLanes);
        Workers = workers;
        Lanes = (workers + WorkersPerLane - 1) / WorkersPerLane;
        _counts = [.. Enum.GetValues<LaneEvent>().Select(_ => new long[Lanes, MaxBuckets])];
    }

    public int Workers { get; }

    public int Lanes { get; }

    public int WorkersPerLane { get; }

    public double BucketSeconds { get; private set; } = 1e-3;

    /// <summary>Buckets that time has reached.</summary>
    public int Buckets { get; private set; }

    /// <summary>Counts an event; of a worker out of range, which an algorithm's mistake could name, nothing is drawn.</summary>
    /// <param name="worker">Index of the worker.</param>
    /// <param name="seconds">Time since the run began; at least 0.</param>
    /// <param name="kind">What happened.</param>
    public void Add(int worker, double seconds, LaneEvent kind)
    {
        while (seconds >= BucketSeconds * MaxBuckets)
        {
            MergeBuckets();
        }

        int bucket = (int)(seconds / BucketSeconds);
        Buckets = Math.Max(Buckets, bucket + 1);
        if (worker >= 0 && worker < Workers)
        {
            _counts[(int)kind][worker / WorkersPerLane, bucket]++;
        }
    }

    /// <summary>Events of a kind in a lane's bucket.</summary>
    public long Count(LaneEvent kind, int lane, int bucket) => _counts[(int)kind][lane, bucket];

    /// <summary>Events of a kind in a lane.</summary>
    public long Total(LaneEvent kind, int lane) => Enumerable.Range(0, Buckets).Sum(bucket => Count(kind, lane, bucket));

    /// <summary>Name of a lane: its worker, or its first and last.</summary>
    public string Name(int lane)
    {
        int first = lane * WorkersPerLane;
        return WorkersPerLane == 1 ? $"worker {first}" : $"workers {first}–{Math.Min(Workers, first + WorkersPerLane) - 1}";
    }

    private void MergeBuckets()
    {
        foreach (long[,] counts in _counts)
        {
            for (int lane = 0; lane < Lanes; lane++)
            {
                for (int bucket = 0; bucket < MaxBuckets; bucket++)
                {
                    counts[lane, bucket] = 2 * bucket < MaxBuckets ? counts[lane, 2 * bucket] + counts[lane, (2 * bucket) + 1] : 0;
                }
            }
        }

        Buckets = (Buckets + 1) / 2;
        BucketSeconds *= 2;
    }
}
