using ActorFed.Actors;
using ActorFed.Actors.Membership;
using ActorFed.Algorithms.Core;
using ActorFed.Wire;

namespace ActorFed.Cluster.RabbitMq;

/// <content>The carrying out of decisions, and the performance of effects.</content>
internal sealed partial class RabbitMqCell
{
    // Messages published and not yet confirmed, per participant: enough that a master's round does not wait for single confirms.
    private const int MaxPendingSends = 64;
    private const long MaxPendingBytes = 16 << 20;
    private const int MaxFramesUnderWay = 8; // of one message

    private static readonly TimeSpan CountsEvery = TimeSpan.FromSeconds(1);

    private readonly Queue<(Task Sending, long Bytes)> _pending = [];
    private long _pendingBytes;
    private int _refused; // sends that found a full mailbox and wait; any thread
    private long _sent; // over all incarnations; a message keeps its number when it is dropped
    private long _controlSent;
    private long _sendTimeouts; // any thread, as is the next one
    private long _poisoned; // frames and packets that came here and were no messages
    private Counts _told; // by now, to who records the run
    private TimeSpan _toldAt;

    /// <summary>A call into the participant has returned: carries its decision out, or performs its effects.</summary>
    private async Task EndTurnAsync(SupervisionDecision? decision, TimeSpan now)
    {
        await (decision is null ? PerformEffectsAsync() : CarryOutAsync(decision, now)).ConfigureAwait(false);
        await TellCountsAsync(isLast: false).ConfigureAwait(false);
    }

    /// <summary>Tells what supervision did, here and to who records the run.</summary>
    private async Task ReportAsync(SupervisionEvent act)
    {
        _run.Report(act);
        if (_run.ToldTo is { } recorded)
        {
            await SendControlAsync(recorded, new ControlMessage.Supervised(act.Action.ToString(), act.Participant, act.Reason, act.Sender)).ConfigureAwait(false);
        }
    }

    /// <summary>Tells who records the run what was counted here, once in a while.</summary>
    private async Task TellCountsAsync(bool isLast)
    {
        if (_run.Setup.Lead is null || (!isLast && _run.Now - _toldAt < CountsEvery))
        {
            return;
        }

        _toldAt = _run.Now;
        Counts counts = Counts;
        Counts since = counts - _told;
        _told = counts;
        if (since != default && _run.ToldTo is { } recorded)
        {
            await SendControlAsync(recorded, new ControlMessage.Counted(since.Deliveries, since.BytesSent, since.Restarts, since.Violations, since.SendTimeouts)).ConfigureAwait(false);
        }
    }

    /// <summary>Ends the run, or asks who leads it to end it.</summary>
    private async Task EndRunAsync(RunOutcome outcome, string reason, Exception? failure = null)
    {
        if (_run.ToldTo is { } lead)
        {
            await TellCountsAsync(isLast: true).ConfigureAwait(false);
            await SendControlAsync(lead, new ControlMessage.RunEnded(outcome == RunOutcome.Completed, reason)).ConfigureAwait(false);
        }
        else
        {
            _run.End(outcome, reason, failure);
        }
    }

    /// <summary>Fails the run; or, in a part of it, gives the participant up where it was overtaken or its store is away: others, or a later attempt, go on.</summary>
    private async Task FailRunAsync(SupervisionEvent act)
    {
        if (_run.Setup.Lead is not null && act.Failure is RunStoreException)
        {
            _isLeaving = true;
            _run.GiveUp(Actor.Id, act.Reason);
            return;
        }

        await EndRunAsync(RunOutcome.Failed, act.Reason, act.Failure).ConfigureAwait(false); // first: an observer that throws when told does not hide the cause
        await ReportAsync(act).ConfigureAwait(false);
    }

    private async Task CarryOutAsync(SupervisionDecision decision, TimeSpan now)
    {
        SupervisionEvent act = decision.Event;
        switch (act.Action)
        {
            case SupervisionAction.FailedRun:
                await FailRunAsync(act).ConfigureAwait(false);
                return;

            case SupervisionAction.Restarting:
                _timers.Clear();
                _timers.Start("back-off", now, decision.Delay);
                await ReportAsync(act).ConfigureAwait(false);
                return;

            case SupervisionAction.Stopped:
                await ReportAsync(act).ConfigureAwait(false);
                await TellStoppedAsync(act.Reason).ConfigureAwait(false);
                return;
        }

        await ReportAsync(act).ConfigureAwait(false);
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
                case EffectKind.Observe:
                    await ObserveAsync((Observation)effect.Payload!).ConfigureAwait(false);
                    break;
                case EffectKind.Complete:
                    await EndRunAsync(RunOutcome.Completed, (string)effect.Payload!).ConfigureAwait(false);
                    break;
                case EffectKind.Fail:
                    await FailRunAsync(new SupervisionEvent(SupervisionAction.FailedRun, Actor.Id, (string)effect.Payload!)).ConfigureAwait(false);
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
            case EffectKind.Save: // done by RoleActor, before any effect
                break;
            default:
                throw new InvalidOperationException($"Effect {effect.Kind} is unknown to the RabbitMQ engine.");
        }
    }

    private Task BeginSendAsync(ParticipantId target, Message message) => _run.Setup.Planned.Contains(target)
        ? BeginSendAsync(target, message, ++_sent)
        : FailByUnknownAsync(target, $"sent {message.GetType().Name} to");

    /// <summary>Shows something, here or to who records the run: among the messages, since control messages do not wait behind vectors.</summary>
    private async Task ObserveAsync(Observation observation)
    {
        _run.Observe(Actor.Id, observation);
        if (_run.ToldTo is { } recorded)
        {
            await BeginSendAsync(recorded, new ControlMessage.Observed(observation), ++_sent).ConfigureAwait(false);
        }
    }

    private async Task BeginSendAsync(ParticipantId target, Message message, long number)
    {
        // Behind a full mailbox the rest waits here and is not tried message by message.
        bool isBehindFull = Volatile.Read(ref _refused) > 0;
        while (_pending.Count > 0 && (isBehindFull || _pending.Count >= MaxPendingSends || _pendingBytes >= MaxPendingBytes))
        {
            await FinishOldestSendAsync().ConfigureAwait(false);
        }

        if (await EncodeAsync(target, MailboxKind.Data, message, number).ConfigureAwait(false) is { } packet)
        {
            long bytes = packet.Payload.Length; // before it is sent, and released
            _pendingBytes += bytes;
            _pending.Enqueue((SendAsync(MailboxKind.Data, packet, ContextOf(message)), bytes));
        }
    }

    private async Task FinishSendsAsync()
    {
        while (_pending.Count > 0)
        {
            await FinishOldestSendAsync().ConfigureAwait(false);
        }
    }

    private Task FinishOldestSendAsync()
    {
        (Task sending, long bytes) = _pending.Dequeue();
        _pendingBytes -= bytes;
        return sending;
    }

    private async Task SendControlAsync(ParticipantId target, Message message)
    {
        if (await EncodeAsync(target, MailboxKind.Control, message, ++_controlSent).ConfigureAwait(false) is { } packet)
        {
            await SendAsync(MailboxKind.Control, packet).ConfigureAwait(false);
        }
    }

    /// <summary>The packet of a message; null when it cannot be sent at all, and the run has failed.</summary>
    private async Task<Packet?> EncodeAsync(ParticipantId target, MailboxKind kind, Message message, long number)
    {
        try
        {
            PacketId id = new(Actor.Id, Math.Max(1, Actor.Incarnation), _run.Instance, number);
            Packet packet = _run.Setup.Codec.Pack(message, _run.Setup.Plan.RunId, id, target);
            _run.Frames.Check(packet);
            _run.Sent(kind, packet.Id);
            return packet;
        }
        catch (Exception failure) when (failure is WireException or ArgumentException)
        {
            await FailRunAsync(new SupervisionEvent(
                SupervisionAction.FailedRun, Actor.Id, $"{Actor.Id} cannot send to {target}: {failure.Message}", Sender: null, failure)).ConfigureAwait(false);
            return null;
        }
    }

    /// <summary>Which turn sends a message, where it is traced.</summary>
    private static Dictionary<string, object?>? ContextOf(Message message)
    {
        if (!MessageContext.IsCarriedBy(message))
        {
            return null;
        }

        Dictionary<string, object?> headers = [];
        MessageContext.Inject(message, headers);
        return headers;
    }

    /// <summary>Sends a packet: its frames in order, a few at a time, since waiting for each would leave the broker idle.</summary>
    private async Task SendAsync(MailboxKind kind, Packet packet, Dictionary<string, object?>? headers = null)
    {
        Queue<Task<bool>> underWay = [];
        bool isThere = true;
        foreach (RentedFrame frame in _run.Frames.SplitRented(packet))
        {
            underWay.Enqueue(PublishAsync(kind, packet.Receiver, frame, headers));
            if (underWay.Count == MaxFramesUnderWay && !(isThere = await underWay.Dequeue().ConfigureAwait(false)))
            {
                break; // what could not be sent is not followed by more
            }
        }

        foreach (bool isSent in await Task.WhenAll(underWay).ConfigureAwait(false))
        {
            isThere &= isSent;
        }

        packet.Release();
        if (!isThere)
        {
            Drop(packet);
            _run.Done(kind, packet.Id);
        }
    }

    private async Task<bool> PublishAsync(MailboxKind kind, ParticipantId receiver, RentedFrame frame, Dictionary<string, object?>? headers)
    {
        using (frame)
        {
            return await _run.Broker.PublishAsync(kind, receiver, frame.Bytes, CountRefusal, _gone, headers).ConfigureAwait(false);
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
            _watched.Add(target);
            await SendControlAsync(target, new ControlMessage.WatchAsked()).ConfigureAwait(false);
        }
        else
        {
            await FailByUnknownAsync(target, "watches").ConfigureAwait(false);
        }
    }

    private Task FailByUnknownAsync(ParticipantId target, string did) => FailRunAsync(new SupervisionEvent(
        SupervisionAction.FailedRun,
        Actor.Id,
        $"{Actor.Id} {did} {target}, which is not among the {_run.Setup.Plan.Participants.Length} participants of the plan; add it there, or correct the id."));
}
