using System.Collections.Immutable;
using ActorFed.Actors;
using ActorFed.Algorithms.Core;
using ActorFed.Host.Runs;

namespace ActorFed.Host.Compare;

/// <summary>
/// Collects the curves of one simulated run. It works on the run's own thread, and the run waits while a model is evaluated: what a
/// row says of time, bytes and calls is so of one moment, and the same in every repetition.
/// </summary>
/// <param name="evaluate">Test metrics of a model.</param>
/// <param name="calls">Oracle calls so far.</param>
/// <param name="targets">What to watch for.</param>
/// <param name="reachedAll">Called once, when every target is reached.</param>
/// <param name="stand">Told where the run stands.</param>
internal sealed class CurveRecorder(
    TestMetric evaluate, Func<long> calls, ImmutableArray<Target> targets, Action reachedAll, RunStand stand) : IRunObserver
{
    private readonly List<CurveRow> _rows = [];
    private readonly Moment?[] _reached = new Moment?[targets.Length];
    private Func<long> _bytes = static () => 0;
    private StepObserved? _step;
    private bool _isTold;

    /// <summary>What was measured, in the order of steps.</summary>
    public ImmutableArray<CurveRow> Rows => [.. _rows];

    /// <summary>For each target the first moment at which it was reached, or null.</summary>
    public ImmutableArray<Moment?> Reached => [.. _reached];

    /// <summary>Master steps made.</summary>
    public long Step => _step?.Step ?? 0;

    /// <inheritdoc/>
    public void Started(Func<long> bytesSent) => _bytes = bytesSent;

    /// <inheritdoc/>
    public void Observed(ParticipantId source, TimeSpan at, Observation observation)
    {
        switch (observation)
        {
            case StepObserved step:
                if (step.Step <= Step)
                {
                    DropFrom(step.Step); // the master was rebuilt from a snapshot and makes these steps again
                }

                _step = step;
                stand.Note(step.Step, at);
                break;
            case MeasuresObserved measured:
                Add(measured.Step, at, measured.Measures);
                break;
            case ModelObserved model:
                ImmutableArray<Measure> ofStep = _step is { } last && last.Step == model.Step ? last.Measures : [];
                Add(model.Step, at, [.. ofStep, .. evaluate(model)]);
                break;
        }
    }

    /// <inheritdoc/>
    public void Supervised(TimeSpan at, SupervisionEvent supervisionEvent)
    {
    }

    private void DropFrom(long step)
    {
        _rows.RemoveAll(row => row.At.Step >= step);
        for (int i = 0; i < _reached.Length; i++)
        {
            _reached[i] = _reached[i] is { } moment && moment.Step < step ? moment : null;
        }
    }

    private void Add(long step, TimeSpan at, ImmutableArray<Measure> measures)
    {
        Moment moment = new(step, at.TotalSeconds, _bytes(), calls());
        if (_rows.Count > 0 && _rows[^1].At == moment)
        {
            CurveRow row = _rows[^1];
            _rows[^1] = row with { Measures = [.. row.Measures, .. measures.Where(measure => row.Find(measure.Name) is null)] };
        }
        else
        {
            _rows.Add(new CurveRow(moment, measures));
        }

        Watch(_rows[^1]);
    }

    private void Watch(CurveRow row)
    {
        for (int i = 0; i < targets.Length; i++)
        {
            if (_reached[i] is null && row.Find(targets[i].Metric) is double value && targets[i].IsReachedBy(value))
            {
                _reached[i] = row.At;
            }
        }

        if (!_isTold && targets.Length > 0 && _reached.All(moment => moment is not null))
        {
            _isTold = true;
            reachedAll();
        }
    }
}
