using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Star;
using Xunit;
using static ActorFed.Algorithms.Tests.Star.MasterProbe;

namespace ActorFed.Algorithms.Tests.Star;

public sealed class BufferedParticipationTests
{
    /// <summary>Steps of two reports, three of five workers under way, in the order in which they became free.</summary>
    private static readonly BufferedParticipation Two = new() { Buffer = 2, Concurrency = 3, Pick = Pick.Fifo, Seed = 1 };

    [Fact]
    public void Fills_a_place_as_soon_as_it_is_free_and_steps_when_the_buffer_is_full()
    {
        MasterProbe master = new(new ToyMasterRule(5), Two);
        Assert.Equal([0, 1, 2], master.Asked);

        master.Report(1);
        Assert.Equal([3], master.Asked);
        Assert.Equal(0, master.Rule.Steps);
        master.Report(0);

        Assert.Equal([0, 1], master.Rule.Stepped[^1]);
        Assert.Equal([4], master.Asked);
    }

    [Fact]
    public void Asks_after_the_step_that_a_report_fills_so_that_the_newest_model_goes_out()
    {
        MasterProbe master = new(new ToyMasterRule(5), Two);
        master.Report(0, 1);

        Assert.Equal(((ToyBody.Work)master.RequestOf(4).Work).Amount, master.Rule.Total + 4);
        Assert.True(master.Rule.Total > 0);
    }

    [Fact]
    public void Tells_how_stale_each_report_is()
    {
        MasterProbe master = new(new ToyMasterRule(5), Two);
        master.Report(0, 1); // step 1; then 2, asked before it, 3, and 4, asked after it, are under way

        master.Report(2, 4);

        StepObserved step = master.Observations.OfType<StepObserved>().Single();
        Assert.Equal([2, 4], step.Active.AsEnumerable());
        Assert.Equal([1, 0], step.Staleness.AsEnumerable());
    }

    [Fact]
    public void Takes_two_reports_of_one_worker_in_one_step()
    {
        MasterProbe master = new(new ToyMasterRule(3), Two);

        master.Report(1);
        Assert.Equal([1], master.Asked); // nobody else is free
        master.Report(1);

        Assert.Equal([1, 1], master.Rule.Stepped[^1]);
        Assert.Equal([1, 1], master.Observations.OfType<StepObserved>().Single().Active.AsEnumerable());
    }

    [Fact]
    public void Uses_a_report_that_comes_twice_once()
    {
        MasterProbe master = new(new ToyMasterRule(5), Two);
        StarMessage.WorkReported report = Answer(master.RequestOf(1));
        master.Receive(1, report);

        master.Receive(1, report);
        Assert.Empty(master.Asked);
        Assert.Equal(0, master.Rule.Steps);
        master.Report(0);
        master.Receive(1, report);

        Assert.Equal(1, master.Rule.Steps);
    }

    [Fact]
    public void Gives_the_place_of_a_lost_worker_to_another_and_drops_its_late_report()
    {
        MasterProbe master = new(new ToyMasterRule(5), Two);
        StarMessage.WorkReported late = Answer(master.RequestOf(2));
        master.Report(0);
        Assert.Equal([3], master.Asked);

        master.Scan(5); // longer than patience
        Assert.Contains((2, WorkerChange.Lost), master.Changes);
        Assert.Equal([4, 0], master.Asked); // 1, 2 and 3 are lost
        master.Receive(2, late);

        Assert.Contains((2, WorkerChange.Returned), master.Changes);
        Assert.Equal([2], master.Asked); // anew, for the place that is left
        master.Report(0);
        Assert.Equal(1, master.Rule.Steps); // with the first report of 0: the late one was not used
    }

    [Fact]
    public void Keeps_a_report_whose_worker_is_lost_after_it()
    {
        MasterProbe master = new(new ToyMasterRule(5), Two);
        master.Report(1);

        master.Receive(1, new LifecycleMessage.ParticipantStopped("gone"));
        master.Report(0);

        Assert.Equal([0, 1], master.Rule.Stepped[^1]);
    }

    [Fact]
    public void Goes_on_with_as_many_as_live()
    {
        MasterProbe master = new(new ToyMasterRule(3), Two);
        master.Receive(0, new LifecycleMessage.ParticipantStopped("gone"));
        master.Receive(2, new LifecycleMessage.ParticipantStopped("gone"));

        master.Report(1, 1, 1, 1);

        Assert.Equal(2, master.Rule.Steps);
    }

    [Fact]
    public void Leaves_no_half_full_buffer_in_a_snapshot_and_uses_nothing_that_was_asked_for_before_it()
    {
        MasterProbe master = new(new ToyMasterRule(5), Two);
        master.Report(0, 1, 2); // a step, and one report that waits
        StarMessage.WorkReported old = Answer(master.RequestOf(3));

        MasterProbe rebuilt = new(new ToyMasterRule(5), Two, epoch: 2, resumeFrom: master.Master.TakeSnapshot());
        Assert.Equal([0, 1, 2], rebuilt.Asked);
        rebuilt.Receive(3, old);
        rebuilt.Report(0);
        Assert.Equal(1, rebuilt.Rule.Steps);
        rebuilt.Report(1);

        Assert.Equal(2, rebuilt.Rule.Steps);
    }

    [Fact]
    public void Waits_with_new_requests_for_the_step_where_it_is_told_to()
    {
        MasterProbe master = new(new ToyMasterRule(5), Two with { Refill = Refill.PerStep });

        master.Report(1);
        Assert.Empty(master.Asked);
        master.Report(0);

        Assert.Equal([3, 4], master.Asked);
        Assert.Equal([0, 1], master.Rule.Stepped[^1]);
    }

    [Fact]
    public void Steps_with_fewer_reports_when_fewer_live_and_it_waits_for_the_step()
    {
        MasterProbe master = new(new ToyMasterRule(3), Two with { Refill = Refill.PerStep });
        master.Receive(0, new LifecycleMessage.ParticipantStopped("gone"));
        master.Report(1);

        master.Receive(2, new LifecycleMessage.ParticipantStopped("gone"));

        Assert.Equal([1], master.Rule.Stepped[^1]);
        Assert.Equal([1], master.Asked);
    }

    [Fact]
    public void Picks_every_free_worker_as_often_as_any_other()
    {
        IDispatcher dispatcher = (Two with { Concurrency = 1, Buffer = 1, Pick = Pick.Random }).CreateDispatcher(4);
        int[] times = new int[4];
        Enumerable.Range(0, 4).ToList().ForEach(dispatcher.Free);
        for (int i = 0; i < 4000; i++)
        {
            int worker = dispatcher.Next(i)!.Value;
            Assert.Null(dispatcher.Next(i));
            times[worker]++;
            dispatcher.Free(worker);
        }

        Assert.All(times, count => Assert.InRange(count, 1000 - 140, 1000 + 140)); // 5 standard deviations of 27
    }

    [Theory]
    [InlineData(0, 3, "The buffer takes 0 reports; it must be between 1 and 3")]
    [InlineData(4, 3, "The buffer takes 4 reports; it must be between 1 and 3")]
    [InlineData(2, 6, "6 workers are to be under way; it must be at most 5")]
    public void Refuses_sizes_that_can_never_be(int buffer, int concurrency, string words)
    {
        BufferedParticipation policy = Two with { Buffer = buffer, Concurrency = concurrency };

        Assert.Contains(words, Assert.Throws<ArgumentException>(() => policy.CreateDispatcher(5)).Message, StringComparison.Ordinal);
    }
}
