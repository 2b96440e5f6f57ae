using System.Collections.Immutable;

namespace ActorFed.Algorithms.Graph.Topologies;

/// <summary>Weights that come again after some rounds.</summary>
public sealed class PeriodicTopology : Topology
{
    private readonly ImmutableArray<MixingMatrix> _matrices;
    private readonly ImmutableArray<ImmutableArray<int>> _receivers;
    private readonly ImmutableArray<ImmutableArray<int>> _senders;

    /// <summary>A topology of a period.</summary>
    /// <param name="name">Its name in experiments.</param>
    /// <param name="matrices">The weights of rounds 0, 1, … of a period; at least one, all of one size.</param>
    /// <exception cref="ArgumentException">There is none, or sizes differ.</exception>
    public PeriodicTopology(string name, ImmutableArray<MixingMatrix> matrices)
    {
        Require.That(matrices.Length > 0 && matrices.All(matrix => matrix.Count == matrices[0].Count), $"the topology '{name}' needs one matrix or more, all for the same participants");
        Name = name;
        _matrices = matrices;
        IEnumerable<int> all = Enumerable.Range(0, Count);
        _receivers = [.. all.Select(i => matrices.SelectMany(matrix => matrix.Receivers(i).ToArray()).Distinct().Order().ToImmutableArray())];
        _senders = [.. all.Select(i => matrices.SelectMany(matrix => matrix.Row(i).ToArray()).Select(weight => weight.Neighbour).Distinct().Order().ToImmutableArray())];
    }

    /// <inheritdoc/>
    public override string Name { get; }

    /// <inheritdoc/>
    public override int Count => _matrices[0].Count;

    /// <summary>Rounds after which the weights come again.</summary>
    public int Period => _matrices.Length;

    /// <inheritdoc/>
    public override bool IsTimeVarying => Period > 1;

    /// <inheritdoc/>
    public override bool IsSymmetric => _matrices.All(matrix => matrix.IsSymmetric);

    /// <summary>
    /// In each round everyone hears from one other only: at 1, 2, 4, … in turn. With n a power of two, a period averages exactly.
    /// </summary>
    /// <param name="name">Its name in experiments.</param>
    /// <param name="count">n; at least 2.</param>
    /// <param name="weights">Weighs the graph of one round.</param>
    /// <exception cref="ArgumentException">n is too small, or the weights do not fit.</exception>
    /// <remarks>Source: Ying et al., "Exponential graph is provably efficient for decentralized deep training", 2021, section 4.</remarks>
    public static PeriodicTopology OnePeerExponential(string name, int count, Func<NeighbourGraph, MixingMatrix> weights) =>
        new(name, [.. RegularGraphs.ExponentialOffsets(count).Select(offset => weights(NeighbourGraph.DirectedCirculant(count, [offset])))]);

    /// <inheritdoc/>
    public override MixingMatrix At(long round) => _matrices[(int)(round % _matrices.Length)];

    /// <inheritdoc/>
    public override ImmutableArray<int> ReceiversOf(int i) => _receivers[i];

    /// <inheritdoc/>
    public override ImmutableArray<int> SendersTo(int i) => _senders[i];

    private protected override int CountFloodRounds()
    {
        IEnumerable<int> starts = Enumerable.Range(0, Period);
        return (long)Count * Count * Period <= MaxFloodSteps
            ? starts.Max(start => Flood.RoundsFrom(this, start))
            : starts.Max(start => Flood.RoundsOfOne(this, start, isToward: true)) + starts.Max(start => Flood.RoundsOfOne(this, start, isToward: false));
    }
}
