using System.Collections.Concurrent;
using ActorFed.Actors;
using ActorFed.Algorithms.Core;
using ActorFed.Wire;
using Akka.Actor;

namespace ActorFed.Cluster.Akka;

/// <summary>What the parts of one run share.</summary>
/// <param name="Plan">The run.</param>
/// <param name="Settings">Limits, and times.</param>
/// <param name="Codec">Messages to bytes.</param>
/// <param name="Clock">That of the actor system.</param>
/// <param name="Post">Where a participant's mailbox is reached, wherever it is.</param>
internal sealed record RunSetup(RunPlan Plan, AkkaSettings Settings, WireCodec Codec, TimeProvider Clock, Func<ParticipantId, IActorRef> Post)
{
    /// <summary>All participants.</summary>
    public IReadOnlySet<ParticipantId> Planned { get; } = Plan.Participants.Select(spec => spec.Id).ToHashSet();

    /// <summary>In a part of a run, the participant that stands for it: the first of the plan. Null: all participants are hosted here.</summary>
    public ParticipantId? Lead { get; init; }

    /// <summary>In a part of a run, told of each participant that was given up here, and why. Else null.</summary>
    public Action<ParticipantId, string>? GivenUp { get; init; }

    /// <summary>Messages of one sender that may wait in one mailbox, so that all senders together fill no more than the plan allows.</summary>
    public int Room => Math.Max(1, Plan.Limits.MailboxCapacity / Plan.Participants.Length);
}

/// <summary>One run of the Akka engine, as far as it is hosted here: its participants, its end, and what they share. Any thread.</summary>
/// <remarks>
/// <para>The run counts its active parties: mailboxes with a turn under way, those with a timer, and messages under way. Where all
/// participants are hosted here and the count falls to zero, nothing can happen any more. Elsewhere others may be active.</para>
/// <para>In a part of a run, <see cref="RunSetup.Lead"/>, participants come and go. The one that leads stands for the run: whoever hosts
/// it records what all others show, and its end is the run's.</para>
/// </remarks>
internal sealed partial class AkkaRun : IDisposable
{
    private readonly ConcurrentDictionary<ParticipantId, Resident> _residents = new();
    private readonly ConcurrentDictionary<(bool IsControl, PacketId Id), bool> _underWay = new();
    private readonly CancellationTokenSource _ended = new();
    private readonly Lock _supervised = new();
    private readonly IRunObserver _observer;
    private readonly IParticipantFactory _factory;
    private readonly ISnapshotStore _snapshots;
    private long _startedAt;
    private TimerTable? _wallTime;
    private Ending? _ending;
    private int _active = 1; // RunAsync itself, until all participants are counted; for ever in a part

    private sealed record Ending(RunOutcome Outcome, string Reason, Exception? Failure, TimeSpan At);

    public AkkaRun(RunSetup setup, IParticipantFactory factory, IRunObserver observer, ISnapshotStore snapshots)
    {
        Setup = setup;
        Ended = _ended.Token;
        Frames = new FrameWriter(setup.Settings.Wire);
        Supervisor = new Supervisor(setup.Plan.Supervision);
        (_observer, _factory, _snapshots) = (observer, factory, snapshots);
        _startedAt = setup.Clock.GetTimestamp();
    }

    public RunSetup Setup { get; }

    public FrameWriter Frames { get; }

    public Supervisor Supervisor { get; }

    /// <summary>Cancelled when the run has ended.</summary>
    public CancellationToken Ended { get; }

    /// <summary>Tells what is sent from here from what other processes sent for the same participants, before or after.</summary>
    public ulong Instance { get; } = (ulong)Random.Shared.NextInt64(1, long.MaxValue);

    public TimeSpan Now => Setup.Clock.GetElapsedTime(_startedAt);

    public bool HasEnded => Volatile.Read(ref _ending) is not null;

    /// <summary>Hosts all participants under an actor, to the end of the run.</summary>
    /// <param name="begin">Makes the actor that a participant lives under.</param>
    /// <param name="stop">Ends when all actors have ended: nobody computes any more.</param>
    /// <param name="cancellation">Ends the run.</param>
    public async Task<RunReport> RunAsync(Action<Resident> begin, Func<Task> stop, CancellationToken cancellation)
    {
        using CancellationTokenRegistration registration = cancellation.UnsafeRegister(
            static run => ((AkkaRun)run!).End(RunOutcome.Cancelled, "The run was cancelled."), this);
        using TimerTable wallTime = new(Setup.Clock, EndAtWallTime);
        _startedAt = Setup.Clock.GetTimestamp();
        _wallTime = wallTime;
        Tell(() => _observer.Started(() => Counted().BytesSent));
        TellOfMailboxes();
        if (Setup.Plan.Limits.WallTime is { } limit)
        {
            wallTime.Start("wall time", Now, limit);
        }

        foreach (ParticipantSpec spec in Setup.Plan.Participants)
        {
            Retain(); // until its first turn is over, as its mailbox counts
            _residents[spec.Id] = NewResident(spec);
        }

        foreach (Resident resident in _residents.Values)
        {
            begin(resident);
        }

        Release();
        await Task.Delay(Timeout.InfiniteTimeSpan, Ended).ContinueWith(_ => { }, TaskScheduler.Default).ConfigureAwait(false);
        await stop().ConfigureAwait(false);
        return MakeReport(_ending!);
    }

    /// <summary>Ends the run; the first end counts. Returns before the participants have seen it.</summary>
    public void End(RunOutcome outcome, string reason, Exception? failure = null)
    {
        if (Interlocked.CompareExchange(ref _ending, new Ending(outcome, reason, failure, Now), null) is null)
        {
            _ = _ended.CancelAsync(); // not here: it would wake others within this turn
        }
    }

    /// <summary>A participant hosted elsewhere says that the run has ended.</summary>
    public void EndFromOutside(ControlMessage.RunEnded ended, ParticipantId sender) => End(
        ended.IsCompleted ? RunOutcome.Completed : RunOutcome.Failed,
        ended.IsCompleted ? ended.Reason : $"{ended.Reason} (said by the engine of {sender})");

    /// <summary>An error of the engine itself ends this run and not the process.</summary>
    public void FailByEngine(ParticipantId at, Exception failure) =>
        End(RunOutcome.Failed, $"The engine failed at {at} with {failure.GetType().Name}: {failure.Message}", failure);

    /// <summary>Counts a party that may make something happen.</summary>
    public void Retain() => Interlocked.Increment(ref _active);

    /// <summary>Undoes one <see cref="Retain"/>.</summary>
    public void Release()
    {
        if (Interlocked.Decrement(ref _active) == 0 && Setup.Lead is null && !HasEnded)
        {
            End(RunOutcome.Failed,
                $"Nothing is left to happen: no message is under way and no timer runs, and no participant completed the run.{DescribeStopped()}");
        }
    }

    /// <summary>A message goes on its way: something may happen until it was handled.</summary>
    public void Sent(bool isControl, PacketId id)
    {
        if (Setup.Lead is null && _underWay.TryAdd((isControl, id), true))
        {
            Retain();
        }
    }

    /// <summary>A message was handled, or given up.</summary>
    public void Done(bool isControl, PacketId id)
    {
        if (_underWay.TryRemove((isControl, id), out _)) // else it came twice, or from an earlier part of the run
        {
            Release();
        }
    }

    /// <summary>Tells the observer of a call into a participant.</summary>
    /// <returns>False when the call must not be made, since the observer threw and the run is over.</returns>
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
            Tell(() => recording.Observer.Observed(source, Now - recording.Since, observation));
        }
    }

    /// <summary>Tells those who watch from here what supervision did here.</summary>
    public void Report(SupervisionEvent supervisionEvent)
    {
        Tell(() =>
        {
            lock (_supervised)
            {
                _observer.Supervised(Now, supervisionEvent);
            }
        });
        Record(supervisionEvent);
    }

    /// <summary>Tells who records the run, if that is done here, what supervision did, here or elsewhere.</summary>
    public void Record(SupervisionEvent supervisionEvent)
    {
        if (Recording is { } recording)
        {
            Tell(() =>
            {
                lock (_supervised)
                {
                    recording.Observer.Supervised(Now - recording.Since, supervisionEvent);
                }
            });
        }
    }

    public void Dispose() => _ended.Dispose();

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

    private void TellOfMailboxes() => Tell(() => _observer.MailboxesOpened(
        () => _residents.Select(entry => new MailboxDepth(entry.Key, entry.Value.Waiting))));

    private void EndAtWallTime()
    {
        if (_wallTime!.TryTakeDue(Now, out _)) // else the alarm rang too early and is set again
        {
            End(RunOutcome.TimeLimit, $"The wall time of {Setup.Plan.Limits.WallTime} is over.");
        }
    }

    private string DescribeStopped()
    {
        string[] stopped = [.. _residents.Values.Where(resident => resident.Role.State == ActorState.Stopped).Select(resident => resident.Role.Id.ToString())];
        return stopped.Length == 0 ? "" : $" Stopped before: {string.Join(", ", stopped)}.";
    }

    private RunReport MakeReport(Ending ending)
    {
        if (ending.Outcome is RunOutcome.Cancelled or RunOutcome.TimeLimit)
        {
            foreach (SupervisionDecision? lost in _residents.Values.Select(resident => resident.Role.SaveAtEnd()).ToList())
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

    private Resident NewResident(ParticipantSpec spec) => new(new RoleActor(spec, _factory, _snapshots, Supervisor));
}
