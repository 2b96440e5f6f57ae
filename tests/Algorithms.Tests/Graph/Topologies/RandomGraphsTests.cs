using ActorFed.Algorithms.Graph.Topologies;
using ActorFed.Algorithms.Numerics;
using Xunit;

namespace ActorFed.Algorithms.Tests.Graph.Topologies;

public sealed class RandomGraphsTests
{
    private const int Seeds = 100;

    [Theory]
    [InlineData(8, 3)]
    [InlineData(20, 10)]
    [InlineData(9, 2)]
    [InlineData(6, 5)]
    public void A_regular_graph_is_regular_and_connected_for_every_seed(int count, int degree)
    {
        for (ulong seed = 0; seed < Seeds; seed++)
        {
            NeighbourGraph graph = RandomGraphs.Regular(count, degree, Random(seed));

            Assert.True(graph.IsConnected);
            Assert.All(Enumerable.Range(0, count), i => Assert.Equal(degree, graph.SendersTo(i).Length));
            Assert.All(Enumerable.Range(0, count), i => Assert.DoesNotContain(i, graph.SendersTo(i)));
        }
    }

    [Fact]
    public void A_regular_graph_favours_no_pair()
    {
        int[,] times = new int[10, 10];
        const int Draws = 2000;
        for (ulong seed = 0; seed < Draws; seed++)
        {
            foreach ((int a, int b) in RandomGraphs.Regular(10, 4, Random(seed)).Edges())
            {
                times[a, b]++;
            }
        }

        // Each of the 45 pairs is one of the 20 edges with probability 4/9; five standard deviations of a binomial count.
        double expected = Draws * 4 / 9.0;
        double allowed = 5 * Math.Sqrt(expected * 5 / 9);
        for (int a = 0; a < 10; a++)
        {
            for (int b = a + 1; b < 10; b++)
            {
                Assert.InRange(times[a, b], expected - allowed, expected + allowed);
            }
        }
    }

    [Fact]
    public void An_erdos_renyi_graph_is_connected_and_has_about_the_edges_expected()
    {
        int edges = 0;
        for (ulong seed = 0; seed < Seeds; seed++)
        {
            NeighbourGraph graph = RandomGraphs.ErdosRenyi(30, 0.4, Random(seed));
            Assert.True(graph.IsConnected);
            edges += graph.Edges().Count();
        }

        double expected = Seeds * 435 * 0.4;
        Assert.InRange(edges, expected - (5 * Math.Sqrt(expected * 0.6)), expected + (5 * Math.Sqrt(expected * 0.6)));
    }

    [Fact]
    public void An_erdos_renyi_graph_of_probability_one_is_complete() =>
        Assert.Equal(RegularGraphs.Complete(7).Edges(), RandomGraphs.ErdosRenyi(7, 1, Random(1)).Edges());

    [Fact]
    public void Is_drawn_again_until_it_is_connected()
    {
        bool[] firstIsConnected = [.. Enumerable.Range(0, Seeds).Select(seed =>
        {
            SeededRandom random = Random((ulong)seed);
            return NeighbourGraph.Undirected(8, Enumerable.Range(0, 8)
                .SelectMany(i => Enumerable.Range(i + 1, 7 - i).Select(j => (i, j))).Where(_ => random.NextDouble() < 0.3)).IsConnected;
        })];

        Assert.Contains(false, firstIsConnected);
        Assert.All(Enumerable.Range(0, Seeds), seed => Assert.True(RandomGraphs.ErdosRenyi(8, 0.3, Random((ulong)seed)).IsConnected));
    }

    [Fact]
    public void Says_so_when_no_draw_is_connected()
    {
        string message = Assert.Throws<ArgumentException>(() => RandomGraphs.ErdosRenyi(100, 0.005, Random(1))).Message;

        Assert.Equal(
            "EdgeProbability is 0.005; none of 100 graphs drawn with it connected all 100 participants. Those with more than 0.046 mostly do, so take a larger one.",
            message);
    }

    [Fact]
    public void A_small_world_without_moves_is_its_lattice() =>
        Assert.Equal(RegularGraphs.Circulant(12, 4).Edges(), RandomGraphs.SmallWorld(12, 4, 0, Random(1)).Edges());

    [Theory]
    [InlineData(0.1)]
    [InlineData(1)]
    public void A_small_world_keeps_the_number_of_edges_and_moves_about_as_many_as_asked(double probability)
    {
        HashSet<(int, int)> lattice = [.. RegularGraphs.Circulant(40, 4).Edges()];
        int kept = 0;
        for (ulong seed = 0; seed < Seeds; seed++)
        {
            NeighbourGraph graph = RandomGraphs.SmallWorld(40, 4, probability, Random(seed));
            Assert.True(graph.IsConnected);
            Assert.Equal(80, graph.Edges().Count());
            Assert.All(Enumerable.Range(0, 40), i => Assert.True(graph.SendersTo(i).Length >= 2));   // the near end of two edges stays
            kept += graph.Edges().Count(lattice.Contains);
        }

        double share = kept / (80.0 * Seeds);
        Assert.InRange(share, 1 - probability - 0.03, 1 - probability + 0.12);   // some move to where another lattice edge was
    }

    [Fact]
    public void A_small_world_that_is_complete_stays_so() =>
        Assert.Equal(RegularGraphs.Complete(5).Edges(), RandomGraphs.SmallWorld(5, 4, 1, Random(1)).Edges());

    [Fact]
    public void Refuses_a_small_world_of_odd_degree() => Assert.StartsWith(
        "Degree is 3; for a small world it must be even", Assert.Throws<ArgumentException>(() => RandomGraphs.SmallWorld(8, 3, 0.1, Random(1))).Message, StringComparison.Ordinal);

    [Fact]
    public void The_stream_of_a_seed_gives_these_edges_on_every_machine() => Assert.Equal(
        "0-1 0-3 0-7 1-2 1-5 2-5 2-6 3-4 3-7 4-6 4-7 5-6",
        string.Join(' ', RandomGraphs.Regular(8, 3, Random(1)).Edges().Select(edge => $"{edge.A}-{edge.B}")));

    private static SeededRandom Random(ulong seed) => new(seed, "topology");
}
