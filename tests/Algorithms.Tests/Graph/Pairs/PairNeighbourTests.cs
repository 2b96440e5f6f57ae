using System.Collections.Immutable;
using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Graph;
using ActorFed.Algorithms.Graph.Pairs;
using ActorFed.Algorithms.Graph.Topologies;
using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Star;
using Xunit;

namespace ActorFed.Algorithms.Tests.Graph.Pairs;

public sealed class PairNeighbourTests
{
    private static readonly ParticipantId First = new(Role.Neighbour, 0);
    private static readonly ParticipantId Second = new(Role.Neighbour, 1);
    private static readonly Pair[] Pairs = [new(0, 1), new(0, 2), new(1, 2)];

    [Fact]
    public void Proposes_when_two_snapshots_hold_what_it_will_move_along()
    {
        PairNeighbour proposer = Neighbour(0);

        IReadOnlyList<Effect> started = Call(proposer.Start);
        IReadOnlyList<Effect> settled = Call(outbox => proposer.TimerElapsed("settle", outbox));

        Assert.Contains(started, effect => effect.Kind == EffectKind.Save);
        Assert.Empty(Sent(started));
        Assert.Contains(settled, effect => effect.Kind == EffectKind.Save);
        Assert.Equal([(Second, Proposal(0))], Sent(settled));
    }

    [Fact]
    public void Decides_when_two_snapshots_hold_the_decision()
    {
        PairNeighbour decider = Neighbour(1);
        Call(decider.Start);

        IReadOnlyList<Effect> received = Call(outbox => decider.Receive(First, Proposal(0), outbox));
        IReadOnlyList<Effect> asked = Call(outbox => decider.Receive(First, Proposal(0), outbox));
        IReadOnlyList<Effect> settled = Call(outbox => decider.TimerElapsed("settle", outbox));

        Assert.Contains(received, effect => effect.Kind == EffectKind.Save);
        Assert.Empty(Sent(received));
        Assert.Empty(Sent(asked));
        Assert.Contains((First, Decision(0)), Sent(settled));
    }

    [Fact]
    public void A_decider_rebuilt_from_its_snapshot_answers_the_same_and_moves_no_more()
    {
        PairNeighbour decider = Neighbour(1);
        Call(decider.Start);
        Call(outbox => decider.Receive(First, Proposal(0), outbox));
        PairNeighbour rebuilt = Neighbour(1, decider.TakeSnapshot());
        Call(rebuilt.Start);

        IReadOnlyList<Effect> answered = Call(outbox => rebuilt.Receive(First, Proposal(0), outbox));

        Assert.Equal([(First, Decision(0))], Sent(answered));
        Assert.Equal(Block(decider), Block(rebuilt));
    }

    [Fact]
    public void A_proposer_rebuilt_from_its_snapshot_proposes_the_same_and_moves_once()
    {
        PairNeighbour proposer = Neighbour(0);
        Call(proposer.Start);
        PairNeighbour rebuilt = Neighbour(0, proposer.TakeSnapshot());

        IReadOnlyList<Effect> started = Call(rebuilt.Start);
        Call(outbox => rebuilt.Receive(Second, Decision(0), outbox));
        FlatVector moved = Block(rebuilt);
        Call(outbox => rebuilt.Receive(Second, Decision(0), outbox));

        Assert.Contains((Second, Proposal(0)), Sent(started));
        Assert.Equal(FlatVector.Of(11), moved);
        Assert.Equal(moved, Block(rebuilt));
    }

    [Fact]
    public void A_proposal_that_comes_early_waits_for_its_turn()
    {
        PairNeighbour decider = Neighbour(2);
        Call(decider.Start); // exchange 1 comes before exchange 2

        Call(outbox => decider.Receive(Second, Proposal(2), outbox));
        IReadOnlyList<Effect> again = Call(outbox => decider.Receive(Second, Proposal(2), outbox));
        Call(outbox => decider.Receive(First, Proposal(1), outbox));
        IReadOnlyList<Effect> settled = Call(outbox => decider.TimerElapsed("settle", outbox));

        Assert.Equal([(Second, new PairMessage.NotYet(1))], Sent(again));
        Assert.Contains((First, Decision(1)), Sent(settled));
        Assert.Contains((Second, Decision(2)), Sent(settled));
    }

    [Fact]
    public void Asks_a_silent_partner_again_and_gives_up_on_the_run_and_not_on_the_exchange()
    {
        PairNeighbour decider = Neighbour(1);
        Call(decider.Start);
        Call(outbox => decider.TimerElapsed("ask-again", outbox));

        IReadOnlyList<Effect> asked = Call(outbox => decider.TimerElapsed("ask-again", outbox));
        IReadOnlyList<Effect> late = [];
        for (int scan = 0; scan < 5 && !late.Any(effect => effect.Kind == EffectKind.Fail); scan++)
        {
            late = Call(outbox => decider.TimerElapsed("ask-again", outbox));
        }

        Assert.Contains((First, new PairMessage.ProposalAsked(0)), Sent(asked));
        Assert.Contains(late, effect => effect.Kind == EffectKind.Fail);
        Assert.Contains(late, effect => effect.Kind == EffectKind.Save);
    }

    [Fact]
    public void Ends_when_everyone_within_reach_is_finished()
    {
        PairNeighbour[] all = [Neighbour(0), Neighbour(1), Neighbour(2)];
        Queue<(ParticipantId From, ParticipantId To, Message Message)> messages = new();
        bool isComplete = false;

        for (int i = 0; i < all.Length; i++)
        {
            Play(i, all[i].Start);
        }

        while (messages.TryDequeue(out (ParticipantId From, ParticipantId To, Message Message) item))
        {
            Play(item.To.Index, outbox => all[item.To.Index].Receive(item.From, item.Message, outbox));
        }

        Assert.True(isComplete);
        Assert.Equal([12.0, 10.0, 8.0], all.Select(neighbour => Block(neighbour)[0]));

        void Play(int index, Action<Outbox> call)
        {
            IReadOnlyList<Effect> effects = Call(call);
            foreach ((ParticipantId to, Message message) in Sent(effects))
            {
                messages.Enqueue((new ParticipantId(Role.Neighbour, index), to, message));
            }

            isComplete |= effects.Any(effect => effect.Kind == EffectKind.Complete);
            if (effects.Any(effect => effect is { Kind: EffectKind.StartTimer, Payload: "settle" }))
            {
                Play(index, outbox => all[index].TimerElapsed("settle", outbox));
            }
        }
    }

    public static TheoryData<int, int, PairMessage> Misfits => new()
    {
        { 1, 0, Proposal(1) },                                                                  // of another pair
        { 1, 0, Proposal(7) },                                                                  // of none
        { 0, 1, Proposal(0) },                                                                  // the higher end does not propose
        { 0, 1, Decision(2) },                                                                  // of another pair
        { 0, 2, Decision(1) },                                                                  // not proposed yet
        { 1, 0, new PairMessage.Proposed { Exchange = 0, Side = Proposal(0).Side with { Slope = FlatVector.Of(double.NaN) } } },
        { 0, 1, new PairMessage.Decided { Exchange = 0, Answer = Decision(0).Answer with { Move = FlatVector.Of(1, 2) } } },
        { 0, 1, new PairMessage.BlockMoved { Block = 1, Version = 1, Values = FlatVector.Of(1) } }, // not needed
        { 0, 1, new PairMessage.Finished(2, 1) },                                               // in another's name
        { 0, 1, new PairMessage.ProposalAsked(2) },
    };

    [Theory]
    [MemberData(nameof(Misfits))]
    public void Rejects_what_is_not_due_and_stays_as_it_is(int receiver, int sender, PairMessage message)
    {
        PairNeighbour neighbour = Neighbour(receiver);
        Call(neighbour.Start);
        byte[] before = neighbour.TakeSnapshot().Content.ToArray();

        Assert.Throws<ProtocolViolationException>(() => neighbour.Receive(new ParticipantId(Role.Neighbour, sender), message, new Outbox()));

        Assert.Equal(before, neighbour.TakeSnapshot().Content.ToArray());
    }

    [Fact]
    public void Refuses_a_snapshot_of_another_schedule()
    {
        Snapshot proposed = ((Func<Snapshot>)(() =>
        {
            PairNeighbour proposer = Neighbour(0);
            Call(proposer.Start);
            return proposer.TakeSnapshot();
        }))();

        Assert.Throws<InvalidDataException>(() => new PairNeighbour(new Mover(), Setup(), new PairSchedule([new Pair(1, 2), new Pair(0, 1)]), 0, 2, proposed));
    }

    [Fact]
    public void Refuses_to_go_on_without_a_lost_partner() =>
        Assert.Contains("on-loss = fail", Assert.Throws<ArgumentException>(() =>
            new PairNeighbour(new Mover(), Setup() with { OnLoss = OnLoss.Continue }, new PairSchedule(Pairs), 0, 1, null)).Message, StringComparison.Ordinal);

    private static PairMessage.Proposed Proposal(long exchange) => new()
    {
        Exchange = exchange,
        Side = new PairSide { Slope = FlatVector.Of(1), Gram = FlatVector.Of(1), Lipschitz = 1, Value = FlatVector.Empty },
    };

    private static PairMessage.Decided Decision(long exchange) => new()
    {
        Exchange = exchange,
        Answer = new PairAnswer { Step = 0, Multiplier = FlatVector.Empty, Move = FlatVector.Of(1) },
    };

    private static PairNeighbour Neighbour(int index, Snapshot? resumeFrom = null) =>
        new(new Mover(), Setup(), new PairSchedule(Pairs), index, resumeFrom is null ? 1 : 2, resumeFrom);

    private static GraphSetup Setup()
    {
        Topology complete = new StaticTopology("complete", new MixingMatrix([.. Enumerable.Range(0, 3).Select(i =>
            (IReadOnlyList<Weight>)[.. Enumerable.Range(0, 3).Where(j => j != i).Select(j => new Weight(j, 0.25))])]));
        return new GraphSetup
        {
            Lower = complete,
            Upper = complete,
            Auxiliary = complete,
            RoundLimit = Pairs.Length,
            Seed = 1,
            OnLoss = OnLoss.Fail,
            AskAgainAfter = TimeSpan.FromSeconds(1),
            LostAfter = TimeSpan.FromSeconds(3),
        };
    }

    private static FlatVector Block(PairNeighbour neighbour) => neighbour.Inspect().Single(entry => entry.Name == "block").Values;

    private static IReadOnlyList<Effect> Call(Action<Outbox> call)
    {
        Outbox outbox = new();
        call(outbox);
        return outbox.Effects;
    }

    private static List<(ParticipantId To, Message Message)> Sent(IEnumerable<Effect> effects) =>
        [.. effects.Where(effect => effect.Kind == EffectKind.Send).Select(effect => (effect.Target, (Message)effect.Payload!))];

    /// <summary>The proposer gets 1, and the decider gives it; all begin at 10.</summary>
    private sealed class Mover : IPairRule
    {
        public FlatVector Block { get; private set; } = FlatVector.Of(10);

        public FlatVector Share => Block;

        public FlatVector RightSide => FlatVector.Of(30);

        public ImmutableArray<int> Needs => [];

        public ImmutableArray<Measure> Measures => [];

        public FlatVector InitialOf(int other) => FlatVector.Of(10);

        public PairSide Offer(long exchange, Func<int, FlatVector> valueOf) => Proposal(exchange).Side;

        public string? ObjectionTo(PairSide side) => double.IsNaN(side.Slope[0]) ? "it is NaN" : null;

        public PairAnswer Decide(long exchange, int other, PairSide side, Func<int, FlatVector> valueOf)
        {
            Block = FlatVector.Of(Block[0] - 1);
            return Decision(exchange).Answer;
        }

        public string? ObjectionTo(PairAnswer answer) => answer.Move.Length == 1 ? null : "it moves another length";

        public void Apply(PairAnswer answer) => Block = FlatVector.Of(Block[0] + answer.Move[0]);

        public void Save(SnapshotWriter writer) => writer.WriteVector(Block);

        public void Restore(SnapshotReader reader) => Block = reader.ReadVector();

        public IEnumerable<StateEntry> Inspect() => [new("block", Block)];
    }
}
