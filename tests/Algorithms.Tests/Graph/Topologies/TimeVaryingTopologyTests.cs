using System.Collections.Immutable;
using ActorFed.Algorithms.Graph.Topologies;
using Xunit;

namespace ActorFed.Algorithms.Tests.Graph.Topologies;

public sealed class TimeVaryingTopologyTests
{
    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(8)]
    [InlineData(32)]
    public void A_period_of_one_peer_exponential_rounds_averages_exactly(int count)
    {
        PeriodicTopology topology = Assert.IsType<PeriodicTopology>(TopologyCases.Make("one-peer-exponential", count));

        double[,] product = TopologyCases.Dense(topology.At(0));
        for (int round = 1; round < topology.Period; round++)
        {
            product = TopologyCases.Multiply(TopologyCases.Dense(topology.At(round)), product);
        }

        Assert.Equal(Math.Log2(count), topology.Period);
        Assert.All(product.Cast<double>(), entry => Assert.Equal(1.0 / count, entry));
        Assert.Equal(0, Spectrum.RhoOf([.. Enumerable.Range(0, topology.Period).Select(round => topology.At(round))]));
    }

    [Fact]
    public void Without_a_power_of_two_a_period_averages_nearly_only()
    {
        Topology topology = TopologyCases.Make("one-peer-exponential", 6);

        Assert.InRange(Spectrum.RhoOf([topology.At(0), topology.At(1), topology.At(2)]), 0.01, 0.5);
    }

    [Fact]
    public void Each_round_of_a_period_comes_again()
    {
        Topology topology = TopologyCases.Make("one-peer-exponential", 8);

        Assert.Equal([1, 2, 4, 1], Enumerable.Range(0, 4).Select(round => topology.At(round).Row(0)[0].Neighbour));
        Assert.Same(topology.At(2), topology.At(2 + (3L << 40)));
        Assert.Equal([1, 2, 4], topology.SendersTo(0).ToArray());
        Assert.Equal([4, 6, 7], topology.ReceiversOf(0).ToArray());
    }

    [Fact]
    public void A_period_needs_matrices_of_one_size()
    {
        ImmutableArray<MixingMatrix> misfits = [TopologyCases.Make("ring", 4).At(0), TopologyCases.Make("ring", 5).At(0)];

        Assert.Throws<ArgumentException>(() => new PeriodicTopology("none", []));
        Assert.Throws<ArgumentException>(() => new PeriodicTopology("misfits", misfits));
    }

    [Theory]
    [InlineData("complete", 9)]
    [InlineData("ring", 12)]
    [InlineData("erdos-renyi", 20)]
    public void A_matching_pairs_neighbours_until_no_two_free_ones_are_left(string baseName, int count)
    {
        Topology topology = TopologyCatalog.Create(new TopologyOptions { Topology = "random-matching", Base = baseName }, count, 3);

        for (int round = 0; round < 50; round++)
        {
            MixingMatrix matrix = topology.At(round);
            bool[] isFree = [.. Enumerable.Range(0, count).Select(i => matrix.Row(i).Length == 0)];
            for (int i = 0; i < count; i++)
            {
                Assert.All(matrix.Row(i).ToArray(), weight => Assert.Equal(0.5, weight.Value));
                Assert.InRange(matrix.Row(i).Length, 0, 1);
                Assert.True(!isFree[i] || topology.SendersTo(i).All(j => !isFree[j]));
            }
        }
    }

    [Fact]
    public void A_matching_is_the_same_whenever_and_wherever_it_is_asked_for()
    {
        Topology ahead = TopologyCases.Make("random-matching", 10);
        Topology behind = TopologyCases.Make("random-matching", 10);
        int[] inOrder = [.. Enumerable.Range(0, 40).Select(round => Partner(ahead, round))];

        int[] backwards = [.. Enumerable.Range(0, 40).Reverse().Select(round => Partner(behind, round)).Reverse()];

        Assert.Equal(inOrder, backwards);
        Assert.Equal(9, inOrder.Distinct().Count());
        Assert.Same(ahead.At(39), ahead.At(39));
    }

    [Fact]
    public void A_matching_can_be_asked_from_many_threads()
    {
        Topology shared = TopologyCases.Make("random-matching", 10);
        Topology own = TopologyCases.Make("random-matching", 10);
        int[] partners = new int[400];

        Parallel.For(0, partners.Length, k => partners[k] = Partner(shared, k % 100));

        Assert.Equal(Enumerable.Range(0, partners.Length).Select(k => Partner(own, k % 100)), partners);
    }

    [Theory]
    [InlineData("one-peer-exponential", 8, 3)]
    [InlineData("one-peer-exponential", 7, 3)]
    [InlineData("one-peer-exponential", 33, 6)]
    public void A_period_floods_whenever_it_begins(string name, int count, int rounds)
    {
        Topology topology = TopologyCases.Make(name, count);

        Assert.Equal(rounds, topology.FloodRounds);
        Assert.All(Enumerable.Range(0, count), start => Assert.All(Enumerable.Range(0, 6), round => Assert.Equal(count, Heard(topology, start, round, rounds))));
    }

    [Theory]
    [InlineData("complete", 16)]
    [InlineData("ring", 10)]
    [InlineData("star", 8)]
    public void Matchings_flood_in_time_from_every_one_of_many_rounds(string baseName, int count)
    {
        Topology topology = TopologyCatalog.Create(new TopologyOptions { Topology = "random-matching", Base = baseName }, count, 3);

        Assert.All(Enumerable.Range(0, 200), round => Assert.InRange(Flood.RoundsFrom(topology, round), 1, topology.FloodRounds));
    }

    [Theory]
    [InlineData("one-peer-exponential", 7)]
    [InlineData("one-peer-exponential", 33)]
    [InlineData("random-matching", 20)]
    public void By_way_of_one_participant_word_takes_no_less_and_at_most_twice_as_long(string name, int count)
    {
        Topology topology = TopologyCases.Make(name, count);
        for (int start = 0; start < 6; start++)
        {
            int from = Flood.RoundsOfOne(topology, start, isToward: false);

            Assert.Equal(count, Heard(topology, 0, start, from));
            Assert.True(Heard(topology, 0, start, from - 1) < count);
            Assert.InRange(Flood.RoundsOfOne(topology, start, isToward: true), 1, 2 * topology.FloodRounds);
        }
    }

    /// <summary>How many have word from one participant after some rounds.</summary>
    private static int Heard(Topology topology, int start, int round, int rounds)
    {
        HashSet<int> heard = [start];
        for (int k = 0; k < rounds; k++)
        {
            heard.UnionWith(heard.SelectMany(i => topology.At(round + k).Receivers(i).ToArray()).ToArray());
        }

        return heard.Count;
    }

    private static int Partner(Topology topology, long round) => topology.At(round).Row(0)[0].Neighbour;
}
