using System.Collections.Concurrent;
using System.Threading.Channels;
using ActorFed.Actors;
using ActorFed.Algorithms.Core;

namespace ActorFed.Engines;

/// <summary>A participant on the thread pool: mailbox, timers, watchers, and the performance of its effects.</summary>
/// <remarks>
/// A cell is idle or scheduled. Scheduled means that one pool thread runs it, that it is queued for one, or that it waits
/// for room in another mailbox; whoever makes an idle cell scheduled owns it, so a participant is entered by one call at a
/// time. All fields without another rule are touched by the owner only.
/// </remarks>
internal sealed partial class ActorCell : IThreadPoolWorkItem
{
    // After so many turns, or so much time, a cell goes to the end of the queue: busy ones must not keep others waiting.
    private const int MaxTurnsPerBatch = 128;
    private static readonly TimeSpan MaxBatchTime = TimeSpan.FromMilliseconds(1);

    // A woken cell normally runs next on the waking thread: its message is in the cache, and a master does not queue behind
    // its computing workers (18 of them at 5 ms each on 2 processors: 0.1 ms against 80 ms). One wake in so many goes to the
    // common queue instead; without it, pairs that wake each other forever kept others waiting for a second.
    private const int WakesPerCommonWake = 32;

    [ThreadStatic]
    private static int _wakesOfThread;

    private readonly InProcessRun _run;
    private readonly Channel<Envelope> _mailbox;
    private readonly ConcurrentQueue<Envelope> _notices = new(); // from the engine; few, and never made to wait
    private readonly HashSet<ActorCell> _watchers = []; // guarded by itself
    private string? _stopReason; // why it was stopped; guarded by _watchers
    private readonly TimerTable _timers;
    private readonly Action _resume;
    private int _isScheduled; // 1 or 0; any thread
    private int _alarmRang; // 1 or 0; any thread
    private string? _stopRequest; // any thread
    private bool _hasTimers; // as counted by the run

    private readonly record struct Envelope(ParticipantId Sender, long Number, Message Message);

    public ActorCell(InProcessRun run, RoleActor actor)
    {
        _run = run;
        Actor = actor;
        _resume = Resume;
        _timers = new TimerTable(run.Clock, RingAlarm);
        _mailbox = Channel.CreateBounded<Envelope>(
            new BoundedChannelOptions(run.Plan.Limits.MailboxCapacity) { SingleReader = true });
    }

    public RoleActor Actor { get; }

    public long SendTimeouts { get; private set; }

    /// <summary>Messages in the mailbox. Any thread.</summary>
    public int Waiting => _mailbox.Reader.Count;

    /// <summary>Has the cell look for work. Any thread.</summary>
    public void Wake()
    {
        Interlocked.MemoryBarrier(); // what there is to see must be visible before the flag is read
        Schedule();
    }

    /// <summary>Ends all waiting for room in the mailbox and has the cell retire. Any thread, after the end of the run.</summary>
    public void Close()
    {
        _mailbox.Writer.TryComplete();
        Wake();
    }

    void IThreadPoolWorkItem.Execute() => RunGuarded();

    private void Schedule()
    {
        if (Volatile.Read(ref _isScheduled) == 0 && Interlocked.CompareExchange(ref _isScheduled, 1, 0) == 0)
        {
            _run.Retain();
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: ++_wakesOfThread % WakesPerCommonWake != 0);
        }
    }

    /// <summary>An error of the engine itself, or of the clock, ends this run and not the process.</summary>
    private void RunGuarded()
    {
        try
        {
            RunBatch();
        }
        catch (Exception failure)
        {
            _run.End(RunOutcome.Failed, $"The engine failed at {Actor.Id} with {failure.GetType().Name}: {failure.Message}", failure);
            Retire();
        }
    }

    private void RunBatch()
    {
        TimeSpan start = _run.Now;
        for (int turns = 0; ; turns++)
        {
            if (!PerformEffects())
            {
                return; // still scheduled: Resume goes on
            }

            if (_run.HasEnded)
            {
                Retire();
                return;
            }

            TimeSpan now = _run.Now;
            if (turns == MaxTurnsPerBatch || now - start > MaxBatchTime)
            {
                ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
                return;
            }

            if (!TakeTurn(now) && GoIdle())
            {
                return;
            }
        }
    }

    /// <summary>Enters the participant once, if there is cause to.</summary>
    private bool TakeTurn(TimeSpan now)
    {
        if (Volatile.Read(ref _stopRequest) is { } reason && Actor.State != ActorState.Stopped)
        {
            StopBecause(reason, now);
            return true;
        }

        if (Actor.State == ActorState.New)
        {
            Start(now);
            return true;
        }

        if (Volatile.Read(ref _alarmRang) == 1)
        {
            Interlocked.Exchange(ref _alarmRang, 0);
            if (_timers.TryTakeDue(now, out string? timer))
            {
                Volatile.Write(ref _alarmRang, 1); // another may be due
                ElapseTimer(now, timer);
                return true;
            }
        }

        return Actor.State != ActorState.Restarting && TakeMessage(now);
    }

    private void StopBecause(string reason, TimeSpan now)
    {
        if (_run.Enter(now, new Entry(Actor.Id, EntryKind.Stopped, default, 0, reason)))
        {
            Actor.Stop();
            _run.Report(new SupervisionEvent(SupervisionAction.Stopped, Actor.Id, reason));
            TellStopped(reason);
        }
    }

    private void Start(TimeSpan now)
    {
        bool isRebuild = Actor.State == ActorState.Restarting;
        if (!_run.Enter(now, new Entry(Actor.Id, EntryKind.Started, default, 0, null)))
        {
            return;
        }

        if (Actor.Start(now) is { } decision)
        {
            CarryOut(decision, now);
        }
        else if (isRebuild)
        {
            _run.Report(new SupervisionEvent(SupervisionAction.Restarted, Actor.Id, $"{Actor.Id} runs again as incarnation {Actor.Incarnation}"));
            TellWatchers(new LifecycleMessage.ParticipantRestarted(Actor.Incarnation));
        }
    }

    private void ElapseTimer(TimeSpan now, string timer)
    {
        if (Actor.State == ActorState.Restarting)
        {
            Start(now); // the timers of the failed incarnation are gone: this is the back-off
        }
        else if (_run.Enter(now, new Entry(Actor.Id, EntryKind.TimerElapsed, default, 0, timer))
            && Actor.TimerElapsed(now, timer) is { } decision)
        {
            CarryOut(decision, now);
        }
    }

    private bool TakeMessage(TimeSpan now)
    {
        if (!_notices.TryDequeue(out Envelope envelope) && !_mailbox.Reader.TryRead(out envelope))
        {
            return false;
        }

        if (Actor.State == ActorState.Running
            && _run.Enter(now, new Entry(Actor.Id, EntryKind.Received, envelope.Sender, envelope.Number, envelope.Message))
            && Actor.Receive(now, envelope.Sender, envelope.Message) is { } decision)
        {
            CarryOut(decision, now);
        }

        return true;
    }

    private void CarryOut(SupervisionDecision decision, TimeSpan now)
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
                TellStopped(act.Reason);
                return;
        }

        _run.Report(act);
        if (decision.StopsSender && _run.TryGetCell(act.Sender!.Value, out ActorCell? sender))
        {
            Interlocked.Exchange(ref sender._stopRequest, act.Reason);
            sender.Wake();
        }
    }

    private void TellStopped(string reason)
    {
        _timers.Clear();
        lock (_watchers)
        {
            _stopReason = reason;
        }

        TellWatchers(new LifecycleMessage.ParticipantStopped(reason));
    }

    private void TellWatchers(LifecycleMessage notice)
    {
        ActorCell[] watchers;
        lock (_watchers)
        {
            watchers = [.. _watchers];
        }

        foreach (ActorCell watcher in watchers)
        {
            watcher.Notify(Actor.Id, notice);
        }
    }

    private void Notify(ParticipantId about, LifecycleMessage notice)
    {
        _notices.Enqueue(new Envelope(about, 0, notice));
        Wake();
    }

    private void RingAlarm()
    {
        Interlocked.Exchange(ref _alarmRang, 1);
        Wake();
    }

    /// <summary>Gives up ownership.</summary>
    /// <returns>False when work came meanwhile and the cell is owned again.</returns>
    private bool GoIdle()
    {
        CountTimers(!_timers.IsEmpty);
        Interlocked.Exchange(ref _isScheduled, 0);
        if (HasWork() && Interlocked.CompareExchange(ref _isScheduled, 1, 0) == 0)
        {
            return false;
        }

        _run.Release();
        return true;
    }

    private bool HasWork() =>
        _run.HasEnded
        || Volatile.Read(ref _alarmRang) == 1
        || (Volatile.Read(ref _stopRequest) is not null && Actor.State != ActorState.Stopped)
        || (Actor.State != ActorState.Restarting && (_mailbox.Reader.Count > 0 || !_notices.IsEmpty));

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

    /// <summary>The last act of a cell: it stays scheduled, so nothing enters it again.</summary>
    private void Retire()
    {
        _timers.Dispose();
        _sendDeadline?.Dispose();
        CountTimers(false);
        _run.Release();
    }
}
