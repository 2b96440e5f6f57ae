using ActorFed.Algorithms.Core;
using Akka.Actor;
using Akka.Cluster.Sharding;
using Akka.TestKit;
using Akka.TestKit.Xunit2;
using Xunit;

namespace ActorFed.Cluster.Akka.Tests;

/// <summary>In virtual time: the scheduler is the TestKit's.</summary>
public sealed class RunCoordinatorTests() : TestKit(TestRun.VirtualTime)
{
    private static readonly AkkaSettings Settings = AkkaSettings.Load();
    private static readonly WantedRun Star = new("run-1", [ParticipantId.Master, ParticipantId.Worker(0)]);

    private TestScheduler Scheduler => (TestScheduler)Sys.Scheduler;

    [Fact]
    public void Asks_for_the_participants_of_a_run_once_and_reminds_after_a_while()
    {
        TestProbe masters = CreateTestProbe();
        TestProbe workers = CreateTestProbe();
        TestProbe looks = CreateTestProbe();
        Sys.ActorOf(RunCoordinator.Of(() => Told(looks, [Star]), role => role == Role.Master ? masters : workers, Settings));

        looks.ExpectMsg("look");
        Assert.Equal("master@run-1", masters.ExpectMsg<ShardRegion.StartEntity>().EntityId);
        Assert.Equal("worker-0@run-1", workers.ExpectMsg<ShardRegion.StartEntity>().EntityId);

        Scheduler.Advance(Settings.LookEvery);
        looks.ExpectMsg("look");
        masters.ExpectNoMsg(TimeSpan.FromMilliseconds(100));
        Scheduler.Advance(Settings.RemindEvery);
        masters.ExpectMsg<ShardRegion.StartEntity>();
        workers.ExpectMsg<ShardRegion.StartEntity>();
    }

    [Fact]
    public void Looks_again_when_the_store_did_not_answer()
    {
        TestProbe region = CreateTestProbe();
        TestProbe looks = CreateTestProbe();
        bool isAway = true;
        Props coordinator = RunCoordinator.Of(
            () =>
            {
                looks.Ref.Tell("look", ActorRefs.NoSender);
                return Volatile.Read(ref isAway) ? throw new InvalidOperationException("The store is away.") : [Star];
            },
            _ => region,
            Settings);

        EventFilter.Warning(contains: "The store is away.").ExpectOne(() => Sys.ActorOf(coordinator));
        looks.ExpectMsg("look");
        Volatile.Write(ref isAway, false);
        Scheduler.Advance(Settings.LookEvery);

        region.ExpectMsg<ShardRegion.StartEntity>();
    }

    private static IReadOnlyList<WantedRun> Told(TestProbe looks, IReadOnlyList<WantedRun> runs)
    {
        looks.Ref.Tell("look", ActorRefs.NoSender);
        return runs;
    }
}
