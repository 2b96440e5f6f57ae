using ActorFed.Actors;
using ActorFed.Algorithms.Core;
using ActorFed.Engines.Tests;
using Akka.Actor;
using Akka.Configuration;

namespace ActorFed.Cluster.Akka.Tests;

/// <summary>Runs for tests of single actors.</summary>
internal static class TestRun
{
    /// <summary>Keys of the TestKit's actor system; patient, since machines differ and other work may slow them down.</summary>
    public static Config RealTime { get; } = ConfigurationFactory.ParseString("akka.test { single-expect-default = 60s, default-timeout = 60s, filter-leeway = 60s }").WithFallback(AkkaSettings.Load().Alone());

    /// <summary>The same, with time that stands still until the test lets it go on.</summary>
    public static Config VirtualTime { get; } = ConfigurationFactory.ParseString("akka.scheduler.implementation = \"Akka.TestKit.TestScheduler, Akka.TestKit\"").WithFallback(RealTime);

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
            new RunSetup(Plan, AkkaSettings.Load(), TestCodec.Instance, clock ?? new SchedulerClock(system.Scheduler), _ => post) { Lead = ParticipantId.Master },
            new ScriptedFactory(create),
            observer ?? new RecordingObserver(),
            snapshots)
        {
            GivenUp = (_, _) => { },
        };
}
