using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Graph;

namespace ActorFed.Actors;

/// <summary>Hands everything on, and measures what it sees.</summary>
internal sealed class MeasuredObserver(IRunObserver observer, RunTelemetry run) : IRunObserver
{
    private readonly Instruments _instruments = run.Instruments;

    public void Started(Func<long> bytesSent) => observer.Started(bytesSent);

    public void MailboxesOpened(Func<IEnumerable<MailboxDepth>> depths)
    {
        run.Watch(depths);
        observer.MailboxesOpened(depths);
    }

    public void Entered(TimeSpan at, in Entry entry) => observer.Entered(at, entry);

    public void Observed(ParticipantId source, TimeSpan at, Observation observation)
    {
        switch (observation)
        {
            case StepObserved step:
                Step(source, step.Staleness.AsSpan());
                _instruments.WorkersAlive.Record(step.WorkersAlive, run.Run);
                Measured(step.Measures.AsSpan());
                break;
            case RoundObserved round:
                Step(source, round.Staleness.AsSpan());
                break;
            case MeasuresObserved measured:
                Measured(measured.Measures.AsSpan());
                break;
        }

        observer.Observed(source, at, observation);
    }

    public void Supervised(TimeSpan at, SupervisionEvent supervisionEvent)
    {
        KeyValuePair<string, object?> role = RunTelemetry.RoleOf(supervisionEvent.Participant);
        switch (supervisionEvent)
        {
            case { Action: SupervisionAction.Restarted }:
                _instruments.Restarts.Add(1, run.Run, role);
                break;
            case { Action: SupervisionAction.Stopped }:
                _instruments.Stops.Add(1, run.Run, role);
                break;
            case { Action: SupervisionAction.Dropped, Failure: null }:
                _instruments.SendTimeouts.Add(1, run.Run, role);
                break;
            case { Action: SupervisionAction.Dropped }:
                _instruments.Violations.Add(1, run.Run, role);
                break;
        }

        observer.Supervised(at, supervisionEvent);
    }

    private void Step(ParticipantId source, ReadOnlySpan<int> staleness)
    {
        KeyValuePair<string, object?> role = RunTelemetry.RoleOf(source);
        _instruments.Steps.Add(1, run.Run, role);
        if (_instruments.Staleness.Enabled)
        {
            foreach (int age in staleness)
            {
                _instruments.Staleness.Record(age, run.Run, role);
            }
        }
    }

    private void Measured(ReadOnlySpan<Measure> measures)
    {
        foreach (Measure measure in measures)
        {
            _instruments.Measures.Record(measure.Value, run.Run, new KeyValuePair<string, object?>(Attributes.Measure, measure.Name));
        }
    }
}
