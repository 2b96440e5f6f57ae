using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Graph;
using ActorFed.Algorithms.Graph.Topologies;
using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Tests.Decentralized;
using Xunit;

namespace ActorFed.Algorithms.Tests.Graph;

/// <summary>A neighbour in rounds that go well, and in the face of messages that are lost, doubled, late or wrong.</summary>
public sealed class GraphNeighbourTests
{
    private static readonly ParticipantId First = new(Role.Neighbour, 1);

    private static readonly GraphSetup Pair = LockStep.On(LockStep.Complete(2), rounds: 10) with { SnapshotEvery = 4, RecordEvery = 1 };

    private static readonly GraphSetup Ring = LockStep.On(LockStep.Ring(4, self: 0.5), rounds: 10);

    [Fact]
    public void Sends_its_vectors_to_every_neighbour_when_it_starts_and_waits_for_theirs()
    {
        NeighbourProbe probe = new(Ring, index: 1);

        Assert.Equal([0, 2], probe.Sent.Where(sent => sent.Message is GraphMessage.VectorsSent).Select(sent => sent.To));
        Assert.Equal(NeighbourProbe.Vectors(0, 1), probe.To<GraphMessage.VectorsSent>(2).Single());
        Assert.Equal(0, probe.Round);
        Assert.True(probe.HasSaved);
    }

    [Fact]
    public void Makes_a_round_when_all_vectors_of_it_are_in()
    {
        NeighbourProbe probe = new(Ring, index: 1);

        probe.Receive(0, NeighbourProbe.Vectors(0, 9));
        Assert.Equal(0, probe.Round);
        probe.Receive(2, NeighbourProbe.Vectors(0, 1));

        Assert.Equal(1, probe.Round);
        Assert.Equal(3, probe.Rule.Value); // 1 + (9 − 1) / 4 + 0
        Assert.Equal(NeighbourProbe.Vectors(1, 3), probe.To<GraphMessage.VectorsSent>(0).Single());
    }

    [Fact]
    public void Takes_a_message_that_comes_twice_once_and_one_that_comes_early_in_its_turn()
    {
        NeighbourProbe probe = new(Ring, index: 1);

        probe.Receive(0, NeighbourProbe.Vectors(1, 7)).Receive(0, NeighbourProbe.Vectors(0, 9)).Receive(0, NeighbourProbe.Vectors(0, 9)).Receive(2, NeighbourProbe.Vectors(0, 1));
        probe.Receive(2, NeighbourProbe.Vectors(1, 3)).Receive(0, NeighbourProbe.Vectors(0, 100));

        Assert.Equal(2, probe.Round);
        Assert.Equal(4, probe.Rule.Value); // 3 + (7 − 3) / 4 + 0
    }

    [Fact]
    public void Keeps_no_vectors_that_can_never_enter_again()
    {
        NeighbourProbe probe = new(Pair, rule: new ToyGraphRule(0, exchanges: 2));

        probe.Receive(1, NeighbourProbe.Vectors(0, 1)).Receive(1, NeighbourProbe.Vectors(0, 1)).Receive(1, NeighbourProbe.Vectors(0, 1));

        Assert.Equal(0, probe.Entry("waiting")[0]);
    }

    [Fact]
    public void Keeps_no_vectors_of_a_round_that_is_far_ahead()
    {
        NeighbourProbe probe = new(Pair);

        for (long round = 9; round > 0; round--)
        {
            probe.Receive(1, NeighbourProbe.Vectors(round, 1));
        }

        Assert.Equal(Pair.FloodRounds + 1, probe.Entry("waiting")[0]);
    }

    [Fact]
    public void Asks_again_for_what_is_missing_when_it_was_silent_for_long_enough()
    {
        NeighbourProbe probe = new NeighbourProbe(Ring, index: 1).Receive(0, NeighbourProbe.Vectors(0, 9));

        Assert.Empty(probe.Scan().To<GraphMessage>(2));
        Assert.Equal(new GraphMessage.VectorsAsked(new Position(0, 0), 0), Assert.Single(probe.Scan().To<GraphMessage.VectorsAsked>(2)));
        Assert.Empty(probe.To<GraphMessage.VectorsAsked>(0));
    }

    [Fact]
    public void Waits_as_long_as_a_neighbour_says_that_it_waits_too()
    {
        NeighbourProbe probe = new(Pair);

        for (int i = 0; i < 200; i++)
        {
            probe.Scan().Receive(1, new GraphMessage.NotYet(new Position(0, 0)));
        }

        Assert.Equal(0, probe.Entry("open-from")[0]);
    }

    [Fact]
    public void Sends_the_same_again_when_it_is_asked_and_says_so_when_there_is_nothing_yet()
    {
        NeighbourProbe probe = new NeighbourProbe(Pair, rule: new ToyGraphRule(2)).Receive(1, NeighbourProbe.Vectors(0, 4));

        GraphMessage.VectorsSent[] again = probe.Receive(1, new GraphMessage.VectorsAsked(new Position(0, 0), 0)).To<GraphMessage.VectorsSent>(1);
        Message nothing = Assert.Single(probe.Receive(1, new GraphMessage.VectorsAsked(new Position(2, 0), 0)).Sent).Message;

        Assert.Equal([NeighbourProbe.Vectors(0, 2), NeighbourProbe.Vectors(1, 3)], again);
        Assert.Equal(new GraphMessage.NotYet(new Position(1, 0)), nothing);
    }

    [Fact]
    public void Keeps_what_it_sent_until_its_receiver_has_stored_a_later_round()
    {
        NeighbourProbe probe = new NeighbourProbe(Pair).MakeRounds(0, 6);
        double before = probe.Entry("kept-exchanges")[0];

        probe.Receive(1, new GraphMessage.RoundStored(4)).Receive(1, new GraphMessage.RoundStored(2)); // the second one was held up

        Assert.Equal(7, before);
        Assert.Equal(3, probe.Entry("kept-exchanges")[0]);
        Assert.Equal(4, probe.Receive(1, new GraphMessage.VectorsAsked(new Position(0, 0), 0)).To<GraphMessage.VectorsSent>(1)[0].At.Round);
    }

    [Fact]
    public void Says_that_it_will_not_go_back_behind_its_last_snapshot_but_one()
    {
        NeighbourProbe probe = new NeighbourProbe(Pair).MakeRounds(0, 7);

        Assert.Equal(new GraphMessage.RoundStored(4), Assert.Single(probe.MakeRounds(7, 8).To<GraphMessage.RoundStored>(1)));
    }

    [Fact]
    public void Keeps_nothing_when_there_is_nobody_to_send_to()
    {
        GraphSetup alone = LockStep.On(new MixingMatrix([[]]), rounds: 100);
        NeighbourProbe probe = new(alone);
        for (int round = 1; round < 100; round++)
        {
            Assert.False(probe.HasCompleted);
            probe.GoOn();
        }

        Assert.True(probe.HasCompleted);
        Assert.Equal(0, probe.Entry("kept-exchanges")[0]);
    }

    [Fact]
    public void Makes_closing_rounds_until_everyone_must_have_made_the_last_one_and_completes()
    {
        NeighbourProbe probe = new NeighbourProbe(Ring, index: 1).MakeRounds(0, 10);
        Assert.Contains(probe.Observations, observation => observation is ModelObserved { Step: 10 });
        Assert.Empty(probe.To<GraphMessage.VectorsSent>(2).Last().Packets);

        probe.Receive(0, NeighbourProbe.Closing(10)).Receive(2, NeighbourProbe.Closing(10)).Receive(0, NeighbourProbe.Closing(11));
        Assert.False(probe.HasCompleted);
        probe.Receive(2, NeighbourProbe.Closing(11));

        Assert.Equal(2, Ring.FloodRounds);
        Assert.True(probe.HasCompleted);
        Assert.Empty(probe.Receive(0, NeighbourProbe.Closing(12)).Effects);
    }

    [Fact]
    public void Completes_again_when_it_is_rebuilt_after_its_last_round()
    {
        NeighbourProbe probe = new NeighbourProbe(Pair).MakeRounds(0, 10).Receive(1, NeighbourProbe.Closing(10));
        Assert.True(probe.HasCompleted);

        NeighbourProbe rebuilt = new(Pair, incarnation: 2, resumeFrom: probe.Neighbour.TakeSnapshot());

        Assert.True(rebuilt.HasCompleted);
    }

    [Fact]
    public void Makes_the_rounds_since_its_snapshot_again_when_it_is_rebuilt()
    {
        NeighbourProbe probe = new NeighbourProbe(Pair).MakeRounds(0, 6);

        NeighbourProbe rebuilt = new(Pair, incarnation: 2, resumeFrom: probe.Neighbour.TakeSnapshot());
        GraphMessage.VectorsAsked asked = Assert.Single(rebuilt.To<GraphMessage.VectorsAsked>(1));
        rebuilt.MakeRounds(4, 6);

        Assert.Equal(new Position(4, 0), asked.From);
        Assert.Equal(probe.Rule.Value, rebuilt.Rule.Value);
        Assert.Equal(probe.To<GraphMessage.VectorsSent>(1), rebuilt.To<GraphMessage.VectorsSent>(1));
    }

    [Fact]
    public void Lets_old_vectors_stand_in_until_they_are_older_than_the_bound()
    {
        NeighbourProbe probe = new(Pair with { StalenessBound = 2 });

        probe.Receive(1, NeighbourProbe.Vectors(0, 8));
        double[] values = [probe.Rule.Value, probe.GoOn().Rule.Value, probe.GoOn().Rule.Value, probe.GoOn().Rule.Value];

        Assert.Equal([4, 6, 7, 7], values);
        Assert.Equal(3, probe.Round);
        Assert.Equal(2, Assert.Single(probe.Receive(1, NeighbourProbe.Vectors(1, 7)).Observations.OfType<RoundObserved>().Single().Staleness));
    }

    [Fact]
    public void Does_not_let_an_older_vector_take_the_place_of_a_newer_one()
    {
        NeighbourProbe probe = new NeighbourProbe(Pair with { StalenessBound = 4 }).Receive(1, NeighbourProbe.Vectors(2, 8));

        probe.Receive(1, NeighbourProbe.Vectors(1, 100)).GoOn();

        Assert.Equal(7, probe.Rule.Value); // three times half of the way to 8
    }

    public static TheoryData<Message, string> BadMessages => new()
    {
        { NeighbourProbe.Vectors(0, 1, exchange: 1), "there is no exchange 0.1; a round has 1" },
        { NeighbourProbe.Vectors(-1, 1), "there is no exchange -1.0" },
        { NeighbourProbe.Vectors(0, double.NaN), "'value-0' of exchange 0.0" },
        { NeighbourProbe.Vectors(10, 1), "closing round 10.0 carries no vectors" },
        { NeighbourProbe.Closing(0), "it has 0 vectors; exchange 0.0 has 1" },
        { NeighbourProbe.Vectors(0, 1) with { Packets = [null] }, "it must be there in round 0" },
        { NeighbourProbe.Vectors(0, 1) with { Packets = [new DensePacket(FlatVector.Of(1, 2))] }, "its length is 2; 1 is needed" },
        { NeighbourProbe.Vectors(0, 1, 0, 4, 3), "it announces a restart in round 3; they must ascend, from 0 to 30" },
        { NeighbourProbe.Vectors(0, 1, 0, 47), "it announces a restart in round 47" },
        { NeighbourProbe.Vectors(0, 1, 0, -1), "it announces a restart in round -1" },
        { new GraphMessage.VectorsAsked(new Position(-1, 0), 0), "there is no exchange -1.0" },
        { new GraphMessage.VectorsAsked(new Position(0, 0), 10), "counts from round 10 on" },
        { new GraphMessage.RoundStored(-1), "there is no round -1" },
        { new GraphMessage.EdgeSeen(true, 10, 0), "an edge can count from rounds 0 to 9 on, not from 10" },
        { new GraphMessage.EdgeSeen(false, 0, -1), "for one in round -1" },
        { new StrangeMessage(), "neighbours take messages of neighbours only" },
    };

    [Theory]
    [MemberData(nameof(BadMessages))]
    public void Rejects_what_makes_no_sense_and_changes_nothing(Message message, string expected) =>
        new NeighbourProbe(Pair).Rejects(First, message, expected);

    [Fact]
    public void Rejects_whom_it_has_no_edge_to()
    {
        NeighbourProbe probe = new(Ring, index: 1);

        probe.Rejects(new ParticipantId(Role.Neighbour, 3), NeighbourProbe.Vectors(0, 1), "neighbour-1 has no edge to it");
        probe.Rejects(ParticipantId.Master, NeighbourProbe.Vectors(0, 1), "neighbour-1 has no edge to it");
    }

    [Fact]
    public void Rejects_vectors_on_a_stream_whose_graph_lacks_the_edge()
    {
        StaticTopology path = new("path", new MixingMatrix([[new Weight(1, 0.5)], [new Weight(0, 0.5), new Weight(2, 0.5)], [new Weight(1, 0.5)]]));
        GraphSetup setup = LockStep.On(LockStep.Complete(3), rounds: 10) with { Lower = path };

        NeighbourProbe probe = new(setup);

        probe.Rejects(new ParticipantId(Role.Neighbour, 2), NeighbourProbe.Vectors(0, 1), "it must not be there in round 0");
    }

    [Fact]
    public void Rejects_a_snapshot_of_another_topology()
    {
        Snapshot snapshot = new NeighbourProbe(Ring, index: 0).Neighbour.TakeSnapshot();

        InvalidDataException failure = Assert.Throws<InvalidDataException>(
            () => new NeighbourProbe(LockStep.On(LockStep.Complete(4), rounds: 10), resumeFrom: snapshot));

        Assert.Contains("the topology is another one", failure.Message, StringComparison.Ordinal);
    }

    private sealed record StrangeMessage : Message;
}
