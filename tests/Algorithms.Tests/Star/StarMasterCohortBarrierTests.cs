using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Star;
using Xunit;

namespace ActorFed.Algorithms.Tests.Star;

/// <summary>Barriers of a step's cohort alone: 2 of 5 workers in every step, which two stages follow.</summary>
public sealed class StarMasterCohortBarrierTests
{
    private static readonly IParticipationPolicy Two = new CohortParticipation { Size = 2, Seed = 1 };

    [Fact]
    public void Leads_the_cohort_alone_through_the_stages_and_then_asks_the_next_one()
    {
        MasterProbe master = new(Rule(), Two);
        for (int step = 0; step < 20; step++)
        {
            int[] cohort = [.. master.Asked.Order()];
            Assert.Equal(2, cohort.Length);
            master.Report(cohort[1]);
            Assert.Empty(master.Effects);
            master.Report(cohort[0]);
            for (int stage = 0; stage < 2; stage++)
            {
                Assert.Equal(cohort, master.Asked);
                Assert.Equal($"stage-{stage}", NameOf(master.RequestOf(cohort[0])));
                master.Report(cohort);
            }

            Assert.Equal(step + 1, master.Rule.BarriersEnded);
        }

        Assert.Equal(5, master.Rule.Stepped.SelectMany(cohort => cohort).Distinct().Count());
    }

    [Fact]
    public void A_worker_outside_that_is_lost_breaks_nothing()
    {
        (MasterProbe master, int[] cohort, int outside) = InBarrier();

        master.Receive(outside, new LifecycleMessage.ParticipantStopped("gone"));

        Assert.Empty(master.Asked);
        master.Report(cohort);
        Assert.Equal(cohort, master.Asked);
        Assert.Equal("stage-1", NameOf(master.RequestOf(cohort[0])));
        Assert.Single(master.Rule.BarriersOpened);
    }

    [Fact]
    public void A_member_that_is_lost_begins_the_barrier_again_without_it()
    {
        (MasterProbe master, int[] cohort, _) = InBarrier();
        master.Report(cohort);

        master.Receive(cohort[0], new LifecycleMessage.ParticipantStopped("gone"));

        Assert.Equal([cohort[1]], master.Asked);
        Assert.Equal("stage-0", NameOf(master.RequestOf(cohort[1])));
        master.Report(cohort[1]);
        master.Report(cohort[1]);
        Assert.Equal(1, master.Rule.BarriersEnded);
        Assert.Equal(2, master.Asked.Length); // the next cohort
    }

    [Fact]
    public void A_cohort_that_is_lost_as_a_whole_ends_the_barrier_and_the_next_is_asked()
    {
        (MasterProbe master, int[] cohort, _) = InBarrier();

        master.Receive(cohort[0], new LifecycleMessage.ParticipantStopped("gone"));
        master.Receive(cohort[1], new LifecycleMessage.ParticipantStopped("gone"));

        Assert.Equal(1, master.Rule.BarriersEnded);
        Assert.Equal(2, master.Asked.Length);
        Assert.Empty(master.Asked.Intersect(cohort));
        Assert.Equal("step", NameOf(master.RequestOf(master.Asked[0])));
    }

    [Fact]
    public void Tells_a_worker_outside_that_nothing_is_due_and_a_member_what_is()
    {
        (MasterProbe master, int[] cohort, int outside) = InBarrier();

        master.Receive(outside, new StarMessage.StateAsked());
        Assert.Equal([outside], master.Idle);
        Assert.Empty(master.Asked);

        master.Receive(cohort[1], new StarMessage.StateAsked());
        Assert.Equal([cohort[1]], master.Asked);
        Assert.NotNull(master.RequestOf(cohort[1]).State);
    }

    [Fact]
    public void A_worker_that_comes_back_meanwhile_is_drawn_for_a_later_step()
    {
        (MasterProbe master, int[] cohort, int outside) = InBarrier();
        master.Receive(outside, new LifecycleMessage.ParticipantStopped("gone"));
        master.Receive(outside, new LifecycleMessage.ParticipantRestarted(2));
        master.Receive(outside, new StarMessage.StateAsked());
        Assert.Empty(master.Asked);

        HashSet<int> drawn = [];
        master.Report(cohort);
        master.Report(cohort);
        for (int step = 0; step < 20; step++)
        {
            int[] next = [.. master.Asked.Order()];
            drawn.UnionWith(next);
            master.Report(next);
            master.Report(next);
            master.Report(next);
        }

        Assert.Contains(outside, drawn);
    }

    [Fact]
    public void A_rebuilt_master_begins_the_barrier_of_the_same_cohort_again()
    {
        (MasterProbe master, int[] cohort, _) = InBarrier();

        MasterProbe rebuilt = new(Rule(), Two, epoch: 2, resumeFrom: master.Master.TakeSnapshot());

        Assert.Equal(cohort, rebuilt.Asked);
        Assert.Equal("stage-0", NameOf(rebuilt.RequestOf(cohort[0])));
    }

    private static (MasterProbe Master, int[] Cohort, int Outside) InBarrier()
    {
        MasterProbe master = new(Rule(), Two);
        int[] cohort = [.. master.Asked.Order()];
        master.Report(cohort);
        Assert.Equal(cohort, master.Asked);
        return (master, cohort, Enumerable.Range(0, 5).First(worker => !cohort.Contains(worker)));
    }

    private static ToyMasterRule Rule() => new(5) { BarrierEvery = 1, Stages = 2, IsOfTheCohort = true };

    private static string NameOf(StarMessage.WorkRequested request) => ((ToyBody.Work)request.Work).Name;
}
