using ActorFed.Algorithms.Graph.Topologies;
using Xunit;

namespace ActorFed.Algorithms.Tests.Graph.Topologies;

public sealed class NeighbourGraphTests
{
    [Fact]
    public void Repeated_edges_count_once_in_either_order()
    {
        NeighbourGraph graph = NeighbourGraph.Undirected(3, [(2, 0), (0, 2), (1, 2)]);

        Assert.Equal([(0, 2), (1, 2)], graph.Edges());
        Assert.Equal([0, 1], graph.SendersTo(2).ToArray());
        Assert.Equal(2, graph.MaxDegree);
    }

    [Theory]
    [InlineData(3, true)]
    [InlineData(4, false)]
    public void Knows_whether_word_reaches_everyone(int count, bool isConnected) =>
        Assert.Equal(isConnected, NeighbourGraph.Undirected(count, [(0, 1), (1, 2)]).IsConnected);

    [Theory]
    [InlineData(2, false)]
    [InlineData(3, true)]
    public void Knows_whether_word_passes_round_in_one_direction(int offset, bool isConnected) =>
        Assert.Equal(isConnected, NeighbourGraph.DirectedCirculant(8, [offset]).IsConnected);

    [Fact]
    public void Distances_follow_the_edges()
    {
        NeighbourGraph cycle = NeighbourGraph.DirectedCirculant(5, [1]);

        Assert.Equal([0, 1, 2, 3, 4], BreadthFirst.Distances(5, 0, i => cycle.SendersTo(i)));
        Assert.Equal([-1, 0, 1], BreadthFirst.Distances(3, 1, i => i == 1 ? [2] : []));
    }

    [Fact]
    public void A_topology_that_is_not_connected_floods_never()
    {
        StaticTopology topology = new("two", MixingWeights.Of(NeighbourGraph.Undirected(4, [(0, 1), (2, 3)]), WeightRule.MetropolisHastings));

        Assert.False(topology.IsConnected);
        Assert.Equal("The graph 'two' of 4 participants is not connected.", Assert.Throws<InvalidOperationException>(() => topology.FloodRounds).Message);
    }
}
