using ActorFed.Actors;
using ActorFed.Algorithms.Core;
using ActorFed.Wire;

namespace ActorFed.Cluster.RabbitMq;

/// <content>The carrying out of decisions, and the performance of effects.</content>
internal sealed partial class RabbitMqCell
{
    // Messages published and not yet confirmed, per participant: enough that a master's round does not wait for single confirms.
    private const int MaxPendingSends = 64;
    private const long MaxPendingBytes = 16 << 20;

    private readonly List<Task> _pending = [];
    private long _pendingBytes;
    private int _refused; // sends that found a full mailbox and wait; any thread
    private long _sent; // over all incarnations; a message keeps its number when it is dropped
    private long _controlSent;
    private long _sendTimeouts; // any thread

    /// <summary>A call into the participant has returned: carries its decision out, or performs its effects.</summary>
    private Task EndTurnAsync(SupervisionDecision? decision, TimeSpan now) =>
        decision is null ? PerformEffectsAsync() : CarryOutAsync(decision, now);

    private async Task CarryOutAsync(SupervisionDecision decision, TimeSpan now)
    {
        SupervisionEvent act = decision.Event;
        switch (act.Action)
        {
            case SupervisionAction.FailedRun:
                _run.Fail(act);
                return;

            case SupervisionAction.Restarting:
                _timers.Clear();
                _timers.Start("back-off", now, decision.Delay);
                _run.Report(act);
                return;

            case SupervisionAction.Stopped:
                _run.Report(act);
                await TellStoppedAsync(act.Reason).ConfigureAwait(false);
                return;
        }

        _run.Report(act);
        if (decision.StopsSender)
        {
            await SendControlAsync(act.Sender!.Value, new ControlMessage.StopAsked(act.Reason)).ConfigureAwait(false);
        }
    }

    private async Task TellStoppedAsync(string reason)
    {
        _timers.Clear();
        _stopReason = reason;
        await TellWatchersAsync(new LifecycleMessage.ParticipantStopped(reason)).ConfigureAwait(false);
    }

    private async Task TellWatchersAsync(LifecycleMessage notice)
    {
        foreach (ParticipantId watcher in _watchers)
        {
            await SendControlAsync(watcher, notice).ConfigureAwait(false);
        }
    }

    /// <summary>Performs the effects of the last turn, in order, and waits until the broker has what was sent.</summary>
    private async Task PerformEffectsAsync()
    {
        Outbox outbox = Actor.Outbox;
        for (int i = 0; i < outbox.Count && !_run.HasEnded; i++)
        {
            Effect effect = outbox[i];
            switch (effect.Kind)
            {
                case EffectKind.Send:
                    await BeginSendAsync(effect.Target, (Message)effect.Payload!).ConfigureAwait(false);
                    break;
                case EffectKind.Watch:
                    await WatchAsync(effect.Target).ConfigureAwait(false);
                    break;
                default:
                    Perform(effect);
                    break;
            }
        }

        await FinishSendsAsync().ConfigureAwait(false);
        outbox.Clear();
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
                throw new InvalidOperationException($"Effect {effect.Kind} is unknown to the RabbitMQ engine.");
        }
    }

    private async Task BeginSendAsync(ParticipantId target, Message message)
    {
        if (!_run.Setup.Planned.Contains(target))
        {
            FailByUnknown(target, $"sent {message.GetType().Name} to");
            return;
        }

        // Behind a full mailbox the rest waits here and is not tried message by message.
        if (_pending.Count >= MaxPendingSends || _pendingBytes >= MaxPendingBytes || Volatile.Read(ref _refused) > 0)
        {
            await FinishSendsAsync().ConfigureAwait(false);
        }

        if (Encode(target, MailboxKind.Data, message, ++_sent) is { } packet)
        {
            _pendingBytes += packet.Payload.Length;
            _pending.Add(SendAsync(MailboxKind.Data, packet));
        }
    }

    private async Task FinishSendsAsync()
    {
        await Task.WhenAll(_pending).ConfigureAwait(false);
        _pending.Clear();
        _pendingBytes = 0;
    }

    private async Task SendControlAsync(ParticipantId target, Message message)
    {
        if (Encode(target, MailboxKind.Control, message, ++_controlSent) is { } packet)
        {
            await SendAsync(MailboxKind.Control, packet).ConfigureAwait(false);
        }
    }

    /// <summary>The packet of a message; null when it cannot be sent at all, and the run has failed.</summary>
    private Packet? Encode(ParticipantId target, MailboxKind kind, Message message, long number)
    {
        try
        {
            (string name, byte[] payload) = _run.Setup.Codec.Encode(message);
            Packet packet = new()
            {
                RunId = _run.Setup.Plan.RunId,
                Id = new PacketId(Actor.Id, Math.Max(1, Actor.Incarnation), _run.Instance, number),
                Receiver = target,
                Name = name,
                Payload = payload,
            };
            _run.Frames.Check(packet);
            _run.Sent(kind, packet.Id);
            return packet;
        }
        catch (Exception failure) when (failure is WireException or ArgumentException)
        {
            _run.Fail(new SupervisionEvent(
                SupervisionAction.FailedRun, Actor.Id, $"{Actor.Id} cannot send to {target}: {failure.Message}", Sender: null, failure));
            return null;
        }
    }

    private async Task SendAsync(MailboxKind kind, Packet packet)
    {
        foreach (byte[] frame in _run.Frames.Split(packet))
        {
            if (!await _run.Broker.PublishAsync(kind, packet.Receiver, frame, CountRefusal, _run.Ended).ConfigureAwait(false))
            {
                Drop(packet);
                _run.Done(kind, packet.Id);
                return;
            }
        }
    }

    private void CountRefusal(bool isRefused) => Interlocked.Add(ref _refused, isRefused ? 1 : -1);

    private void Drop(Packet packet)
    {
        RunLimits limits = _run.Setup.Plan.Limits;
        Interlocked.Increment(ref _sendTimeouts);
        _run.Report(new SupervisionEvent(
            SupervisionAction.Dropped,
            packet.Receiver,
            $"{packet.Name} from {Actor.Id} to {packet.Receiver} was dropped: the mailbox, of capacity {limits.MailboxCapacity}, stayed full for {limits.SendTimeout}"));
    }

    private async Task WatchAsync(ParticipantId target)
    {
        if (_run.Setup.Planned.Contains(target))
        {
            await SendControlAsync(target, new ControlMessage.WatchAsked()).ConfigureAwait(false);
        }
        else
        {
            FailByUnknown(target, "watches");
        }
    }

    private void FailByUnknown(ParticipantId target, string did) => _run.Fail(new SupervisionEvent(
        SupervisionAction.FailedRun,
        Actor.Id,
        $"{Actor.Id} {did} {target}, which is not among the {_run.Setup.Plan.Participants.Length} participants of the plan; add it there, or correct the id."));
}
