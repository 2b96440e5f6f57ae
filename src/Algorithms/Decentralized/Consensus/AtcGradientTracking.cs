using System.Collections.Immutable;
using ActorFed.Algorithms.Graph;
using ActorFed.Algorithms.Numerics;

namespace ActorFed.Algorithms.Decentralized.Consensus;

/// <summary>h ← W (h + g' − g), then s ← W (s − τ h).</summary>
/// <param name="name">The variable's name.</param>
/// <param name="start">Its value at first.</param>
/// <param name="level">Whose graph it travels on.</param>
public sealed class AtcGradientTracking(string name, FlatVector start, StreamLevel level)
    : GradientTracking(name, start, movesFirst: true, [[TrackerStream(name, start, level)], [IterateStream(name, start, level)]])
{
    private double _step;
    private FlatVector _sent = start; // h + g' − g, then s − τ h

    /// <inheritdoc/>
    public override void Move(double step, FlatVector direction)
    {
        _step = step;
        _sent = FlatVector.Combine(new(1, Tracker), new(1, direction), new(-1, Tracked));
        Tracked = direction;
    }

    /// <inheritdoc/>
    public override ImmutableArray<FlatVector> Send(int exchange) => [_sent];

    /// <inheritdoc/>
    public override void Take(int exchange, ReadOnlySpan<FlatVector> pulls)
    {
        FlatVector mixed = FlatVector.Combine(new(1, _sent), new(1, pulls[0]));
        if (exchange == 0)
        {
            Tracker = mixed;
            _sent = FlatVector.Combine(new(1, Value), new(-_step, Tracker));
        }
        else
        {
            Value = mixed;
        }
    }
}
