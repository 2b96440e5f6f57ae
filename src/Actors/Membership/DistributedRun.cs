using ActorFed.Algorithms.Core;

namespace ActorFed.Actors.Membership;

/// <summary>A participant that is hosted in this process, as its run knows it. Any thread.</summary>
public interface IHosted
{
    /// <summary>The participant's lifecycle.</summary>
    RoleActor Actor { get; }

    /// <summary>What it has done here.</summary>
    Counts Counts { get; }

    /// <summary>Messages that wait for it here.</summary>
    int Waiting { get; }
}

/// <summary>
/// One run of an engine that reaches over processes, as far as it is hosted in this one: its participants, its end, what is told of it and
/// counted. How messages travel, and how a participant begins and leaves, is the engine's. Any thread.
/// </summary>
/// <remarks>
/// <para>The run counts its active parties: participants that are awake, those with a timer, and messages under way. Where all are hosted
/// here and the count falls to zero, nothing can happen any more. Elsewhere others may be active, and it never does.</para>
/// <para>In a part of a run participants come and go. The one that leads stands for the run: whoever hosts it records what all others show,
/// and its end is the run's.</para>
/// </remarks>
/// <typeparam name="TMember">A hosted participant.</typeparam>
public abstract partial class DistributedRun<TMember>
    where TMember : class, IHosted
{
    private readonly CancellationTokenSource _ended = new();
    private readonly TaskCompletionSource _over = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _supervised = new();
    private readonly RunPlan _plan;
    private readonly ParticipantId? _lead;
    private readonly TimeProvider _clock;
    private readonly IRunObserver _observer;
    private readonly IParticipantFactory _factory;
    private readonly ISnapshotStore _snapshots;
    private long _startedAt;
    private TimerTable? _wallTime;
    private Ending? _ending;
    private int _active = 1; // whoever runs it, until all are begun; for ever, where others take part

    /// <summary>Prepares a run; nobody is hosted yet.</summary>
    /// <param name="plan">The run.</param>
    /// <param name="lead">In a part of a run, the participant that stands for it; null where the plan runs as one.</param>
    /// <param name="clock">Measures time and runs timers.</param>
    /// <param name="factory">Makes and rebuilds participants.</param>
    /// <param name="observer">Told what happens in this process.</param>
    /// <param name="snapshots">Where participants are stored.</param>
    protected DistributedRun(
        RunPlan plan, ParticipantId? lead, TimeProvider clock, IParticipantFactory factory, IRunObserver observer, ISnapshotStore snapshots)
    {
        (_plan, _lead, _clock, _factory, _observer, _snapshots) = (plan, lead, clock, factory, observer, snapshots);
        Ended = _ended.Token;
        Supervisor = new Supervisor(plan.Supervision);
        _startedAt = clock.GetTimestamp();
    }

    /// <summary>How a run ended.</summary>
    /// <param name="Outcome">Which way.</param>
    /// <param name="Reason">Why.</param>
    /// <param name="Failure">What was thrown, if anything.</param>
    /// <param name="At">When, in this process's time of the run.</param>
    /// <param name="IsTold">Whether another process said so.</param>
    protected sealed record Ending(RunOutcome Outcome, string Reason, Exception? Failure, TimeSpan At, bool IsTold);

    /// <summary>Decides about failures.</summary>
    public Supervisor Supervisor { get; }

    /// <summary>Cancelled when the run has ended.</summary>
    public CancellationToken Ended { get; }

    /// <summary>Tells what is sent from here from what other processes sent for the same participants, before or after.</summary>
    public ulong Instance { get; } = (ulong)Random.Shared.NextInt64(1, long.MaxValue);

    /// <summary>Time since the run began in this process.</summary>
    public TimeSpan Now => _clock.GetElapsedTime(_startedAt);

    /// <summary>Whether the run has ended.</summary>
    public bool HasEnded => Volatile.Read(ref _ending) is not null;

    /// <summary>In a part of a run, told of each participant that was given up here, and why. Else null.</summary>
    public Action<ParticipantId, string>? GivenUp { get; init; }

    /// <summary>How it ended; only after it has.</summary>
    protected Ending Result => _ending!;

    /// <summary>Ends when the run has.</summary>
    protected Task Over => _over.Task;

    /// <summary>Ends the run; the first end counts. Returns before the participants have seen it.</summary>
    public void End(RunOutcome outcome, string reason, Exception? failure = null) => End(new Ending(outcome, reason, failure, Now, IsTold: false));

    /// <summary>Another process says that the run has ended.</summary>
    /// <param name="isCompleted">Whether well.</param>
    /// <param name="reason">Why.</param>
    /// <param name="sender">Whose engine says so.</param>
    public void EndFromOutside(bool isCompleted, string reason, ParticipantId sender) => End(new Ending(
        isCompleted ? RunOutcome.Completed : RunOutcome.Failed, isCompleted ? reason : $"{reason} (said by the engine of {sender})", null, Now, IsTold: true));

    /// <summary>An error of the engine itself ends this run and not the process.</summary>
    public void FailByEngine(ParticipantId at, Exception failure) =>
        End(RunOutcome.Failed, $"The engine failed at {at} with {failure.GetType().Name}: {failure.Message}", failure);

    /// <summary>Counts a party that may make something happen.</summary>
    public void Retain() => Interlocked.Increment(ref _active);

    /// <summary>Undoes one <see cref="Retain"/>.</summary>
    public void Release()
    {
        if (Interlocked.Decrement(ref _active) == 0 && _lead is null && !HasEnded)
        {
            End(RunOutcome.Failed,
                $"Nothing is left to happen: no message is under way and no timer runs, and no participant completed the run.{DescribeStopped()}");
        }
    }

    /// <summary>Tells the observer of a call into a participant.</summary>
    /// <returns>False when the call must not be made: the run is over, or the observer threw, which ends it.</returns>
    public bool Enter(TimeSpan now, Entry entry) => !HasEnded && Tell(() => _observer.Entered(now, entry));

    /// <summary>Tells those who watch from here what a participant shows that is hosted here.</summary>
    public void Observe(ParticipantId source, Observation observation)
    {
        Tell(() => _observer.Observed(source, Now, observation));
        Record(source, observation);
    }

    /// <summary>Tells who records the run, if that is done here, what a participant shows, wherever it is hosted.</summary>
    public void Record(ParticipantId source, Observation observation)
    {
        if (Recording is { } recording)
        {
            recording.Advance(observation);
            Tell(() => recording.Observer.Observed(source, Now - recording.Since, observation));
        }
    }

    /// <summary>Tells those who watch from here what supervision did here.</summary>
    public void Report(SupervisionEvent act)
    {
        Tell(() =>
        {
            lock (_supervised)
            {
                _observer.Supervised(Now, act);
            }
        });
        Record(act);
    }

    /// <summary>Tells who records the run, if that is done here, what supervision did, here or elsewhere.</summary>
    public void Record(SupervisionEvent act)
    {
        if (Recording is { } recording)
        {
            Tell(() =>
            {
                lock (_supervised)
                {
                    recording.Observer.Supervised(Now - recording.Since, act);
                }
            });
        }
    }

    /// <summary>Begins the run's time, where the plan runs as one: observers are told, and the wall time runs.</summary>
    /// <returns>Ends the wall time when disposed.</returns>
    protected IDisposable BeginTime()
    {
        _startedAt = _clock.GetTimestamp();
        Tell(() => _observer.Started(() => Counted().BytesSent));
        TellOfMailboxes();
        return StartWallTime();
    }

    /// <summary>The lifecycle of a participant of the plan.</summary>
    protected RoleActor NewActor(ParticipantSpec spec) => new(spec, _factory, _snapshots, Supervisor);

    /// <summary>The report of the run, or of this part of it, after its end. Stores who can be resumed.</summary>
    protected RunReport MakeReport()
    {
        Ending ending = Result;
        if (ending.Outcome is RunOutcome.Cancelled or RunOutcome.TimeLimit)
        {
            foreach (SupervisionDecision? lost in _members.Values.Select(member => member.Actor.SaveAtEnd()).ToList())
            {
                if (lost is not null)
                {
                    Report(lost.Event);
                    ending = ending with { Outcome = RunOutcome.Failed, Reason = $"{ending.Reason} {lost.Event.Reason}", Failure = lost.Event.Failure };
                }
            }
        }

        Counts counts = Counted();
        return new RunReport
        {
            Outcome = ending.Outcome,
            Reason = ending.Reason,
            Failure = ending.Failure,
            Elapsed = ending.At - (Recording?.Since ?? TimeSpan.Zero),
            Deliveries = counts.Deliveries,
            BytesSent = counts.BytesSent,
            Restarts = (int)counts.Restarts,
            Violations = counts.Violations,
            SendTimeouts = counts.SendTimeouts,
        };
    }

    private void End(Ending ending)
    {
        if (Interlocked.CompareExchange(ref _ending, ending, null) is null)
        {
            _over.SetResult();
            _ = _ended.CancelAsync(); // not here: it would wake others within this turn
        }
    }

    private bool Tell(Action observer)
    {
        try
        {
            observer();
            return true;
        }
        catch (Exception failure)
        {
            End(RunOutcome.Failed, $"The run's observer threw {failure.GetType().Name}: {failure.Message}", failure);
            return false;
        }
    }

    private void TellOfMailboxes() =>
        Tell(() => _observer.MailboxesOpened(() => _members.Select(member => new MailboxDepth(member.Key, member.Value.Waiting))));

    private TimerTable StartWallTime()
    {
        TimerTable wallTime = _wallTime = new TimerTable(_clock, EndAtWallTime);
        if (_plan.Limits.WallTime is { } limit)
        {
            wallTime.Start("wall time", Now, limit);
        }

        return wallTime;
    }

    private void EndAtWallTime()
    {
        if (_wallTime!.TryTakeDue(Now, out _)) // else the alarm rang too early and is set again
        {
            End(RunOutcome.TimeLimit, $"The wall time of {_plan.Limits.WallTime} is over.");
        }
    }

    private string DescribeStopped()
    {
        string[] stopped = [.. _members.Values.Where(member => member.Actor.State == ActorState.Stopped).Select(member => member.Actor.Id.ToString())];
        return stopped.Length == 0 ? "" : $" Stopped before: {string.Join(", ", stopped)}.";
    }
}
