using ActorFed.Algorithms.Graph.Topologies;
using Xunit;

namespace ActorFed.Algorithms.Tests.Graph.Topologies;

public sealed class TopologyCatalogTests
{
    private const int Count = 16;

    private static readonly string[] Directed = ["exponential", "one-peer-exponential"];

    public static TheoryData<string> Names => TopologyCases.Names;

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_topology_is_doubly_stochastic_and_connected_by_every_rule_that_fits(string name)
    {
        foreach (WeightRule rule in (WeightRule[])[WeightRule.MetropolisHastings, WeightRule.Lazy, WeightRule.MaxDegree])
        {
            Topology topology = TopologyCases.Make(name, Count, rule);

            Assert.Equal(name, topology.Name);
            Assert.Equal(Count, topology.Count);
            Assert.True(topology.IsConnected);
            for (int round = 0; round < 8; round++)
            {
                double[,] dense = TopologyCases.Dense(topology.At(round));
                for (int i = 0; i < Count; i++)
                {
                    Assert.Equal(1, Enumerable.Range(0, Count).Sum(j => dense[i, j]), 1e-12);
                    Assert.Equal(1, Enumerable.Range(0, Count).Sum(j => dense[j, i]), 1e-12);
                    Assert.All(Enumerable.Range(0, Count), j => Assert.True(dense[i, j] >= 0));
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Says_truly_what_is_symmetric(string name)
    {
        Topology topology = TopologyCases.Make(name, Count);

        bool isSymmetric = Enumerable.Range(0, 8).All(round => IsSymmetric(topology.At(round)));

        Assert.Equal(isSymmetric, topology.IsSymmetric);
        Assert.Equal(!Directed.Contains(name), isSymmetric);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Rows_hold_only_those_that_are_ever_heard(string name)
    {
        Topology topology = TopologyCases.Make(name, Count);

        for (int round = 0; round < 8; round++)
        {
            MixingMatrix matrix = topology.At(round);
            for (int i = 0; i < Count; i++)
            {
                Assert.All(matrix.Row(i).ToArray(), weight => Assert.Contains(weight.Neighbour, topology.SendersTo(i)));
                Assert.All(matrix.Receivers(i).ToArray(), receiver => Assert.Contains(receiver, topology.ReceiversOf(i)));
                Assert.All(topology.SendersTo(i), j => Assert.Contains(i, topology.ReceiversOf(j)));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Flood_rounds_are_the_longest_distance_and_longer_where_edges_change(string name)
    {
        Topology topology = TopologyCases.Make(name, Count);
        int[,] distances = new int[Count, Count];   // by Floyd and Warshall
        for (int i = 0; i < Count; i++)
        {
            for (int j = 0; j < Count; j++)
            {
                distances[i, j] = i == j ? 0 : topology.ReceiversOf(i).Contains(j) ? 1 : Count;
            }
        }

        for (int k = 0; k < Count; k++)
        {
            for (int i = 0; i < Count; i++)
            {
                for (int j = 0; j < Count; j++)
                {
                    distances[i, j] = Math.Min(distances[i, j], distances[i, k] + distances[k, j]);
                }
            }
        }

        int longest = distances.Cast<int>().Max();
        Assert.InRange(topology.FloodRounds, longest, topology.IsTimeVarying ? 50 : longest);
    }

    [Theory]
    [InlineData("erdos-renyi")]
    [InlineData("random-regular")]
    [InlineData("small-world")]
    [InlineData("random-matching")]
    public void Random_ones_are_equal_for_equal_seeds_only(string name)
    {
        Assert.Equal(Fingerprint(TopologyCases.Make(name, Count, seed: 5)), Fingerprint(TopologyCases.Make(name, Count, seed: 5)));
        Assert.NotEqual(Fingerprint(TopologyCases.Make(name, Count, seed: 5)), Fingerprint(TopologyCases.Make(name, Count, seed: 6)));
    }

    [Theory]
    [InlineData("complete", 1)]
    [InlineData("path", 2)]
    [InlineData("star", 2)]
    [InlineData("exponential", 2)]
    [InlineData("symmetric-exponential", 2)]
    [InlineData("hypercube", 2)]
    [InlineData("one-peer-exponential", 2)]
    [InlineData("random-matching", 2)]
    [InlineData("ring", 3)]
    [InlineData("torus", 4)]
    [InlineData("two-hop-ring", 5)]
    [InlineData("small-world", 5)]
    [InlineData("erdos-renyi", 1)]
    public void Works_down_to_the_fewest_participants(string name, int count)
    {
        Topology topology = TopologyCases.Make(name, count);

        Assert.Equal(count, topology.At(0).Count);
        Assert.InRange(topology.FloodRounds, Math.Min(1, count - 1), name == "random-matching" ? 4 : count - 1);
    }

    [Theory]
    [InlineData("ring", 2, "A ring needs at least 3 participants, and there are 2; complete does for fewer.")]
    [InlineData("two-hop-ring", 4, "at least 5")]
    [InlineData("torus", 13, "take a number that is no prime, or a ring")]
    [InlineData("hypercube", 12, "such as 16, or symmetric-exponential")]
    [InlineData("star", 1, "at least 2")]
    [InlineData("random-regular", 4, "Degree is 4; a connected graph in which each of 4 participants has as many neighbours needs 2 to 3 of them")]
    [InlineData("ring", 0, "There are 0 participants; a topology has 1 to 1000000.")]
    [InlineData("ring", 1000001, "There are 1000001 participants; a topology has 1 to 1000000.")]
    [InlineData("file", 15, "cut.txt has 16 nodes, and there are 15 participants; make them as many.")]
    [InlineData("rong", 15, "Topology is 'rong'; it must be one of ring, two-hop-ring, torus,")]
    public void Refuses_what_does_not_exist(string name, int count, string part) =>
        Assert.Contains(part, Assert.Throws<ArgumentException>(() => TopologyCases.Make(name, count)).Message, StringComparison.Ordinal);

    [Fact]
    public void Refuses_a_file_that_is_not_there_or_not_connected()
    {
        TopologyOptions options = new() { Topology = "file" };
        TopologyFile file = TopologyFile.Parse("0 1\n2 3", "two.txt");
        TopologyFile oneWay = TopologyFile.Parse("nodes 3\n0 1 0.5", "idle.txt");

        string absent = Assert.Throws<ArgumentException>(() => TopologyCatalog.Create(options, 4, 1)).Message;
        string apart = Assert.Throws<ArgumentException>(() => TopologyCatalog.Create(options, 4, 1, file)).Message;
        string idle = Assert.Throws<ArgumentException>(() => TopologyCatalog.Create(options with { Weights = WeightRule.Given }, 3, 1, oneWay)).Message;

        Assert.Equal("Topology is 'file', and File is none; name the file of the graph there.", absent);
        Assert.Equal(
            "The graph 'file' is not connected: word from participant 0 never reaches participant 2; add edges that connect them to two.txt.", apart);
        Assert.Contains("never reaches participant 2", idle, StringComparison.Ordinal);
    }

    [Fact]
    public void Given_weights_are_for_files()
    {
        string message = Assert.Throws<ArgumentException>(() => TopologyCases.Make("ring", 4, WeightRule.Given)).Message;

        Assert.Equal("Weights is Given; that is for graphs of a file that gives them. Take MetropolisHastings, which does for every graph.", message);
    }

    [Fact]
    public void A_matching_needs_a_base_that_is_static_and_undirected()
    {
        TopologyOptions options = new() { Topology = "random-matching", Base = "exponential" };

        string message = Assert.Throws<ArgumentException>(() => TopologyCatalog.Create(options, 8, 1)).Message;

        Assert.StartsWith("Base is 'exponential'; it must be one of ring, two-hop-ring, torus, symmetric-exponential, hypercube,", message, StringComparison.Ordinal);
        Assert.EndsWith("small-world, file.", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Says_who_needs_symmetric_weights()
    {
        string message = Assert.Throws<ArgumentException>(() => TopologyCases.Make("exponential", 8).RequireSymmetric("sparkle")).Message;

        TopologyCases.Make("ring", 8).RequireSymmetric("sparkle");
        Assert.StartsWith("The topology 'exponential' has weights that are not symmetric, and sparkle needs w_ij = w_ji.", message, StringComparison.Ordinal);
    }

    private static bool IsSymmetric(MixingMatrix matrix)
    {
        double[,] dense = TopologyCases.Dense(matrix);
        return Enumerable.Range(0, Count).All(i => Enumerable.Range(0, i).All(j => dense[i, j] == dense[j, i]));
    }

    private static string Fingerprint(Topology topology) => string.Join(
        ';', Enumerable.Range(0, 4).SelectMany(round => Enumerable.Range(0, Count).Select(i => string.Join(',', topology.At(round).Row(i).ToArray().Select(w => w.Neighbour)))));

    [Theory]
    [InlineData("ring", 100_000)]
    [InlineData("random-regular", 100_000)]
    [InlineData("symmetric-exponential", 100_000)]
    [InlineData("one-peer-exponential", 10_000)]
    public void Sparse_graphs_have_room_for_many_and_word_gets_round(string name, int count)
    {
        Topology topology = TopologyCatalog.Create(new TopologyOptions { Topology = name }, count, 1);

        int rounds = topology.FloodRounds;

        // A bound of the true number, which is n / 2 on the ring and at most the 17 binary digits of n on exponential graphs.
        Assert.InRange(rounds, name == "ring" ? count / 2 : 9, name == "ring" ? count : 2 * 17);
    }

    [Theory]
    [InlineData("complete", 4097)]
    [InlineData("circulant-regular", 900_000)]
    public void Dense_graphs_end_where_their_edges_fit_no_more(string name, int count)
    {
        TopologyOptions options = new() { Topology = name, Degree = 20 };

        ArgumentException failure = Assert.Throws<ArgumentException>(() => TopologyCatalog.Create(options, count, 1));

        Assert.StartsWith($"The graph of {count} participants has more than 8386560 edges; take one with fewer neighbours each", failure.Message, StringComparison.Ordinal);
    }
}
