using ActorFed.Algorithms.Graph.Topologies;
using Xunit;

namespace ActorFed.Algorithms.Tests.Graph.Topologies;

public sealed class TopologyFileTests
{
    [Fact]
    public void Reads_edges_comments_and_the_number_of_nodes()
    {
        TopologyFile file = TopologyFile.Parse("# a path\r\nnodes 4\n\n0 1   # first\n\t2 1\n  \n2 3", "path.txt");

        Assert.Equal(4, file.Count);
        Assert.Equal([new FileEdge(4, 0, 1, null, null), new FileEdge(5, 2, 1, null, null), new FileEdge(7, 2, 3, null, null)], file.Edges.ToArray());
        Assert.Equal(RegularGraphs.Path(4).Edges(), file.ToGraph().Edges());
    }

    [Fact]
    public void Counts_nodes_by_the_largest_index_when_it_is_not_told() => Assert.Equal(8, TopologyFile.Parse("0 7", "a").Count);

    [Fact]
    public void An_empty_file_is_one_node() => Assert.Equal(1, TopologyFile.Parse("", "a").Count);

    [Fact]
    public void A_weight_counts_in_both_directions_unless_the_other_is_given()
    {
        MixingMatrix both = TopologyFile.Parse("0 1 0.25\n1 2 0.5", "a").ToMatrix();
        MixingMatrix cycle = TopologyFile.Parse("0 1 0.5 0\n1 2 0.5 0\n2 0 0.5 0", "b").ToMatrix();

        Assert.True(both.IsSymmetric);
        Assert.Equal((0.25, 0.25, 0.25), (both.WeightOf(0, 1), both.WeightOf(1, 0), both.Self(1)));
        Assert.False(cycle.IsSymmetric);
        Assert.Equal((0.5, 0.0), (cycle.WeightOf(0, 1), cycle.WeightOf(1, 0)));
    }

    [Theory]
    [InlineData("0 1\n1", "g.txt, line 2: found '1'; expected an edge 'i j [w_ij [w_ji]]', or 'nodes N'.")]
    [InlineData("0 1 0.1 0.1 0.1", "g.txt, line 1: found '0 1 0.1 0.1 0.1'; expected an edge")]
    [InlineData("0 x", "g.txt, line 1: an end of the edge is 'x'; expected a whole number from 0 to 999999.")]
    [InlineData("0 -1", "an end of the edge is '-1'")]
    [InlineData("0 1000000", "an end of the edge is '1000000'")]
    [InlineData("0 99999999999", "an end of the edge is '99999999999'")]
    [InlineData("3 3", "g.txt, line 1: the edge 3 3 joins a node to itself; leave it out,")]
    [InlineData("0 1\n# twice\n1 0", "g.txt, line 3: the edge 1 0 stands on line 1 already; write each edge once,")]
    [InlineData("0 1 1.5", "g.txt, line 1: a weight is '1.5'; expected a number from 0 to 1, such as 0.25.")]
    [InlineData("0 1 -0.5", "a weight is '-0.5'")]
    [InlineData("0 1 NaN", "a weight is 'NaN'")]
    [InlineData("0 1 0,5", "a weight is '0,5'")]
    [InlineData("0 1 0", "g.txt, line 1: the edge 0 1 weighs 0 in both directions; leave it out.")]
    [InlineData("nodes", "g.txt, line 1: found 'nodes'; expected 'nodes N'.")]
    [InlineData("nodes 0", "the number of nodes is '0'; expected a whole number from 1 to 1000000.")]
    [InlineData("nodes 2\nnodes 2", "g.txt, line 2: nodes was said on line 1 already; say it once.")]
    [InlineData("0 1\nnodes 2\n1 2", "g.txt, line 2: nodes is 2, and an edge names node 2; nodes are numbered from 0, so it must be at least 3.")]
    public void Says_where_a_file_is_malformed_and_what_is_expected(string text, string part) =>
        Assert.Contains(part, Assert.Throws<ArgumentException>(() => TopologyFile.Parse(text, "g.txt")).Message, StringComparison.Ordinal);

    [Fact]
    public void Weights_are_neither_ignored_nor_missing()
    {
        string ignored = Assert.Throws<ArgumentException>(() => TopologyFile.Parse("0 1\n1 2 0.5", "g.txt").ToGraph()).Message;
        string missing = Assert.Throws<ArgumentException>(() => TopologyFile.Parse("0 1 0.5\n1 2", "g.txt").ToMatrix()).Message;

        Assert.Equal("g.txt, line 2: the edge 1 2 has a weight; set Weights to Given, or leave the weights out.", ignored);
        Assert.StartsWith("g.txt, line 2: the edge 1 2 has no weight;", missing, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0 1 0.75\n1 2 0.75", "g.txt: The weights do not mix: row 1 of the mixing matrix has weights that sum to 1.5 without its own;")]
    [InlineData("0 1 0.5 0.25", "g.txt: The weights do not mix: column 0 of the mixing matrix sums to 0.75;")]
    public void Weights_that_are_not_doubly_stochastic_are_refused(string text, string start) =>
        Assert.StartsWith(start, Assert.Throws<ArgumentException>(() => TopologyFile.Parse(text, "g.txt").ToMatrix()).Message, StringComparison.Ordinal);
}
