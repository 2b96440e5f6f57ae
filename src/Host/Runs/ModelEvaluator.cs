using System.Collections.Immutable;
using ActorFed.Algorithms.Core;

namespace ActorFed.Host.Runs;

/// <summary>Measures a model on data that took no part in training.</summary>
/// <param name="model">Its variables, of all levels.</param>
internal delegate ImmutableArray<Measure> TestMetric(ModelObserved model);

/// <summary>A model and when it was observed.</summary>
internal readonly record struct TimedModel(TimeSpan At, ModelObserved Model);

/// <summary>Evaluates models one at a time on a thread of its own, with at most one waiting.</summary>
internal sealed class ModelEvaluator
{
    private readonly object _gate = new();
    private readonly bool _evaluateAll;
    private readonly Thread _thread;
    private TimedModel? _waiting;
    private bool _isClosed;

    /// <summary>Starts the thread.</summary>
    /// <param name="metric">Evaluates a model.</param>
    /// <param name="evaluateAll">What a model does that finds another waiting: wait for its turn (true) or replace it
    /// (false).</param>
    /// <param name="evaluated">Told the result, on the thread.</param>
    /// <param name="failed">Told what <paramref name="metric"/> or <paramref name="evaluated"/> threw; the thread then only
    /// discards.</param>
    public ModelEvaluator(
        TestMetric metric, bool evaluateAll, Action<TimedModel, ImmutableArray<Measure>> evaluated, Action<RecorderException> failed)
    {
        _evaluateAll = evaluateAll;
        _thread = new Thread(() => Run(metric, evaluated, failed)) { IsBackground = true, Name = "test metrics" };
        _thread.Start();
    }

    /// <summary>Models that were replaced before their turn.</summary>
    public long Skipped { get; private set; }

    /// <summary>Hands in a model; models come in the order of their steps.</summary>
    public void Add(TimedModel model)
    {
        lock (_gate)
        {
            while (_evaluateAll && _waiting is not null && !_isClosed)
            {
                Monitor.Wait(_gate);
            }

            Skipped += _waiting is null ? 0 : 1;
            _waiting = model;
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Evaluates the model that waits and ends the thread.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _isClosed = true;
            Monitor.PulseAll(_gate);
        }

        _thread.Join();
    }

    private void Run(TestMetric metric, Action<TimedModel, ImmutableArray<Measure>> evaluated, Action<RecorderException> failed)
    {
        bool hasFailed = false;
        while (Take() is TimedModel next)
        {
            if (hasFailed)
            {
                continue;
            }

            try
            {
                evaluated(next, metric(next.Model));
            }
            catch (Exception e)
            {
                hasFailed = true;
                failed(new RecorderException($"The test metric of the model after step {next.Model.Step} failed: {e.Message}", e));
            }
        }
    }

    private TimedModel? Take()
    {
        lock (_gate)
        {
            while (_waiting is null && !_isClosed)
            {
                Monitor.Wait(_gate);
            }

            TimedModel? taken = _waiting;
            _waiting = null;
            Monitor.PulseAll(_gate);
            return taken;
        }
    }
}
