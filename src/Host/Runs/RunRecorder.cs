using System.Collections.Immutable;
using System.Runtime.ExceptionServices;
using ActorFed.Actors;
using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Graph;

namespace ActorFed.Host.Runs;

/// <summary>
/// Collects what a run shows: the threads of the run only enqueue, one thread here writes to the store and keeps the record.
/// </summary>
/// <remarks>
/// Memory is bounded: when the store cannot keep up the queue fills and the run waits. After a failure, such as a full disk or a lost database,
/// observations are discarded so that the run is never stuck, and <see cref="CompleteAsync"/> throws the failure. A test metric that
/// throws ends the run as failed too, but all else of it is recorded to its end.
/// </remarks>
internal sealed class RunRecorder : IRunObserver, IAsyncDisposable
{
    private readonly object _gate = new();   // guards _record
    private readonly RunRecord _record;
    private readonly RunHead _head;
    private readonly RecorderOptions _options;
    private readonly IMetricsLog _metrics;
    private readonly EventsWriter _events;
    private readonly BoundedQueue<Entry> _queue;
    private readonly ModelEvaluator? _evaluator;
    private readonly NeighbourSummary? _summary; // where nobody leads the run
    private readonly Thread _thread;
    private volatile Func<long>? _bytesSent; // known once the engine has begun
    private readonly IOpenRun _run;
    private readonly TimeSpan _before;   // time of earlier parts of a resumed run
    private readonly long _bytesBefore;  // payload bytes sent in them, as far as recorded
    private readonly List<Measure> _row = [];
    private ModelObserved? _lastModel;
    private Exception? _failure;
    private RecorderException? _metricFailure;
    private long? _takenUpAt;   // step of the snapshot from which the master last went on; 0 in a new run
    private bool _isClosed;
    private int _stalenessMax;   // over the steps since the last row of metrics, as are the next two
    private double _stalenessSum;
    private int _stalenessCount;

    /// <summary>Opens metrics and events and starts recording.</summary>
    /// <param name="run">The run; held longer than the recorder.</param>
    /// <param name="head">What is known of the run.</param>
    /// <param name="options">How to record.</param>
    /// <exception cref="RunStoreException">Metrics or events cannot be written.</exception>
    public RunRecorder(IOpenRun run, RunHead head, RecorderOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.RecordEvery, 1, nameof(options));
        ArgumentOutOfRangeException.ThrowIfLessThan(options.QueueCapacity, 1, nameof(options));
        _run = run;
        _head = head;
        _options = options;
        _record = new RunRecord(head.Workers);
        _queue = new BoundedQueue<Entry>(options.QueueCapacity);
        _metrics = run.OpenMetrics();
        try
        {
            _events = new EventsWriter(run.OpenEvents());
            _events.RunStarted(head, run.IsResumed);
            _events.Flush();
        }
        catch
        {
            _metrics.Dispose();
            _events?.Dispose();
            throw;
        }

        if (_metrics.Earlier is { Rows.Count: > 0 } earlier)
        {
            _before = TimeSpan.FromSeconds(earlier.Rows.Max(r => r[1]));
            _bytesBefore = (long)earlier.Points(MetricsWriter.BytesSent).Select(p => p.Value).DefaultIfEmpty(0).Max();
            _record.Resume(earlier);
        }

        _evaluator = options.Evaluate is null ? null : new ModelEvaluator(
            options.Evaluate,
            options.EvaluateAll,
            (model, metrics) => _queue.Add(new Entry(model.At, new Evaluated(model.Model.Step, metrics))),
            FailMetric);
        _summary = options.Neighbours?.Invoke(new Sink(this));
        _thread = new Thread(Consume) { IsBackground = true, Name = "run recorder" };
        _thread.Start();
    }

    /// <inheritdoc/>
    public void Started(Func<long> bytesSent) => _bytesSent = bytesSent;

    /// <inheritdoc/>
    public void Entered(TimeSpan at, in ActorFed.Actors.Entry entry)
    {
        if (_options.Deliveries is null || Volatile.Read(ref _failure) is not null)
        {
            return;
        }

        try
        {
            _options.Deliveries.Log.Entered(at, entry);
        }
        catch (RunStoreException e)
        {
            Fail(e);
        }
    }

    /// <inheritdoc/>
    public void Observed(ParticipantId source, TimeSpan at, Observation observation)
    {
        _options.Deliveries?.Log.Observed(source, at, observation);
        if (_summary is null)
        {
            Take(source, at, observation);
        }
        else
        {
            _summary.Observed(source, at, observation);
        }
    }

    private void Take(ParticipantId source, TimeSpan at, Observation observation)
    {
        if (observation is ModelObserved model)
        {
            Volatile.Write(ref _lastModel, model);
            _evaluator?.Add(new TimedModel(at, model));
        }
        else
        {
            _queue.Add(new Entry(at, observation is EdgeObserved edge ? new EdgeNotice(source.Index, edge) : observation));
        }
    }

    /// <inheritdoc/>
    public void Supervised(TimeSpan at, SupervisionEvent supervisionEvent) => _queue.Add(new Entry(at, supervisionEvent));

    /// <summary>Told by a snapshot store; goes to the events at the time of the newest observation.</summary>
    public void Noticed(SnapshotNotice notice) => _queue.Add(new Entry(null, notice));

    /// <summary>How the run stands now; from any thread.</summary>
    public RunProgress Progress()
    {
        lock (_gate)
        {
            return new RunProgress
            {
                Step = _record.Steps,
                At = _record.At,
                Upper = _record.Latest(MeasureNames.UpperObjective),
                Lower = _record.Latest(MeasureNames.LowerObjective),
                Gap = _record.Latest(MeasureNames.StationarityGap),
                Planes = _record.Latest(MeasureNames.Planes),
                MaxStaleness = _record.Staleness.Max,
                MeanStaleness = _record.Staleness.Mean,
                WorkersAlive = _record.WorkersAlive,
                Restarts = _record.Count(SupervisionAction.Restarted),
                AskedAgain = _record.Count(WorkerChange.AskedAgain),
                Violations = _record.Count(SupervisionAction.Dropped),
                BytesSent = BytesSent(),
                TestMetrics = [.. _record.TestMetrics.Select(name => new Measure(name, _record.Latest(name) ?? double.NaN))],
                UpperTrace = _record.Series.TryGetValue(MeasureNames.UpperObjective, out Series? upper) ? [.. upper.Sample(120)] : [],
            };
        }
    }

    /// <summary>Records the end: everything observed is processed and on file when the task is done.</summary>
    /// <param name="report">The engine's report, of this part of the run.</param>
    /// <returns>
    /// The whole run, whose bytes sent, like its steps and its time, include those of earlier parts. It has failed, with a
    /// <see cref="RecorderException"/>, when the test metric failed.
    /// </returns>
    /// <exception cref="RunStoreException">Something could not be written, now or during the run.</exception>
    public async Task<RunResult> CompleteAsync(RunReport report)
    {
        _summary?.Finish(report.Elapsed);
        if (_summary is { Links.Count: > 0 })
        {
            _run.ReplaceFile(LinksCsv.Name, stream => LinksCsv.Write(stream, _summary.Links));
        }

        RunReport whole = report with { BytesSent = _bytesBefore + report.BytesSent };
        await CloseAsync(() =>
        {
            _options.Deliveries?.Complete(report);
            if (_metricFailure is RecorderException metric && report.Outcome != RunOutcome.Failed)
            {
                whole = whole with { Outcome = RunOutcome.Failed, Reason = metric.Message, Failure = metric };
            }

            _record.Precede(_metrics.ReadOlder(Series.DefaultCapacity)); // now, and not when the run was taken up: that must be quick
            whole = Divergence.Explained(whole, _record.Steps, _run, _run.IsResumed || _record.StoredSnapshots > 0);
            _events.RunEnded(whole, _record.Steps, _before + report.Elapsed);
        });
        if (_failure is Exception failure)
        {
            ExceptionDispatchInfo.Throw(failure);
        }

        return new RunResult(_head, whole, _record, _lastModel, _before + report.Elapsed);
    }

    /// <summary>Closes the files of a run that came to no report.</summary>
    public async ValueTask DisposeAsync() => await CloseAsync(() => _options.Deliveries?.Log.Flush());

    private async Task CloseAsync(Action lastWords)
    {
        if (_isClosed)
        {
            return;
        }

        _isClosed = true;
        await Task.Run(() =>
        {
            _evaluator?.Close();   // first, since its last result still goes through the queue
            _queue.Close();
            _thread.Join();
        });
        try
        {
            if (_failure is null)
            {
                lastWords();
            }
        }
        finally
        {
            CloseFiles();
        }
    }

    private void CloseFiles()
    {
        foreach (IDisposable? file in (IDisposable?[])[_metrics, _events, _options.Deliveries])
        {
            try
            {
                file?.Dispose();
            }
            catch (RunStoreException e)
            {
                Fail(e);   // CompleteAsync throws the first failure
            }
        }
    }

    private void Consume()
    {
        List<Entry> batch = [];
        while (_queue.TakeAll(ref batch))
        {
            try
            {
                foreach (Entry entry in batch)
                {
                    if (Volatile.Read(ref _failure) is not null)
                    {
                        break;
                    }

                    Handle(entry);
                }

                if (Volatile.Read(ref _failure) is null)
                {
                    _metrics.Flush();
                    _events.Flush();
                }
            }
            catch (Exception e)
            {
                Fail(e);
            }

            batch.Clear();
        }
    }

    private void Fail(Exception failure)
    {
        if (Interlocked.CompareExchange(ref _failure, failure, null) is null)
        {
            _options.OnFailure(failure);
        }
    }

    private void FailMetric(RecorderException failure)
    {
        _metricFailure = failure;   // read after the evaluator's thread has ended
        _options.OnFailure(failure);
    }

    private void Handle(Entry entry)
    {
        lock (_gate)
        {
            TimeSpan at = entry.At is TimeSpan told ? _before + told : _record.At;
            switch (entry.What)
            {
                case StepObserved step:
                    StandAfter(step.Step - 1);
                    _record.Step(at, step);
                    WriteStep(at, step);
                    break;
                case MeasuresObserved measured:
                    StandAfter(measured.Step);
                    WriteNew(measured.Step, at, measured.Measures);
                    _record.Measured(measured.Step, at, measured.Measures);
                    break;
                case Evaluated evaluated:
                    Evaluate(at, evaluated);
                    break;
                case WorkerObserved worker:
                    _record.Worker(at, worker);
                    _events.Worker(at, worker);
                    break;
                case EdgeNotice edge:
                    _record.Edge(at, edge);
                    _events.Edge(at, edge);
                    break;
                case SupervisionEvent supervised:
                    _record.Supervised(at, supervised);
                    _events.Supervised(at, supervised);
                    break;
                case SnapshotNotice notice:
                    _record.Noticed(notice);
                    _events.Snapshot(at, notice);
                    break;
                default:
                    throw new NotSupportedException($"The recorder knows no observation of type {entry.What.GetType().Name}.");
            }
        }
    }

    /// <summary>
    /// The master says that it stands after a step. If that is before the newest one, it went on from a snapshot, in a resumed
    /// run or rebuilt within one, and makes again what is recorded of later steps.
    /// </summary>
    private void StandAfter(long step)
    {
        if (step < _record.Steps)
        {
            _metrics.DropAfter(step);
            (_stalenessMax, _stalenessSum, _stalenessCount) = (0, 0, 0);
        }

        _takenUpAt = step < _record.Steps ? step : _takenUpAt ?? step;
        _record.StandAfter(step);
    }

    private void Evaluate(TimeSpan at, Evaluated evaluated)
    {
        if (_takenUpAt is null)
        {
            StandAfter(evaluated.Step);   // the run had ended: its snapshot leads to its last model and to no step
        }
        else if (evaluated.Step > _record.Steps)
        {
            return;   // the master has since been rebuilt from before this step, and comes to it again
        }

        WriteNew(evaluated.Step, at, evaluated.Metrics);
        _record.Evaluated(evaluated.Step, at, evaluated.Metrics);
    }

    /// <summary>Writes a row, unless it would repeat one: a barrier or a model of a snapshot is measured again.</summary>
    private void WriteNew(long step, TimeSpan at, ImmutableArray<Measure> measures)
    {
        if (step != _takenUpAt || !_record.Holds(step, measures))
        {
            _metrics.Write(step, at, measures);
        }
    }

    private long? BytesSent() => _bytesBefore + _bytesSent?.Invoke();

    private void WriteStep(TimeSpan at, StepObserved step)
    {
        foreach (int staleness in step.Staleness)
        {
            _stalenessMax = Math.Max(_stalenessMax, staleness);
            _stalenessSum += staleness;
            _stalenessCount++;
        }

        if (step.Step % _options.RecordEvery != 0)
        {
            return;
        }

        _row.Clear();
        _row.AddRange(step.Measures);
        _row.Add(new Measure(MetricsWriter.WorkersAlive, step.WorkersAlive));
        _row.Add(new Measure(MetricsWriter.ActiveWorkers, step.Active.Length));
        if (_stalenessCount > 0)
        {
            _row.Add(new Measure(RunRecord.StalenessMax, _stalenessMax));
            _row.Add(new Measure(RunRecord.StalenessMean, _stalenessSum / _stalenessCount));
        }

        if (BytesSent() is long bytes)
        {
            _row.Add(new Measure(MetricsWriter.BytesSent, bytes));
        }

        _metrics.Write(step.Step, at, _row);
        (_stalenessMax, _stalenessSum, _stalenessCount) = (0, 0, 0);
    }

    private readonly record struct Entry(TimeSpan? At, object What);

    /// <summary>Takes what the summary of neighbours tells.</summary>
    private sealed class Sink(RunRecorder recorder) : IRunObserver
    {
        public void Observed(ParticipantId source, TimeSpan at, Observation observation) => recorder.Take(source, at, observation);

        public void Supervised(TimeSpan at, SupervisionEvent supervisionEvent) => recorder.Supervised(at, supervisionEvent);
    }

    private sealed record Evaluated(long Step, ImmutableArray<Measure> Metrics);
}
