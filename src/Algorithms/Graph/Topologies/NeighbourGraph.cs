using System.Collections.Immutable;

namespace ActorFed.Algorithms.Graph.Topologies;

/// <summary>Who receives from whom, without weights: an undirected graph, or a circulant one whose edges have a direction.</summary>
public sealed class NeighbourGraph
{
    /// <summary>Most edges of any graph: those of a complete one of 4096 participants, so that it fits into memory with its weights.</summary>
    public const int MaxEdges = 4096 * 4095 / 2;

    private readonly ImmutableArray<ImmutableArray<int>> _senders;

    private NeighbourGraph(IEnumerable<IEnumerable<int>> senders, bool isDirected)
    {
        _senders = [.. senders.Select(row => row.Distinct().Order().ToImmutableArray())];
        IsDirected = isDirected;
    }

    /// <summary>n.</summary>
    public int Count => _senders.Length;

    /// <summary>Whether its edges have a direction.</summary>
    public bool IsDirected { get; }

    /// <summary>Most neighbours that any participant receives from.</summary>
    public int MaxDegree => _senders.Max(row => row.Length);

    /// <summary>Whether word from any participant can reach every other one.</summary>
    public bool IsConnected => BreadthFirst.Distances(Count, 0, i => _senders[i]).Min() == 0; // a circulant is strongly connected if it is connected

    /// <summary>An undirected graph.</summary>
    /// <param name="count">n; at least 1.</param>
    /// <param name="edges">Pairs of different participants, in any order; repetitions count once.</param>
    /// <exception cref="ArgumentException">There are more than <see cref="MaxEdges"/>.</exception>
    public static NeighbourGraph Undirected(int count, IEnumerable<(int A, int B)> edges)
    {
        List<int>[] neighbours = [.. Enumerable.Range(0, count).Select(_ => new List<int>())];
        int found = 0;
        foreach ((int a, int b) in edges)
        {
            RequireFew(++found, count);
            neighbours[a].Add(b);
            neighbours[b].Add(a);
        }

        return new NeighbourGraph(neighbours, isDirected: false);
    }

    /// <summary>i and i ± offset are neighbours, modulo n.</summary>
    /// <param name="count">n; at least 1.</param>
    /// <param name="offsets">1 to n − 1; those that lead to the same edge count once.</param>
    public static NeighbourGraph Circulant(int count, IReadOnlyCollection<int> offsets) =>
        Undirected(count, Enumerable.Range(0, count).SelectMany(i => offsets.Select(offset => (i, (i + offset) % count))));

    /// <summary>i receives from i + offset, modulo n, and from no one else.</summary>
    /// <param name="count">n; at least 2.</param>
    /// <param name="offsets">1 to n − 1.</param>
    /// <exception cref="ArgumentException">There are more than <see cref="MaxEdges"/>.</exception>
    public static NeighbourGraph DirectedCirculant(int count, IReadOnlyCollection<int> offsets)
    {
        RequireFew((long)count * offsets.Count, count);
        return new(Enumerable.Range(0, count).Select(i => offsets.Select(offset => (i + offset) % count)), isDirected: true);
    }

    /// <summary>Those that i receives from, ascending; of an undirected graph its neighbours.</summary>
    public ImmutableArray<int> SendersTo(int i) => _senders[i];

    /// <summary>The edges of an undirected graph, the smaller end first, in ascending order.</summary>
    public IEnumerable<(int A, int B)> Edges() =>
        Enumerable.Range(0, Count).SelectMany(i => _senders[i].Where(j => j > i).Select(j => (i, j)));

    private static void RequireFew(long edges, int count) => Require.That(
        edges <= MaxEdges, $"The graph of {count} participants has more than {MaxEdges} edges; take one with fewer neighbours each, such as random-regular or symmetric-exponential");
}
