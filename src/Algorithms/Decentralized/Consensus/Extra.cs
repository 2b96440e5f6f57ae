using System.Collections.Immutable;
using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Graph;
using ActorFed.Algorithms.Numerics;

namespace ActorFed.Algorithms.Decentralized.Consensus;

/// <summary>
/// s ← W s − τ g + c with c ← c + (W − I) s before it, but for the first time: the same as s'' = 2 W s' − W s − τ (g' − g), with one vector
/// of memory, not two.
/// </summary>
/// <remarks>Source: Shi, Ling, Wu and Yin, "EXTRA: an exact first-order algorithm for decentralized consensus optimization", 2015.</remarks>
public sealed class Extra : CorrectedOptimiser
{
    private FlatVector _pull;
    private bool _hasMoved; // since the start, or the last restart

    /// <summary>A copy at its start.</summary>
    /// <param name="name">The variable's name.</param>
    /// <param name="start">Its value at first.</param>
    /// <param name="level">Whose graph it travels on.</param>
    public Extra(string name, FlatVector start, StreamLevel level)
        : base(name, start, level, movesFirst: false) => _pull = Correction;

    /// <inheritdoc/>
    public override void Move(double step, FlatVector direction)
    {
        Value = FlatVector.Combine(new(1, Value), new(1, _pull), new(-step, direction), new(1, Correction));
        _hasMoved = true;
    }

    /// <inheritdoc/>
    public override ImmutableArray<FlatVector> Send(int exchange) => [Value];

    /// <inheritdoc/>
    public override void Take(int exchange, ReadOnlySpan<FlatVector> pulls)
    {
        _pull = pulls[0];
        Correction = _hasMoved ? FlatVector.Combine(new(1, Correction), new(1, _pull)) : Correction;
    }

    /// <inheritdoc/>
    public override void Restart()
    {
        base.Restart();
        _hasMoved = false;
    }

    /// <inheritdoc/>
    public override void Save(SnapshotWriter writer)
    {
        base.Save(writer);
        writer.WriteInt64(_hasMoved ? 1 : 0);
    }

    /// <inheritdoc/>
    public override void Restore(SnapshotReader reader)
    {
        base.Restore(reader);
        _hasMoved = reader.ReadCount(1) == 1;
    }
}
