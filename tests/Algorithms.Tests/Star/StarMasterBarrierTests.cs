using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Star;
using Xunit;
using static ActorFed.Algorithms.Tests.Star.MasterProbe;

namespace ActorFed.Algorithms.Tests.Star;

/// <summary>The master in a barrier. Barriers here follow every second step and have three stages.</summary>
public sealed class StarMasterBarrierTests
{
    private static readonly IParticipationPolicy Everyone = new SynchronousParticipation();

    private static readonly IParticipationPolicy Anyone = new AsynchronousParticipation(1, 100);

    [Fact]
    public void Leads_everyone_through_all_stages_and_then_asks_everyone_for_a_step()
    {
        MasterProbe master = InBarrier(Everyone);

        List<string> stages = [];
        for (int stage = 0; stage < 3; stage++)
        {
            Assert.Equal([0, 1, 2], master.Asked);
            stages.Add(NameOf(master.RequestOf(0)));
            master.Report(2, 0);
            Assert.Empty(master.Effects);
            master.Report(1);
        }

        Assert.Equal(["stage-0", "stage-1", "stage-2"], stages);
        Assert.Equal([0, 1, 2], master.Asked);
        Assert.Equal("step", NameOf(master.RequestOf(0)));
        Assert.Equal(1, master.Rule.BarriersEnded);
        Assert.Single(master.Observations.OfType<MeasuresObserved>());
    }

    [Fact]
    public void Supersedes_steps_under_way_from_the_state_that_was_used_last()
    {
        MasterProbe master = new(Rule(), Anyone);
        StarMessage.WorkRequested first = master.RequestOf(1);
        master.Report(1);
        StarMessage.WorkRequested underWay = master.RequestOf(1);

        master.Report(0);

        Assert.Equal([0, 1, 2], master.Asked);
        Assert.Equal(first.Id, master.RequestOf(1).Previous);
        Assert.Null(master.RequestOf(1).State);
        Assert.NotNull(master.RequestOf(2).State); // it has not reported yet, so it may know nothing
        master.Receive(1, Answer(underWay, 77));
        Assert.Empty(master.Effects);
        master.Report(0, 1, 2);
        Assert.Equal("stage-1", NameOf(master.RequestOf(1)));
        Assert.NotEqual(77, master.Rule.Lower[1]);
    }

    [Fact]
    public void Reads_the_steps_under_way_first_where_the_barrier_drains_them()
    {
        MasterProbe master = new(Rule(drains: true), Anyone);
        StarMessage.WorkRequested late = master.RequestOf(2);
        master.Report(1);

        master.Report(0);
        Assert.Equal([0], master.Asked); // worker 1 and worker 2 have steps under way already
        Assert.Equal("step", NameOf(master.RequestOf(0)));
        master.Report(1, 0);
        Assert.Empty(master.Asked);
        master.Receive(2, Answer(late));

        Assert.Equal([0, 1, 2], master.Asked);
        Assert.Equal("stage-1", NameOf(master.RequestOf(2)));
        Assert.Equal(2, master.Rule.Steps);
    }

    [Fact]
    public void Starts_all_ages_anew_after_a_barrier()
    {
        MasterProbe master = new(Rule(), new AsynchronousParticipation(1, stalenessBound: 3));
        master.Report(0, 0);
        AnswerStages(master, 3, 0, 1, 2);

        master.Report(0);

        Assert.Equal(3, master.Rule.Steps); // worker 1, never heard in a step, is of age 1 again
    }

    [Fact]
    public void Sends_the_state_of_the_present_stage_to_a_worker_that_asks_for_it()
    {
        MasterProbe master = InBarrier(Everyone);
        master.Receive(0, Answer(master.RequestOf(0), 40));
        master.Receive(1, Answer(master.RequestOf(1), 41));
        master.Receive(2, Answer(master.RequestOf(2), 42));
        RequestId id = master.RequestOf(1).Id;

        master.Receive(1, new StarMessage.StateAsked());

        Assert.Equal([1], master.Asked);
        Assert.Equal(id, master.RequestOf(1).Id);
        Assert.Equal(41, Assert.IsType<ToyBody.State>(master.RequestOf(1).State).Value);
    }

    [Fact]
    public void Asks_a_silent_worker_again_in_a_barrier()
    {
        MasterProbe master = InBarrier(Everyone);
        master.Report(0, 2);

        master.Scan(2);

        Assert.Equal([1], master.Asked);
        Assert.Equal("stage-0", NameOf(master.RequestOf(1)));
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(1, false)]
    [InlineData(2, false)]
    [InlineData(0, true)]
    [InlineData(1, true)]
    [InlineData(2, true)]
    public void Begins_again_without_a_worker_that_is_lost_in_any_stage(int stage, bool drains)
    {
        MasterProbe master = InBarrier(Everyone, drains);
        AnswerStages(master, stage, 0, 1, 2);
        master.Report(0);

        master.Receive(1, new LifecycleMessage.ParticipantStopped("gone"));

        Assert.Equal([0, 2], master.Asked);
        Assert.All(master.Requests, sent => Assert.Equal(master.Rule.StateOf(sent.Worker), sent.Request.State));
        Assert.Equal(drains ? "step" : "stage-0", NameOf(master.RequestOf(0)));
        AnswerStages(master, 3, 0, 2);
        Assert.Equal(1, master.Rule.BarriersEnded);
        Assert.Equal([[true, true, true], [true, false, true]], master.Rule.BarriersOpened);
        Assert.Equal([0, 2], master.Asked);
    }

    [Fact]
    public void Ignores_answers_from_before_a_barrier_began_again()
    {
        MasterProbe master = InBarrier(Everyone);
        StarMessage.WorkReported old = Answer(master.RequestOf(2), 60);
        master.Report(0);
        master.Receive(1, new LifecycleMessage.ParticipantStopped("gone"));

        master.Receive(2, old);
        Assert.Empty(master.Effects);
        master.Report(0);
        Assert.Empty(master.Asked);
        master.Report(2);

        Assert.Equal("stage-1", NameOf(master.RequestOf(2)));
    }

    [Fact]
    public void Loses_all_workers_that_were_silent_for_too_long_at_once()
    {
        MasterProbe master = InBarrier(Everyone);
        master.Report(1);

        master.Scan(5);

        Assert.Equal([(0, WorkerChange.Lost), (2, WorkerChange.Lost)], master.Changes);
        Assert.Equal([1], master.Asked);
        Assert.Equal([false, true, false], master.Rule.BarriersOpened[^1]);
        Assert.Equal(2, master.Rule.BarriersOpened.Count);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Takes_a_lost_worker_back_when_the_barrier_ends(bool byReport)
    {
        MasterProbe master = InBarrier(Everyone);
        StarMessage.WorkReported late = Answer(master.RequestOf(1), 50);
        LoseBySilence(master, 1);
        AnswerStages(master, 1, 0, 2);

        master.Receive(1, byReport ? late : new StarMessage.StateAsked());
        Assert.Contains((1, WorkerChange.Returned), master.Changes);
        Assert.Empty(master.Asked);
        master.Receive(1, new StarMessage.StateAsked()); // it grows impatient
        Assert.Empty(master.Asked);
        AnswerStages(master, 2, 0, 2);

        Assert.Equal(1, master.Rule.BarriersEnded);
        Assert.Equal([0, 1, 2], master.Asked);
        Assert.Equal(master.Rule.StateOf(1), master.RequestOf(1).State);
        master.Report(0, 1, 2);
        Assert.Equal([0, 1, 2], master.Rule.Stepped[^1]);
    }

    [Fact]
    public void Asks_a_returned_worker_too_when_the_barrier_begins_again()
    {
        MasterProbe master = InBarrier(Everyone);
        LoseBySilence(master, 1);
        master.Receive(1, new StarMessage.StateAsked());

        master.Receive(2, new LifecycleMessage.ParticipantStopped("gone"));

        Assert.Equal([0, 1], master.Asked);
        AnswerStages(master, 3, 0, 1);
        Assert.Equal(1, master.Rule.BarriersEnded);
    }

    [Fact]
    public void Fails_in_a_barrier_when_a_worker_is_lost_if_told_so()
    {
        MasterProbe master = InBarrier(Everyone, options: Patient with { OnLoss = OnLoss.Fail });
        master.Report(0, 2);

        master.Receive(1, new LifecycleMessage.ParticipantStopped("gone"));

        Assert.Contains("worker-1", master.Failure);
        Assert.Empty(master.Asked);
        Assert.Equal(0, master.Rule.BarriersEnded);
    }

    [Fact]
    public void Fails_in_a_barrier_when_the_last_worker_is_lost()
    {
        MasterProbe master = InBarrier(Everyone);
        master.Receive(0, new LifecycleMessage.ParticipantStopped("gone"));
        master.Receive(1, new LifecycleMessage.ParticipantStopped("gone"));

        master.Receive(2, new LifecycleMessage.ParticipantStopped("gone"));

        Assert.Contains("no worker is left", master.Failure);
        Assert.Equal(0, master.Rule.BarriersEnded);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void Begins_an_open_barrier_again_after_a_restart(int stage)
    {
        MasterProbe old = InBarrier(Everyone);
        AnswerStages(old, stage, 0, 1, 2);

        MasterProbe master = new(Rule(), Everyone, epoch: 2, resumeFrom: old.Master.TakeSnapshot());

        Assert.Equal([0, 1, 2], master.Asked);
        Assert.All(master.Requests, sent => Assert.Equal("stage-0", NameOf(sent.Request)));
        Assert.All(master.Requests, sent => Assert.Equal(master.Rule.StateOf(sent.Worker), sent.Request.State));
        AnswerStages(master, 3, 0, 1, 2);
        Assert.Equal("step", NameOf(master.RequestOf(0)));
        Assert.Equal(2, master.Rule.Steps);
    }

    [Fact]
    public void Ends_the_barrier_of_the_last_step_before_it_completes_even_after_a_restart()
    {
        StarMasterOptions options = Patient with { StepLimit = 2 };
        MasterProbe old = InBarrier(Everyone, options: options);
        Assert.Null(old.Completion);

        MasterProbe master = new(Rule(), Everyone, options, epoch: 2, old.Master.TakeSnapshot());
        Assert.Null(master.Completion);
        AnswerStages(master, 3, 0, 1, 2);

        Assert.Equal("step limit", master.Completion);
        Assert.Equal(1, master.Rule.BarriersEnded);
    }

    [Fact]
    public void Goes_on_after_a_restart_whose_settings_know_no_such_barrier()
    {
        MasterProbe old = InBarrier(Everyone);

        MasterProbe master = new(new ToyMasterRule(3), Everyone, epoch: 2, resumeFrom: old.Master.TakeSnapshot());

        Assert.Equal([0, 1, 2], master.Asked);
        Assert.Equal("step", NameOf(master.RequestOf(0)));
    }

    private static ToyMasterRule Rule(bool drains = false) => new(3) { BarrierEvery = 2, Stages = 3, Drains = drains };

    /// <summary>Three workers, two steps made, the first stage's requests just sent.</summary>
    private static MasterProbe InBarrier(IParticipationPolicy policy, bool drains = false, StarMasterOptions? options = null)
    {
        MasterProbe master = new(Rule(drains), policy, options);
        master.Report(0, 1, 2);
        master.Report(0, 1, 2);
        return master;
    }

    /// <summary>All others answer, and this one does not for so long that the barrier begins again without it.</summary>
    private static void LoseBySilence(MasterProbe master, int silent)
    {
        master.Report([.. Enumerable.Range(0, 3).Where(worker => worker != silent)]);
        master.Scan(5);
        Assert.Contains((silent, WorkerChange.Lost), master.Changes);
    }

    private static void AnswerStages(MasterProbe master, int stages, params int[] workers)
    {
        for (int stage = 0; stage < stages; stage++)
        {
            master.Report(workers);
        }
    }

    private static string NameOf(StarMessage.WorkRequested request) => ((ToyBody.Work)request.Work).Name;
}
