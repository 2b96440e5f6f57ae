using System.Collections.Immutable;
using ActorFed.Algorithms.Graph.Topologies;
using ActorFed.Algorithms.Numerics;

namespace ActorFed.Algorithms.Graph.Pairs;

/// <summary>The two ends of an exchange.</summary>
/// <param name="Lower">The one that proposes.</param>
/// <param name="Higher">The one that decides; more than <paramref name="Lower"/>.</param>
public readonly record struct Pair(int Lower, int Higher)
{
    /// <summary>Whether a participant is one of its ends.</summary>
    public bool Has(int participant) => participant == Lower || participant == Higher;

    /// <summary>The end that <paramref name="participant"/> is not.</summary>
    public int Other(int participant) => participant == Lower ? Higher : Lower;
}

/// <summary>The pair of every exchange of a run: known to everyone, so that nobody need ask whether it is free.</summary>
/// <remarks>
/// Everyone makes its exchanges in ascending order. Of those under way the lowest can always go on, so nobody waits for ever for another
/// who waits for it.
/// </remarks>
public sealed class PairSchedule
{
    private readonly Func<long, Pair> _at;

    /// <summary>Pairs drawn from the edges of a graph, all equally likely.</summary>
    /// <param name="topology">The graph; static and symmetric, with at least one edge.</param>
    /// <param name="seed">Determines the draw.</param>
    /// <param name="limit">Exchanges of the run; at least 1.</param>
    /// <exception cref="ArgumentException">The graph does not do.</exception>
    public PairSchedule(Topology topology, ulong seed, long limit)
    {
        if (topology.IsTimeVarying || !topology.IsSymmetric)
        {
            throw new ArgumentException($"pairs are drawn from the edges of an undirected graph that stays; choose such a topology, as complete or ring, and not '{topology.Name}'.");
        }

        ImmutableArray<Pair> edges =
            [.. Enumerable.Range(0, topology.Count).SelectMany(i => topology.SendersTo(i).Where(j => j > i).Select(j => new Pair(i, j)))];
        if (edges.IsEmpty)
        {
            throw new ArgumentException($"the graph '{topology.Name}' of {topology.Count} participants has no edge to exchange on; have at least two.");
        }

        CounterRandom random = new(seed, "pairs");
        (_at, Limit) = (exchange => edges[(int)(random.Uniform(exchange) * edges.Length)], limit);
    }

    /// <summary>Given pairs.</summary>
    /// <param name="pairs">One per exchange.</param>
    public PairSchedule(IReadOnlyList<Pair> pairs) => (_at, Limit) = (exchange => pairs[(int)exchange], pairs.Count);

    /// <summary>Exchanges of the run.</summary>
    public long Limit { get; }

    /// <summary>The pair of an exchange.</summary>
    /// <param name="exchange">From 0, less than <see cref="Limit"/>.</param>
    public Pair At(long exchange) => _at(exchange);

    /// <summary>Whether it is the exchange of these two.</summary>
    public bool IsOf(long exchange, int lower, int higher) => exchange >= 0 && exchange < Limit && _at(exchange) == new Pair(lower, higher);

    /// <summary>The first exchange of a participant from a number on; <see cref="Limit"/> where there is none.</summary>
    public long NextOf(int participant, long from)
    {
        long exchange = from;
        while (exchange < Limit && !_at(exchange).Has(participant))
        {
            exchange++;
        }

        return exchange;
    }

    /// <summary>The exchange after the last one of a participant before a number; 0 where there is none.</summary>
    public long AfterLastOf(int participant, long before)
    {
        long exchange = before;
        while (exchange > 0 && !_at(exchange - 1).Has(participant))
        {
            exchange--;
        }

        return exchange;
    }
}
