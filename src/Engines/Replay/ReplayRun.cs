using ActorFed.Actors;
using ActorFed.Algorithms.Core;
using ActorFed.Engines.Simulation;

namespace ActorFed.Engines.Replay;

/// <summary>One replay: whose turn it is, and what the record asks for.</summary>
internal sealed class ReplayRun : IReplayView
{
    private readonly DeliveryRecord _record;
    private readonly ReplayStop? _stop;
    private readonly IRunObserver _observer;
    private readonly ReplayCell[] _cells;
    private readonly Dictionary<ParticipantId, ReplayCell> _byId = [];
    private readonly Queue<ReplayCell> _turns = [];
    private readonly TraceHash _trace = new();
    private long _bytesSent;
    private bool _isCompleted;
    private bool _isStopped;

    public ReplayRun(
        RunPlan plan, DeliveryRecord record, ReplayStop? stop, IParticipantFactory factory, IRunObserver observer, ISnapshotStore snapshots)
    {
        (_record, _stop, _observer) = (record, stop, observer);

        // What supervision decided stands in the record: who was rebuilt is started again, who was given up on is entered no more.
        Supervisor supervisor = new(plan.Supervision with
        {
            MaxRestarts = int.MaxValue,
            MaxArithmeticRestarts = int.MaxValue,
            MaxViolations = int.MaxValue,
        });
        _cells = [.. plan.Participants.Select((spec, index) => new ReplayCell(index, spec, record, factory, snapshots, supervisor))];
        foreach (ReplayCell cell in _cells)
        {
            _byId.Add(cell.Id, cell);
        }
    }

    public long Entries { get; private set; }

    private TimeSpan Now => new(Entries);

    public long EntriesOf(ParticipantId participant) => _byId[participant].Entries;

    public ActorState StateOf(ParticipantId participant) => _byId[participant].Actor.State;

    public IEnumerable<StateEntry> Inspect(ParticipantId participant) => _byId[participant].Actor.Inspect();

    public RunReport Run(CancellationToken cancellation)
    {
        try
        {
            _observer.Started(() => _bytesSent);
            TakeTurns(cancellation);
            if (!_isStopped && _record.End is not null)
            {
                MustBeAtEnd();
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return Report(RunOutcome.Cancelled, "The replay was cancelled.");
        }
        catch (Exception failure)
        {
            return Report(RunOutcome.Failed, failure.Message, failure);
        }

        return _isStopped ? Report(RunOutcome.Cancelled, $"The replay was stopped after {Entries} entries.")
            : _record.End is { } end ? Report(end.Outcome, end.Reason)
            : Report(RunOutcome.Cancelled, $"The record ends before the run did; {Entries} entries of it can be repeated.");
    }

    private void TakeTurns(CancellationToken cancellation)
    {
        foreach (ReplayCell cell in _cells)
        {
            WaitForTurn(cell);
        }

        while (!_isStopped && _turns.TryDequeue(out ReplayCell? cell))
        {
            cancellation.ThrowIfCancellationRequested();
            Message? message = null;
            if (cell.Next is { Kind: EntryKind.Received } received)
            {
                message = (LifecycleMessage?)received.What;
                if (message is null && !cell.TryTake(out message))
                {
                    cell.IsWaiting = true;
                    continue;
                }
            }

            Enter(cell, message);
            cell.Advance();
            WaitForTurn(cell);
            StopWhereAsked(cell);
        }
    }

    private void WaitForTurn(ReplayCell cell)
    {
        if (cell.HasNext)
        {
            _turns.Enqueue(cell);
        }
    }

    private void Enter(ReplayCell cell, Message? message)
    {
        RecordedEntry next = cell.Next;
        Entries++;
        cell.Entries++;
        _trace.Add(((long)next.Kind << 56) ^ ((long)next.Sender << 28) ^ cell.Index);
        _trace.Add(next.Number);
        ParticipantId sender = next.Kind == EntryKind.Received ? _cells[next.Sender].Id : default;
        _observer.Entered(Now, new Entry(cell.Id, next.Kind, sender, next.Number, message ?? next.What));

        ActorState needed = next.Kind == EntryKind.Started && cell.Entries > 1 ? ActorState.Restarting
            : next.Kind == EntryKind.Started ? ActorState.New : ActorState.Running;
        if (next.Kind == EntryKind.Stopped)
        {
            cell.Actor.Stop();
            return;
        }

        if (cell.Actor.State != needed)
        {
            throw new ReplayDifferenceException(
                cell.Id, cell.Entries, $"it is of kind {next.Kind}, which needs a participant that is {needed}, and this one is {cell.Actor.State}");
        }

        SupervisionDecision? decision = next.Kind switch
        {
            EntryKind.Started => cell.Actor.Start(Now),
            EntryKind.Received => cell.Actor.Receive(Now, sender, message!),
            _ => cell.Actor.TimerElapsed(Now, (string)next.What!),
        };
        Conclude(cell, decision);
    }

    private void Conclude(ReplayCell cell, SupervisionDecision? decision)
    {
        if (decision is not null)
        {
            bool hasThrown = decision.Event.Action != SupervisionAction.Dropped;
            if (hasThrown && cell.KindAfterNext is EntryKind.Received or EntryKind.TimerElapsed)
            {
                throw new ReplayDifferenceException(
                    cell.Id, cell.Entries, $"now it fails, and in the run it did not: {decision.Event.Reason}", decision.Event.Failure);
            }

            _observer.Supervised(Now, decision.Event);
            if (hasThrown || cell.KindAfterNext != EntryKind.Started)
            {
                return;
            }
        }

        if (cell.KindAfterNext == EntryKind.Started)
        {
            cell.Actor.Crash(); // it threw in the run, for a reason that is not in its input
            return;
        }

        Outbox outbox = cell.Actor.Outbox;
        for (int i = 0; i < outbox.Count; i++)
        {
            Perform(cell, outbox[i]);
        }
    }

    private void Perform(ReplayCell cell, in Effect effect)
    {
        switch (effect.Kind)
        {
            case EffectKind.Send when _byId.TryGetValue(effect.Target, out ReplayCell? receiver):
                Message message = (Message)effect.Payload!;
                _bytesSent += message.PayloadBytes;
                if (receiver.Arrive(cell.Index, ++cell.Sent, message))
                {
                    _turns.Enqueue(receiver);
                }

                break;
            case EffectKind.Observe when cell.ObservationsLeft > 0:
                cell.ObservationsLeft--;
                _trace.Add((Observation)effect.Payload!);
                _observer.Observed(cell.Id, Now, (Observation)effect.Payload!);
                break;
            case EffectKind.Complete:
                _isCompleted = true;
                break;
        }
    }

    private void StopWhereAsked(ReplayCell cell)
    {
        if (_stop is null || (_stop.Of is { } of && of != cell.Id))
        {
            return;
        }

        if ((_stop.Of is null ? Entries : cell.Entries) == _stop.After)
        {
            _isStopped = true;
            _stop.Look(this);
        }
    }

    /// <summary>A record that goes on to the end of the run must have been used up, and must have led to that end.</summary>
    private void MustBeAtEnd()
    {
        if (_cells.FirstOrDefault(cell => cell.IsWaiting) is ReplayCell waiting)
        {
            // Who waits for one that waits is not to blame; in a circle of them everyone is.
            for (int i = 0; i < _cells.Length && _cells[waiting.Next.Sender].IsWaiting; i++)
            {
                waiting = _cells[waiting.Next.Sender];
            }

            ReplayCell sender = _cells[waiting.Next.Sender];
            throw new ReplayDifferenceException(
                waiting.Id,
                waiting.Entries + 1,
                $"it takes message {waiting.Next.Number} of {sender.Id}, which has sent {sender.Sent} so far and not that one to {waiting.Id}");
        }

        if (_record.End!.Outcome == RunOutcome.Completed && !_isCompleted)
        {
            ReplayCell first = _cells[0];
            throw new ReplayDifferenceException(first.Id, first.Entries, "the run was complete by then, and the replay is not");
        }
    }

    private RunReport Report(RunOutcome outcome, string reason, Exception? failure = null) => new()
    {
        Outcome = outcome,
        Reason = reason,
        Failure = failure,
        Elapsed = Now,
        Deliveries = _cells.Sum(cell => cell.Actor.Deliveries),
        BytesSent = _bytesSent,
        Restarts = _cells.Sum(cell => cell.Actor.Restarts),
        Violations = _cells.Sum(cell => cell.Actor.Violations),
        Events = Entries,
        TraceHash = _trace.Value,
    };
}
