using ActorFed.Actors;
using ActorFed.Algorithms.Core;
using ActorFed.Wire;
using Akka.Actor;

namespace ActorFed.Cluster.Akka;

/// <summary>
/// A participant's mailbox and post office, and its supervisor: it receives for it, hands over one thing at a time, performs the effects,
/// and sends again what was not said to be handled. It computes nothing, so that it answers also while its participant does.
/// </summary>
internal sealed partial class MailboxActor : UntypedActor
{
    private const int Remembered = 4096; // messages that were handled; of more, repeated ones count as new, which participants bear

    private readonly AkkaRun _run;
    private readonly Resident _here;
    private readonly RoleActor _role;
    private readonly FrameReader _data;
    private readonly FrameReader _control;
    private readonly Queue<Arrived> _inbox = [];
    private readonly Queue<(Arrived Arrived, LifecycleMessage Notice)> _notices = [];
    private readonly HashSet<(bool IsControl, PacketId Id)> _waiting = []; // in the two queues, or in the turn
    private readonly RecentMessages _handled = new(Remembered);
    private readonly HashSet<ParticipantId> _watchers = [];
    private readonly HashSet<ParticipantId> _watched = [];
    private readonly Dictionary<ParticipantId, (int Incarnation, ulong Instance)> _peers = []; // the newest heard of, in a part of a run
    private readonly TimerTable _timers; // the participant's
    private readonly TimerTable _chores; // the mailbox's own
    private IActorRef? _participant;
    private Turn? _turn;        // under way
    private Arrived? _inTurn;   // its message
    private bool _isRebuild;    // of a start under way
    private string? _stopRequest;
    private string? _stopReason; // why it was stopped
    private Leave? _leave;
    private bool _alarmRang; // a timer may be due
    private bool _isActive = true; // as counted by the run, from the beginning

    public MailboxActor(AkkaRun run, Resident here)
    {
        (_run, _here, _role) = (run, here, here.Actor);
        IActorRef self = Self;
        _timers = new TimerTable(run.Setup.Clock, () => self.Tell(new Ring(IsChore: false)));
        _chores = new TimerTable(run.Setup.Clock, () => self.Tell(new Ring(IsChore: true)));
        (_data, _control) = (NewReader(), NewReader());
    }

    public static Props Of(AkkaRun run, Resident here) => Props.Create(() => new MailboxActor(run, here));

    protected override void PreStart()
    {
        _participant = Context.Watch(Context.ActorOf(ParticipantActor.Of(_run, _role), "participant"));
        Work();
    }

    protected override void PostStop()
    {
        _timers.Dispose();
        _chores.Dispose();
        _here.Left.TrySetResult(null);
    }

    /// <summary>What the participant threw was decided about; Akka carries out as much of it as concerns actors, this mailbox the rest.</summary>
    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(
        localOnlyDecider: failure =>
        {
            if (failure is TurnFailedException failed)
            {
                Self.Tell(new TurnFailed(failed.Decision));
                return Directives.Of(failed.Decision.Event.Action);
            }

            _run.FailByEngine(_role.Id, failure);
            return Directive.Stop;
        },
        loggingEnabled: false);

    protected override void OnReceive(object message)
    {
        if (_run.HasEnded && message is not Leave)
        {
            return;
        }

        _run.Retain(); // what was handled is done before what follows from it is begun
        try
        {
            Handle(message);
            Work();
        }
        catch (Exception failure)
        {
            _run.FailByEngine(_role.Id, failure);
        }

        _run.Release();
    }

    private void Handle(object message)
    {
        switch (message)
        {
            case Frame frame:
                Take(frame);
                break;
            case Acknowledged acknowledged:
                Settle(acknowledged);
                break;
            case TurnEnded ended:
                EndTurn(ended);
                break;
            case TurnFailed failed:
                _turn = null;
                CarryOut(failed.Decision);
                break;
            case Ring ring when ring.IsChore:
                DoChores();
                break;
            case Ring:
                _alarmRang = true;
                break;
            case Leave leave:
                _leave = leave;
                break;
            case Terminated terminated when terminated.ActorRef.Equals(_participant):
                _participant = null; // as supervision decided, or the system ends
                break;
            case Terminated terminated:
                MovedAway(terminated.ActorRef);
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    /// <summary>Does what there is to do, until a turn is under way, a send waits for room, or nothing is left.</summary>
    private void Work()
    {
        if (_leave is { IsSaving: false } || (_leave is not null && _run.HasEnded))
        {
            Context.Stop(Self);
            return;
        }

        while (!_run.HasEnded && _turn is null && PerformEffects())
        {
            FinishTurn();
            if (_leave is not null)
            {
                BeginLeaving();
                break;
            }

            if (!GiveTurn())
            {
                break;
            }
        }

        _here.Waiting = _inbox.Count;
        CountActive(_turn is not null || _isBlocked || !_timers.IsEmpty);
    }

    /// <summary>The participant's turn and all that it did are over: its message need not come again.</summary>
    private void FinishTurn()
    {
        if (_inTurn is { } handled)
        {
            _inTurn = null;
            Acknowledge(handled);
        }

        TellCounts(isLast: false);
    }

    /// <summary>Handles one thing, or hands it to the participant.</summary>
    /// <returns>False when there is nothing to do.</returns>
    private bool GiveTurn()
    {
        if (_stopRequest is { } reason && _role.State != ActorState.Stopped)
        {
            StopBecause(reason);
            return true;
        }

        if (_role.State == ActorState.New)
        {
            Begin(new Turn.Start());
            return true;
        }

        if (_alarmRang && _timers.TryTakeDue(_run.Now, out string? timer))
        {
            // The timers of a failed incarnation are gone: what is left is the back-off.
            Begin(_role.State == ActorState.Restarting ? new Turn.Start() : new Turn.TimerElapsed(timer));
            return true;
        }

        _alarmRang = false; // if it did ring, nothing was due any more
        return _role.State != ActorState.Restarting && TakeMessage();
    }

    private void Begin(Turn turn)
    {
        _turn = turn;
        _isRebuild = turn is Turn.Start && _role.State == ActorState.Restarting;
        _participant!.Tell(turn);
    }

    private void EndTurn(TurnEnded ended)
    {
        _turn = null;
        if (ended.Turn is Turn.Save)
        {
            _here.Left.TrySetResult(ended.Lost);
            Context.Stop(Self);
        }
        else if (_isRebuild)
        {
            _isRebuild = false;
            Report(new SupervisionEvent(SupervisionAction.Restarted, _role.Id, $"{_role.Id} runs again as incarnation {_role.Incarnation}"));
            TellWatchers(new LifecycleMessage.ParticipantRestarted(_role.Incarnation));
        }
    }

    private bool TakeMessage()
    {
        if (_notices.TryDequeue(out (Arrived Arrived, LifecycleMessage Notice) next))
        {
            HandOver(next.Arrived, 0, next.Notice);
            return true;
        }

        if (!_inbox.TryDequeue(out Arrived? arrived))
        {
            return false;
        }

        switch (Decode(arrived))
        {
            case null:
                Acknowledge(arrived);
                break;
            case ControlMessage.Observed observed:
                _run.Record(arrived.Packet.Id.Sender, observed.What);
                Acknowledge(arrived);
                break;
            case { } message:
                HandOver(arrived, arrived.Packet.Id.Number, message);
                break;
        }

        return true;
    }

    private void HandOver(Arrived arrived, long number, Message message)
    {
        if (_role.State != ActorState.Running)
        {
            Acknowledge(arrived); // it was stopped
            return;
        }

        _inTurn = arrived;
        Begin(new Turn.Receive(arrived.Packet.Id.Sender, number, message));
    }

    private void StopBecause(string reason)
    {
        if (_run.Enter(_run.Now, new Entry(_role.Id, EntryKind.Stopped, default, 0, reason)))
        {
            _role.Stop();
            Report(new SupervisionEvent(SupervisionAction.Stopped, _role.Id, reason));
            TellStopped(reason);
        }
    }

    /// <summary>The turn is over: stores the snapshot and leaves.</summary>
    private void BeginLeaving()
    {
        TellCounts(isLast: true);
        if (_participant is null)
        {
            Context.Stop(Self);
        }
        else
        {
            Begin(new Turn.Save());
        }
    }

    private void CountActive(bool isActive)
    {
        if (isActive == _isActive)
        {
            return;
        }

        _isActive = isActive;
        if (isActive)
        {
            _run.Retain();
        }
        else
        {
            _run.Release();
        }
    }

    private FrameReader NewReader() => new(
        _run.Setup.Plan.RunId,
        _role.Id,
        _run.Setup.Planned.Contains,
        _run.Setup.Settings.Wire,
        lost => _run.Report(new SupervisionEvent(SupervisionAction.Dropped, _role.Id, lost.Message, lost.Sender, lost)));
}
