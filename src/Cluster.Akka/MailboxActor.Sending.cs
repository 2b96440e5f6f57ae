using System.Buffers;
using ActorFed.Actors;
using ActorFed.Actors.Membership;
using ActorFed.Algorithms.Core;
using ActorFed.Wire;
using Akka.Actor;

namespace ActorFed.Cluster.Akka;

/// <content>What goes: the carrying out of decisions, the performance of effects, and messages until they were handled.</content>
internal sealed partial class MailboxActor
{
    private const string RoomChore = "room";
    private const string RedeliveryChore = "redelivery";

    private static readonly TimeSpan CountsEvery = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan MaxRedelivery = TimeSpan.FromMinutes(1);

    private readonly Dictionary<(bool IsControl, long Number), Outgoing> _outgoing = [];
    private readonly Dictionary<ParticipantId, int> _underWay = []; // messages per receiver, without control messages
    private readonly Dictionary<ParticipantId, IActorRef> _homes = []; // where receivers were heard of, in a part of a run
    private int _nextEffect;
    private bool _isBlocked; // a send waits for room
    private bool _isLate;    // it has waited for too long
    private long _sent; // over all incarnations; a message keeps its number when it is dropped
    private long _controlSent;
    private Counts _told; // by now, to who records the run
    private TimeSpan _toldAt;

    private void CarryOut(SupervisionDecision decision)
    {
        SupervisionEvent act = decision.Event;
        switch (act.Action)
        {
            case SupervisionAction.FailedRun:
                FailRun(act);
                return;

            case SupervisionAction.Restarting:
                _timers.Clear();
                _timers.Start("back-off", _run.Now, decision.Delay);
                Report(act);
                return;

            case SupervisionAction.Stopped:
                Report(act);
                TellStopped(act.Reason);
                return;
        }

        Report(act);
        if (decision.StopsSender)
        {
            SendControl(act.Sender!.Value, new ControlMessage.StopAsked(act.Reason));
        }
    }

    /// <summary>Tells what supervision did, here and to who records the run.</summary>
    private void Report(SupervisionEvent act)
    {
        _run.Report(act);
        if (_run.ToldTo is { } recorded)
        {
            SendControl(recorded, new ControlMessage.Supervised(act.Action.ToString(), act.Participant, act.Reason, act.Sender));
        }
    }

    /// <summary>Tells who records the run what was counted here, once in a while.</summary>
    private void TellCounts(bool isLast)
    {
        if (_run.Setup.Lead is null || (!isLast && _run.Now - _toldAt < CountsEvery))
        {
            return;
        }

        _toldAt = _run.Now;
        Counts counts = _here.Counts;
        Counts since = counts - _told;
        _told = counts;
        if (since != default && _run.ToldTo is { } recorded)
        {
            SendControl(recorded, new ControlMessage.Counted(since.Deliveries, since.BytesSent, since.Restarts, since.Violations, since.SendTimeouts));
        }
    }

    /// <summary>Ends the run, or asks who leads it to end it.</summary>
    private void EndRun(RunOutcome outcome, string reason, Exception? failure = null)
    {
        if (_run.ToldTo is { } lead)
        {
            TellCounts(isLast: true);
            SendControl(lead, new ControlMessage.RunEnded(outcome == RunOutcome.Completed, reason));
        }
        else
        {
            _run.End(outcome, reason, failure);
        }
    }

    /// <summary>Fails the run; or, in a part of it, gives the participant up where it was overtaken or its store is away: others, or a later attempt, go on.</summary>
    private void FailRun(SupervisionEvent act)
    {
        if (_run.Setup.Lead is not null && act.Failure is RunStoreException)
        {
            _role.Stop();
            _run.GiveUp(_role.Id, act.Reason);
            return;
        }

        EndRun(RunOutcome.Failed, act.Reason, act.Failure); // first: an observer that throws when told does not hide the cause
        Report(act);
    }

    private void TellStopped(string reason)
    {
        _timers.Clear();
        _stopReason = reason;
        TellWatchers(new LifecycleMessage.ParticipantStopped(reason));
    }

    private void TellWatchers(LifecycleMessage notice)
    {
        foreach (ParticipantId watcher in _watchers)
        {
            SendControl(watcher, notice);
        }
    }

    /// <summary>Performs the effects of the last turn, in order.</summary>
    /// <returns>False when a send waits for room, or the run is over.</returns>
    private bool PerformEffects()
    {
        Outbox outbox = _role.Outbox;
        for (; _nextEffect < outbox.Count; _nextEffect++)
        {
            if (_run.HasEnded || !Perform(outbox[_nextEffect]))
            {
                return false;
            }
        }

        outbox.Clear();
        _nextEffect = 0;
        return true;
    }

    private bool Perform(Effect effect)
    {
        switch (effect.Kind)
        {
            case EffectKind.Send:
                return !IsPlanned(effect.Target, $"sent {effect.Payload!.GetType().Name} to") || TrySend(effect.Target, (Message)effect.Payload!);
            case EffectKind.Watch:
                Watch(effect.Target);
                return true;
            case EffectKind.Observe:
                return TryObserve((Observation)effect.Payload!);
            case EffectKind.StartTimer:
                _timers.Start((string)effect.Payload!, _run.Now, effect.Delay);
                return true;
            case EffectKind.CancelTimer:
                _timers.Cancel((string)effect.Payload!);
                return true;
            case EffectKind.Save: // done by RoleActor, before any effect
                return true;
            case EffectKind.Complete:
                EndRun(RunOutcome.Completed, (string)effect.Payload!);
                return true;
            case EffectKind.Fail:
                FailRun(new SupervisionEvent(SupervisionAction.FailedRun, _role.Id, (string)effect.Payload!));
                return true;
            default:
                throw new InvalidOperationException($"Effect {effect.Kind} is unknown to the Akka engine.");
        }
    }

    /// <summary>Shows something, here or to who records the run: among the messages, since control messages do not wait behind vectors.</summary>
    private bool TryObserve(Observation observation)
    {
        if (!_isBlocked)
        {
            _run.Observe(_role.Id, observation); // once, though the telling may have to be tried again
        }

        return _run.ToldTo is not { } recorded || TrySend(recorded, new ControlMessage.Observed(observation));
    }

    /// <summary>Sends a message, where its receiver has room for it.</summary>
    /// <returns>False when there is none, for now.</returns>
    private bool TrySend(ParticipantId target, Message message)
    {
        if (_underWay.GetValueOrDefault(target) >= _run.Setup.Room && !_isLate)
        {
            if (!_isBlocked)
            {
                _isBlocked = true;
                _chores.Start(RoomChore, _run.Now, _run.Setup.Plan.Limits.SendTimeout);
            }

            return false;
        }

        _isBlocked = false;
        _chores.Cancel(RoomChore);
        long number = ++_sent;
        if (_isLate)
        {
            _isLate = false;
            Drop(target, message);
        }
        else
        {
            Send(target, isControl: false, number, message);
        }

        return true;
    }

    private void Drop(ParticipantId target, Message message)
    {
        RunLimits limits = _run.Setup.Plan.Limits;
        _here.CountSendTimeout();
        Report(new SupervisionEvent(
            SupervisionAction.Dropped,
            target,
            $"{message.GetType().Name} from {_role.Id} to {target} was dropped: the mailbox, of capacity {limits.MailboxCapacity}, {_run.Setup.Room} of them for each sender, "
            + $"stayed full for {limits.SendTimeout}"));
    }

    private void SendControl(ParticipantId target, Message message) => Send(target, isControl: true, ++_controlSent, message);

    private void Send(ParticipantId target, bool isControl, long number, Message message)
    {
        Outgoing outgoing = new()
        {
            Receiver = target,
            IsControl = isControl,
            Id = new PacketId(_role.Id, Math.Max(1, _role.Incarnation), _run.Instance, number),
            Message = message,
            Wait = _run.Setup.Settings.RedeliverAfter,
        };
        _outgoing.Add((isControl, number), outgoing);
        if (!isControl)
        {
            _underWay[target] = _underWay.GetValueOrDefault(target) + 1;
        }

        _run.Sent(isControl, outgoing.Id);
        Post(outgoing);
    }

    /// <summary>
    /// Sends a message, for the first time or again: to where its receiver is known to live, else by sharding. The regions of a node that
    /// leaves stop before who lives there has had its last turn, so what is said in that turn would not get out by them.
    /// </summary>
    private void Post(Outgoing outgoing)
    {
        try
        {
            (string name, byte[] payload) = _run.Setup.Codec.Encode(outgoing.Message);
            Packet packet = new() { RunId = _run.Setup.Plan.RunId, Id = outgoing.Id, Receiver = outgoing.Receiver, Name = name, Payload = new ReadOnlySequence<byte>(payload) };
            string address = MailboxAddress.Of(packet.RunId, packet.Receiver);
            IActorRef post = _homes.GetValueOrDefault(outgoing.Receiver) ?? _run.Setup.Post(outgoing.Receiver);
            foreach (byte[] frame in _run.Frames.Split(packet))
            {
                post.Tell(new Frame(address, outgoing.IsControl, frame), Self);
            }
        }
        catch (Exception failure) when (failure is WireException or ArgumentException)
        {
            FailRun(new SupervisionEvent(
                SupervisionAction.FailedRun, _role.Id, $"{_role.Id} cannot send to {outgoing.Receiver}: {failure.Message}", Sender: null, failure));
            return;
        }

        outgoing.Due = _run.Now + outgoing.Wait;
        if (_outgoing.Count == 1)
        {
            _chores.Start(RedeliveryChore, _run.Now, outgoing.Wait);
        }
    }

    /// <summary>A message was handled by its receiver.</summary>
    private void Settle(Acknowledged acknowledged)
    {
        if (acknowledged.Instance != _run.Instance || !_outgoing.Remove((acknowledged.IsControl, acknowledged.Number), out Outgoing? outgoing))
        {
            return; // said twice, or to who lived here before
        }

        if (!outgoing.IsControl)
        {
            _underWay[outgoing.Receiver]--;
        }

        LivesAt(outgoing.Receiver, Sender);
    }

    /// <summary>Remembers where a peer is, to be told by Akka when it is there no more.</summary>
    private void LivesAt(ParticipantId peer, IActorRef mailbox)
    {
        if (_run.Setup.Lead is null || (_homes.TryGetValue(peer, out IActorRef? before) && before.Equals(mailbox)))
        {
            return;
        }

        if (before is not null)
        {
            Context.Unwatch(before);
        }

        _homes[peer] = mailbox;
        Context.Watch(mailbox);
    }

    /// <summary>A receiver is where it was no more: what it was sent goes to where it is by now, and who watched it asks there.</summary>
    private void MovedAway(IActorRef mailbox)
    {
        foreach (ParticipantId peer in _homes.Where(home => home.Value.Equals(mailbox)).Select(home => home.Key).ToList())
        {
            _homes.Remove(peer);
            foreach (Outgoing outgoing in _outgoing.Values.Where(outgoing => outgoing.Receiver == peer).ToList())
            {
                Post(outgoing);
            }

            if (_watched.Contains(peer))
            {
                SendControl(peer, new ControlMessage.WatchAsked());
            }
        }
    }

    private void DoChores()
    {
        while (_chores.TryTakeDue(_run.Now, out string? chore))
        {
            if (chore == RoomChore)
            {
                _isLate = _isBlocked;
                continue;
            }

            TimeSpan now = _run.Now;
            foreach (Outgoing outgoing in _outgoing.Values.Where(outgoing => outgoing.Due <= now).ToList())
            {
                outgoing.Wait = outgoing.Wait * 2 < MaxRedelivery ? outgoing.Wait * 2 : MaxRedelivery;
                Post(outgoing);
            }

            if (_outgoing.Count > 0)
            {
                _chores.Start(RedeliveryChore, now, _run.Setup.Settings.RedeliverAfter);
            }
        }
    }

    private void Watch(ParticipantId target)
    {
        if (IsPlanned(target, "watches"))
        {
            _watched.Add(target);
            SendControl(target, new ControlMessage.WatchAsked());
        }
    }

    private bool IsPlanned(ParticipantId target, string did)
    {
        if (_run.Setup.Planned.Contains(target))
        {
            return true;
        }

        FailRun(new SupervisionEvent(
            SupervisionAction.FailedRun,
            _role.Id,
            $"{_role.Id} {did} {target}, which is not among the {_run.Setup.Plan.Participants.Length} participants of the plan; add it there, or correct the id."));
        return false;
    }
}
