using System.Threading.Channels;
using ActorFed.Actors;
using ActorFed.Algorithms.Core;
using ActorFed.Wire;

namespace ActorFed.Cluster.RabbitMq;

/// <summary>A hosted participant: its two mailboxes, timers and watchers, and the performance of its effects.</summary>
/// <remarks>
/// One loop per cell: it takes one turn after another and sleeps while there is nothing to do, so a participant is entered by one
/// call at a time. All fields without another rule are touched by the loop only.
/// </remarks>
internal sealed partial class RabbitMqCell
{
    private readonly RabbitMqRun _run;
    private readonly Mailbox _data;
    private readonly Mailbox _control;
    private readonly Queue<(Delivery Delivery, LifecycleMessage Notice)> _notices = []; // taken from _control, not handed over yet
    private readonly HashSet<ParticipantId> _watchers = [];
    private readonly TimerTable _timers;
    private readonly Channel<bool> _signal =
        Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    private int _alarmRang; // 1 or 0; any thread
    private string? _stopRequest;
    private string? _stopReason; // why it was stopped
    private bool _hasTimers; // as counted by the run

    public RabbitMqCell(RabbitMqRun run, RoleActor actor)
    {
        _run = run;
        Actor = actor;
        _timers = new TimerTable(run.Setup.Clock, RingAlarm);
        _data = new Mailbox(MailboxKind.Data, ReaderOf(run, actor.Id));
        _control = new Mailbox(MailboxKind.Control, ReaderOf(run, actor.Id));
    }

    public RoleActor Actor { get; }

    public long SendTimeouts => Interlocked.Read(ref _sendTimeouts);

    /// <summary>Frames and packets that came here and were no messages.</summary>
    public long Poisoned { get; private set; }

    /// <summary>Begins to receive on a new session.</summary>
    public async Task AttachAsync(BrokerSession session, CancellationToken cancellation)
    {
        if (!await session.DeclareAsync(Actor.Id, cancellation).ConfigureAwait(false))
        {
            return; // lost again
        }

        foreach ((Mailbox mailbox, MailboxKind kind) in ((Mailbox, MailboxKind)[])[(_control, MailboxKind.Control), (_data, MailboxKind.Data)])
        {
            mailbox.Attach();
            await session.ConsumeAsync(Actor.Id, kind, ReceiveAsync, cancellation).ConfigureAwait(false);

            async Task ReceiveAsync(ulong tag, Publisher publisher, ReadOnlyMemory<byte> frame)
            {
                try
                {
                    await mailbox.ReceiveAsync(session, tag, publisher, frame).ConfigureAwait(false);
                    Wake();
                }
                catch (Exception failure)
                {
                    _run.FailByEngine(Actor.Id, failure); // the client's dispatcher would swallow it
                }
            }
        }
    }

    /// <summary>Lives until the run has ended.</summary>
    public async Task RunAsync()
    {
        await Task.Yield();
        try
        {
            while (!_run.HasEnded)
            {
                if (!await TakeTurnAsync(_run.Now).ConfigureAwait(false))
                {
                    CountTimers(!_timers.IsEmpty);
                    _run.Release();
                    await _signal.Reader.ReadAsync(_run.Ended).ConfigureAwait(false);
                    _run.Retain();
                }
            }
        }
        catch (OperationCanceledException) when (_run.HasEnded)
        {
            // what was being waited for does not matter any more
        }
        catch (Exception failure)
        {
            _run.FailByEngine(Actor.Id, failure);
        }
        finally
        {
            _timers.Dispose();
        }
    }

    private void Wake() => _signal.Writer.TryWrite(true);

    /// <summary>Handles one thing, if there is one.</summary>
    private async Task<bool> TakeTurnAsync(TimeSpan now)
    {
        if (_control.TryTake(out Delivery? control))
        {
            await TakeControlAsync(control).ConfigureAwait(false);
            return true;
        }

        if (_stopRequest is { } reason && Actor.State != ActorState.Stopped)
        {
            await StopBecauseAsync(reason, now).ConfigureAwait(false);
            return true;
        }

        if (Actor.State == ActorState.New)
        {
            await StartAsync(now).ConfigureAwait(false);
            return true;
        }

        if (Interlocked.Exchange(ref _alarmRang, 0) == 1 && _timers.TryTakeDue(now, out string? timer))
        {
            Interlocked.Exchange(ref _alarmRang, 1); // another may be due
            await ElapseTimerAsync(now, timer).ConfigureAwait(false);
            return true;
        }

        return Actor.State != ActorState.Restarting && await TakeMessageAsync(now).ConfigureAwait(false);
    }

    private async Task StopBecauseAsync(string reason, TimeSpan now)
    {
        if (_run.Enter(now, new Entry(Actor.Id, EntryKind.Stopped, default, 0, reason)))
        {
            Actor.Stop();
            _run.Report(new SupervisionEvent(SupervisionAction.Stopped, Actor.Id, reason));
            await TellStoppedAsync(reason).ConfigureAwait(false);
        }
    }

    private async Task StartAsync(TimeSpan now)
    {
        bool isRebuild = Actor.State == ActorState.Restarting;
        if (!_run.Enter(now, new Entry(Actor.Id, EntryKind.Started, default, 0, null)))
        {
            return;
        }

        if (Actor.Start(now) is { } decision)
        {
            await CarryOutAsync(decision, now).ConfigureAwait(false);
            return;
        }

        if (isRebuild)
        {
            _run.Report(new SupervisionEvent(SupervisionAction.Restarted, Actor.Id, $"{Actor.Id} runs again as incarnation {Actor.Incarnation}"));
            await TellWatchersAsync(new LifecycleMessage.ParticipantRestarted(Actor.Incarnation)).ConfigureAwait(false);
        }

        await PerformEffectsAsync().ConfigureAwait(false);
    }

    private async Task ElapseTimerAsync(TimeSpan now, string timer)
    {
        if (Actor.State == ActorState.Restarting)
        {
            await StartAsync(now).ConfigureAwait(false); // the timers of the failed incarnation are gone: this is the back-off
        }
        else if (_run.Enter(now, new Entry(Actor.Id, EntryKind.TimerElapsed, default, 0, timer)))
        {
            await EndTurnAsync(Actor.TimerElapsed(now, timer), now).ConfigureAwait(false);
        }
    }

    private async Task<bool> TakeMessageAsync(TimeSpan now)
    {
        if (_notices.TryDequeue(out (Delivery Delivery, LifecycleMessage Notice) waiting))
        {
            await ReceiveAsync(now, waiting.Delivery.Packet!.Id.Sender, 0, waiting.Notice).ConfigureAwait(false);
            await SettleAsync(MailboxKind.Control, waiting.Delivery).ConfigureAwait(false);
            return true;
        }

        if (!_data.TryTake(out Delivery? delivery))
        {
            return false;
        }

        if (Actor.State == ActorState.Running && await DecodeAsync(MailboxKind.Data, delivery).ConfigureAwait(false) is { } message)
        {
            PacketId id = delivery.Packet!.Id;
            await ReceiveAsync(now, id.Sender, id.Number, message).ConfigureAwait(false);
        }

        await SettleAsync(MailboxKind.Data, delivery).ConfigureAwait(false);
        return true;
    }

    private async Task ReceiveAsync(TimeSpan now, ParticipantId sender, long number, Message message)
    {
        if (Actor.State == ActorState.Running && _run.Enter(now, new Entry(Actor.Id, EntryKind.Received, sender, number, message)))
        {
            await EndTurnAsync(Actor.Receive(now, sender, message), now).ConfigureAwait(false);
        }
    }

    /// <summary>Takes up what another engine, or a lifecycle notice, says.</summary>
    private async Task TakeControlAsync(Delivery delivery)
    {
        Message? message = await DecodeAsync(MailboxKind.Control, delivery).ConfigureAwait(false);
        switch (message)
        {
            case LifecycleMessage notice:
                _notices.Enqueue((delivery, notice)); // settled when it was handed over
                return;
            case ControlMessage.WatchAsked:
                await BeWatchedAsync(delivery.Packet!.Id.Sender).ConfigureAwait(false);
                break;
            case ControlMessage.StopAsked stop:
                _stopRequest ??= $"{stop.Reason} (said by {delivery.Packet!.Id.Sender})";
                break;
            case ControlMessage.RunEnded ended:
                _run.EndFromOutside(ended, delivery.Packet!.Id.Sender);
                break;
        }

        await SettleAsync(MailboxKind.Control, delivery).ConfigureAwait(false);
    }

    private async Task BeWatchedAsync(ParticipantId watcher)
    {
        _watchers.Add(watcher);
        if (_stopReason is { } reason)
        {
            await SendControlAsync(watcher, new LifecycleMessage.ParticipantStopped(reason)).ConfigureAwait(false);
        }
    }

    /// <summary>The message of a delivery; null when it is none, which is then reported, counted and set aside.</summary>
    private async Task<Message?> DecodeAsync(MailboxKind kind, Delivery delivery)
    {
        WireException fault;
        try
        {
            Packet packet = delivery.Packet ?? throw delivery.Fault!;
            Message message = _run.Setup.Codec.Decode(packet.Id.Sender, packet.Name, packet.Payload);
            return (message is ControlMessage or LifecycleMessage) == (kind == MailboxKind.Control)
                ? message
                : throw new WireException(packet.Id.Sender, packet.Name, $"it does not belong into the {kind} mailbox of {Actor.Id}.");
        }
        catch (WireException poison)
        {
            fault = poison;
        }

        Poisoned++;
        ParticipantId? sender = fault.Sender is { } claimed && _run.Setup.Planned.Contains(claimed) ? claimed : null;
        await _run.Broker.SetAsideAsync(delivery.Packet?.Payload ?? delivery.Frame, fault.Message, Actor.Id, _run.Ended).ConfigureAwait(false);
        await CarryOutAsync(_run.Supervisor.Poisoned(Actor.Id, sender, fault), _run.Now).ConfigureAwait(false);
        return null;
    }

    private async Task SettleAsync(MailboxKind kind, Delivery delivery)
    {
        await (kind == MailboxKind.Data ? _data : _control).SettleAsync(delivery).ConfigureAwait(false);
        if (delivery.Packet is { } packet)
        {
            _run.Done(kind, packet.Id);
        }
    }

    private void RingAlarm()
    {
        Interlocked.Exchange(ref _alarmRang, 1);
        Wake();
    }

    private void CountTimers(bool hasTimers)
    {
        if (hasTimers != _hasTimers)
        {
            _hasTimers = hasTimers;
            if (hasTimers)
            {
                _run.Retain();
            }
            else
            {
                _run.Release();
            }
        }
    }

    private FrameReader ReaderOf(RabbitMqRun run, ParticipantId receiver) => new(
        run.Setup.Plan.RunId,
        receiver,
        run.Setup.Planned.Contains,
        run.Setup.Options.Wire,
        lost => _run.Report(new SupervisionEvent(SupervisionAction.Dropped, receiver, lost.Message, lost.Sender, lost)));
}
