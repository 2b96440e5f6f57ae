using ActorFed.Actors;
using ActorFed.Algorithms.Core;
using ActorFed.Engines.Tests;
using Akka.Actor;

namespace ActorFed.Cluster.Akka.Tests;

/// <summary>Runs for tests of single actors.</summary>
internal static class TestRun
{
    public static RunPlan Plan { get; } = new()
    {
        RunId = "run-1",
        Seed = 1,
        Participants = [new ParticipantSpec(ParticipantId.Master), new ParticipantSpec(ParticipantId.Worker(0), 0)],
        Supervision = new SupervisionPolicy { InitialBackOff = TimeSpan.FromSeconds(10), MaxBackOff = TimeSpan.FromSeconds(20) },
        Limits = new RunLimits { MailboxCapacity = 4, SendTimeout = TimeSpan.FromSeconds(30) },
    };

    /// <summary>A part of a run whose messages all go to one actor.</summary>
    public static AkkaRun Part(
        ActorSystem system,
        IActorRef post,
        Func<ParticipantSpec, int, Snapshot?, IParticipant> create,
        ISnapshotStore snapshots,
        IRunObserver? observer = null,
        TimeProvider? clock = null) => new(
            new RunSetup(Plan, AkkaSettings.Load(), TestCodec.Instance, clock ?? new SchedulerClock(system.Scheduler), _ => post) { Lead = ParticipantId.Master, GivenUp = (_, _) => { } },
            new ScriptedFactory(create),
            observer ?? new RecordingObserver(),
            snapshots);
}
