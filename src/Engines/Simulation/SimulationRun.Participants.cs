using ActorFed.Actors;
using ActorFed.Algorithms.Core;

namespace ActorFed.Engines.Simulation;

/// <content>Entering participants, and the performance of their effects.</content>
internal sealed partial class SimulationRun
{
    /// <summary>A message or a timer came for a participant that is up.</summary>
    private void Arrive(SimulatedCell cell, in Event what)
    {
        if (CanBeEntered(cell))
        {
            Enter(cell, what);
        }
        else
        {
            cell.Waiting.Enqueue(what);
            PlanResume(cell);
        }
    }

    private bool CanBeEntered(SimulatedCell cell)
    {
        StayAway(cell);
        return cell.Actor.State == ActorState.Running && cell.Pending is null && cell.Waiting.Count == 0
            && cell.BusyUntil <= _now && cell.PausedUntil <= _now;
    }

    private void StayAway(SimulatedCell cell)
    {
        if (_setup.Time.HasAbsences)
        {
            cell.PausedUntil = Math.Max(cell.PausedUntil, _setup.Time.AvailableFrom(cell.Id, Now).Ticks);
        }
    }

    private void PlanResume(SimulatedCell cell)
    {
        if (!cell.ResumePlanned && cell.Actor.State == ActorState.Running)
        {
            cell.ResumePlanned = true;
            Plan(new Event(Math.Max(_now, Math.Max(cell.BusyUntil, cell.PausedUntil)), EventKind.Resume, cell.Index, 0, cell.Life, null));
        }
    }

    private void Resume(SimulatedCell cell)
    {
        cell.ResumePlanned = false;
        StayAway(cell);
        if (cell.BusyUntil > _now || cell.PausedUntil > _now)
        {
            PlanResume(cell); // it has become later meanwhile
            return;
        }

        if (cell.Pending is Effect[] effects)
        {
            cell.Pending = null;
            Perform(cell, effects);
        }

        while (_ending is null && cell.Waiting.Count > 0 && cell.Actor.State == ActorState.Running
            && cell.Pending is null && cell.BusyUntil <= _now)
        {
            Enter(cell, cell.Waiting.Dequeue());
        }

        if (cell.Pending is not null || cell.Waiting.Count > 0)
        {
            PlanResume(cell);
        }
    }

    private void Start(SimulatedCell cell)
    {
        if (cell.StopReason is not null)
        {
            return;
        }

        cell.IsDown = false;
        bool isRebuild = cell.Actor.State == ActorState.Restarting || cell.Life > 0;
        Tell(new Entry(cell.Id, EntryKind.Started, default, 0, null));
        if (cell.Actor.Start(cell.ClockAt(_now)) is { } decision)
        {
            CarryOut(cell, decision);
            return;
        }

        if (isRebuild)
        {
            Report(new SupervisionEvent(SupervisionAction.Restarted, cell.Id, $"{cell.Id} runs again as incarnation {cell.Actor.Incarnation}"));
            TellWatchers(cell, new LifecycleMessage.ParticipantRestarted(cell.Actor.Incarnation));
        }

        Conclude(cell, null);
        if (cell.Waiting.Count > 0)
        {
            PlanResume(cell);
        }
    }

    private void Enter(SimulatedCell cell, in Event what)
    {
        SupervisionDecision? decision;
        Message? message = null;
        if (what.Kind == EventKind.Timer)
        {
            string timer = (string)what.What!;
            if (!cell.RemoveTimer(timer, what.Number))
            {
                return; // cancelled or replaced
            }

            _runningTimers--;

            Tell(new Entry(cell.Id, EntryKind.TimerElapsed, default, 0, timer));
            decision = cell.Actor.TimerElapsed(cell.ClockAt(_now), timer);
        }
        else
        {
            message = (Message)what.What!;
            ParticipantId sender = _cells[what.Sender].Id;
            Tell(new Entry(cell.Id, EntryKind.Received, sender, what.Number, message));
            decision = cell.Actor.Receive(cell.ClockAt(_now), sender, message);
        }

        if (decision is not null)
        {
            CarryOut(cell, decision);
        }
        else
        {
            Conclude(cell, message);
        }
    }

    /// <summary>The participant was entered and all went well: its effects take place, now or when it has computed.</summary>
    private void Conclude(SimulatedCell cell, Message? message)
    {
        cell.Entries++;
        long takes = _setup.Disk?.TakeDelay().Ticks ?? 0;
        if (_setup.Time.TakesComputingTime)
        {
            takes += _setup.Time.ComputingTime(cell.Id, Now, cell.Entries, message).Ticks;
        }

        Outbox outbox = cell.Actor.Outbox;
        if (takes == 0)
        {
            for (int i = 0; i < outbox.Count && _ending is null; i++)
            {
                Perform(cell, outbox[i]);
            }

            outbox.Clear();
            return;
        }

        cell.BusyUntil = _now + takes;
        cell.Pending = new Effect[outbox.Count];
        for (int i = 0; i < cell.Pending.Length; i++)
        {
            cell.Pending[i] = outbox[i];
        }

        outbox.Clear();
        PlanResume(cell);
    }

    private void Perform(SimulatedCell cell, Effect[] effects)
    {
        for (int i = 0; i < effects.Length && _ending is null; i++)
        {
            Perform(cell, effects[i]);
        }
    }

    private void Perform(SimulatedCell cell, in Effect effect)
    {
        switch (effect.Kind)
        {
            case EffectKind.Send:
                Send(cell, effect.Target, (Message)effect.Payload!);
                break;
            case EffectKind.StartTimer:
                StartTimer(cell, (string)effect.Payload!, effect.Delay);
                break;
            case EffectKind.CancelTimer:
                _runningTimers -= cell.RemoveTimer((string)effect.Payload!) ? 1 : 0;
                break;
            case EffectKind.Watch:
                Watch(cell, effect.Target);
                break;
            case EffectKind.Observe:
                Observe(cell.Id, (Observation)effect.Payload!);
                break;
            case EffectKind.Save: // done by RoleActor, before any effect
                break;
            case EffectKind.Complete:
                End(RunOutcome.Completed, (string)effect.Payload!);
                break;
            case EffectKind.Fail:
                Fail(new SupervisionEvent(SupervisionAction.FailedRun, cell.Id, (string)effect.Payload!));
                break;
            default:
                throw new InvalidOperationException($"Effect {effect.Kind} is unknown to the simulation.");
        }
    }

    private void StartTimer(SimulatedCell cell, string timer, TimeSpan after)
    {
        long generation = ++_timersStarted; // not the length of the queue, which faults yet to come would change
        _runningTimers += cell.RemoveTimer(timer) ? 0 : 1;
        cell.AddTimer(timer, generation);
        _queue.Add(new Event(SaturatingAdd(_now, cell.Lasting(after)), EventKind.Timer, cell.Index, 0, generation, timer));
    }

    private void EndLife(SimulatedCell cell, RoleActor? replacement)
    {
        ClearTimers(cell);
        cell.EndLife(replacement);
    }

    private void ClearTimers(SimulatedCell cell)
    {
        _runningTimers -= cell.TimerCount;
        cell.ClearTimers();
    }

    private void Watch(SimulatedCell cell, ParticipantId target)
    {
        if (TryGetCell(target) is not SimulatedCell watched)
        {
            FailByUnknown(cell, target, "watches");
        }
        else if (watched.StopReason is string reason)
        {
            Notify(cell, watched, new LifecycleMessage.ParticipantStopped(reason));
        }
        else if (!watched.Watchers.Contains(cell.Index))
        {
            watched.Watchers.Add(cell.Index);
        }
    }

    private void CarryOut(SimulatedCell cell, SupervisionDecision decision)
    {
        SupervisionEvent act = decision.Event;
        switch (act.Action)
        {
            case SupervisionAction.FailedRun:
                Fail(act);
                break;

            case SupervisionAction.Restarting:
                ClearTimers(cell);
                Report(act);
                Plan(new Event(_now + cell.Lasting(decision.Delay), EventKind.Start, cell.Index, 0, cell.Life, null));
                break;

            case SupervisionAction.Stopped:
                Report(act);
                TellStopped(cell, act.Reason);
                break;

            default:
                Report(act);
                if (decision.StopsSender && TryGetCell(act.Sender!.Value) is SimulatedCell sender)
                {
                    Stop(sender, act.Reason);
                }

                break;
        }
    }

    private void Stop(SimulatedCell cell, string reason)
    {
        if (cell.StopReason is null)
        {
            Tell(new Entry(cell.Id, EntryKind.Stopped, default, 0, reason));
            cell.Actor.Stop();
            Report(new SupervisionEvent(SupervisionAction.Stopped, cell.Id, reason));
            TellStopped(cell, reason);
        }
    }

    private void TellStopped(SimulatedCell cell, string reason)
    {
        EndLife(cell, replacement: null);
        cell.StopReason = reason;
        TellWatchers(cell, new LifecycleMessage.ParticipantStopped(reason));
    }

    private void TellWatchers(SimulatedCell cell, LifecycleMessage notice)
    {
        foreach (int watcher in cell.Watchers)
        {
            Notify(_cells[watcher], cell, notice);
        }
    }

    private void Notify(SimulatedCell watcher, SimulatedCell about, LifecycleMessage notice) =>
        Plan(new Event(_now, EventKind.Deliver, watcher.Index, about.Index, 0, notice));

    private void FailByUnknown(SimulatedCell cell, ParticipantId target, string did) => Fail(new SupervisionEvent(
        SupervisionAction.FailedRun,
        cell.Id,
        $"{cell.Id} {did} {target}, which is not among the {_cells.Length} participants of the plan; add it there, or correct the id."));

    private void Tell(in Entry entry)
    {
        _isTelling = true;
        _observer.Entered(Now, entry);
        _isTelling = false;
    }

    private static long SaturatingAdd(long a, long b) => a > long.MaxValue - b ? long.MaxValue : a + b;
}
