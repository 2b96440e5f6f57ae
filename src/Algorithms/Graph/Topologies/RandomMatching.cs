using System.Collections.Immutable;
using System.Globalization;
using ActorFed.Algorithms.Numerics;

namespace ActorFed.Algorithms.Graph.Topologies;

/// <summary>
/// In each round neighbours in a graph pair up at random until no two free ones are left, and only pairs exchange. The seed and the number
/// of the round give the pairs, so that every participant finds the same ones on its own.
/// </summary>
/// <param name="name">Its name in experiments.</param>
/// <param name="graph">Who may be paired; undirected.</param>
/// <param name="seed">The run's seed.</param>
/// <param name="weights">Weighs the pairs of one round.</param>
/// <remarks>Source: Boyd, Ghosh, Prabhakar and Shah, "Randomized gossip algorithms", 2006, for averaging by random pairs.</remarks>
public sealed class RandomMatching(string name, NeighbourGraph graph, ulong seed, Func<NeighbourGraph, MixingMatrix> weights) : Topology
{
    private const int RoundsKept = 16; // participants that follow each other are a few rounds apart at most
    private const int SafetyFactor = 4;  // over the rounds that word takes to spread, which vary most on a star: its hub has one partner a round

    private readonly Drawn?[] _kept = new Drawn?[RoundsKept];

    /// <inheritdoc/>
    public override string Name => name;

    /// <inheritdoc/>
    public override int Count => graph.Count;

    /// <inheritdoc/>
    public override bool IsTimeVarying => true;

    /// <inheritdoc/>
    public override bool IsSymmetric => true;

    /// <inheritdoc/>
    public override MixingMatrix At(long round)
    {
        int place = (int)(round % RoundsKept);
        if (Volatile.Read(ref _kept[place]) is Drawn kept && kept.Round == round)
        {
            return kept.Matrix;
        }

        MixingMatrix matrix = weights(NeighbourGraph.Undirected(Count, Pairs(round)));
        Volatile.Write(ref _kept[place], new Drawn(round, matrix));
        return matrix;
    }

    /// <inheritdoc/>
    public override ImmutableArray<int> ReceiversOf(int i) => graph.SendersTo(i);

    /// <inheritdoc/>
    public override ImmutableArray<int> SendersTo(int i) => graph.SendersTo(i);

    private protected override int CountFloodRounds() => SafetyFactor * ((long)Count * Count <= MaxFloodSteps
        ? Flood.RoundsFrom(this, 0)
        : Flood.RoundsOfOne(this, 0, isToward: true) + Flood.RoundsOfOne(this, 0, isToward: false));

    private List<(int A, int B)> Pairs(long round)
    {
        SeededRandom random = new(seed, string.Create(CultureInfo.InvariantCulture, $"{TopologyCatalog.RandomStream}/round-{round}"));
        int[] order = [.. Enumerable.Range(0, Count)];
        random.Shuffle(order.AsSpan());
        bool[] isPaired = new bool[Count];
        List<(int A, int B)> pairs = [];
        foreach (int i in order.Where(i => !isPaired[i]))
        {
            int[] free = [.. graph.SendersTo(i).Where(j => !isPaired[j])];
            if (free.Length > 0)
            {
                int j = free[random.NextInt32(free.Length)];
                isPaired[i] = isPaired[j] = true;
                pairs.Add((i, j));
            }
        }

        return pairs;
    }

    private sealed record Drawn(long Round, MixingMatrix Matrix);
}
