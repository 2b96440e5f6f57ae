using System.Buffers;
using System.Threading.Channels;
using ActorFed.Actors;
using ActorFed.Actors.Membership;
using ActorFed.Algorithms.Core;
using ActorFed.Wire;

namespace ActorFed.Cluster.RabbitMq;

/// <summary>A hosted participant: its two mailboxes, timers and watchers, and the performance of its effects.</summary>
/// <remarks>
/// One loop per cell: it takes one turn after another and sleeps while there is nothing to do, so a participant is entered by one
/// call at a time. All fields without another rule are touched by the loop only.
/// </remarks>
internal sealed partial class RabbitMqCell : IHosted
{
    private readonly RabbitMqRun _run;
    private readonly Mailbox _data;
    private readonly Mailbox _control;
    private readonly Queue<(Delivery Delivery, LifecycleMessage Notice)> _notices = []; // taken from _control, not handed over yet
    private readonly HashSet<ParticipantId> _watchers = [];
    private readonly HashSet<ParticipantId> _watched = [];
    private readonly Dictionary<ParticipantId, (int Incarnation, ulong Instance)> _peers = []; // the newest heard of, in a part of a run
    private readonly ExternalBytes _external;
    private readonly TimerTable _timers;
    private readonly Channel<bool> _signal =
        Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    private readonly List<(MailboxKind Kind, string Consumer)> _consumers = []; // guarded by the run, as is _session
    private BrokerSession? _session;
    private int _alarmRang; // 1 or 0; any thread
    private string? _stopRequest;
    private string? _stopReason; // why it was stopped
    private bool _hasTimers; // as counted by the run
    private volatile bool _isLeaving;
    private readonly CancellationTokenSource _leave;
    private readonly CancellationToken _gone; // the run has ended, or this cell is given up

    public RabbitMqCell(RabbitMqRun run, RoleActor actor)
    {
        _run = run;
        Actor = actor;
        _leave = CancellationTokenSource.CreateLinkedTokenSource(run.Ended);
        _gone = _leave.Token;
        _external = new ExternalBytes(run.Setup.External);
        _timers = new TimerTable(run.Setup.Clock, RingAlarm);
        _data = new Mailbox(MailboxKind.Data, ReaderOf(run, actor.Id));
        _control = new Mailbox(MailboxKind.Control, ReaderOf(run, actor.Id));
    }

    public RoleActor Actor { get; }

    /// <summary>Ends when the cell has left, or the run has ended.</summary>
    public Task Life { get; private set; } = Task.CompletedTask;

    /// <summary>Messages that wait here.</summary>
    public int Waiting => _data.Waiting;

    /// <summary>What it has done; any thread.</summary>
    public Counts Counts => new(
        Actor.Deliveries, Actor.BytesSent + _external.Total, Actor.Restarts, Actor.Violations + Volatile.Read(ref _poisoned), Interlocked.Read(ref _sendTimeouts));

    /// <summary>Its leaving, when that has begun; guarded by the run.</summary>
    public Task<SupervisionEvent?>? Leaving { get; set; }

    /// <summary>Cancelled: it is given up as it stands. Else, when it leaves, its turn comes to its end and its snapshot is stored.</summary>
    public CancellationTokenSource Hurry { get; } = new();

    /// <summary>Begins to live.</summary>
    public void Begin() => Life = RunAsync();

    /// <summary>Begins to receive on a new session, unless it does already. One call at a time, with the next two.</summary>
    public async Task AttachAsync(BrokerSession session, CancellationToken cancellation)
    {
        if (_isLeaving || ReferenceEquals(_session, session))
        {
            return;
        }

        _session = session;
        _consumers.Clear();
        if (!await session.DeclareAsync(Actor.Id, cancellation).ConfigureAwait(false))
        {
            return; // lost again
        }

        foreach ((Mailbox mailbox, MailboxKind kind) in ((Mailbox, MailboxKind)[])[(_control, MailboxKind.Control), (_data, MailboxKind.Data)])
        {
            mailbox.Attach();
            _consumers.Add((kind, await session.ConsumeAsync(Actor.Id, kind, ReceiveAsync, cancellation).ConfigureAwait(false)));

            async Task ReceiveAsync(ulong tag, Publisher publisher, IDictionary<string, object?>? headers, ReadOnlyMemory<byte> frame)
            {
                try
                {
                    await mailbox.ReceiveAsync(session, tag, publisher, headers, frame).ConfigureAwait(false);
                    Wake();
                }
                catch (Exception failure)
                {
                    _run.FailByEngine(Actor.Id, failure); // the client's dispatcher would swallow it
                }
            }
        }
    }

    /// <summary>Receives nothing more.</summary>
    /// <param name="forGood">Whether it is leaving; else until it is attached again.</param>
    public async Task DetachAsync(bool forGood)
    {
        _isLeaving |= forGood;
        foreach ((MailboxKind kind, string consumer) in _consumers)
        {
            await _session!.CancelAsync(kind, consumer).ConfigureAwait(false);
        }

        _consumers.Clear();
        _session = null;
    }

    /// <summary>Leaves this node, once detached for good: what was not handled goes back into the mailboxes. To be called once.</summary>
    /// <returns>What could not be stored, or null.</returns>
    public async Task<SupervisionEvent?> LeaveAsync()
    {
        Wake();
        using (Hurry.Token.UnsafeRegister(static leave => ((CancellationTokenSource)leave!).Cancel(), _leave))
        {
            await Life.ConfigureAwait(false);
        }

        SupervisionDecision? lost = _gone.IsCancellationRequested ? null : Actor.SaveAtEnd(); // cut off in a turn, its state may be ahead of what was sent
        await _control.ReturnAsync().ConfigureAwait(false);
        await _data.ReturnAsync().ConfigureAwait(false);
        _leave.Dispose();
        return lost?.Event;
    }

    private async Task RunAsync()
    {
        await Task.Yield();
        try
        {
            while (!_run.HasEnded && !_isLeaving)
            {
                if (!await TakeTurnAsync(_run.Now).ConfigureAwait(false))
                {
                    CountTimers(!_timers.IsEmpty);
                    _run.Release();
                    await _signal.Reader.ReadAsync(_gone).ConfigureAwait(false);
                    _run.Retain();
                }
            }

            await TellCountsAsync(isLast: true).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_gone.IsCancellationRequested)
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
            await ReportAsync(new SupervisionEvent(SupervisionAction.Stopped, Actor.Id, reason)).ConfigureAwait(false);
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
            await ReportAsync(new SupervisionEvent(SupervisionAction.Restarted, Actor.Id, $"{Actor.Id} runs again as incarnation {Actor.Incarnation}"))
                .ConfigureAwait(false);
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

        if (await DecodeAsync(MailboxKind.Data, delivery).ConfigureAwait(false) is { } message)
        {
            PacketId id = delivery.Packet!.Id;
            _external.Add(id, message);
            if (message is ControlMessage.Observed observed)
            {
                _run.Record(id.Sender, observed.What);
            }
            else
            {
                await ReceiveAsync(now, id.Sender, id.Number, message).ConfigureAwait(false);
            }
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
                _run.EndFromOutside(ended.IsCompleted, ended.Reason, delivery.Packet!.Id.Sender);
                break;
            case ControlMessage.Supervised act:
                _run.Record(new SupervisionEvent(Enum.Parse<SupervisionAction>(act.Action), act.Participant, act.Reason, act.Sender));
                break;
            case ControlMessage.Counted counted:
                _run.CountElsewhere(new Counts(counted.Deliveries, counted.BytesSent, counted.Restarts, counted.Violations, counted.SendTimeouts));
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

    /// <summary>
    /// In a part of a run, whether no later incarnation of the sender has been heard of: what one says that was overtaken is void. One that
    /// lives in another process by now forgot who watches it, and is asked again.
    /// </summary>
    private async Task<bool> IsOfNewestAsync(PacketId id)
    {
        if (_run.Setup.Lead is null || id.Incarnation == int.MaxValue)
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
            await SendControlAsync(id.Sender, new ControlMessage.WatchAsked()).ConfigureAwait(false);
        }

        return true;
    }

    /// <summary>The message of a delivery; null when it is void, or none, which is then reported, counted and set aside.</summary>
    private async Task<Message?> DecodeAsync(MailboxKind kind, Delivery delivery)
    {
        try
        {
            return await ReadAsync(kind, delivery).ConfigureAwait(false);
        }
        finally
        {
            delivery.Packet?.Release(); // its bytes would otherwise stay as long as the turn that the message begins
        }
    }

    private async Task<Message?> ReadAsync(MailboxKind kind, Delivery delivery)
    {
        WireException fault;
        try
        {
            Packet packet = delivery.Packet ?? throw delivery.Fault!;
            if (!await IsOfNewestAsync(packet.Id).ConfigureAwait(false))
            {
                return null;
            }

            Message message = _run.Setup.Codec.Decode(packet.Id.Sender, packet.Name, packet.Payload);
            MessageContext.Extract(message, delivery.Headers);
            MailboxKind belongs = message is LifecycleMessage or (ControlMessage and not ControlMessage.Observed) ? MailboxKind.Control : MailboxKind.Data;
            return belongs == kind
                ? message
                : throw new WireException(packet.Id.Sender, packet.Name, $"it does not belong into the {kind} mailbox of {Actor.Id}.");
        }
        catch (WireException poison)
        {
            fault = poison;
        }

        Interlocked.Increment(ref _poisoned);
        ParticipantId? sender = fault.Sender is { } claimed && _run.Setup.Planned.Contains(claimed) ? claimed : null;
        await _run.Broker.SetAsideAsync(LetterOf(delivery), fault.Message, Actor.Id, _gone).ConfigureAwait(false);
        await CarryOutAsync(_run.Supervisor.Poisoned(Actor.Id, sender, fault), _run.Now).ConfigureAwait(false);
        return null;
    }

    /// <summary>What of a delivery is kept among the dead letters.</summary>
    private static ReadOnlyMemory<byte> LetterOf(Delivery delivery) => delivery.Packet is { } packet
        ? packet.Payload.Slice(0, Math.Min(packet.Payload.Length, Broker.MaxDeadLetterBytes)).ToArray()
        : delivery.Frame;

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
