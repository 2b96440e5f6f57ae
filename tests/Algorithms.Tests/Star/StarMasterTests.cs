using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Star;
using Xunit;
using static ActorFed.Algorithms.Tests.Star.MasterProbe;

namespace ActorFed.Algorithms.Tests.Star;

/// <summary>The master between barriers, with everyone alive.</summary>
public sealed class StarMasterTests
{
    private static readonly IParticipationPolicy Everyone = new SynchronousParticipation();

    [Fact]
    public void Asks_everyone_at_the_start_and_sends_their_state_along()
    {
        MasterProbe master = new(new ToyMasterRule(2), Everyone, epoch: 3);

        Assert.Equal([0, 1], master.Asked);
        Assert.Equal(new ToyBody.State(1, 0), master.RequestOf(0).State);
        Assert.Equal(new ToyBody.Work("step", 1), master.RequestOf(1).Work);
        Assert.Equal(RequestId.None, master.RequestOf(1).Previous);
        Assert.Equal(3, master.RequestOf(0).Id.Epoch);
        Assert.True(master.RequestOf(0).Id < master.RequestOf(1).Id);
    }

    [Fact]
    public void Watches_everyone_starts_its_timers_and_makes_its_epoch_durable()
    {
        MasterProbe master = new(new ToyMasterRule(2), Everyone);

        Assert.Equal(
            [ParticipantId.Worker(0), ParticipantId.Worker(1)],
            master.Effects.Where(effect => effect.Kind == EffectKind.Watch).Select(effect => effect.Target));
        Assert.Equal(
            ["ask-again", "snapshot"],
            master.Effects.Where(effect => effect.Kind == EffectKind.StartTimer).Select(effect => effect.Payload));
        Assert.Single(master.Effects, effect => effect.Kind == EffectKind.Save);
    }

    [Fact]
    public void Steps_once_everyone_reported_when_synchronous()
    {
        MasterProbe master = new(new ToyMasterRule(3), Everyone);

        master.Report(2, 0);
        Assert.Empty(master.Effects);
        master.Report(1);

        Assert.Equal([[0, 1, 2]], master.Rule.Stepped); // ascending, whatever the order of arrival
        Assert.Equal([0, 1, 2], master.Asked);
    }

    [Theory]
    [InlineData(3, 100)] // S = N
    [InlineData(1, 1)] // τ = 1
    public void Is_synchronous_when_S_is_N_or_tau_is_one(int minActive, int stalenessBound)
    {
        MasterProbe master = new(new ToyMasterRule(3), new AsynchronousParticipation(minActive, stalenessBound));

        for (int step = 0; step < 3; step++)
        {
            master.Report(1, 2);
            Assert.Equal(step, master.Rule.Steps);
            master.Report(0);
        }

        Assert.All(master.Rule.Stepped, active => Assert.Equal([0, 1, 2], active));
    }

    [Fact]
    public void Steps_as_soon_as_S_workers_reported_and_asks_only_them_again()
    {
        MasterProbe master = new(new ToyMasterRule(3), new AsynchronousParticipation(2, 100));

        master.Report(2, 0);

        Assert.Equal([[0, 2]], master.Rule.Stepped);
        Assert.Equal([0, 2], master.Asked);
        Assert.All(master.Requests, sent => Assert.Null(sent.Request.State));
    }

    [Fact]
    public void Waits_for_a_worker_that_is_tau_steps_old()
    {
        MasterProbe master = new(new ToyMasterRule(2), new AsynchronousParticipation(1, stalenessBound: 3));

        master.Report(0);
        master.Report(0);
        Assert.Equal(2, master.Rule.Steps);
        master.Report(0);
        Assert.Equal(2, master.Rule.Steps); // worker 1 was last heard 3 steps ago, counting from 1
        master.Report(1);

        Assert.Equal([[0], [0], [0, 1]], master.Rule.Stepped);
    }

    [Fact]
    public void Tells_how_stale_each_report_was()
    {
        MasterProbe master = new(new ToyMasterRule(2), new AsynchronousParticipation(1, stalenessBound: 3));

        master.Report(0, 0, 0, 1);

        StepObserved observed = Assert.Single(master.Observations.OfType<StepObserved>());
        Assert.Equal([0, 1], observed.Active.ToArray());
        Assert.Equal([0, 2], observed.Staleness.ToArray());
        Assert.Equal((3, 2), (observed.Step, observed.WorkersAlive));
    }

    [Fact]
    public void Names_the_request_whose_answer_it_used_last()
    {
        MasterProbe master = new(new ToyMasterRule(2), Everyone);
        RequestId first = master.RequestOf(1).Id;

        master.Report(0, 1);

        Assert.Equal(first, master.RequestOf(1).Previous);
        Assert.True(master.RequestOf(1).Id > first);
    }

    [Fact]
    public void Changes_nothing_on_a_report_that_comes_twice()
    {
        MasterProbe master = new(new ToyMasterRule(2), Everyone);
        StarMessage.WorkReported report = Answer(master.RequestOf(0), 5);

        master.Receive(0, report);
        master.Receive(0, report);
        master.Receive(0, report with { Report = new ToyBody.Report(99) });
        Assert.Empty(master.Effects);
        master.Report(1);
        master.Receive(0, report);

        Assert.Empty(master.Effects);
        Assert.Equal([[0, 1]], master.Rule.Stepped);
        Assert.Equal(5, master.Rule.Lower[0]);
    }

    [Fact]
    public void Ignores_a_report_that_answers_another_workers_request()
    {
        MasterProbe master = new(new ToyMasterRule(2), Everyone);

        master.Receive(1, Answer(master.RequestOf(0)));

        Assert.Empty(master.Effects);
        master.Report(0);
        Assert.Empty(master.Rule.Stepped);
    }

    [Fact]
    public void Answers_a_report_for_an_old_epoch_with_the_present_request()
    {
        MasterProbe old = new(new ToyMasterRule(2), Everyone);
        MasterProbe master = new(new ToyMasterRule(2), Everyone, epoch: 2, resumeFrom: old.Master.TakeSnapshot());

        master.Receive(1, Answer(old.RequestOf(1)));

        (int worker, StarMessage.WorkRequested request) = Assert.Single(master.Requests);
        Assert.Equal(1, worker);
        Assert.Equal(2, request.Id.Epoch);
        master.Report(0, 1);
        Assert.Equal(1, master.Rule.Steps); // the old report did not count
    }

    [Theory]
    [InlineData(1, 3)]
    [InlineData(2, 1)]
    [InlineData(int.MaxValue, long.MaxValue)]
    public void Rejects_a_report_from_the_future(int epoch, long sequence) =>
        AssertRejected(1, new StarMessage.WorkReported { Id = new RequestId(epoch, sequence), Report = new ToyBody.Report(1) });

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void Rejects_a_report_that_the_rule_objects_to(double value) =>
        AssertRejected(1, new StarMessage.WorkReported { Id = new RequestId(1, 2), Report = new ToyBody.Report(value) });

    [Fact]
    public void Rejects_a_report_of_the_wrong_type() =>
        AssertRejected(1, new StarMessage.WorkReported { Id = new RequestId(1, 2), Report = new ToyBody.State(1, 1) });

    [Fact]
    public void Rejects_messages_that_are_not_for_a_master() =>
        AssertRejected(1, new StarMessage.WorkRequested { Id = new RequestId(1, 2), Previous = default, Work = new ToyBody.Work("step", 1) });

    public static TheoryData<Role, int> Strangers() => new()
    {
        { Role.Worker, 2 }, { Role.Worker, -1 }, { Role.Worker, int.MaxValue }, { Role.Master, 0 }, { Role.Neighbour, 0 },
    };

    [Theory, MemberData(nameof(Strangers))]
    public void Rejects_whom_it_does_not_know(Role role, int index)
    {
        MasterProbe master = new(new ToyMasterRule(2), Everyone);
        ParticipantId stranger = new(role, index);

        Assert.Throws<ProtocolViolationException>(() => master.Receive(stranger, Answer(master.RequestOf(0))));
        Assert.Throws<ProtocolViolationException>(() => master.Receive(stranger, new StarMessage.StateAsked()));
        Assert.Throws<ProtocolViolationException>(() => master.Receive(stranger, new LifecycleMessage.ParticipantStopped("")));
    }

    [Fact]
    public void Sends_the_state_again_to_a_worker_that_asks_for_it()
    {
        MasterProbe master = new(new ToyMasterRule(2), Everyone);
        master.Report(0, 1);
        Assert.Null(master.RequestOf(1).State);
        RequestId id = master.RequestOf(1).Id;

        master.Receive(1, new StarMessage.StateAsked());

        Assert.Equal([1], master.Asked);
        Assert.Equal(id, master.RequestOf(1).Id);
        Assert.Equal(master.Rule.StateOf(1), master.RequestOf(1).State);
        Assert.Equal([(1, WorkerChange.Joined)], master.Changes);
    }

    [Fact]
    public void Sends_the_state_that_the_request_builds_on_however_late_it_is_asked_for()
    {
        MasterProbe master = new(new ToyMasterRule(2), new AsynchronousParticipation(1, 100));
        StarMessage.WorkRequested asked = master.RequestOf(1);
        master.Report(0, 0);

        master.Receive(1, new StarMessage.StateAsked());

        Assert.Equal(asked, master.RequestOf(1)); // else two answers to one request could differ
        Assert.NotEqual(asked.State, master.Rule.StateOf(1));
    }

    [Fact]
    public void Sends_the_state_with_the_next_request_to_a_worker_that_has_answered_and_asks_for_it()
    {
        MasterProbe master = new(new ToyMasterRule(2), Everyone);
        master.Report(0, 1);
        master.Report(1);

        master.Receive(1, new StarMessage.StateAsked());
        Assert.Empty(master.Asked);
        master.Report(0);

        Assert.Null(master.RequestOf(0).State);
        Assert.Equal(master.Rule.StateOf(1), master.RequestOf(1).State);
    }

    [Fact]
    public void Leaves_a_restarted_worker_to_ask_for_itself()
    {
        MasterProbe master = new(new ToyMasterRule(2), Everyone);

        master.Receive(1, new LifecycleMessage.ParticipantRestarted(2));

        Assert.Empty(master.Effects);
    }

    [Fact]
    public void Completes_at_the_step_limit_with_the_model_and_a_snapshot()
    {
        MasterProbe master = new(new ToyMasterRule(2), Everyone, Patient with { StepLimit = 2, ModelEvery = 1 });

        master.Report(0, 1);
        Assert.Null(master.Completion);
        Assert.Equal(1, Assert.Single(master.Observations.OfType<ModelObserved>()).Step);
        master.Report(0, 1);

        Assert.Equal("step limit", master.Completion);
        ModelObserved model = Assert.Single(master.Observations.OfType<ModelObserved>());
        Assert.Equal((2L, master.Rule.Upper, master.Rule.Lower), (model.Step, model.Upper, model.Lower));
        Assert.Equal([EffectKind.Save, EffectKind.Complete], master.Effects.TakeLast(2).Select(effect => effect.Kind));
        Assert.Empty(master.Asked);
    }

    [Theory]
    [InlineData(0.5, 0.5, true)]
    [InlineData(0.5, 0.75, false)]
    [InlineData(0, 0, false)] // 0 is never
    [InlineData(0.5, double.NaN, false)]
    public void Completes_when_the_stationarity_gap_is_within_tolerance(double tolerance, double gap, bool isReached)
    {
        ToyMasterRule rule = new(1) { Measures = [new Measure(MeasureNames.StationarityGap, gap)] };
        MasterProbe master = new(rule, Everyone, Patient with { GapTolerance = tolerance });

        master.Report(0);

        Assert.Equal(isReached, master.Completion is not null);
    }

    [Fact]
    public void Does_nothing_more_once_it_is_over()
    {
        MasterProbe master = new(new ToyMasterRule(2), new AsynchronousParticipation(1, 100), Patient with { StepLimit = 1 });
        StarMessage.WorkReported late = Answer(master.RequestOf(1));
        master.Report(0);
        Snapshot final = master.Master.TakeSnapshot();

        master.Receive(1, late);
        Assert.Empty(master.Effects);
        master.Receive(1, new StarMessage.StateAsked());
        Assert.Empty(master.Effects);
        master.Scan(100);

        Assert.Empty(master.Effects);
        Assert.Equal(1, master.Rule.Steps);
        Assert.Equal(final.Content.ToArray(), master.Master.TakeSnapshot().Content.ToArray());
    }

    [Fact]
    public void Continues_a_finished_run_under_a_higher_limit_and_ends_it_at_once_under_the_same()
    {
        MasterProbe first = new(new ToyMasterRule(1), Everyone, Patient with { StepLimit = 1 });
        first.Report(0);
        Snapshot snapshot = first.Master.TakeSnapshot();

        MasterProbe same = new(new ToyMasterRule(1), Everyone, Patient with { StepLimit = 1 }, epoch: 2, snapshot);
        MasterProbe longer = new(new ToyMasterRule(1), Everyone, Patient with { StepLimit = 2 }, epoch: 2, snapshot);
        Assert.Equal([0], longer.Asked);
        longer.Report(0);

        Assert.Equal("step limit", same.Completion);
        Assert.Equal("step limit", longer.Completion);
        Assert.Equal(2, longer.Rule.Steps);
    }

    [Fact]
    public void Saves_itself_from_time_to_time()
    {
        MasterProbe master = new(new ToyMasterRule(1), Everyone);

        master.Call(outbox => master.Master.TimerElapsed("snapshot", outbox));

        Assert.Equal([EffectKind.Save, EffectKind.StartTimer], master.Effects.Select(effect => effect.Kind));
        Assert.Equal(Patient.SnapshotEvery, master.Effects[1].Delay);
    }

    [Fact]
    public void Rejects_a_snapshot_that_is_not_its_own_or_incomplete()
    {
        Snapshot whole = new MasterProbe(new ToyMasterRule(2), Everyone).Master.TakeSnapshot();

        Assert.Throws<InvalidDataException>(() => Resume(whole with { Format = "star-master.v0" }));
        Assert.Throws<InvalidDataException>(() => Resume(whole with { Content = new byte[whole.Content.Length + 8] }));
        for (int length = 0; length < whole.Content.Length; length++)
        {
            Assert.Throws<InvalidDataException>(() => Resume(whole with { Content = whole.Content[..length] }));
        }

        static void Resume(Snapshot snapshot) => _ = new MasterProbe(new ToyMasterRule(2), Everyone, epoch: 2, resumeFrom: snapshot);
    }

    /// <summary>After worker 0 has reported, the message is a violation, and the run goes on as if it had never come.</summary>
    private static void AssertRejected(int worker, Message message)
    {
        MasterProbe master = new(new ToyMasterRule(2), Everyone);
        master.Report(0);
        byte[] before = master.Master.TakeSnapshot().Content.ToArray();

        Outbox outbox = new();
        ProtocolViolationException violation = Assert.Throws<ProtocolViolationException>(
            () => master.Master.Receive(ParticipantId.Worker(worker), message, outbox));

        Assert.Equal(ParticipantId.Worker(worker), violation.Sender);
        Assert.Equal(0, outbox.Count);
        Assert.Equal(before, master.Master.TakeSnapshot().Content.ToArray());
        master.Report(1);
        Assert.Equal([[0, 1]], master.Rule.Stepped);
    }
}
