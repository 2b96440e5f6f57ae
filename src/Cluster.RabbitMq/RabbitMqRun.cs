using System.Collections.Concurrent;
using ActorFed.Actors;
using ActorFed.Actors.Membership;
using ActorFed.Algorithms.Core;
using ActorFed.Wire;

namespace ActorFed.Cluster.RabbitMq;

/// <summary>One run of the RabbitMQ engine, as far as it is hosted here: its participants live in cells, which share a connection.</summary>
internal sealed class RabbitMqRun : DistributedRun<RabbitMqCell>
{
    // After the end, for telling the others and for tidying up; what it does not reach expires by itself.
    private static readonly TimeSpan MaxFarewell = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<(MailboxKind Kind, PacketId Id), bool> _underWay = new();
    private Task _connection = Task.CompletedTask;
    private BrokerSession? _session; // touched while nobody moves, as is the next one
    private bool _isSuspended;

    public RabbitMqRun(RunSetup setup, IParticipantFactory factory, IRunObserver observer, ISnapshotStore snapshots)
        : base(setup.Plan, setup.Lead, setup.Clock, factory, observer, snapshots)
    {
        Setup = setup;
        Frames = new FrameWriter(setup.Options.Wire);
        Broker = new Broker(setup, AttachAsync, Ended);
        foreach (ParticipantSpec spec in setup.Plan.Participants.Where(spec => setup.Hosted.Contains(spec.Id)))
        {
            Add(new RabbitMqCell(this, NewActor(spec)));
        }
    }

    public RunSetup Setup { get; }

    public FrameWriter Frames { get; }

    public Broker Broker { get; }

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
        await SayFarewellAsync(Result).ConfigureAwait(false);
        await Broker.DisposeAsync().ConfigureAwait(false);
        return MakeReport();
    }

    /// <summary>Connects and stays connected.</summary>
    /// <exception cref="BrokerException">The broker refuses, or could not be reached.</exception>
    public async Task ConnectAsync()
    {
        _connection = KeepConnectedAsync();
        if (!await IsConnectedAsync().ConfigureAwait(false))
        {
            throw Result.Failure ?? new BrokerException(Result.Reason);
        }
    }

    /// <summary>Gives the connections up, after the end.</summary>
    public async Task DisconnectAsync()
    {
        await _connection.ConfigureAwait(false);
        await Broker.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Begins to host a participant: it is rebuilt from its newest snapshot at once, whoever may still hold its mailboxes.</summary>
    /// <param name="id">Which one.</param>
    /// <param name="recorder">Records the run, where it is the one that leads; else null.</param>
    /// <returns>False when the part has ended.</returns>
    public Task<bool> TakeUpAsync(ParticipantId id, IRunObserver? recorder)
    {
        RabbitMqCell cell = new(this, NewActor(Setup.Plan.Participants.Single(spec => spec.Id == id)));
        return TakeUpAsync(cell, recorder, async () =>
        {
            if (_session is { IsOpen: true } session && !_isSuspended)
            {
                await AttachToAsync(session, cell).ConfigureAwait(false);
            }

            cell.Begin();
            return true;
        });
    }

    /// <summary>Receives nothing for anybody until <see cref="ResumeAsync"/>: others may go on with those hosted here.</summary>
    public Task SuspendAsync() => WhileNobodyMovesAsync(async () =>
    {
        _isSuspended = true;
        foreach (RabbitMqCell cell in Members)
        {
            await cell.DetachAsync(forGood: false).ConfigureAwait(false);
        }
    });

    /// <summary>Undoes <see cref="SuspendAsync"/>.</summary>
    public Task ResumeAsync() => WhileNobodyMovesAsync(async () =>
    {
        _isSuspended = false;
        if (_session is { IsOpen: true } session)
        {
            foreach (RabbitMqCell cell in Members)
            {
                await AttachToAsync(session, cell).ConfigureAwait(false);
            }
        }
    });

    /// <summary>The run is over: removes all mailboxes, and tells those who are hosted by nobody here.</summary>
    /// <param name="external">Participants served by other programs, which hear of the end by a message in a mailbox that is kept.</param>
    /// <param name="report">How it ended.</param>
    public async Task RemoveMailboxesAsync(IReadOnlySet<ParticipantId> external, RunReport report)
    {
        using CancellationTokenSource patience = new(MaxFarewell, Setup.Clock);
        BrokerSession session = await Broker.SessionAsync(patience.Token).ConfigureAwait(false);
        await TellAsync(external, Setup.Lead!.Value, report.Outcome == RunOutcome.Completed, report.Reason, patience.Token).ConfigureAwait(false);
        foreach (ParticipantId participant in Setup.Planned.Where(id => !external.Contains(id)))
        {
            await session.DeleteAsync(participant, patience.Token).ConfigureAwait(false);
        }

        await session.DeleteDeadLettersIfNoneAsync(patience.Token).ConfigureAwait(false);
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

    protected override async Task<Task<SupervisionEvent?>> BeginToLeaveAsync(RabbitMqCell member, bool saves)
    {
        await member.DetachAsync(forGood: true).ConfigureAwait(false);
        await (saves ? Task.CompletedTask : member.Hurry.CancelAsync()).ConfigureAwait(false);
        return member.Leaving ??= LeaveAsync(); // once, though it may be overtaken and handed over at the same moment

        async Task<SupervisionEvent?> LeaveAsync()
        {
            await Task.Yield(); // its turn may need what the caller guards
            return await member.LeaveAsync().ConfigureAwait(false);
        }
    }

    protected override void Hurry(RabbitMqCell member) => member.Hurry.Cancel();

    protected override Task AllGoneAsync() => Task.WhenAll(Members.Select(cell => cell.Life));

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
        await WhileNobodyMovesAsync(
            async () =>
            {
                _session = session;
                foreach (RabbitMqCell cell in _isSuspended ? [] : Members)
                {
                    await cell.AttachAsync(session, cancellation).ConfigureAwait(false);
                }
            },
            cancellation).ConfigureAwait(false);
    }

    private async Task AttachToAsync(BrokerSession session, RabbitMqCell cell)
    {
        try
        {
            await cell.AttachAsync(session, Ended).ConfigureAwait(false);
        }
        catch (Exception) when (HasEnded)
        {
            // Nobody need receive any more; whoever called has other runs to look after.
        }
        catch (Exception failure)
        {
            session.Fail($"receiving for {cell.Actor.Id} could not begin: {failure.Message}"); // the next session begins with all
        }
    }

    private async Task LiveAsync()
    {
        using IDisposable time = BeginTime();
        foreach (RabbitMqCell cell in Members)
        {
            Retain();
            cell.Begin();
        }

        if (Setup.HostsAll)
        {
            Release();
        }

        await AllGoneAsync().ConfigureAwait(false);
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
            if (!ending.IsTold)
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
}
