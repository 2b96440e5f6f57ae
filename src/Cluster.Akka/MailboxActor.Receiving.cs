using ActorFed.Actors;
using ActorFed.Actors.Membership;
using ActorFed.Algorithms.Core;
using ActorFed.Wire;
using Akka.Actor;

namespace ActorFed.Cluster.Akka;

/// <content>What comes: frames to messages, and what engines say to each other.</content>
internal sealed partial class MailboxActor
{
    private void Take(Frame frame)
    {
        Packet? packet;
        PacketId id;
        try
        {
            packet = (frame.IsControl ? _control : _data).Add(
                frame.Bytes, (_, _) => null, known => _handled.Contains(frame.IsControl, known) || _waiting.Contains((frame.IsControl, known)), out id);
        }
        catch (WireException poison)
        {
            Reject(poison);
            return;
        }

        if (packet is null)
        {
            if (_handled.Contains(frame.IsControl, id))
            {
                SayHandled(frame.IsControl, id, Sender); // the answer was lost
            }

            return;
        }

        Arrived arrived = new(frame.IsControl, packet, Sender);
        _waiting.Add((frame.IsControl, id));
        if (frame.IsControl)
        {
            TakeControl(arrived);
        }
        else
        {
            _inbox.Enqueue(arrived);
        }
    }

    /// <summary>Takes up what another engine, or a lifecycle notice, says: it does not wait behind vectors.</summary>
    private void TakeControl(Arrived arrived)
    {
        ParticipantId sender = arrived.Packet.Id.Sender;
        switch (Decode(arrived))
        {
            case LifecycleMessage notice:
                _notices.Enqueue((arrived, notice));
                return; // handled when it was handed over
            case ControlMessage.WatchAsked:
                BeWatched(sender);
                break;
            case ControlMessage.StopAsked stop:
                _stopRequest ??= $"{stop.Reason} (said by {sender})";
                break;
            case ControlMessage.RunEnded ended:
                _run.EndFromOutside(ended.IsCompleted, ended.Reason, sender);
                break;
            case ControlMessage.Supervised act:
                _run.Record(new SupervisionEvent(Enum.Parse<SupervisionAction>(act.Action), act.Participant, act.Reason, act.Sender));
                break;
            case ControlMessage.Counted counted:
                _run.CountElsewhere(new Counts(counted.Deliveries, counted.BytesSent, counted.Restarts, counted.Violations, counted.SendTimeouts));
                break;
        }

        Acknowledge(arrived);
    }

    private void BeWatched(ParticipantId watcher)
    {
        _watchers.Add(watcher);
        if (_stopReason is { } reason)
        {
            SendControl(watcher, new LifecycleMessage.ParticipantStopped(reason));
        }
    }

    /// <summary>The message of a packet; null when it is void, or none, which is then reported and counted.</summary>
    private Message? Decode(Arrived arrived)
    {
        Packet packet = arrived.Packet;
        if (!IsOfNewest(packet.Id))
        {
            return null;
        }

        LivesAt(packet.Id.Sender, arrived.From);
        try
        {
            Message message = _run.Setup.Codec.Decode(packet.Id.Sender, packet.Name, packet.Payload);
            bool isControl = message is LifecycleMessage or (ControlMessage and not ControlMessage.Observed);
            return isControl == arrived.IsControl
                ? message
                : throw new WireException(
                    packet.Id.Sender, packet.Name, $"it is {(isControl ? "for" : "not for")} engines and came to {_role.Id} as if it were {(isControl ? "not" : "so")}.");
        }
        catch (WireException poison)
        {
            Reject(poison);
            return null;
        }
    }

    private void Reject(WireException poison)
    {
        _here.CountPoisoned();
        ParticipantId? sender = poison.Sender is { } claimed && _run.Setup.Planned.Contains(claimed) ? claimed : null;
        CarryOut(_run.Supervisor.Poisoned(_role.Id, sender, poison));
    }

    /// <summary>
    /// In a part of a run, whether no later incarnation of the sender has been heard of: what one says that was overtaken is void. One that
    /// lives in another process by now forgot who watches it, and is asked again.
    /// </summary>
    private bool IsOfNewest(PacketId id)
    {
        if (_run.Setup.Lead is null)
        {
            return true;
        }

        (int newest, ulong instance) = _peers.GetValueOrDefault(id.Sender);
        if (id.Incarnation < newest)
        {
            return false;
        }

        _peers[id.Sender] = (id.Incarnation, id.Instance);
        if (instance != 0 && instance != id.Instance && _watched.Contains(id.Sender))
        {
            SendControl(id.Sender, new ControlMessage.WatchAsked());
        }

        return true;
    }

    /// <summary>A message was handled: its sender need not send it again, and may send another one.</summary>
    private void Acknowledge(Arrived arrived)
    {
        PacketId id = arrived.Packet.Id;
        _waiting.Remove((arrived.IsControl, id));
        _handled.Add(arrived.IsControl, id);
        SayHandled(arrived.IsControl, id, arrived.From);
        _run.Done(arrived.IsControl, id);
    }

    private void SayHandled(bool isControl, PacketId id, IActorRef to) => to.Tell(new Acknowledged(
        MailboxAddress.Of(_run.Setup.Plan.RunId, id.Sender), _role.Id.ToString(), isControl, id.Instance, id.Number));
}
