using System.Collections.Immutable;
using ActorFed.Algorithms.Graph;
using ActorFed.Algorithms.Numerics;

namespace ActorFed.Algorithms.Decentralized.Consensus;

/// <summary>h ← W h + g' − g and s ← W s − τ h with the new h.</summary>
/// <param name="name">The variable's name.</param>
/// <param name="start">Its value at first.</param>
/// <param name="level">Whose graph it travels on.</param>
public sealed class NonAtcGradientTracking(string name, FlatVector start, StreamLevel level)
    : GradientTracking(name, start, movesFirst: false, [[IterateStream(name, start, level), TrackerStream(name, start, level)]])
{
    private FlatVector _mixed = start;         // W s
    private FlatVector _mixedTracker = start;  // W h

    /// <inheritdoc/>
    public override void Move(double step, FlatVector direction)
    {
        Tracker = FlatVector.Combine(new(1, _mixedTracker), new(1, direction), new(-1, Tracked));
        Tracked = direction;
        Value = FlatVector.Combine(new(1, _mixed), new(-step, Tracker));
    }

    /// <inheritdoc/>
    public override ImmutableArray<FlatVector> Send(int exchange) => [Value, Tracker];

    /// <inheritdoc/>
    public override void Take(int exchange, ReadOnlySpan<FlatVector> pulls)
    {
        _mixed = FlatVector.Combine(new(1, Value), new(1, pulls[0]));
        _mixedTracker = FlatVector.Combine(new(1, Tracker), new(1, pulls[1]));
    }
}
