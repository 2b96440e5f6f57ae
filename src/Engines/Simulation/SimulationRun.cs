using ActorFed.Actors;
using ActorFed.Algorithms.Core;

namespace ActorFed.Engines.Simulation;

/// <summary>One simulated run: its events in order of time, and its end.</summary>
internal sealed partial class SimulationRun : ISimulationView
{
    // So many events without virtual time going on can only be a circle of messages that take no time.
    private const int MaxEventsPerInstant = 50_000_000;

    private readonly RunPlan _plan;
    private readonly SimulationSetup _setup;
    private readonly IParticipantFactory _factory;
    private readonly ISnapshotStore _snapshots;
    private readonly Supervisor _supervisor;
    private readonly IRunObserver _observer;
    private readonly ISimulationObserver? _close; // the same observer, where it wants to be told more
    private readonly SimulatedCell[] _cells;
    private readonly int[][] _indices; // by role, then by the index within the role
    private readonly EventQueue _queue = new();
    private readonly TraceHash _trace = new();
    private long _now;
    private long _events;
    private long _bytesSent;
    private long _underWay;      // planned events other than timers, faults and the wall time
    private long _runningTimers; // when both are zero, nothing can happen any more
    private long _timersStarted;
    private bool _isTelling; // the observer is being called
    private Ending? _ending;

    private sealed record Ending(RunOutcome Outcome, string Reason, Exception? Failure);

    public SimulationRun(RunPlan plan, SimulationSetup setup, IParticipantFactory factory, IRunObserver observer, ISnapshotStore snapshots)
    {
        (_plan, _setup, _factory, _snapshots) = (plan, setup, factory, snapshots);
        (_observer, _close) = (observer, observer as ISimulationObserver);
        _supervisor = new Supervisor(plan.Supervision);
        ArgumentOutOfRangeException.ThrowIfLessThan(setup.Nodes, 1, nameof(setup));
        _cells = new SimulatedCell[plan.Participants.Length];
        _indices = [.. Enum.GetValues<Role>().Select(role => new int[plan.Participants.Where(p => p.Id.Role == role).Select(p => p.Id.Index + 1).DefaultIfEmpty(0).Max()])];
        foreach (int[] ofRole in _indices)
        {
            Array.Fill(ofRole, -1);
        }

        for (int i = 0; i < _cells.Length; i++)
        {
            ParticipantId id = plan.Participants[i].Id;
            _cells[i] = new SimulatedCell(i, NewActor(i));
            _indices[(int)id.Role][id.Index] = i;
        }

        Placement = setup.Place(plan.Participants.Select(spec => spec.Id));
        setup.Faults.Validate(Placement);
    }

    public TimeSpan Now => new(_now);

    public long Events => _events;

    public RunReport Run(CancellationToken cancellation)
    {
        try
        {
            Begin();
            Loop(cancellation);
        }
        catch (Exception failure)
        {
            string who = _isTelling ? "The run's observer" : "The simulation";
            End(RunOutcome.Failed, failure is CheckerException ? failure.Message : $"{who} threw {failure.GetType().Name}: {failure.Message}", failure);
        }

        return MakeReport();
    }

    public IEnumerable<StateEntry> Inspect(ParticipantId participant) => CellOf(participant).Actor.Inspect();

    public ActorState StateOf(ParticipantId participant) => CellOf(participant).Actor.State;

    private void Begin()
    {
        _isTelling = true;
        _observer.Started(() => _bytesSent);
        _close?.Began(this);
        _isTelling = false;
        if (_plan.Limits.WallTime is { } limit)
        {
            _queue.Add(new Event(limit.Ticks, EventKind.WallTime, 0, 0, 0, null));
        }

        foreach (TimedFault fault in _setup.Faults.Timed)
        {
            _queue.Add(new Event(fault.At.Ticks, EventKind.Fault, 0, 0, 0, fault));
        }

        foreach (SimulatedCell cell in _cells)
        {
            Plan(new Event(0, EventKind.Start, cell.Index, 0, 0, null));
        }
    }

    private void Loop(CancellationToken cancellation)
    {
        int atThisInstant = 0;
        while (_ending is null)
        {
            if (cancellation.IsCancellationRequested)
            {
                End(RunOutcome.Cancelled, "The run was cancelled.");
            }
            else if (_underWay + _runningTimers == 0 || !_queue.TryTake(out Event next))
            {
                End(RunOutcome.Failed,
                    $"Nothing is left to happen: no message is under way and no timer runs, and no participant completed the run.{DescribeStopped()}");
            }
            else
            {
                atThisInstant = next.At == _now ? atThisInstant + 1 : 0;
                if (atThisInstant > MaxEventsPerInstant)
                {
                    throw new InvalidOperationException(
                        $"{MaxEventsPerInstant:N0} events happened at {Now} and time does not go on; give messages a delivery time of more than zero.");
                }

                _now = next.At;
                Happen(next);
            }
        }
    }

    private void Happen(in Event next)
    {
        if (next.Kind == EventKind.Fault && !Strikes(next.What!))
        {
            return; // nothing was there to strike, so nothing happened
        }

        _events++;
        _trace.Add(next.At);
        _trace.Add(((long)next.Kind << 56) ^ ((long)next.Sender << 28) ^ next.Cell);
        _trace.Add(next.Number);
        switch (next.Kind)
        {
            case EventKind.Fault:
                TellStruck(next.What as Fault);
                return;
            case EventKind.WallTime:
                End(RunOutcome.TimeLimit, $"The wall time of {_plan.Limits.WallTime} is over.");
                return;
        }

        _underWay -= next.Kind == EventKind.Timer ? 0 : 1;
        SimulatedCell cell = _cells[next.Cell];
        switch (next.Kind)
        {
            case EventKind.Deliver or EventKind.Timer when cell.IsDown || cell.StopReason is not null:
                break; // lost
            case EventKind.Deliver or EventKind.Timer:
                Arrive(cell, next);
                break;
            case EventKind.Resume when next.Number == cell.Life:
                Resume(cell);
                break;
            case EventKind.Start when next.Number == cell.Life:
                Start(cell);
                break;
        }
    }

    private void Plan(in Event planned)
    {
        _underWay++;
        _queue.Add(planned);
    }

    private RoleActor NewActor(int cell) => new(_plan.Participants[cell], _factory, _snapshots, _supervisor);

    private SimulatedCell CellOf(ParticipantId id) => TryGetCell(id)
        ?? throw new ArgumentException($"{id} is not among the {_cells.Length} participants of the plan.", nameof(id));

    private SimulatedCell? TryGetCell(ParticipantId id)
    {
        int[] ofRole = _indices[(int)id.Role];
        return (uint)id.Index < (uint)ofRole.Length && ofRole[id.Index] >= 0 ? _cells[ofRole[id.Index]] : null;
    }

    private void End(RunOutcome outcome, string reason, Exception? failure = null) => _ending ??= new Ending(outcome, reason, failure);

    /// <summary>Fails the run. The end comes first: an observer that throws when told does not hide the cause.</summary>
    private void Fail(SupervisionEvent failedRun)
    {
        End(RunOutcome.Failed, failedRun.Reason, failedRun.Failure);
        Report(failedRun);
    }

    private void Report(SupervisionEvent supervised)
    {
        _isTelling = true;
        _observer.Supervised(Now, supervised);
        _isTelling = false;
    }

    private void Observe(ParticipantId source, Observation observation)
    {
        _trace.Add(observation);
        _isTelling = true;
        _observer.Observed(source, Now, observation);
        _isTelling = false;
    }

    private string DescribeStopped()
    {
        string[] stopped = [.. _cells.Where(cell => cell.StopReason is not null).Select(cell => cell.Id.ToString())];
        return stopped.Length == 0 ? "" : $" Stopped before: {string.Join(", ", stopped)}.";
    }

    /// <summary>The run has ended and has a reason: an observer that throws now cannot give it another.</summary>
    private void TellAtEnd(SupervisionEvent lost)
    {
        try
        {
            _observer.Supervised(Now, lost);
        }
        catch (Exception failure)
        {
            _ending = _ending! with { Reason = $"{_ending.Reason} The run's observer threw {failure.GetType().Name}: {failure.Message}" };
        }
    }

    private RunReport MakeReport()
    {
        if (_ending!.Outcome is RunOutcome.Cancelled or RunOutcome.TimeLimit)
        {
            foreach (SimulatedCell cell in _cells)
            {
                if (cell.Actor.SaveAtEnd() is { } lost)
                {
                    _ending = new Ending(RunOutcome.Failed, $"{_ending.Reason} {lost.Event.Reason}", lost.Event.Failure);
                    TellAtEnd(lost.Event);
                }
            }
        }

        return new RunReport
        {
            Outcome = _ending.Outcome,
            Reason = _ending.Reason,
            Failure = _ending.Failure,
            Elapsed = Now,
            Deliveries = _cells.Sum(cell => cell.Before.Deliveries + cell.Actor.Deliveries),
            BytesSent = _bytesSent,
            Restarts = _cells.Sum(cell => cell.Before.Restarts + cell.Actor.Restarts),
            Violations = _cells.Sum(cell => cell.Before.Violations + cell.Actor.Violations),
            Events = _events,
            TraceHash = _trace.Value,
        };
    }
}
