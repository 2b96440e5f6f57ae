using ActorFed.Algorithms.Graph.Topologies;
using Xunit;

namespace ActorFed.Algorithms.Tests.Graph.Topologies;

public sealed class RegularGraphsTests
{
    [Fact]
    public void A_ring_closes() => Assert.Equal([(0, 1), (0, 4), (1, 2), (2, 3), (3, 4)], RegularGraphs.Ring(5).Edges());

    [Fact]
    public void A_path_does_not_close() => Assert.Equal([(0, 1), (1, 2), (2, 3)], RegularGraphs.Path(4).Edges());

    [Fact]
    public void A_two_hop_ring_of_five_is_complete() => Assert.Equal(RegularGraphs.Complete(5).Edges(), RegularGraphs.TwoHopRing(5).Edges());

    [Fact]
    public void A_star_has_one_hub() => Assert.Equal([(0, 1), (0, 2), (0, 3)], RegularGraphs.Star(4).Edges());

    [Fact]
    public void A_torus_counts_the_edges_of_a_side_of_two_once()
    {
        Assert.Equal([(0, 1), (0, 2), (1, 3), (2, 3)], RegularGraphs.Torus(4, null).Edges());
        Assert.Equal(12, RegularGraphs.Torus(8, 2).Edges().Count());
        Assert.Equal([1, 2, 3, 6], RegularGraphs.Torus(9, 3).SendersTo(0).ToArray());
    }

    [Theory]
    [InlineData(4, 2)]
    [InlineData(12, 3)]
    [InlineData(16, 4)]
    [InlineData(26, 2)]
    public void A_torus_is_as_near_to_a_square_as_can_be(int count, int rows) => Assert.Equal(rows, RegularGraphs.TorusRows(count, null));

    [Theory]
    [InlineData(12, 5, "Rows is 5; for a torus of 12 participants it must be one of 2, 3, 4, 6, or none for 3.")]
    [InlineData(12, 12, "Rows is 12;")]
    [InlineData(3, 2, "no rows and columns")]
    public void Refuses_a_torus_that_does_not_close(int count, int rows, string part) =>
        Assert.Contains(part, Assert.Throws<ArgumentException>(() => RegularGraphs.Torus(count, rows)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData(2, new[] { 1 })]
    [InlineData(5, new[] { 1, 2, 4 })]
    [InlineData(8, new[] { 1, 2, 4 })]
    [InlineData(9, new[] { 1, 2, 4, 8 })]
    public void Exponential_offsets_are_the_powers_of_two_below_the_count(int count, int[] offsets)
    {
        Assert.Equal(offsets, RegularGraphs.ExponentialOffsets(count));
        Assert.Equal(offsets, RegularGraphs.Exponential(count).SendersTo(0).ToArray());
        Assert.True(RegularGraphs.Exponential(count).IsDirected);
    }

    [Fact]
    public void A_symmetric_exponential_graph_reaches_half_way_round() =>
        Assert.Equal([1, 2, 4, 6, 8, 9], RegularGraphs.SymmetricExponential(10).SendersTo(0).ToArray());

    [Fact]
    public void A_hypercube_joins_numbers_that_differ_in_one_digit() => Assert.Equal([1, 4, 7], RegularGraphs.Hypercube(8).SendersTo(5).ToArray());

    [Theory]
    [InlineData(20, 10, new[] { 1, 2, 3, 4, 5, 15, 16, 17, 18, 19 })]
    [InlineData(6, 3, new[] { 1, 3, 5 })]
    [InlineData(2, 1, new[] { 1 })]
    [InlineData(5, 4, new[] { 1, 2, 3, 4 })]
    public void A_circulant_graph_has_the_degree_asked_for(int count, int degree, int[] neighbours) =>
        Assert.Equal(neighbours, RegularGraphs.Circulant(count, degree).SendersTo(0).ToArray());

    [Theory]
    [InlineData(5, 3)]
    [InlineData(5, 5)]
    [InlineData(5, 1)]
    [InlineData(2, 2)]
    [InlineData(1, 1)]
    public void Refuses_a_degree_that_no_graph_has(int count, int degree) =>
        Assert.StartsWith($"Degree is {degree};", Assert.Throws<ArgumentException>(() => RegularGraphs.Circulant(count, degree)).Message, StringComparison.Ordinal);
}
