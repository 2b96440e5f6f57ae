using ActorFed.Actors;
using ActorFed.Algorithms.Core;

namespace ActorFed.Engines;

/// <content>The performance of effects, and the waiting for room in full mailboxes.</content>
internal sealed partial class ActorCell
{
    private int _nextEffect;
    private long _sent; // over all incarnations; a message keeps its number when it is dropped
    private WaitingSend? _waitingSend;

    /// <summary>Performs the effects of the last turn, in order.</summary>
    /// <returns>False when a send waits for room: the cell is run again after it.</returns>
    private bool PerformEffects(Slice slice)
    {
        if (_waitingSend is not null)
        {
            FinishWaiting();
        }

        Outbox outbox = Actor.Outbox;
        for (; _nextEffect < outbox.Count; _nextEffect++)
        {
            if (_run.HasEnded)
            {
                return true;
            }

            Effect effect = outbox[_nextEffect];
            if (effect.Kind == EffectKind.Send)
            {
                if (!Send(slice, effect.Target, (Message)effect.Payload!))
                {
                    return false;
                }
            }
            else
            {
                Perform(effect);
            }
        }

        outbox.Clear();
        _nextEffect = 0;
        return true;
    }

    private void Perform(Effect effect)
    {
        switch (effect.Kind)
        {
            case EffectKind.StartTimer:
                _timers.Start((string)effect.Payload!, _run.Now, effect.Delay);
                break;
            case EffectKind.CancelTimer:
                _timers.Cancel((string)effect.Payload!);
                break;
            case EffectKind.Watch:
                Watch(effect.Target);
                break;
            case EffectKind.Observe:
                _run.Observe(Actor.Id, (Observation)effect.Payload!);
                break;
            case EffectKind.Save: // done by RoleActor, before any effect
                break;
            case EffectKind.Complete:
                _run.End(RunOutcome.Completed, (string)effect.Payload!);
                break;
            case EffectKind.Fail:
                _run.Fail(new SupervisionEvent(SupervisionAction.FailedRun, Actor.Id, (string)effect.Payload!));
                break;
            default:
                throw new InvalidOperationException($"Effect {effect.Kind} is unknown to the in-process engine.");
        }
    }

    private bool Send(Slice slice, ParticipantId target, Message message)
    {
        if (!_run.TryGetCell(target, out ActorCell? receiver))
        {
            FailByUnknown(target, $"sent {message.GetType().Name} to");
            return true;
        }

        Envelope envelope = new(Actor.Id, ++_sent, message);
        if (receiver._mailbox.TryAdd(envelope))
        {
            receiver.Wake();
            return true;
        }

        slice.QueueNext(); // while this one still counts
        WaitingSend send = _waitingSend = new WaitingSend(this, receiver._mailbox, envelope);
        if (send.Begin(_run.Clock, _run.Plan.Limits.SendTimeout))
        {
            return false; // from here on another thread may own the cell
        }

        send.Dispose();
        _waitingSend = null;
        receiver.Wake();
        return true;
    }

    /// <summary>Goes on after a send that waited: the message is in, or too late, or the run is over.</summary>
    private void FinishWaiting()
    {
        Effect send = Actor.Outbox[_nextEffect++];
        _waitingSend!.Dispose();
        if (_waitingSend.IsLate)
        {
            RunLimits limits = _run.Plan.Limits;
            SendTimeouts++;
            _run.Report(new SupervisionEvent(
                SupervisionAction.Dropped,
                send.Target,
                $"{send.Payload!.GetType().Name} from {Actor.Id} to {send.Target} was dropped: the mailbox, of capacity "
                + $"{limits.MailboxCapacity}, stayed full for {limits.SendTimeout}"));
        }

        _waitingSend = null;
    }

    private void Watch(ParticipantId target)
    {
        if (!_run.TryGetCell(target, out ActorCell? watched))
        {
            FailByUnknown(target, "watches");
            return;
        }

        string? stoppedBefore;
        lock (watched._watchers)
        {
            stoppedBefore = watched._stopReason;
            if (stoppedBefore is null)
            {
                watched._watchers.Add(this);
            }
        }

        if (stoppedBefore is not null)
        {
            Notify(target, new LifecycleMessage.ParticipantStopped(stoppedBefore));
        }
    }

    private void FailByUnknown(ParticipantId target, string did) => _run.Fail(new SupervisionEvent(
        SupervisionAction.FailedRun,
        Actor.Id,
        $"{Actor.Id} {did} {target}, which is not among the {_run.Plan.Participants.Length} participants of the plan; add it there, or correct the id."));
}
