using System.Collections.Immutable;
using ActorFed.Algorithms.Graph;
using ActorFed.Algorithms.Numerics;

namespace ActorFed.Algorithms.Decentralized.Consensus;

/// <summary>s ← W (s − τ g): a step of one's own, then the average with the neighbours.</summary>
/// <param name="name">The variable's name.</param>
/// <param name="start">Its value at first.</param>
/// <param name="level">Whose graph it travels on.</param>
/// <remarks>Source: Chen and Sayed, "Diffusion adaptation strategies for distributed optimization and learning over networks", 2012.</remarks>
public sealed class Diffusion(string name, FlatVector start, StreamLevel level)
    : ConsensusOptimiser(name, start, movesFirst: true, [[new StreamSpec(name, start.Length, level, StreamKind.Iterate)]])
{
    private FlatVector _half = start; // s − τ g

    /// <inheritdoc/>
    public override void Move(double step, FlatVector direction) => _half = FlatVector.Combine(new(1, Value), new(-step, direction));

    /// <inheritdoc/>
    public override ImmutableArray<FlatVector> Send(int exchange) => [_half];

    /// <inheritdoc/>
    public override void Take(int exchange, ReadOnlySpan<FlatVector> pulls) => Value = FlatVector.Combine(new(1, _half), new(1, pulls[0]));

    /// <inheritdoc/>
    public override void Restart()
    {
        // nothing relies on the old weights
    }
}
