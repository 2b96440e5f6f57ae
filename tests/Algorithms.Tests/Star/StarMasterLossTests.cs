using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Star;
using Xunit;
using static ActorFed.Algorithms.Tests.Star.MasterProbe;

namespace ActorFed.Algorithms.Tests.Star;

/// <summary>The master and workers that fall silent, stop and come back, between barriers.</summary>
public sealed class StarMasterLossTests
{
    private const int ScansUntilLost = 5; // LostAfter is four scans; the first may come right after the request

    private static readonly IParticipationPolicy Everyone = new SynchronousParticipation();

    [Fact]
    public void Asks_a_silent_worker_again_with_the_same_request()
    {
        MasterProbe master = new(new ToyMasterRule(2), Everyone);
        StarMessage.WorkRequested request = master.RequestOf(1);
        master.Report(0);

        master.Scan();
        Assert.Empty(master.Asked); // between one and two periods
        master.Scan();

        Assert.Equal([1], master.Asked);
        Assert.Same(request, master.RequestOf(1));
        Assert.Equal([(1, WorkerChange.AskedAgain)], master.Changes);
        Assert.Contains(master.Effects, effect => effect.Kind == EffectKind.StartTimer && effect.Delay == Patient.AskAgainAfter);
    }

    [Fact]
    public void Counts_silence_from_the_request_on()
    {
        MasterProbe master = new(new ToyMasterRule(1), Everyone);

        for (int i = 0; i < 20; i++)
        {
            master.Scan();
            Assert.Empty(master.Asked);
            master.Report(0);
        }

        Assert.Equal(20, master.Rule.Steps);
    }

    [Fact]
    public void Does_not_count_the_silence_of_a_worker_that_has_reported()
    {
        MasterProbe master = new(new ToyMasterRule(2), Everyone, Patient with { LostAfter = TimeSpan.FromHours(1) });
        master.Report(0);

        master.Scan(100);

        Assert.Equal([1], master.Asked);
        Assert.Equal([(1, WorkerChange.AskedAgain)], master.Changes);
    }

    [Fact]
    public void Goes_on_without_a_worker_that_was_silent_for_too_long()
    {
        MasterProbe master = new(new ToyMasterRule(2), Everyone);
        master.Report(0);

        master.Scan(ScansUntilLost - 1);
        Assert.Empty(master.Rule.Stepped);
        master.Scan();

        Assert.Equal([(1, WorkerChange.Lost)], master.Changes);
        Assert.Equal([[0]], master.Rule.Stepped);
        Assert.Equal(1, Assert.Single(master.Observations.OfType<StepObserved>()).WorkersAlive);
        master.Report(0);
        Assert.Equal([[0], [0]], master.Rule.Stepped);
    }

    [Fact]
    public void Fails_when_a_worker_is_lost_if_told_so()
    {
        MasterProbe master = new(new ToyMasterRule(2), Everyone, Patient with { OnLoss = OnLoss.Fail });
        master.Report(0);

        master.Scan(ScansUntilLost);

        Assert.Contains("worker-1", master.Failure);
        Assert.Contains("on-loss = continue", master.Failure);
        Assert.Equal([EffectKind.Save, EffectKind.Fail], EndOf(master));
        Assert.Empty(master.Rule.Stepped);
        Assert.Empty(master.Asked);
    }

    [Fact]
    public void Fails_when_the_last_worker_is_lost()
    {
        MasterProbe master = new(new ToyMasterRule(2), Everyone);

        master.Receive(0, new LifecycleMessage.ParticipantStopped("gone"));
        Assert.Null(master.Failure);
        master.Receive(1, new LifecycleMessage.ParticipantStopped("gone too"));

        Assert.Contains("no worker is left", master.Failure);
        Assert.Equal([EffectKind.Save, EffectKind.Fail], EndOf(master));
        Assert.Empty(master.Rule.Stepped);
    }

    [Fact]
    public void Loses_a_stopped_worker_at_once_and_drops_what_it_had_reported()
    {
        MasterProbe master = new(new ToyMasterRule(3), new AsynchronousParticipation(2, 100));
        master.Report(0);

        master.Receive(0, new LifecycleMessage.ParticipantStopped("gone"));
        Assert.Equal([(0, WorkerChange.Lost)], master.Changes);
        master.Receive(0, new LifecycleMessage.ParticipantStopped("gone")); // said twice
        Assert.Empty(master.Effects);
        master.Report(1);
        Assert.Empty(master.Rule.Stepped);
        master.Report(2);

        Assert.Equal([[1, 2]], master.Rule.Stepped);
    }

    [Fact]
    public void Is_content_with_fewer_than_S_workers_when_no_more_live()
    {
        MasterProbe master = new(new ToyMasterRule(3), new AsynchronousParticipation(3, 100));
        master.Report(0, 1);

        master.Receive(2, new LifecycleMessage.ParticipantStopped("gone"));

        Assert.Equal([[0, 1]], master.Rule.Stepped);
    }

    [Fact]
    public void Does_not_wait_for_the_age_of_a_lost_worker()
    {
        MasterProbe master = new(new ToyMasterRule(2), new AsynchronousParticipation(1, stalenessBound: 2));
        master.Report(0, 0);
        Assert.Equal(1, master.Rule.Steps); // worker 1 is too old

        master.Receive(1, new LifecycleMessage.ParticipantStopped("gone"));
        master.Report(0, 0, 0);

        Assert.Equal(5, master.Rule.Steps);
    }

    [Fact]
    public void Takes_a_lost_worker_back_when_it_reports()
    {
        MasterProbe master = new(new ToyMasterRule(2), Everyone);
        StarMessage.WorkReported late = Answer(master.RequestOf(1), 50);
        master.Report(0);
        master.Scan(ScansUntilLost);

        master.Receive(1, late);

        AssertAskedWithState(master, 1);
        Assert.Equal([(1, WorkerChange.Returned)], master.Changes);
        Assert.Equal(2, master.Rule.Lower[1]); // the late report was not used
        master.Report(0, 1);
        Assert.Equal([[0], [0, 1]], master.Rule.Stepped);
    }

    [Fact]
    public void Takes_a_lost_worker_back_when_it_asks_for_its_state()
    {
        MasterProbe master = new(new ToyMasterRule(2), Everyone);
        master.Report(0);
        master.Scan(ScansUntilLost);

        master.Receive(1, new StarMessage.StateAsked());

        AssertAskedWithState(master, 1);
        Assert.Equal([(1, WorkerChange.Joined), (1, WorkerChange.Returned)], master.Changes);
        master.Report(0);
        Assert.Equal(1, master.Rule.Steps); // it counts again
        master.Report(1);
        Assert.Equal([[0], [0, 1]], master.Rule.Stepped);
    }

    [Fact]
    public void Asks_a_lost_worker_once_every_while_without_waiting_for_it()
    {
        MasterProbe master = new(new ToyMasterRule(2), Everyone);
        StarMessage.WorkRequested request = master.RequestOf(1);
        master.Report(0);
        master.Scan(ScansUntilLost);

        for (int i = 0; i < 3; i++)
        {
            master.Report(0);
            master.Scan();
            master.Report(0); // worker 0 is never silent
            master.Scan(2);
            Assert.DoesNotContain(1, master.Asked);
            master.Report(0);
            master.Scan();

            Assert.Equal([1], master.Asked);
            Assert.Same(request, master.RequestOf(1));
            Assert.Equal([(1, WorkerChange.AskedAgain)], master.Changes);
        }

        Assert.All(master.Rule.Stepped, step => Assert.Equal([0], step));
        Assert.Equal(10, master.Rule.Steps);
    }

    [Fact]
    public void Does_not_ask_a_stopped_worker()
    {
        MasterProbe master = new(new ToyMasterRule(2), Everyone, Patient with { LostAfter = TimeSpan.FromSeconds(2) });
        master.Receive(1, new LifecycleMessage.ParticipantStopped("gone"));

        for (int i = 0; i < 20; i++)
        {
            master.Scan();
            Assert.Empty(master.Asked);
            master.Report(0);
        }

        Assert.Equal(20, master.Rule.Steps);
    }

    [Theory]
    [InlineData(int.MaxValue, false)]
    [InlineData(1, false)]
    [InlineData(1, true)]
    public void Finds_a_worker_again_whose_answer_went_missing(int barrierEvery, bool drains)
    {
        ToyMasterRule rule = new(2) { BarrierEvery = barrierEvery, Drains = drains };
        StarNetwork network = new(
            workers: 2,
            (epoch, snapshot) => new StarMaster(rule, Everyone, Patient, epoch, snapshot),
            (_, incarnation) => new StarWorker(new ToyWorkerRule(), incarnation, TimeSpan.FromSeconds(1)));
        while (rule.Steps < 1)
        {
            network.Deliver(0);
        }

        for (int round = 0; !Saw(network, WorkerChange.Lost); round++)
        {
            Assert.True(round < 20);
            network.InFlight.RemoveAll(envelope => envelope.From == ParticipantId.Worker(1));
            PassRound(network);
        }

        int stepsBefore = rule.Stepped.Count;
        for (int round = 0; rule.Stepped.Count == stepsBefore || !rule.Stepped[^1].SequenceEqual([0, 1]); round++)
        {
            Assert.True(round < 40);
            network.InFlight.RemoveAll(envelope => envelope.From == ParticipantId.Worker(1) && round < 3); // a few more go missing
            PassRound(network);
        }

        Assert.True(Saw(network, WorkerChange.Returned));
        Assert.Empty(network.Violations);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Takes_a_stopped_worker_back_only_after_its_restart(bool wasLostBefore)
    {
        MasterProbe master = new(new ToyMasterRule(2), Everyone);
        StarMessage.WorkReported before = Answer(master.RequestOf(1), 50);
        master.Report(0);
        master.Scan(wasLostBefore ? ScansUntilLost : 0);
        master.Receive(1, new LifecycleMessage.ParticipantStopped("gone"));

        foreach (Message late in new Message[] { before, new StarMessage.StateAsked() })
        {
            master.Receive(1, late); // said before the stop, which overtook it
            Assert.Empty(master.Effects);
        }

        master.Report(0);
        Assert.Equal([[0], [0]], master.Rule.Stepped); // nobody waits for it

        master.Receive(1, new LifecycleMessage.ParticipantRestarted(2));
        Assert.Empty(master.Effects);
        master.Receive(1, new StarMessage.StateAsked());

        AssertAskedWithState(master, 1);
        Assert.Equal([(1, WorkerChange.Joined), (1, WorkerChange.Returned)], master.Changes);
    }

    [Fact]
    public void Begins_again_with_everyone_after_a_restart()
    {
        MasterProbe old = new(new ToyMasterRule(2), Everyone);
        old.Receive(1, new LifecycleMessage.ParticipantStopped("gone"));
        old.Report(0);

        MasterProbe master = new(new ToyMasterRule(2), Everyone, epoch: 2, resumeFrom: old.Master.TakeSnapshot());

        Assert.Equal([0, 1], master.Asked);
        AssertAskedWithState(master, 0, 1);
        Assert.Equal(1, master.Rule.Steps);
    }

    /// <summary>How the master ended the run, in order.</summary>
    private static IEnumerable<EffectKind> EndOf(MasterProbe master) =>
        master.Effects.Select(effect => effect.Kind).Where(kind => kind is EffectKind.Save or EffectKind.Fail or EffectKind.Complete);

    private static bool Saw(StarNetwork network, WorkerChange change) =>
        network.Observations.OfType<WorkerObserved>().Any(observed => observed.Change == change);

    /// <summary>Delivers what is under way now, and the master's timers run out once.</summary>
    private static void PassRound(StarNetwork network)
    {
        for (int left = network.InFlight.Count; left > 0; left--)
        {
            network.Deliver(0);
        }

        network.ElapseTimers(ParticipantId.Master);
    }

    private static void AssertAskedWithState(MasterProbe master, params int[] workers)
    {
        Assert.Equal(workers, master.Asked);
        Assert.All(workers, worker => Assert.Equal(master.Rule.StateOf(worker), master.RequestOf(worker).State));
    }
}
