using System.Collections.Immutable;

namespace ActorFed.Algorithms.Graph.Topologies;

/// <summary>The same weights in every round.</summary>
/// <param name="name">Its name in experiments.</param>
/// <param name="matrix">The weights.</param>
public sealed class StaticTopology(string name, MixingMatrix matrix) : Topology
{
    /// <inheritdoc/>
    public override string Name => name;

    /// <inheritdoc/>
    public override int Count => matrix.Count;

    /// <inheritdoc/>
    public override bool IsTimeVarying => false;

    /// <inheritdoc/>
    public override bool IsSymmetric => matrix.IsSymmetric;

    /// <inheritdoc/>
    public override MixingMatrix At(long round) => matrix;

    /// <inheritdoc/>
    public override ImmutableArray<int> ReceiversOf(int i) => [.. matrix.Receivers(i)];

    /// <inheritdoc/>
    public override ImmutableArray<int> SendersTo(int i)
    {
        ReadOnlySpan<Weight> row = matrix.Row(i);
        ImmutableArray<int>.Builder senders = ImmutableArray.CreateBuilder<int>(row.Length);
        foreach (Weight weight in row)
        {
            senders.Add(weight.Neighbour);
        }

        return senders.MoveToImmutable();
    }
}
