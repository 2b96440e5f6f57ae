using System.Globalization;
using ActorFed.Algorithms.Numerics;

namespace ActorFed.Algorithms.Graph.Topologies;

/// <summary>Connected graphs drawn from a seed: the same seed gives the same graph on every machine.</summary>
public static class RandomGraphs
{
    /// <summary>Draws that are made until one is connected.</summary>
    private const int MaxDraws = 100;

    /// <summary>Exchanges of ends per edge, after which a regular graph remembers nothing of the one it came from.</summary>
    private const int SwapsPerEdge = 10;

    /// <summary>Every pair is an edge with probability p; drawn again until it is connected.</summary>
    /// <param name="count">n; at least 1.</param>
    /// <param name="probability">p, in (0, 1].</param>
    /// <param name="random">What it is drawn from.</param>
    /// <exception cref="ArgumentException">None of 100 draws was connected.</exception>
    /// <remarks>Source: Erdős and Rényi, "On random graphs I", 1959; the threshold ln(n)/n of connectedness is theirs.</remarks>
    public static NeighbourGraph ErdosRenyi(int count, double probability, SeededRandom random) => FirstConnected(
        () => NeighbourGraph.Undirected(count, Pairs(count).Where(_ => random.NextDouble() < probability)),
        $"EdgeProbability is {Show(probability)}; none of {MaxDraws} graphs drawn with it connected all {count} participants. Those with more than "
        + $"{Show(Math.Round(Math.Log(count) / count, 3))} mostly do, so take a larger one");

    /// <summary>Everyone has v neighbours: a circulant graph in which pairs of edges have exchanged their ends at random, many times.</summary>
    /// <param name="count">n; more than v, and even where v is odd.</param>
    /// <param name="degree">v; at least 2, or 1 between two participants.</param>
    /// <param name="random">What it is drawn from.</param>
    /// <exception cref="ArgumentException">There is no such graph, or none of 100 draws was connected.</exception>
    /// <remarks>Source: McKay and Wormald 1990 and others; the exchange is that of Taylor, "Constrained switchings in graphs", 1981.</remarks>
    public static NeighbourGraph Regular(int count, int degree, SeededRandom random)
    {
        (int A, int B)[] edges = [.. RegularGraphs.Circulant(count, degree).Edges()];
        return FirstConnected(
            () =>
            {
                ExchangeEnds(edges, random);
                return NeighbourGraph.Undirected(count, edges);
            },
            $"Degree is {degree}; none of {MaxDraws} graphs drawn with it connected all {count} participants. Take a larger one");
    }

    /// <summary>A circulant graph of v neighbours, of whose edges each end i keeps its place and the other moves to a random one with probability β.</summary>
    /// <param name="count">n; more than v.</param>
    /// <param name="degree">v; even and at least 2.</param>
    /// <param name="rewireProbability">β, in [0, 1].</param>
    /// <param name="random">What it is drawn from.</param>
    /// <exception cref="ArgumentException">There is no such graph, or none of 100 draws was connected.</exception>
    /// <remarks>Source: Watts and Strogatz, "Collective dynamics of 'small-world' networks", 1998.</remarks>
    public static NeighbourGraph SmallWorld(int count, int degree, double rewireProbability, SeededRandom random)
    {
        Require.That(degree % 2 == 0, $"Degree is {degree}; for a small world it must be even: half of the neighbours on either side");
        NeighbourGraph lattice = RegularGraphs.Circulant(count, degree);
        return FirstConnected(
            () => Rewired(lattice, degree, rewireProbability, random),
            $"RewireProbability is {Show(rewireProbability)}; none of {MaxDraws} graphs drawn with it connected all {count} participants. Take a smaller one, or a larger Degree");
    }

    private static NeighbourGraph FirstConnected(Func<NeighbourGraph> draw, string otherwise)
    {
        for (int i = 0; i < MaxDraws; i++)
        {
            NeighbourGraph graph = draw();
            if (graph.IsConnected)
            {
                return graph;
            }
        }

        throw new ArgumentException(otherwise + ".");
    }

    private static IEnumerable<(int A, int B)> Pairs(int count) =>
        Enumerable.Range(0, count).SelectMany(i => Enumerable.Range(i + 1, count - i - 1).Select(j => (i, j)));

    /// <summary>a–b and c–d become a–d and c–b, unless that would join a participant to itself or twice to another.</summary>
    private static void ExchangeEnds((int A, int B)[] edges, SeededRandom random)
    {
        HashSet<(int, int)> present = [.. edges.Select(edge => Ordered(edge.A, edge.B))];
        for (long k = (long)SwapsPerEdge * edges.Length; k > 0; k--)
        {
            int first = random.NextInt32(edges.Length);
            int second = random.NextInt32(edges.Length);
            (int a, int b) = edges[first];
            (int c, int d) = random.NextInt32(2) == 0 ? edges[second] : (edges[second].B, edges[second].A);
            if (first == second || a == d || c == b || present.Contains(Ordered(a, d)) || present.Contains(Ordered(c, b)))
            {
                continue;
            }

            present.Remove(Ordered(a, b));
            present.Remove(Ordered(c, d));
            present.Add(Ordered(a, d));
            present.Add(Ordered(c, b));
            (edges[first], edges[second]) = ((a, d), (c, b));
        }
    }

    private static NeighbourGraph Rewired(NeighbourGraph lattice, int degree, double probability, SeededRandom random)
    {
        int count = lattice.Count;
        HashSet<int>[] neighbours = [.. Enumerable.Range(0, count).Select(i => lattice.SendersTo(i).ToHashSet())];
        for (int offset = 1; offset <= degree / 2; offset++)
        {
            for (int i = 0; i < count; i++)
            {
                int old = (i + offset) % count;
                if (random.NextDouble() >= probability || neighbours[i].Count >= count - 1)
                {
                    continue;
                }

                int target;
                do
                {
                    target = random.NextInt32(count);
                }
                while (target == i || neighbours[i].Contains(target));

                neighbours[i].Remove(old);
                neighbours[old].Remove(i);
                neighbours[i].Add(target);
                neighbours[target].Add(i);
            }
        }

        return NeighbourGraph.Undirected(count, Enumerable.Range(0, count).SelectMany(i => neighbours[i].Select(j => (i, j))));
    }

    private static (int, int) Ordered(int a, int b) => a < b ? (a, b) : (b, a);

    private static string Show(double value) => value.ToString("R", CultureInfo.InvariantCulture);
}
