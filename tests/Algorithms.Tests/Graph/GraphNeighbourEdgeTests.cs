using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Graph;
using ActorFed.Algorithms.Star;
using ActorFed.Algorithms.Tests.Decentralized;
using Xunit;

namespace ActorFed.Algorithms.Tests.Graph;

/// <summary>Edges of a neighbour that are left out and taken in again, and the restarts that come of it.</summary>
public sealed class GraphNeighbourEdgeTests
{
    private const int LostAfterScans = 4;

    private static readonly GraphSetup Ring = Patient(LockStep.On(LockStep.Ring(4, self: 0.5), rounds: 100)); // word is around in 2 rounds

    private static readonly GraphSetup Pair = Patient(LockStep.On(LockStep.Complete(2), rounds: 100));

    [Fact]
    public void Leaves_out_the_edge_to_a_neighbour_that_is_silent_for_too_long_and_folds_its_weight()
    {
        NeighbourProbe probe = new NeighbourProbe(Ring, index: 1).Receive(0, NeighbourProbe.Vectors(0, 9));

        probe.Scan(LostAfterScans);
        Assert.DoesNotContain(probe.Changes, change => change.Change == EdgeChange.Closed);
        probe.Scan();

        Assert.Equal([(2, EdgeChange.Closed)], probe.Changes);
        Assert.Equal(1, probe.Round);
        Assert.Equal(3, probe.Rule.Value); // 1 + (9 − 1) / 4
        Assert.Empty(probe.To<GraphMessage.VectorsSent>(2));
        Assert.Equal([5], probe.Announced(0));
    }

    [Fact]
    public void Calls_a_neighbour_whose_edge_is_left_out_at_every_look_until_it_was_stopped()
    {
        NeighbourProbe probe = WithoutEdge();

        Assert.Equal([new GraphMessage.EdgeSeen(false, 0, 1)], probe.Scan().To<GraphMessage.EdgeSeen>(2));

        probe.Receive(2, new LifecycleMessage.ParticipantStopped("test")).Scan();
        Assert.Empty(probe.To<GraphMessage>(2));
    }

    [Fact]
    public void Leaves_out_the_edge_to_a_neighbour_that_was_stopped_at_once() =>
        Assert.Equal([(2, EdgeChange.Closed)], new NeighbourProbe(Ring, index: 1).Receive(2, new LifecycleMessage.ParticipantStopped("test")).Changes);

    [Fact]
    public void Fails_where_no_edge_may_be_left_out()
    {
        NeighbourProbe probe = new NeighbourProbe(Ring with { OnLoss = OnLoss.Fail }, index: 1).Scan(LostAfterScans + 1);

        Assert.StartsWith("neighbour-1 has not heard neighbour-0 for 00:00:04 in round 0, and on-loss = fail", probe.Failure, StringComparison.Ordinal);
        Assert.Empty(probe.Scan().Effects);
    }

    [Fact]
    public void Restarts_its_corrections_at_the_beginning_of_the_round_that_it_announced()
    {
        NeighbourProbe probe = WithoutEdge().MakeRounds(1, 6, 0);

        Assert.Equal([5], probe.Rule.Restarts);
        Assert.Equal([5], probe.Announced(0)); // told on, so that one who missed it can tell
    }

    [Fact]
    public void Restarts_at_the_round_that_a_neighbour_announced_and_passes_word_of_it_on()
    {
        NeighbourProbe probe = new NeighbourProbe(Ring, index: 1).Receive(0, NeighbourProbe.Vectors(0, 1, 0, 3)).Receive(2, NeighbourProbe.Vectors(0, 1));

        Assert.Equal([3], probe.Announced(2));
        Assert.Equal([3], probe.MakeRounds(1, 5).Rule.Restarts);
    }

    [Fact]
    public void Announces_a_restart_anew_when_it_hears_of_it_too_late_and_only_once()
    {
        NeighbourProbe probe = new NeighbourProbe(Ring, index: 1).MakeRounds(0, 5);

        probe.Receive(0, NeighbourProbe.Vectors(5, 1, 0, 3)).Receive(0, NeighbourProbe.Vectors(6, 1, 0, 3)).Receive(2, NeighbourProbe.Vectors(5, 1));

        Assert.Equal([3, 16], probe.Announced(2)); // 5 + 5, as far as word may have to go, and more for the way back
    }

    [Fact]
    public void Announces_a_restart_anew_that_came_too_late_though_it_made_a_later_one()
    {
        NeighbourProbe probe = new NeighbourProbe(Ring, index: 1).Receive(0, NeighbourProbe.Vectors(0, 1, 0, 6)).Receive(2, NeighbourProbe.Vectors(0, 1)).MakeRounds(1, 8);
        Assert.Equal([6], probe.Rule.Restarts);

        probe.Receive(0, NeighbourProbe.Vectors(8, 1, 0, 5)).Receive(2, NeighbourProbe.Vectors(8, 1));

        Assert.Equal([6, 21], probe.Announced(2));
    }

    [Fact]
    public void Tells_of_a_loss_in_closing_rounds_too_and_restarts_nothing_there()
    {
        NeighbourProbe probe = new NeighbourProbe(Ring with { RoundLimit = 4 }, index: 1).Receive(0, NeighbourProbe.Vectors(0, 1)).Scan(LostAfterScans + 1);

        Assert.Equal([5], probe.Announced(0));

        probe.MakeRounds(1, 4, 0).Receive(0, NeighbourProbe.Closing(4)).Receive(0, NeighbourProbe.Closing(5)).Receive(0, NeighbourProbe.Closing(6));
        Assert.True(probe.HasCompleted);
        Assert.Empty(probe.Rule.Restarts);
    }

    [Theory]
    // own edge; notice: open, from, of a round; what it has come to; what is answered: open, from
    [InlineData(null, false, 0, 1, 6L, true, 6)]     // both left out: the lower end names a round, from where the one ahead stands
    [InlineData(null, false, 0, 30, 35L, true, 35)]
    [InlineData(null, true, 9, 1, 9L, null, 0)]      // the round that is still to come holds
    [InlineData(null, true, 1, 1, null, false, 0)]   // it is past
    [InlineData(0L, false, 0, 1, null, false, 0)]
    [InlineData(0L, true, 9, 1, 9L, null, 0)]
    [InlineData(9L, true, 9, 1, 9L, null, 0)]
    [InlineData(9L, true, 12, 1, 12L, null, 0)]
    [InlineData(9L, false, 0, 8, 9L, true, 9)]       // perhaps an old notice: it can still make the round
    [InlineData(9L, false, 0, 9, null, false, 9)]
    [InlineData(9L, true, 0, 8, 9L, true, 9)]        // a crash made it forget
    [InlineData(9L, true, 0, 9, null, false, 9)]
    public void Agrees_with_the_other_end_on_an_edge(long? own, bool isOpen, long openFrom, long round, long? expected, bool? answer, long answered)
    {
        NeighbourProbe probe = own == 0 ? new NeighbourProbe(Ring, index: 1).MakeRounds(0, 1) : WithoutEdge();
        if (own > 0)
        {
            probe.Receive(2, new GraphMessage.EdgeSeen(true, own.Value, 1));
        }

        probe.Receive(2, new GraphMessage.EdgeSeen(isOpen, openFrom, round));

        Assert.Equal(expected ?? -1, probe.Entry("open-from")[1]);
        Assert.Equal(answer is null ? [] : [new GraphMessage.EdgeSeen(answer.Value, answered, 1)], probe.To<GraphMessage.EdgeSeen>(2));
    }

    [Fact]
    public void Leaves_it_to_the_lower_end_to_take_an_edge_in_again()
    {
        NeighbourProbe probe = new NeighbourProbe(Ring, index: 3).Receive(0, NeighbourProbe.Vectors(0, 9)).Scan(LostAfterScans + 1);

        probe.Receive(2, new GraphMessage.EdgeSeen(false, 0, 1));

        Assert.Empty(probe.Sent);
    }

    [Fact]
    public void Makes_rounds_without_an_edge_until_the_one_from_which_it_counts_and_all_restart_there()
    {
        NeighbourProbe probe = WithoutEdge().Receive(2, new GraphMessage.EdgeSeen(false, 0, 1));

        probe.MakeRounds(1, 6, 0);
        Assert.Equal(6, probe.Round);
        Assert.NotEmpty(probe.To<GraphMessage.VectorsSent>(2));
        probe.Receive(0, NeighbourProbe.Vectors(6, 1));
        Assert.Equal(6, probe.Round);
        probe.Receive(2, NeighbourProbe.Vectors(6, 1));

        Assert.Equal(7, probe.Round);
        Assert.Equal([5, 6], probe.Rule.Restarts);
    }

    [Fact]
    public void Takes_no_vectors_over_an_edge_before_the_round_from_which_it_counts()
    {
        NeighbourProbe probe = WithoutEdge().Receive(2, new GraphMessage.EdgeSeen(true, 9, 1));

        Assert.Equal([new GraphMessage.EdgeSeen(true, 9, 1)], probe.Receive(2, NeighbourProbe.Vectors(1, 100)).To<GraphMessage.EdgeSeen>(2));
        Assert.Equal(0, probe.Entry("waiting")[0]);
    }

    [Fact]
    public void Has_all_restart_behind_what_others_have_made_when_it_finds_that_it_forgot_in_a_crash_that_an_edge_is_left_out()
    {
        NeighbourProbe rebuilt = new(Ring, index: 1, incarnation: 2, resumeFrom: new NeighbourProbe(Ring, index: 1).Neighbour.TakeSnapshot());

        rebuilt.Receive(2, new GraphMessage.EdgeSeen(false, 0, 30)).Receive(0, NeighbourProbe.Vectors(0, 1));

        Assert.Equal([35], rebuilt.Announced(0));
    }

    [Fact]
    public void Has_all_restart_behind_what_others_have_made_when_it_finds_that_it_forgot_in_a_crash_that_an_edge_was_taken_in_again()
    {
        NeighbourProbe rebuilt = new(Ring, index: 1, incarnation: 2, resumeFrom: new NeighbourProbe(Ring, index: 1).Neighbour.TakeSnapshot());

        rebuilt.Receive(2, new GraphMessage.EdgeSeen(true, 20, 30)).Receive(0, NeighbourProbe.Vectors(0, 1));

        Assert.Equal([20, 35], rebuilt.Announced(0));
    }

    [Fact]
    public void Rests_when_it_has_no_edge_left_and_goes_straight_to_the_round_in_which_one_counts_again()
    {
        NeighbourProbe probe = new NeighbourProbe(Pair).Scan(LostAfterScans + 20);
        Assert.Equal(0, probe.Round);

        probe.Receive(1, new GraphMessage.EdgeSeen(false, 0, 40));

        Assert.Equal(43, probe.Round);
        Assert.Equal(43, probe.To<GraphMessage.VectorsSent>(1).Single().At.Round);
        Assert.True(probe.HasSaved);
        Assert.Equal([43], probe.Rule.Restarts);
    }

    [Fact]
    public void Goes_on_alone_when_everyone_else_was_stopped()
    {
        NeighbourProbe probe = new NeighbourProbe(Pair).Receive(1, new LifecycleMessage.ParticipantStopped("test"));
        for (int round = 1; round < 200 && !probe.HasCompleted; round++)
        {
            probe.GoOn();
        }

        Assert.True(probe.HasCompleted);
    }

    [Fact]
    public void Goes_on_alone_when_it_is_too_late_for_others_to_come_back_and_they_have_had_the_time_to_end()
    {
        NeighbourProbe probe = new NeighbourProbe(Pair).MakeRounds(0, 98).Scan(LostAfterScans + 1);
        probe.Scan(2 * (LostAfterScans + 2));
        Assert.Equal(98, probe.Round);

        for (int scan = 0; scan < 10 && !probe.HasCompleted; scan++)
        {
            probe.Scan();
        }

        Assert.True(probe.HasCompleted);
    }

    [Fact]
    public void Makes_more_closing_rounds_when_edges_were_left_out_so_that_word_takes_longer()
    {
        NeighbourProbe probe = new NeighbourProbe(Ring with { RoundLimit = 20 }, index: 1).Receive(0, NeighbourProbe.Vectors(0, 1)).Scan(LostAfterScans + 1);

        probe.MakeRounds(1, 20, 0).Receive(0, NeighbourProbe.Closing(20)).Receive(0, NeighbourProbe.Closing(21));
        Assert.False(probe.HasCompleted);
        probe.Receive(0, NeighbourProbe.Closing(22)); // a circle of 4 without an edge is 3 long

        Assert.True(probe.HasCompleted);
    }

    private static GraphSetup Patient(GraphSetup setup) => setup with
    {
        AskAgainAfter = TimeSpan.FromSeconds(1),
        LostAfter = TimeSpan.FromSeconds(LostAfterScans),
        SnapshotEvery = 1000,
    };

    /// <summary>Neighbour 1 of four in a circle, in round 1, without the edge to 2.</summary>
    private static NeighbourProbe WithoutEdge() => new NeighbourProbe(Ring, index: 1).Receive(0, NeighbourProbe.Vectors(0, 9)).Scan(LostAfterScans + 1);
}
