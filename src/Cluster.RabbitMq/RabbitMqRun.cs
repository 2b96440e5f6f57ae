using System.Collections.Concurrent;
using ActorFed.Actors;
using ActorFed.Algorithms.Core;
using ActorFed.Wire;

namespace ActorFed.Cluster.RabbitMq;

/// <summary>One run of the RabbitMQ engine, as far as it is hosted here: its cells, its end, and what they share.</summary>
/// <remarks>
/// <para>The run counts its active parties: cells that are awake, cells with a timer, and messages under way. Where all participants are
/// hosted here and the count falls to zero, nothing can happen any more. Elsewhere others may be active, and it never does.</para>
/// <para>In a part of a run, <see cref="RunSetup.Lead"/>, cells come and go. The one that leads stands for the run: whoever hosts it records
/// what all others show, and its end is the run's.</para>
/// </remarks>
internal sealed partial class RabbitMqRun
{
    // After the end, for telling the others and for tidying up; what it does not reach expires by itself.
    private static readonly TimeSpan MaxFarewell = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<ParticipantId, RabbitMqCell> _cells = new();
    private readonly ConcurrentDictionary<(MailboxKind Kind, PacketId Id), bool> _underWay = new();
    private readonly CancellationTokenSource _ended = new();
    private readonly Lock _supervised = new();
    private readonly IRunObserver _observer;
    private readonly IParticipantFactory _factory;
    private readonly ISnapshotStore _snapshots;
    private long _startedAt;
    private TimerTable? _wallTime;
    private Ending? _ending;
    private Task _connection = Task.CompletedTask;
    private int _active = 1; // RunAsync itself, until all cells are awake; for ever, where others take part

    private sealed record Ending(RunOutcome Outcome, string Reason, Exception? Failure, TimeSpan At, bool IsKnownToOthers);

    public RabbitMqRun(RunSetup setup, IParticipantFactory factory, IRunObserver observer, ISnapshotStore snapshots)
    {
        Setup = setup;
        Ended = _ended.Token;
        Frames = new FrameWriter(setup.Options.Wire);
        Supervisor = new Supervisor(setup.Plan.Supervision);
        Broker = new Broker(setup, AttachAsync, Ended);
        (_observer, _factory, _snapshots) = (observer, factory, snapshots);
        _startedAt = setup.Clock.GetTimestamp();
        foreach (ParticipantSpec spec in setup.Plan.Participants.Where(spec => setup.Hosted.Contains(spec.Id)))
        {
            _cells[spec.Id] = NewCell(spec);
        }
    }

    public RunSetup Setup { get; }

    public FrameWriter Frames { get; }

    public Supervisor Supervisor { get; }

    public Broker Broker { get; }

    /// <summary>Cancelled when the run has ended.</summary>
    public CancellationToken Ended { get; }

    /// <summary>Tells what is sent from here from what other processes sent for the same participants, before or after.</summary>
    public ulong Instance { get; } = (ulong)Random.Shared.NextInt64(1, long.MaxValue);

    public TimeSpan Now => Setup.Clock.GetElapsedTime(_startedAt);

    public bool HasEnded => Volatile.Read(ref _ending) is not null;

    /// <summary>Runs all that is hosted to the end of the run.</summary>
    public async Task<RunReport> RunAsync(CancellationToken cancellation)
    {
        using CancellationTokenRegistration registration = cancellation.UnsafeRegister(
            static run => ((RabbitMqRun)run!).End(RunOutcome.Cancelled, "The run was cancelled."), this);
        Task connection = KeepConnectedAsync();
        if (await IsConnectedAsync().ConfigureAwait(false))
        {
            await LiveAsync().ConfigureAwait(false);
        }

        await connection.ConfigureAwait(false);
        await SayFarewellAsync(_ending!).ConfigureAwait(false);
        await Broker.DisposeAsync().ConfigureAwait(false);
        return MakeReport(_ending!);
    }

    /// <summary>Ends the run; the first end counts. Returns before the cells have seen it.</summary>
    public void End(RunOutcome outcome, string reason, Exception? failure = null) =>
        End(new Ending(outcome, reason, failure, Now, IsKnownToOthers: outcome is RunOutcome.Cancelled or RunOutcome.TimeLimit));

    /// <summary>Another engine says that the run has ended.</summary>
    public void EndFromOutside(ControlMessage.RunEnded ended, ParticipantId sender) => End(new Ending(
        ended.IsCompleted ? RunOutcome.Completed : RunOutcome.Failed,
        ended.IsCompleted ? ended.Reason : $"{ended.Reason} (said by the engine of {sender})",
        null,
        Now,
        IsKnownToOthers: true));

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
    public void Sent(MailboxKind kind, PacketId id)
    {
        if (Setup.HostsAll && _underWay.TryAdd((kind, id), true))
        {
            Retain();
        }
    }

    /// <summary>A message was handled, or given up.</summary>
    public void Done(MailboxKind kind, PacketId id)
    {
        if (_underWay.TryRemove((kind, id), out _)) // else it came twice, or from an earlier part of the run
        {
            Release();
        }
    }

    /// <summary>Tells the observer of a call into a participant.</summary>
    /// <returns>False when the call must not be made, since the observer threw and the run is over.</returns>
    public bool Enter(TimeSpan now, Entry entry) => Tell(() => _observer.Entered(now, entry));

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

    /// <summary>An error of the engine itself ends this run and not the process.</summary>
    public void FailByEngine(ParticipantId at, Exception failure) =>
        End(RunOutcome.Failed, $"The engine failed at {at} with {failure.GetType().Name}: {failure.Message}", failure);

    private void End(Ending ending)
    {
        if (Interlocked.CompareExchange(ref _ending, ending, null) is null)
        {
            _ = _ended.CancelAsync(); // not here: it would wake others within this turn
        }
    }

    private async Task KeepConnectedAsync()
    {
        try
        {
            await Broker.KeepConnectedAsync().ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (HasEnded)
        {
            // the run needs no new session
        }
        catch (Exception failure)
        {
            End(RunOutcome.Failed, failure.Message, failure);
        }
    }

    private async Task<bool> IsConnectedAsync()
    {
        try
        {
            await Broker.SessionAsync(Ended).ConfigureAwait(false);
            return true;
        }
        catch (OperationCanceledException) when (HasEnded)
        {
            return false;
        }
    }

    private async Task AttachAsync(BrokerSession session, CancellationToken cancellation)
    {
        await session.DeclareDeadLettersAsync(cancellation).ConfigureAwait(false);
        await _hosting.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            _session = session;
            foreach (RabbitMqCell cell in _isSuspended ? [] : _cells.Values)
            {
                await cell.AttachAsync(session, cancellation).ConfigureAwait(false);
            }
        }
        finally
        {
            _hosting.Release();
        }
    }

    private async Task LiveAsync()
    {
        _startedAt = Setup.Clock.GetTimestamp();
        using TimerTable wallTime = new(Setup.Clock, EndAtWallTime);
        _wallTime = wallTime;
        Tell(() => _observer.Started(() => Counted().BytesSent));
        TellOfMailboxes();
        if (Setup.Plan.Limits.WallTime is { } limit)
        {
            wallTime.Start("wall time", Now, limit);
        }

        foreach (RabbitMqCell cell in _cells.Values)
        {
            Retain();
            cell.Begin();
        }

        if (Setup.HostsAll)
        {
            Release();
        }

        await Task.WhenAll(_cells.Values.Select(cell => cell.Life)).ConfigureAwait(false);
    }

    private void TellOfMailboxes() =>
        Tell(() => _observer.MailboxesOpened(() => _cells.Values.Select(cell => new MailboxDepth(cell.Actor.Id, cell.Waiting))));

    private void EndAtWallTime()
    {
        if (_wallTime!.TryTakeDue(Now, out _)) // else the alarm rang too early and is set again
        {
            End(RunOutcome.TimeLimit, $"The wall time of {Setup.Plan.Limits.WallTime} is over.");
        }
    }

    /// <summary>Tells the other engines, and removes the mailboxes that nobody needs any more.</summary>
    private async Task SayFarewellAsync(Ending ending)
    {
        if (ending.Outcome is RunOutcome.Cancelled or RunOutcome.TimeLimit)
        {
            return; // others go on, or the run is resumed: what is in the mailboxes is kept
        }

        using CancellationTokenSource patience = new(MaxFarewell, Setup.Clock);
        try
        {
            BrokerSession session = Broker.OpenSession ?? throw new BrokerException("there is no connection to the broker.");
            if (!ending.IsKnownToOthers)
            {
                await TellAsync(
                    Setup.Planned.Except(Setup.Hosted), Setup.Hosted.Min(), ending.Outcome == RunOutcome.Completed, ending.Reason, patience.Token)
                    .ConfigureAwait(false);
            }

            foreach (ParticipantId participant in Setup.Hosted)
            {
                await session.DeleteAsync(participant, patience.Token).ConfigureAwait(false);
            }

            if (Setup.HostsAll)
            {
                await session.DeleteDeadLettersIfNoneAsync(patience.Token).ConfigureAwait(false);
            }
        }
        catch (Exception failure)
        {
            Report(new SupervisionEvent(
                SupervisionAction.Dropped,
                Setup.Hosted.Min(),
                $"The end of the run could not be told to all, or its mailboxes not be removed, within {MaxFarewell}: {failure.Message} "
                + $"They expire after {Setup.Options.Expiry}; other nodes end at their wall time, or when they are stopped.",
                Sender: null,
                failure));
        }
    }

    /// <summary>Tells participants that the run is over.</summary>
    private async Task TellAsync(
        IEnumerable<ParticipantId> others, ParticipantId speaker, bool isCompleted, string reason, CancellationToken cancellation)
    {
        (string name, byte[] payload) = Setup.Codec.Encode(new ControlMessage.RunEnded(isCompleted, reason));
        await Task.WhenAll(others.Select(TellAsync)).ConfigureAwait(false);

        async Task TellAsync(ParticipantId other)
        {
            Packet packet = new()
            {
                RunId = Setup.Plan.RunId,
                Id = new PacketId(speaker, int.MaxValue, Instance, 1), // said by no incarnation of it
                Receiver = other,
                Name = name,
                Payload = new(payload),
            };
            foreach (byte[] frame in Frames.Split(packet))
            {
                await Broker.PublishAsync(MailboxKind.Control, other, frame, _ => { }, cancellation).ConfigureAwait(false);
            }
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

    private string DescribeStopped()
    {
        string[] stopped = [.. _cells.Values.Where(cell => cell.Actor.State == ActorState.Stopped).Select(cell => cell.Actor.Id.ToString())];
        return stopped.Length == 0 ? "" : $" Stopped before: {string.Join(", ", stopped)}.";
    }

    private RunReport MakeReport(Ending ending)
    {
        if (ending.Outcome is RunOutcome.Cancelled or RunOutcome.TimeLimit)
        {
            foreach (SupervisionDecision? lost in _cells.Values.Select(cell => cell.Actor.SaveAtEnd()).ToList())
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

    private RabbitMqCell NewCell(ParticipantSpec spec) => new(this, new RoleActor(spec, _factory, _snapshots, Supervisor));
}
