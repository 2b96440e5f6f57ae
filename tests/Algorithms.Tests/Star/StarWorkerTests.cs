using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Star;
using Xunit;

namespace ActorFed.Algorithms.Tests.Star;

public sealed class StarWorkerTests
{
    private static readonly TimeSpan AskAgainAfter = TimeSpan.FromSeconds(3);

    private readonly ToyWorkerRule _rule = new();
    private readonly StarWorker _worker;

    public StarWorkerTests() => _worker = new StarWorker(_rule, incarnation: 1, AskAgainAfter);

    [Fact]
    public void Waits_to_be_asked_when_it_is_new()
    {
        Effect effect = Assert.Single(Call(_worker.Start));

        Assert.Equal((EffectKind.StartTimer, AskAgainAfter), (effect.Kind, effect.Delay));
    }

    [Fact]
    public void Asks_for_its_state_when_it_was_rebuilt()
    {
        StarWorker rebuilt = new(_rule, incarnation: 2, AskAgainAfter);

        IReadOnlyList<Effect> effects = Call(rebuilt.Start);

        AssertAsksForState(effects);
    }

    [Fact]
    public void Asks_for_its_state_when_nobody_spoke_to_it_in_time()
    {
        IReadOnlyList<Effect> effects = Call(outbox => _worker.TimerElapsed("ask-again", outbox));

        AssertAsksForState(effects);
    }

    [Fact]
    public void Stops_asking_when_it_is_told_that_nothing_is_due()
    {
        Effect effect = Assert.Single(Call(outbox => _worker.Receive(ParticipantId.Master, new StarMessage.NothingDue(), outbox)));

        Assert.Equal((EffectKind.CancelTimer, "ask-again"), (effect.Kind, effect.Payload));
        Assert.Throws<ProtocolViolationException>(() => _worker.Receive(ParticipantId.Worker(1), new StarMessage.NothingDue(), new Outbox()));
    }

    [Fact]
    public void Answers_a_request_from_the_state_sent_along()
    {
        IReadOnlyList<Effect> effects = Receive(Request(5, state: 8, amount: 3));

        Assert.Contains(effects, effect => effect is { Kind: EffectKind.CancelTimer, Payload: "ask-again" });
        StarMessage.WorkReported answer = AnswerIn(effects);
        Assert.Equal(new RequestId(1, 5), answer.Id);
        Assert.Equal(new ToyBody.Report(7), answer.Report); // 8 / 2 + 3
    }

    [Fact]
    public void Goes_on_from_its_own_state_when_the_master_used_the_last_answer()
    {
        Receive(Request(1, state: 8, amount: 0));

        StarMessage.WorkReported answer = AnswerIn(Receive(Request(2, previous: 1, amount: 1)));

        Assert.Equal(new ToyBody.Report(3), answer.Report); // 8 / 2 / 2 + 1
    }

    [Fact]
    public void Rolls_one_step_back_when_the_master_did_not_use_the_last_answer()
    {
        Receive(Request(1, state: 8, amount: 0));
        Receive(Request(2, previous: 1, amount: 100));

        StarMessage.WorkReported answer = AnswerIn(Receive(Request(3, previous: 1, amount: 1)));

        Assert.Equal(new ToyBody.Report(3), answer.Report); // as if request 2 had never been
    }

    [Fact]
    public void Rolls_back_again_from_where_it_rolled_back_to()
    {
        Receive(Request(1, state: 8, amount: 0));
        Receive(Request(2, previous: 1, amount: 100));
        Receive(Request(3, previous: 1, amount: 1));

        StarMessage.WorkReported again = AnswerIn(Receive(Request(4, previous: 1, amount: 2)));
        StarMessage.WorkReported onwards = AnswerIn(Receive(Request(5, previous: 4, amount: 0)));

        Assert.Equal(new ToyBody.Report(4), again.Report);
        Assert.Equal(new ToyBody.Report(2), onwards.Report);
    }

    [Fact]
    public void Prefers_the_state_sent_along_to_its_own()
    {
        Receive(Request(1, state: 8, amount: 0));

        StarMessage.WorkReported answer = AnswerIn(Receive(Request(2, previous: 1, state: 100, amount: 0)));

        Assert.Equal(new ToyBody.Report(50), answer.Report);
    }

    [Fact]
    public void Answers_a_repeated_request_with_the_same_object_and_does_nothing_twice()
    {
        StarMessage.WorkReported first = AnswerIn(Receive(Request(1, state: 8, amount: 0)));

        StarMessage.WorkReported second = AnswerIn(Receive(Request(1, amount: 0)));
        StarMessage.WorkReported third = AnswerIn(Receive(Request(1, state: 99, amount: 0)));

        Assert.Same(first, second);
        Assert.Same(first, third);
        Assert.Equal(1, _rule.Calls);
    }

    [Fact]
    public void Ignores_superseded_requests()
    {
        Receive(Request(5, state: 8, amount: 0));

        Assert.Empty(Receive(Request(4, state: 100, amount: 0)));
        Assert.Empty(Receive(Request(4, previous: 5, amount: 0)));

        StarMessage.WorkReported next = AnswerIn(Receive(Request(6, previous: 5, amount: 0)));
        Assert.Equal(new ToyBody.Report(2), next.Report);
    }

    [Fact]
    public void Takes_any_request_of_a_later_master_for_newer()
    {
        Receive(Request(5, state: 8, amount: 0, epoch: 1));

        StarMessage.WorkReported answer = AnswerIn(Receive(Request(1, state: 4, amount: 0, epoch: 2)));

        Assert.Equal(new RequestId(2, 1), answer.Id);
        Assert.Empty(Receive(Request(6, previous: 5, amount: 0, epoch: 1)));
    }

    [Fact]
    public void Asks_for_its_state_when_it_has_none_that_the_request_builds_on()
    {
        AssertAsksForState(Receive(Request(1, amount: 0)));

        Receive(Request(2, state: 8, amount: 0));
        Receive(Request(3, previous: 2, amount: 0));
        Receive(Request(4, previous: 3, amount: 0));
        AssertAsksForState(Receive(Request(5, previous: 2, amount: 0))); // two steps back
        Assert.Equal(3, _rule.Calls);

        StarMessage.WorkReported answer = AnswerIn(Receive(Request(5, previous: 2, state: 4, amount: 0)));
        Assert.Equal(new ToyBody.Report(2), answer.Report);
    }

    [Fact]
    public void Rejects_work_that_the_rule_objects_to_and_keeps_its_state()
    {
        Receive(Request(1, state: 8, amount: 0));

        Assert.Throws<ProtocolViolationException>(() => Receive(Request(2, previous: 1, amount: 0, name: "impossible")));

        StarMessage.WorkReported answer = AnswerIn(Receive(Request(2, previous: 1, amount: 1)));
        Assert.Equal(new ToyBody.Report(3), answer.Report);
    }

    [Fact]
    public void Rejects_anything_but_requests_of_the_master()
    {
        StarMessage.WorkRequested request = Request(1, state: 8, amount: 0);
        Outbox outbox = new();

        Assert.Throws<ProtocolViolationException>(() => _worker.Receive(ParticipantId.Worker(1), request, outbox));
        Assert.Throws<ProtocolViolationException>(() => _worker.Receive(ParticipantId.Master, new StarMessage.StateAsked(), outbox));
        Assert.Throws<ProtocolViolationException>(() => _worker.Receive(ParticipantId.Master, new LifecycleMessage.ParticipantRestarted(2), outbox));

        Assert.Equal(0, outbox.Count);
        Assert.Equal(0, _rule.Calls);
    }

    [Fact]
    public void Has_nothing_to_save() => Assert.Null(_worker.TakeSnapshot());

    private static StarMessage.WorkRequested Request(
        long sequence, double amount, long previous = 0, double? state = null, int epoch = 1, string name = "step")
    {
        return new StarMessage.WorkRequested
        {
            Id = new RequestId(epoch, sequence),
            Previous = previous == 0 ? RequestId.None : new RequestId(epoch, previous),
            State = state is double value ? new ToyBody.State(value, 0) : null,
            Work = new ToyBody.Work(name, amount),
        };
    }

    private static StarMessage.WorkReported AnswerIn(IReadOnlyList<Effect> effects)
    {
        Effect sent = Assert.Single(effects, effect => effect.Kind == EffectKind.Send);
        Assert.Equal(ParticipantId.Master, sent.Target);
        return Assert.IsType<StarMessage.WorkReported>(sent.Payload);
    }

    private static void AssertAsksForState(IReadOnlyList<Effect> effects)
    {
        Assert.Equal([EffectKind.Send, EffectKind.StartTimer], effects.Select(effect => effect.Kind));
        Assert.Equal(ParticipantId.Master, effects[0].Target);
        Assert.IsType<StarMessage.StateAsked>(effects[0].Payload);
        Assert.Equal(AskAgainAfter, effects[1].Delay);
    }

    private static IReadOnlyList<Effect> Call(Action<Outbox> call)
    {
        Outbox outbox = new();
        call(outbox);
        return outbox.Effects;
    }

    private IReadOnlyList<Effect> Receive(StarMessage.WorkRequested request) =>
        Call(outbox => _worker.Receive(ParticipantId.Master, request, outbox));
}
