using System.Collections.Immutable;
using ActorFed.Algorithms.Graph;
using ActorFed.Algorithms.Numerics;

namespace ActorFed.Algorithms.Decentralized.Consensus;

/// <summary>h ← W (h + g' − g) and s ← W s − τ h with the new h.</summary>
/// <param name="name">The variable's name.</param>
/// <param name="start">Its value at first.</param>
/// <param name="level">Whose graph it travels on.</param>
public sealed class SemiAtcGradientTracking(string name, FlatVector start, StreamLevel level)
    : GradientTracking(name, start, movesFirst: true, [[IterateStream(name, start, level), TrackerStream(name, start, level)]])
{
    private double _step;
    private FlatVector _sum = start; // h + g' − g

    /// <inheritdoc/>
    public override void Move(double step, FlatVector direction)
    {
        _step = step;
        _sum = FlatVector.Combine(new(1, Tracker), new(1, direction), new(-1, Tracked));
        Tracked = direction;
    }

    /// <inheritdoc/>
    public override ImmutableArray<FlatVector> Send(int exchange) => [Value, _sum];

    /// <inheritdoc/>
    public override void Take(int exchange, ReadOnlySpan<FlatVector> pulls)
    {
        Tracker = FlatVector.Combine(new(1, _sum), new(1, pulls[1]));
        Value = FlatVector.Combine(new(1, Value), new(1, pulls[0]), new(-_step, Tracker));
    }
}
