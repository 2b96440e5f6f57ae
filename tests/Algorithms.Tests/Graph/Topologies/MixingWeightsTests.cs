using ActorFed.Algorithms.Graph.Topologies;
using Xunit;

namespace ActorFed.Algorithms.Tests.Graph.Topologies;

public sealed class MixingWeightsTests
{
    private const double Rounding = 1e-15;   // of weights that binary does not hold

    [Fact]
    public void Metropolis_hastings_divides_by_the_larger_degree()
    {
        MixingMatrix star = MixingWeights.Of(RegularGraphs.Star(4), WeightRule.MetropolisHastings);

        Assert.Equal([0.25, 0.25, 0.25, 0.25], Row(star, 0));
        Assert.Equal([0.25, 0.75, 0, 0], Row(star, 1));
    }

    [Fact]
    public void Lazy_weights_are_half_of_those_and_half_oneself()
    {
        MixingMatrix lazy = MixingWeights.Of(RegularGraphs.Star(4), WeightRule.Lazy);

        Assert.Equal([0.625, 0.125, 0.125, 0.125], Row(lazy, 0));
        Assert.Equal([0.125, 0.875, 0, 0], Row(lazy, 1));
        Assert.True(Spectrum.Of(MixingWeights.Of(RegularGraphs.Ring(6), WeightRule.Lazy)).Smallest > 0);
    }

    [Fact]
    public void Max_degree_weights_are_the_same_on_every_edge()
    {
        MixingMatrix matrix = MixingWeights.Of(NeighbourGraph.Undirected(5, [(0, 1), (0, 2), (0, 3), (3, 4)]), WeightRule.MaxDegree);

        Assert.Equal([0.25, 0.25, 0.25, 0.25, 0], Row(matrix, 0));
        Assert.Equal([0, 0, 0, 0.25, 0.75], Row(matrix, 4));
    }

    [Theory]
    [InlineData(null, 1.0 / 3, 1.0 / 3)]
    [InlineData(0.5, 0.5, 0.25)]
    [InlineData(0.0, 0.0, 0.5)]
    public void Uniform_weights_share_what_oneself_leaves(double? own, double self, double each)
    {
        MixingMatrix ring = MixingWeights.Of(RegularGraphs.Ring(4), WeightRule.Uniform, own);

        Assert.Equal(self, ring.Self(0), Rounding);
        Assert.Equal(each, ring.WeightOf(0, 1), Rounding);
        Assert.Equal(each, ring.WeightOf(0, 3), Rounding);
    }

    [Fact]
    public void Uniform_weights_leave_the_idle_ones_of_a_matching_alone()
    {
        MixingMatrix matching = MixingWeights.Of(NeighbourGraph.Undirected(3, [(0, 2)]), WeightRule.Uniform);

        Assert.Equal([0.5, 0, 0.5], Row(matching, 0));
        Assert.Equal([0, 1, 0], Row(matching, 1));
    }

    [Fact]
    public void Uniform_weights_need_equal_degrees()
    {
        string message = Assert.Throws<ArgumentException>(() => MixingWeights.Of(RegularGraphs.Path(3), WeightRule.Uniform)).Message;

        Assert.Equal(
            "Weights is Uniform, which is for graphs whose degrees are all equal; participant 0 has 1 neighbours and another one 2. "
            + "Take MetropolisHastings, which does for every graph.",
            message);
    }

    [Theory]
    [InlineData(1.0)]
    [InlineData(-0.25)]
    [InlineData(double.NaN)]
    public void Refuses_an_own_weight_that_leaves_nothing_or_too_much(double own) => Assert.StartsWith(
        "SelfWeight is ",
        Assert.Throws<ArgumentException>(() => MixingWeights.Of(RegularGraphs.Ring(4), WeightRule.Uniform, own)).Message,
        StringComparison.Ordinal);

    private static IEnumerable<double> Row(MixingMatrix matrix, int i) => Enumerable.Range(0, matrix.Count).Select(j => matrix.WeightOf(i, j));
}
