using System.Collections.Immutable;
using ActorFed.Actors;
using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Graph;

namespace ActorFed.Host.Runs;

/// <summary>What a run has shown so far, in bounded memory however long it is. Not safe for several threads.</summary>
internal sealed class RunRecord(int workers)
{
    /// <summary>Largest staleness of the reports that entered a step, in master steps.</summary>
    public const string StalenessMax = "staleness-max";

    /// <summary>Mean staleness of the reports that entered a step, in master steps.</summary>
    public const string StalenessMean = "staleness-mean";

    /// <summary>Different names of measures kept; more would be a mistake of the algorithm.</summary>
    private const int MaxSeries = 64;

    private readonly SortedDictionary<string, Series> _series = new(StringComparer.Ordinal);
    private readonly Dictionary<SupervisionAction, long> _supervised = [];
    private readonly Dictionary<WorkerChange, long> _changes = [];

    public long Steps { get; private set; }

    /// <summary>Time of the newest observation.</summary>
    public TimeSpan At { get; private set; }

    public int WorkersAlive { get; private set; } = workers;

    /// <summary>Measured quantities by name.</summary>
    public IReadOnlyDictionary<string, Series> Series => _series;

    /// <summary>Names of the test metrics among <see cref="Series"/>, in the order of the newest evaluation.</summary>
    public ImmutableArray<string> TestMetrics { get; private set; } = [];

    public StalenessHistogram Staleness { get; } = new();

    public WorkerTimeline Timeline { get; } = new(workers);

    public long StoredSnapshots { get; private set; }

    /// <summary>Damaged snapshots come upon.</summary>
    public long DamagedSnapshots { get; private set; }

    /// <summary>How often supervision acted so.</summary>
    public long Count(SupervisionAction action) => _supervised.GetValueOrDefault(action);

    /// <summary>How often the master noticed that.</summary>
    public long Count(WorkerChange change) => _changes.GetValueOrDefault(change);

    /// <summary>The newest value of a quantity, or null when it was never measured.</summary>
    public double? Latest(string name) => _series.TryGetValue(name, out Series? series) ? series.Last?.Value : null;

    public void Step(TimeSpan at, StepObserved step)
    {
        Steps = step.Step;
        WorkersAlive = step.WorkersAlive;
        Advance(at);
        double sum = 0;
        int max = 0;
        foreach (int staleness in step.Staleness)
        {
            Staleness.Add(staleness);
            sum += staleness;
            max = Math.Max(max, staleness);
        }

        foreach (int worker in step.Active)
        {
            Timeline.Add(worker, at.TotalSeconds, LaneEvent.Active);
        }

        foreach (Measure measure in step.Measures)
        {
            Measured(step.Step, at, measure);
        }

        if (step.Staleness.Length > 0)
        {
            Measured(step.Step, at, new Measure(StalenessMax, max));
            Measured(step.Step, at, new Measure(StalenessMean, sum / step.Staleness.Length));
        }
    }

    /// <summary>Numbers measured at a barrier after a step.</summary>
    public void Measured(long step, TimeSpan at, ImmutableArray<Measure> measures)
    {
        foreach (Measure measure in measures.Where(measure => !Holds(step, measure)))
        {
            Measured(step, at, measure);
        }
    }

    public void Worker(TimeSpan at, WorkerObserved observed)
    {
        Advance(at);
        _changes[observed.Change] = Count(observed.Change) + 1;
        LaneEvent? mark = observed.Change switch
        {
            WorkerChange.AskedAgain => LaneEvent.AskedAgain,
            WorkerChange.Lost => LaneEvent.Lost,
            WorkerChange.Returned => LaneEvent.Returned,
            _ => null,   // a worker joins by a restart or a return, which have marks of their own
        };
        if (mark is LaneEvent kind)
        {
            Timeline.Add(observed.Worker, at.TotalSeconds, kind);
        }
    }

    /// <summary>Marks the neighbour of whom an edge speaks.</summary>
    public void Edge(TimeSpan at, EdgeNotice notice)
    {
        Advance(at);
        (WorkerChange change, LaneEvent mark) = notice.Edge.Change switch
        {
            EdgeChange.AskedAgain => (WorkerChange.AskedAgain, LaneEvent.AskedAgain),
            EdgeChange.Closed => (WorkerChange.Lost, LaneEvent.Lost),
            _ => (WorkerChange.Returned, LaneEvent.Returned),
        };
        _changes[change] = Count(change) + 1;
        Timeline.Add(notice.Edge.Neighbour, at.TotalSeconds, mark);
    }

    public void Supervised(TimeSpan at, SupervisionEvent supervised)
    {
        Advance(at);
        _supervised[supervised.Action] = Count(supervised.Action) + 1;
        LaneEvent? mark = supervised.Action switch
        {
            SupervisionAction.Restarted => LaneEvent.Restarted,
            SupervisionAction.Stopped => LaneEvent.Stopped,
            _ => null,
        };
        if (mark is LaneEvent kind && supervised.Participant.Role != Role.Master)
        {
            Timeline.Add(supervised.Participant.Index, at.TotalSeconds, kind);
        }
    }

    /// <summary>Test metrics of the model after a step; they may come a little after later steps.</summary>
    public void Evaluated(long step, TimeSpan at, ImmutableArray<Measure> metrics)
    {
        TestMetrics = [.. metrics.Select(m => m.Name)];
        Measured(step, at, metrics);
    }

    public void Noticed(SnapshotNotice notice)
    {
        StoredSnapshots += notice.Damage is null ? 1 : 0;
        DamagedSnapshots += notice.Damage is null ? 0 : 1;
    }

    /// <summary>Takes over what an earlier part of the run recorded; comes before all else.</summary>
    public void Resume(MetricsTable earlier)
    {
        foreach (double[] row in earlier.Rows)
        {
            Steps = Math.Max(Steps, (long)row[0]);
            TimeSpan at = TimeSpan.FromSeconds(row[1]);
            Advance(at);
            for (int column = MetricsTable.FirstValue; column < row.Length; column++)
            {
                if (!double.IsNaN(row[column]) && !MetricsWriter.CounterColumns.Contains(earlier.Columns[column]))
                {
                    Measured((long)row[0], at, new Measure(earlier.Columns[column], row[column]));
                }
            }
        }
    }

    /// <summary>Puts what was measured before all that is kept in front of it.</summary>
    public void Precede(MetricsTable older)
    {
        if (older.Rows.Count == 0)
        {
            return;
        }

        List<(string Name, SeriesPoint[] Points)> since = [.. _series.Select(series => (series.Key, series.Value.ToArray()))];
        _series.Clear();
        Resume(older);
        foreach ((string name, SeriesPoint[] points) in since)
        {
            foreach (SeriesPoint point in points)
            {
                Measured(point.Step, TimeSpan.FromSeconds(point.Seconds), new Measure(name, point.Value));
            }
        }
    }

    /// <summary>
    /// The run stands after <paramref name="step"/>: what was measured of later steps, which are made again, is void.
    /// </summary>
    /// <remarks>
    /// The histogram of staleness and the timeline keep what they have counted: those reports and events did happen, and cost
    /// their time, even where the steps they led to were lost.
    /// </remarks>
    public void StandAfter(long step)
    {
        if (step < Steps)
        {
            foreach (Series series in _series.Values)
            {
                series.DropAfter(step);
            }
        }

        Steps = step;
    }

    /// <summary>Whether these very numbers are the newest ones and of that step.</summary>
    public bool Holds(long step, ImmutableArray<Measure> measures) => measures.All(measure => Holds(step, measure));

    private bool Holds(long step, Measure measure) =>
        _series.TryGetValue(measure.Name, out Series? series)
        && series.Last is SeriesPoint last && last.Step == step && last.Value.Equals(measure.Value);

    private void Advance(TimeSpan at) => At = at > At ? at : At;

    private void Measured(long step, TimeSpan at, Measure measure)
    {
        if (!_series.TryGetValue(measure.Name, out Series? series))
        {
            if (_series.Count == MaxSeries)
            {
                throw new InvalidOperationException(
                    $"'{measure.Name}' is measure number {MaxSeries + 1} of this run, and at most {MaxSeries} names are kept: "
                    + "an algorithm names its measures once, not per step or worker.");
            }

            _series.Add(measure.Name, series = new Series());
        }

        series.Add(new SeriesPoint(step, at.TotalSeconds, measure.Value));
    }
}
