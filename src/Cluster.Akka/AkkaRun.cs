using System.Collections.Concurrent;
using ActorFed.Actors;
using ActorFed.Actors.Membership;
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

    /// <summary>Messages of one sender that may wait in one mailbox, so that all senders together fill no more than the plan allows.</summary>
    public int Room => Math.Max(1, Plan.Limits.MailboxCapacity / Plan.Participants.Length);
}

/// <summary>One run of the Akka engine, as far as it is hosted here: its participants live in mailbox actors.</summary>
internal sealed class AkkaRun(RunSetup setup, IParticipantFactory factory, IRunObserver observer, ISnapshotStore snapshots)
    : DistributedRun<Resident>(setup.Plan, setup.Lead, setup.Clock, factory, observer, snapshots)
{
    private readonly ConcurrentDictionary<(bool IsControl, PacketId Id), bool> _underWay = new();

    public RunSetup Setup => setup;

    public FrameWriter Frames { get; } = new(setup.Settings.Wire);

    /// <summary>Hosts all participants under an actor, to the end of the run.</summary>
    /// <param name="begin">Makes the actor that a participant lives under.</param>
    /// <param name="stop">Ends when all actors have ended: nobody computes any more.</param>
    /// <param name="cancellation">Ends the run.</param>
    public async Task<RunReport> RunAsync(Action<Resident> begin, Func<Task> stop, CancellationToken cancellation)
    {
        using CancellationTokenRegistration registration = cancellation.UnsafeRegister(
            static run => ((AkkaRun)run!).End(RunOutcome.Cancelled, "The run was cancelled."), this);
        using IDisposable time = BeginTime();
        foreach (ParticipantSpec spec in setup.Plan.Participants)
        {
            Retain(); // until its first turn is over, as its mailbox counts
            Add(new Resident(NewActor(spec)));
        }

        foreach (Resident resident in Members)
        {
            begin(resident);
        }

        Release();
        await Over.ConfigureAwait(false);
        await stop().ConfigureAwait(false);
        return MakeReport();
    }

    /// <summary>Begins to host a participant: it is rebuilt from its newest snapshot at once.</summary>
    /// <param name="id">Which one.</param>
    /// <param name="recorder">Records the run, where it is the one that leads; else null.</param>
    /// <param name="begin">Makes its mailbox.</param>
    /// <returns>False when the part has ended, or no mailbox can be made any more.</returns>
    public Task<bool> TakeUpAsync(ParticipantId id, IRunObserver? recorder, Func<Resident, Task<bool>> begin)
    {
        Resident resident = new(NewActor(setup.Plan.Participants.Single(spec => spec.Id == id)));
        return TakeUpAsync(resident, recorder, () => begin(resident));
    }

    /// <summary>A message goes on its way: something may happen until it was handled.</summary>
    public void Sent(bool isControl, PacketId id)
    {
        if (setup.Lead is null && _underWay.TryAdd((isControl, id), true))
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

    protected override Task<Task<SupervisionEvent?>> BeginToLeaveAsync(Resident member, bool saves)
    {
        member.Mailbox!.Tell(new Leave(saves));
        return Task.FromResult(member.Left.Task);
    }

    protected override void Hurry(Resident member) => member.Mailbox!.Tell(new Leave(IsSaving: false));

    protected override Task AllGoneAsync()
    {
        foreach (Resident resident in Members)
        {
            Hurry(resident);
        }

        return Task.WhenAll(Members.Select(resident => resident.Left.Task));
    }
}
