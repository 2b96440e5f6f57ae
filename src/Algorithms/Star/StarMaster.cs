using System.Collections.Immutable;
using ActorFed.Algorithms.Blocks;
using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Numerics;

namespace ActorFed.Algorithms.Star;

/// <summary>
/// The master of a star: asks workers for work, steps when the participation policy says so, leads barriers, asks again after
/// silence, and goes on or fails when a worker is lost. What is computed is the rule's business.
/// </summary>
/// <remarks>
/// A report costs the same however many workers there are, and a step costs by its active workers. Only a barrier, the draw of a
/// cohort, a look for silent workers and a snapshot go through all of them. Neither an open barrier nor reports that wait for their
/// step leave a trace in a snapshot: what they hold is asked for again.
/// </remarks>
public sealed partial class StarMaster : IParticipant
{
    private const string Format = "star-master.v1";
    private const string AskAgainTimer = "ask-again";
    private const string SnapshotTimer = "snapshot";

    private readonly IStarMasterRule _rule;
    private readonly IParticipationPolicy _policy;
    private readonly StarMasterOptions _options;
    private readonly int _epoch;
    private readonly int _lostAfterScans;
    private readonly StalenessLedger _ledger;
    private readonly Conversations _conversations;
    private readonly IDispatcher _dispatcher; // whom to ask next

    private long _step;
    private bool _barrierIsDue;     // the step's barrier has not ended
    private OpenBarrier? _barrier;  // null when none is open
    private bool _isOver;           // completed or failed: nothing is done any more

    /// <summary>A master, new or rebuilt.</summary>
    /// <param name="rule">The algorithm, at its starting point.</param>
    /// <param name="policy">When to step.</param>
    /// <param name="options">Limits and patience.</param>
    /// <param name="epoch">The incarnation of this master; reports for lower ones are void.</param>
    /// <param name="resumeFrom">A snapshot of an earlier incarnation, or null.</param>
    /// <exception cref="InvalidDataException">The snapshot does not fit.</exception>
    /// <exception cref="ArgumentException">The policy does not fit the number of workers.</exception>
    public StarMaster(IStarMasterRule rule, IParticipationPolicy policy, StarMasterOptions options, int epoch, Snapshot? resumeFrom)
    {
        (_rule, _policy, _options, _epoch) = (rule, policy, options, epoch);
        _lostAfterScans = Math.Max(2, (int)Math.Ceiling(options.LostAfter / options.AskAgainAfter));
        _ledger = new StalenessLedger(rule.WorkerCount);
        _conversations = new Conversations(rule.WorkerCount, epoch);
        _dispatcher = policy.CreateDispatcher(rule.WorkerCount);
        if (resumeFrom is not null)
        {
            SnapshotReader reader = new(resumeFrom, Format);
            _step = reader.ReadInt64();
            _barrierIsDue = reader.ReadInt64() != 0;
            rule.Restore(reader);
            reader.End();
        }
    }

    private IEnumerable<int> AllWorkers => Enumerable.Range(0, _conversations.Count);

    /// <inheritdoc/>
    public void Start(Outbox outbox)
    {
        for (int i = 0; i < _conversations.Count; i++)
        {
            outbox.Watch(ParticipantId.Worker(i));
        }

        outbox.StartTimer(AskAgainTimer, _options.AskAgainAfter);
        outbox.StartTimer(SnapshotTimer, _options.SnapshotEvery);
        outbox.Save(); // makes the epoch durable: no later incarnation can take the same
        if (_barrierIsDue)
        {
            BeginBarrier(AllWorkers, outbox);
            _barrierIsDue = _barrier is not null; // none is due under other settings than the snapshot's
        }

        if (!_barrierIsDue && _step >= _options.StepLimit)
        {
            Finish("step limit", outbox);
        }
        else if (!_barrierIsDue)
        {
            RequestSteps(AllWorkers, outbox);
        }
    }

    /// <inheritdoc/>
    public void Receive(ParticipantId sender, Message message, Outbox outbox)
    {
        if (sender.Role != Role.Worker || sender.Index < 0 || sender.Index >= _conversations.Count)
        {
            throw new ProtocolViolationException(sender, message, $"the master knows only worker-0 to worker-{_conversations.Count - 1}.");
        }

        Conversation conversation = _conversations[sender.Index];
        if (_isOver || (conversation.IsStopped && message is StarMessage))
        {
            return; // the notice of a stop overtakes what was said before it; nobody is there to be taken back
        }

        switch (message)
        {
            case StarMessage.WorkReported report:
                Accept(sender, report, outbox);
                break;
            case StarMessage.StateAsked:
                GiveState(sender.Index, outbox);
                break;
            case LifecycleMessage.ParticipantStopped stopped:
                conversation.IsStopped = true;
                Lose(sender.Index, stopped.Reason, outbox);
                break;
            case LifecycleMessage.ParticipantRestarted:
                conversation.IsStopped = false;
                break; // it asks for its state itself
            default:
                throw new ProtocolViolationException(sender, message, "a master takes reports and calls for state only.");
        }

        Advance(outbox);
    }

    /// <inheritdoc/>
    public void TimerElapsed(string timer, Outbox outbox)
    {
        if (_isOver)
        {
            return;
        }

        if (timer == SnapshotTimer)
        {
            outbox.Save();
            outbox.StartTimer(SnapshotTimer, _options.SnapshotEvery);
            return;
        }

        for (int i = 0; i < _conversations.Count && !_isOver; i++)
        {
            switch (_conversations[i].Scan(_ledger.IsLost(i), _lostAfterScans))
            {
                case Silence.AskAgain:
                    outbox.Send(ParticipantId.Worker(i), _conversations[i].LastAsked!);
                    outbox.Observe(new WorkerObserved(i, WorkerChange.AskedAgain, _step));
                    break;
                case Silence.TooLong:
                    Lose(i, $"no answer for {_options.LostAfter}", outbox);
                    break;
            }
        }

        outbox.StartTimer(AskAgainTimer, _options.AskAgainAfter);
        Advance(outbox);
    }

    /// <inheritdoc/>
    public Snapshot TakeSnapshot()
    {
        SnapshotWriter writer = new();
        writer.WriteInt64(_step);
        writer.WriteInt64(_barrierIsDue ? 1 : 0);
        _rule.Save(writer);
        return writer.ToSnapshot(Format);
    }

    /// <inheritdoc/>
    /// <remarks>Made as it is read: who wants one entry pays for those before it only.</remarks>
    public IEnumerable<StateEntry> Inspect()
    {
        yield return new StateEntry(StateNames.Step, FlatVector.Of(_step));
        yield return new StateEntry("barrier-is-due", FlatVector.Of(_barrierIsDue ? 1 : 0));
        foreach (StateEntry entry in _rule.Inspect())
        {
            yield return entry;
        }

        yield return new StateEntry("epoch", FlatVector.Of(_epoch), IsDurable: false);
        yield return new StateEntry("barrier-is-open", FlatVector.Of(_barrier is null ? 0 : 1), IsDurable: false);
        yield return new StateEntry("live-workers", FlatVector.Of(_ledger.LiveCount), IsDurable: false);
        yield return new StateEntry("ages", Ages(), IsDurable: false);
    }

    private FlatVector Ages() => FlatVector.Create(_conversations.Count, ages =>
    {
        for (int i = 0; i < ages.Length; i++)
        {
            ages[i] = _ledger.IsLost(i) ? double.NaN : _ledger.AgeOf(i);
        }
    });

    private void Advance(Outbox outbox)
    {
        while (!_isOver)
        {
            if (_barrier is { IsBroken: true })
            {
                BeginBarrierAgain(outbox);
            }
            else if (_barrier is not null && _conversations.AreAllAnswered)
            {
                EndStage(outbox);
            }
            else if (_barrier is null && _ledger.ReportCount > 0 && _policy.MayStep(_ledger))
            {
                Step(outbox);
            }
            else
            {
                if (_barrier is null)
                {
                    Dispatch(outbox);
                }

                return;
            }
        }
    }

    private void Step(Outbox outbox)
    {
        List<WorkerReport> reports = _conversations.TakeReports(_step);
        ImmutableArray<int> active = [.. reports.Select(report => report.Worker)];
        _rule.Step(reports);
        _ledger.Stepped();
        _step++;
        _barrierIsDue = true;
        outbox.Observe(new StepObserved
        {
            Step = _step,
            Active = active,
            Staleness = [.. reports.Select(report => report.Staleness)],
            WorkersAlive = _ledger.LiveCount,
            Measures = _rule.Measures,
        });

        BeginBarrier(active, outbox);
        if (_barrier is null)
        {
            EndStep(_policy.FreesOnReport ? [] : active, outbox);
        }
    }

    /// <summary>Opens the barrier that is due, if any.</summary>
    /// <param name="active">Where its first stage drains steps: those who may have none under way.</param>
    /// <param name="outbox">Takes the requests.</param>
    private void BeginBarrier(IEnumerable<int> active, Outbox outbox)
    {
        _barrier = _rule.OpenBarrier(_ledger.IsLive) is IStarBarrier barrier ? new OpenBarrier(barrier, _ledger.IsLive) : null;
        if (_barrier is { StageDrains: true })
        {
            RequestSteps(active, outbox);
        }
        else if (_barrier is not null)
        {
            RequestStage(outbox);
        }
    }

    /// <summary>An open barrier has left no trace: those who live begin it again, from the master's copies.</summary>
    private void BeginBarrierAgain(Outbox outbox)
    {
        _conversations.ForgetAll();
        BeginBarrier(AllWorkers, outbox);
    }

    private void EndStage(Outbox outbox)
    {
        if (_barrier!.Advance(_conversations.TakeReports(_step)))
        {
            RequestStage(outbox);
            return;
        }

        _barrier = null;
        _ledger.Reset();
        outbox.Observe(new MeasuresObserved(_step, _rule.Measures));
        EndStep(AllWorkers, outbox);
    }

    private void EndStep(IEnumerable<int> workers, Outbox outbox)
    {
        _barrierIsDue = false;
        if (_options.GapTolerance > 0
            && _rule.Measures.Any(measure => measure.Name == MeasureNames.StationarityGap && measure.Value <= _options.GapTolerance))
        {
            Finish("stationarity gap reached", outbox);
        }
        else if (_step >= _options.StepLimit)
        {
            Finish("step limit", outbox);
        }
        else
        {
            if (_step % _options.ModelEvery == 0)
            {
                ObserveModel(outbox);
            }

            RequestSteps(workers, outbox);
        }
    }

    private void Finish(string reason, Outbox outbox)
    {
        _isOver = true;
        ObserveModel(outbox);
        outbox.Save(); // a finished run can be resumed with a higher limit
        outbox.Complete(reason);
    }

    private void ObserveModel(Outbox outbox) =>
        outbox.Observe(new ModelObserved { Step = _step, Upper = _rule.Upper, Middle = _rule.Middle, Lower = _rule.Lower });

    /// <summary>These workers have nothing to do, but for those that were asked meanwhile: the dispatcher may have them asked.</summary>
    private void RequestSteps(IEnumerable<int> workers, Outbox outbox)
    {
        foreach (int worker in workers)
        {
            if (!_ledger.IsLost(worker) && _conversations[worker].Asked is null)
            {
                _dispatcher.Free(worker);
            }
        }

        Dispatch(outbox);
    }

    private void Dispatch(Outbox outbox)
    {
        while (_dispatcher.Next(_step) is int worker)
        {
            _conversations.Request(worker, _rule.StepWork(worker), _rule.StateOf(worker), _step, outbox);
        }
    }

    private void RequestStage(Outbox outbox)
    {
        foreach (int worker in _barrier!.Participants)
        {
            _conversations.Request(worker, _barrier.WorkFor(worker), _barrier.StateOf(worker), _step, outbox);
        }
    }
}
