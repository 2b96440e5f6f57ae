using ActorFed.Actors;
using ActorFed.Algorithms.Core;
using ActorFed.Engines.Simulation.Faults;
using Xunit;
using static ActorFed.Engines.Tests.Faults.Gossip;

namespace ActorFed.Engines.Tests.Faults;

/// <summary>What each timed fault does to the gossip.</summary>
public sealed class TimedFaultTests
{
    private static readonly string[] AllPairs =
        ["master>worker-0", "master>worker-1", "worker-0>master", "worker-0>worker-1", "worker-1>master", "worker-1>worker-0"];

    [Fact]
    public void A_crashed_worker_is_rebuilt_from_its_snapshot_when_its_time_is_over()
    {
        Gossip run = With("at 25ms crash worker-0 for 40ms");

        Assert.Equal([(0, 0), (65, 2)], StartsOf(run, First));
        Assert.Equal([1, 2, 7, 8], run.Heard(First, Master)[..4]); // 3 to 6 found it down
        Assert.Equal(1, run.Log.CountOf("crash"));
        Assert.Equal(1, run.Report.Restarts);
        Assert.Equal(RunOutcome.Completed, run.Report.Outcome);
    }

    [Fact]
    public void A_crashed_master_is_rebuilt_as_well()
    {
        Gossip run = With("at 25ms crash master for 40ms");

        Assert.Equal([(0, 0), (65, 2)], StartsOf(run, Master));
        Assert.Equal(1, run.Log.CountOf("master-crash"));
        Assert.Equal(RunOutcome.Completed, run.Report.Outcome);
    }

    [Fact]
    public void A_crash_of_a_node_takes_all_its_participants()
    {
        Gossip run = With("at 25ms crash node 0 for 40ms");

        Assert.Equal([(0, 0), (65, 2)], StartsOf(run, Master));
        Assert.Equal([(0, 0), (65, 2)], StartsOf(run, Second));
        Assert.Equal([(0, 0)], StartsOf(run, First));
        Assert.Equal(1, run.Log.CountOf("node-crash"));
    }

    [Fact]
    public void A_paused_participant_does_nothing_and_goes_on_afterwards()
    {
        Gossip run = With("at 25ms pause worker-0 for 40ms");

        Assert.DoesNotContain(run.Received, entry => entry.Milliseconds is > 25 and < 65 && entry.Receiver == First);
        Assert.DoesNotContain(run.Received, entry => entry.Milliseconds is > 25 and < 66 && entry.Sender == First);
        Assert.Equal([1, 2, 3, 4, 5, 6, 7], run.Heard(First, Master)[..7]); // nothing is lost
        Assert.Equal([(0, 0)], StartsOf(run, First));
        Assert.Equal(1, run.Log.CountOf("pause"));
    }

    [Theory]
    [InlineData("cut off worker-0", "partition", "master>worker-1 worker-1>master")]
    [InlineData("cut off worker-0,worker-1", "partition", "worker-0>worker-1 worker-1>worker-0")]
    [InlineData("cut outgoing worker-0", "one-way-partition", "master>worker-0 master>worker-1 worker-1>master worker-1>worker-0")]
    [InlineData("cut incoming worker-0", "one-way-partition", "master>worker-1 worker-0>master worker-0>worker-1 worker-1>master")]
    [InlineData("cut links master~worker-0", "partial-partition", "master>worker-1 worker-0>worker-1 worker-1>master worker-1>worker-0")]
    [InlineData("cut links worker-0~worker-1,worker-0~master", "partial-partition", "master>worker-1 worker-1>master")]
    public void A_partition_cuts_its_links_until_it_is_over(string cut, string kind, string left)
    {
        Gossip run = With($"at 25ms {cut} for 40ms");

        Assert.Equal(AllPairs, run.Connected(0, 25));
        Assert.Equal(left.Split(' '), run.Connected(25, 65));
        Assert.Equal(AllPairs, run.Connected(65, 200));
        Assert.Equal(1, run.Log.CountOf(kind));
        Assert.Equal(TimeSpan.FromMilliseconds(65), run.Log.Until);
    }

    [Fact]
    public void A_slow_disk_holds_up_who_writes_for_a_while()
    {
        Gossip run = With("at 25ms slow disk worker-0 by 5ms for 40ms");

        double[] arrivals = ArrivalsFromFirst(run);
        Assert.Equal([11, 21, 36, 51, 66], arrivals[..5]);
        Assert.Equal(10, arrivals[7] - arrivals[6]);
        Assert.Equal(1, run.Log.CountOf("slow-disk"));
    }

    [Fact]
    public void A_failed_write_rebuilds_its_participant_from_the_snapshot_before()
    {
        Gossip run = With("at 25ms fail write worker-0");

        Assert.Equal([0, 2], StartsOf(run, First).Select(start => start.Count));
        Assert.Equal(1, run.Log.CountOf("failed-write"));
        Assert.Equal(RunOutcome.Completed, run.Report.Outcome);
    }

    [Fact]
    public void A_torn_write_costs_one_snapshot()
    {
        Gossip run = With("at 25ms tear write worker-0 after 10 bytes", "at 35ms crash worker-0 for 1ms");

        Assert.Equal([(0, 0), (36, 2)], StartsOf(run, First));
        Assert.Equal(1, run.Log.CountOf("torn-write"));
    }

    [Fact]
    public void A_flipped_bit_costs_one_snapshot()
    {
        Gossip run = With("at 35ms flip bit 200 of worker-0", "at 36ms crash worker-0 for 1ms");

        Assert.Equal([(0, 0), (37, 2)], StartsOf(run, First));
        Assert.Equal(1, run.Log.CountOf("flipped-bit"));
    }

    [Fact]
    public void No_bit_flips_in_an_only_copy()
    {
        Gossip run = With("at 15ms flip bit 200 of worker-0", "at 16ms crash worker-0 for 1ms");

        Assert.Equal([(0, 0), (17, 1)], StartsOf(run, First));
        Assert.Equal(0, run.Log.CountOf("flipped-bit"));
    }

    [Theory]
    [InlineData("fail write worker-0")]
    [InlineData("tear write worker-0 after 10 bytes")]
    [InlineData("flip bit 200 of worker-0")]
    [InlineData("slow disk worker-0 by 5ms for 40ms")]
    public void Disk_faults_do_not_count_where_there_is_no_disk(string fault)
    {
        Gossip run = Run(new PlannedFaults(FaultPlan.Parse([$"at 25ms {fault}"])), hasDisk: false);

        Assert.Empty(run.Log.Faults);
    }

    [Fact]
    public void A_fast_clock_shortens_timers_until_it_is_set_right()
    {
        Gossip run = With("at 15ms clock worker-0 ahead 1h rate 2 for 30ms");

        Assert.Equal([11, 21, 26, 31, 36, 41, 46, 56, 66], ArrivalsFromFirst(run)[..9]); // what has begun ends as it began
        Assert.Equal(1, run.Log.CountOf("clock-skew"));
    }

    [Fact]
    public void A_clock_can_be_wrong_for_good()
    {
        Gossip run = With("at 15ms clock worker-0 ahead -1h rate 0.5 for good");

        Assert.Equal([11, 21, 41, 61, 81, 101], ArrivalsFromFirst(run)[..6]);
        Assert.Equal(RunOutcome.Completed, run.Report.Outcome);
    }

    private static double[] ArrivalsFromFirst(Gossip run) =>
        [.. run.Received.Where(entry => entry.Sender == First && entry.Receiver == Master).Select(entry => entry.Milliseconds)];

    private static (double At, long Count)[] StartsOf(Gossip run, ParticipantId who) =>
        [.. run.Started.Where(start => start.Who == who).Select(start => (start.Milliseconds, start.Count))];
}
