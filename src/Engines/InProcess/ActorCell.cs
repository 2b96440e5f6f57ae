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
    private readonly InProcessRun _run;
    private readonly Mailbox _mailbox;
    private readonly HashSet<ActorCell> _watchers = []; // guarded by itself
    private string? _stopReason; // why it was stopped; guarded by _watchers
    private readonly TimerTable _timers;
    private int _isScheduled; // 1 or 0; any thread
    private int _alarmRang; // 1 or 0; any thread
    private string? _stopRequest; // any thread
    private bool _hasTimers; // as counted by the run

    public ActorCell(InProcessRun run, RoleActor actor)
    {
        _run = run;
        Actor = actor;
        _timers = new TimerTable(run.Clock, RingAlarm);
        _mailbox = new Mailbox(run.Plan.Limits.MailboxCapacity);
    }

    public InProcessRun Run => _run;

    public RoleActor Actor { get; }

    public long SendTimeouts { get; private set; }

    /// <summary>Messages in the mailbox. Any thread.</summary>
    public int Waiting => _mailbox.Messages;

    /// <summary>Has the cell look for work. Any thread.</summary>
    public void Wake()
    {
        // The exchange is made even where the flag is set: what there is to see is visible before it, so that an owner who
        // takes the flag back later sees it.
        if (Interlocked.CompareExchange(ref _isScheduled, 1, 0) == 0)
        {
            Slice.Add(this);
        }
    }

    /// <summary>Ends all waiting for room in the mailbox and has the cell retire. Any thread, after the end of the run.</summary>
    public void Close()
    {
        _mailbox.Close();
        Wake();
    }

    void IThreadPoolWorkItem.Execute() => Slice.Run(this);

    /// <summary>Runs the cell until it is idle or waits, or the slice is over. An error of the engine itself, or of the clock, ends this run and not the process.</summary>
    public void RunGuarded(Slice slice)
    {
        try
        {
            RunBatch(slice);
        }
        catch (Exception failure)
        {
            _run.End(RunOutcome.Failed, $"The engine failed at {Actor.Id} with {failure.GetType().Name}: {failure.Message}", failure);
            Retire(slice);
        }
    }

    private void RunBatch(Slice slice)
    {
        while (PerformEffects(slice)) // else still scheduled, until the waiting send is resumed
        {
            if (_run.HasEnded)
            {
                Retire(slice);
                return;
            }

            if (!HasWork())
            {
                if (GoIdle(slice))
                {
                    return;
                }

                continue;
            }

            TimeSpan now = _run.Now;
            if (!slice.TryBeginTurn(this, now))
            {
                return;
            }

            TakeTurn(now);
        }
    }

    /// <summary>Enters the participant once, if there is cause to.</summary>
    private void TakeTurn(TimeSpan now)
    {
        if (Volatile.Read(ref _stopRequest) is { } reason && Actor.State != ActorState.Stopped)
        {
            StopBecause(reason, now);
            return;
        }

        if (Actor.State == ActorState.New)
        {
            Start(now);
            return;
        }

        if (Volatile.Read(ref _alarmRang) == 1)
        {
            Interlocked.Exchange(ref _alarmRang, 0);
            if (_timers.TryTakeDue(now, out string? timer))
            {
                Volatile.Write(ref _alarmRang, 1); // another may be due
                ElapseTimer(now, timer);
                return;
            }
        }

        if (Actor.State != ActorState.Restarting)
        {
            TakeMessage(now);
        }
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

    private void TakeMessage(TimeSpan now)
    {
        if (_mailbox.TryTake(out Envelope envelope)
            && Actor.State == ActorState.Running
            && _run.Enter(now, new Entry(Actor.Id, EntryKind.Received, envelope.Sender, envelope.Number, envelope.Message))
            && Actor.Receive(now, envelope.Sender, envelope.Message) is { } decision)
        {
            CarryOut(decision, now);
        }
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
        _mailbox.AddNotice(new Envelope(about, 0, notice));
        Wake();
    }

    private void RingAlarm()
    {
        Interlocked.Exchange(ref _alarmRang, 1);
        Wake();
    }

    /// <summary>Gives up ownership.</summary>
    /// <returns>False when work came meanwhile and the cell is owned again.</returns>
    private bool GoIdle(Slice slice)
    {
        CountTimers(!_timers.IsEmpty);
        Interlocked.Exchange(ref _isScheduled, 0);
        if (HasWork() && Interlocked.CompareExchange(ref _isScheduled, 1, 0) == 0)
        {
            return false;
        }

        slice.Release();
        return true;
    }

    private bool HasWork() =>
        _run.HasEnded
        || Actor.State == ActorState.New
        || Volatile.Read(ref _alarmRang) == 1
        || (Volatile.Read(ref _stopRequest) is not null && Actor.State != ActorState.Stopped)
        || (Actor.State != ActorState.Restarting && !_mailbox.IsEmpty);

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
    private void Retire(Slice slice)
    {
        _timers.Dispose();
        _waitingSend?.Dispose();
        CountTimers(false);
        slice.Release();
    }
}
