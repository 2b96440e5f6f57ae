using ActorFed.Actors;
using ActorFed.Algorithms.Core;
using ActorFed.Engines.Tests;
using Akka.Actor;
using Akka.Cluster.Sharding;
using Akka.TestKit;
using Akka.TestKit.Xunit2;
using Xunit;

namespace ActorFed.Cluster.Akka.Tests;

/// <summary>A participant as sharding knows it; its shard is a probe.</summary>
public sealed class EntityActorTests() : TestKit(TestRun.RealTime)
{
    private static readonly ParticipantId Worker = ParticipantId.Worker(0);

    [Fact]
    public void Waits_to_be_taken_up_and_goes_at_once_when_it_is_handed_off()
    {
        TestProbe told = CreateTestProbe();
        Residence residence = new(() => told.Ref.Tell("changed", ActorRefs.NoSender));
        TestProbe shard = CreateTestProbe();
        IActorRef entity = shard.ChildActorOf(EntityActor.Of(residence, "worker-0@run-1"));

        told.ExpectMsg("changed");
        Assert.Equal([Worker], residence.Waiting("run-1"));
        shard.Watch(entity);
        entity.Tell(HandOff.Instance);

        shard.ExpectTerminated(entity);
        Assert.Empty(residence.Runs);
    }

    [Fact]
    public void Asks_its_shard_to_let_it_go_when_its_run_is_not_wanted()
    {
        Residence residence = new(() => { });
        TestProbe shard = CreateTestProbe();
        shard.ChildActorOf(EntityActor.Of(residence, "worker-0@run-1"));
        AwaitCondition(() => residence.Runs.Count == 1);

        residence.SendAway("run-1");

        Assert.Equal(HandOff.Instance, shard.ExpectMsg<Passivate>().StopMessage);
    }

    [Fact]
    public async Task Stays_when_it_is_handed_off_until_its_snapshot_is_stored()
    {
        MemorySnapshotStore snapshots = new();
        Residence residence = new(() => { });
        TestProbe shard = CreateTestProbe();
        IActorRef entity = shard.ChildActorOf(EntityActor.Of(residence, "worker-0@run-1"));
        AwaitCondition(() => residence.Runs.Count == 1);
        AkkaRun run = TestRun.Part(Sys, ActorRefs.Nobody, (_, _, _) => new Scripted { Count = 7 }, snapshots);
        await using AkkaPart part = new(run, residence, () => true, CancellationToken.None);

        Assert.True(await part.TakeUpAsync(Worker));
        entity.Tell(HandOff.Instance);
        AwaitCondition(() => residence.Departing("run-1").Count == 1);
        shard.Watch(entity);
        Assert.Null(await part.LetGoAsync(Worker, saves: true));

        shard.ExpectTerminated(entity);
        Assert.Equal(7, Scripted.CountIn(snapshots.Latest(Worker)!.Snapshot));
        Assert.Equal(1, snapshots.Latest(Worker)!.Incarnation);
    }

    [Fact]
    public async Task Cannot_be_taken_up_where_it_is_not()
    {
        AkkaRun run = TestRun.Part(Sys, ActorRefs.Nobody, (_, _, _) => new Scripted(), new MemorySnapshotStore());
        await using AkkaPart part = new(run, new Residence(() => { }), () => true, CancellationToken.None);

        Assert.False(await part.TakeUpAsync(Worker));
    }
}
