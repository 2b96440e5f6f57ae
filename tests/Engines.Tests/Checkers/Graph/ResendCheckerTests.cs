using ActorFed.Algorithms.Graph;
using ActorFed.Engines.Simulation;
using Xunit;

namespace ActorFed.Engines.Tests;

public sealed class ResendCheckerTests
{
    private readonly ResendChecker _checker = new();

    [Fact]
    public void Passes_vectors_that_are_sent_again_as_they_were()
    {
        Watched run = Send(Send(new Watched(_checker), 1, Shown.Vectors(3, 0.5)), 1, Shown.Vectors(3, 0.5));

        Send(run, 1, Shown.Vectors(3, 0.25, exchange: 1));
        Send(run, 2, Shown.Vectors(3, 0.75)); // to another one
        run.Send(Shown.Neighbour(0), Shown.Neighbour(1), new GraphMessage.NotYet(new Position(3, 0)));

        Assert.Equal(1, _checker.Checks);
    }

    [Fact]
    public void Finds_vectors_that_differ_in_a_bit_when_they_are_sent_again() =>
        Send(new Watched(_checker), 1, Shown.Vectors(3, 0.0)).Breaks(
            run => Send(run, 1, Shown.Vectors(3, -0.0)), "neighbour-0 sent neighbour-1 other vectors of exchange 3.0 than before");

    [Fact]
    public void Finds_a_vector_that_is_missing_when_it_is_sent_again() =>
        Send(new Watched(_checker), 1, Shown.Vectors(3, 1)).Breaks(
            run => Send(run, 1, Shown.Vectors(3, 1) with { Packets = [null, null] }), "other vectors of exchange 3.0");

    [Fact]
    public void Asks_nothing_when_an_edge_was_left_out()
    {
        Watched run = Send(new Watched(_checker), 1, Shown.Vectors(3, 1)).Show(0, Shown.Closed);

        Send(run, 1, Shown.Vectors(3, 2));

        Assert.Equal(0, _checker.Checks);
    }

    [Fact]
    public void Forgets_rounds_that_are_long_past()
    {
        Watched run = Send(Send(new Watched(_checker), 1, Shown.Vectors(3, 1)), 1, Shown.Vectors(300, 1));

        Send(run, 1, Shown.Vectors(3, 2));

        Assert.Equal(0, _checker.Checks);
    }

    private static Watched Send(Watched run, int receiver, GraphMessage message) => run.Send(Shown.Neighbour(0), Shown.Neighbour(receiver), message);
}
