using System.Diagnostics.CodeAnalysis;
using ActorFed.Actors;
using ActorFed.Algorithms.Core;

namespace ActorFed.Engines;

/// <summary>One run of the in-process engine: its cells, its end, and what they share.</summary>
/// <remarks>
/// The run counts its active parties: cells that are scheduled, cells with a timer, and calls that are under way outside of
/// cells. A message in a mailbox keeps its cell scheduled; so when the count falls to zero, nothing can happen any more.
/// After the end every cell is scheduled once more to retire, and zero means that all have.
/// </remarks>
internal sealed class InProcessRun
{
    private readonly Dictionary<ParticipantId, ActorCell> _cells = [];
    private readonly TaskCompletionSource _retired = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _supervised = new();
    private readonly IRunObserver _observer;
    private readonly long _startedAt;
    private TimerTable? _wallTime;
    private Ending? _ending;
    private int _active = 1; // RunAsync itself, until all cells are scheduled

    private sealed record Ending(RunOutcome Outcome, string Reason, Exception? Failure, TimeSpan At);

    public InProcessRun(RunPlan plan, IParticipantFactory factory, IRunObserver observer, ISnapshotStore snapshots, TimeProvider clock)
    {
        Plan = plan;
        Clock = clock;
        _observer = observer;
        _startedAt = clock.GetTimestamp();
        Supervisor supervisor = new(plan.Supervision);
        foreach (ParticipantSpec spec in plan.Participants)
        {
            _cells.Add(spec.Id, new ActorCell(this, new RoleActor(spec, factory, snapshots, supervisor)));
        }
    }

    public RunPlan Plan { get; }

    public TimeProvider Clock { get; }

    public TimeSpan Now => Clock.GetElapsedTime(_startedAt);

    public bool HasEnded => Volatile.Read(ref _ending) is not null;

    public bool TryGetCell(ParticipantId id, [NotNullWhen(true)] out ActorCell? cell) => _cells.TryGetValue(id, out cell);

    public async Task<RunReport> RunAsync(CancellationToken cancellation)
    {
        using CancellationTokenRegistration registration = cancellation.UnsafeRegister(
            static run => ((InProcessRun)run!).End(RunOutcome.Cancelled, "The run was cancelled."), this);
        using TimerTable wallTime = new(Clock, EndAtWallTime);
        _wallTime = wallTime;
        _observer.Started(() => _cells.Values.Sum(cell => cell.Actor.BytesSent));
        _observer.MailboxesOpened(() => _cells.Values.Select(cell => new MailboxDepth(cell.Actor.Id, cell.Waiting)));
        if (Plan.Limits.WallTime is { } limit)
        {
            wallTime.Start("wall time", Now, limit);
        }

        foreach (ActorCell cell in _cells.Values)
        {
            cell.Wake();
        }

        Release();
        await _retired.Task.ConfigureAwait(false);
        return MakeReport(_ending!);
    }

    /// <summary>Ends the run; the first end counts. Returns before the cells have retired.</summary>
    public void End(RunOutcome outcome, string reason, Exception? failure = null)
    {
        Retain(); // until every cell is scheduled, so that the first one to retire is not taken for the last
        if (Interlocked.CompareExchange(ref _ending, new Ending(outcome, reason, failure, Now), null) is null)
        {
            foreach (ActorCell cell in _cells.Values)
            {
                cell.Close();
            }
        }

        Release();
    }

    /// <summary>Counts a party that may make something happen.</summary>
    public void Retain() => Interlocked.Increment(ref _active);

    /// <summary>Undoes one <see cref="Retain"/>.</summary>
    public void Release()
    {
        if (Interlocked.Decrement(ref _active) > 0)
        {
            return;
        }

        if (HasEnded)
        {
            _retired.TrySetResult();
            return;
        }

        End(RunOutcome.Failed,
            $"Nothing is left to happen: no message is under way and no timer runs, and no participant completed the run.{DescribeStopped()}");
    }

    /// <summary>Tells the observer of a call into a participant.</summary>
    /// <returns>False when the call must not be made, since the observer threw and the run is over.</returns>
    public bool Enter(TimeSpan now, in Entry entry)
    {
        try
        {
            _observer.Entered(now, entry);
            return true;
        }
        catch (Exception failure)
        {
            EndByObserver(failure);
            return false;
        }
    }

    public void Observe(ParticipantId source, Observation observation)
    {
        try
        {
            _observer.Observed(source, Now, observation);
        }
        catch (Exception failure)
        {
            EndByObserver(failure);
        }
    }

    public void Report(SupervisionEvent supervisionEvent)
    {
        try
        {
            lock (_supervised)
            {
                _observer.Supervised(Now, supervisionEvent);
            }
        }
        catch (Exception failure)
        {
            EndByObserver(failure);
        }
    }

    /// <summary>Fails the run. The end comes first: an observer that throws when told does not hide the cause.</summary>
    public void Fail(SupervisionEvent failedRun)
    {
        End(RunOutcome.Failed, failedRun.Reason, failedRun.Failure);
        Report(failedRun);
    }

    private void EndAtWallTime()
    {
        if (_wallTime!.TryTakeDue(Now, out _)) // else the alarm rang too early and is set again
        {
            End(RunOutcome.TimeLimit, $"The wall time of {Plan.Limits.WallTime} is over.");
        }
    }

    private void EndByObserver(Exception failure) =>
        End(RunOutcome.Failed, $"The run's observer threw {failure.GetType().Name}: {failure.Message}", failure);

    private string DescribeStopped()
    {
        string[] stopped = [.. _cells.Values.Where(cell => cell.Actor.State == ActorState.Stopped).Select(cell => cell.Actor.Id.ToString())];
        return stopped.Length == 0 ? "" : $" Stopped before: {string.Join(", ", stopped)}.";
    }

    private RunReport MakeReport(Ending ending)
    {
        IEnumerable<RoleActor> actors = _cells.Values.Select(cell => cell.Actor);
        if (ending.Outcome is RunOutcome.Cancelled or RunOutcome.TimeLimit)
        {
            foreach (SupervisionDecision? lost in actors.Select(actor => actor.SaveAtEnd()).ToList())
            {
                if (lost is not null)
                {
                    Report(lost.Event);
                    ending = new Ending(RunOutcome.Failed, $"{ending.Reason} {lost.Event.Reason}", lost.Event.Failure, ending.At);
                }
            }
        }

        return new RunReport
        {
            Outcome = ending.Outcome,
            Reason = ending.Reason,
            Failure = ending.Failure,
            Elapsed = ending.At,
            Deliveries = actors.Sum(actor => actor.Deliveries),
            BytesSent = actors.Sum(actor => actor.BytesSent),
            Restarts = actors.Sum(actor => actor.Restarts),
            Violations = actors.Sum(actor => actor.Violations),
            SendTimeouts = _cells.Values.Sum(cell => cell.SendTimeouts),
        };
    }
}
