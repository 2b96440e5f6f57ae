using System.Collections.Immutable;
using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Graph;
using ActorFed.Algorithms.Numerics;

namespace ActorFed.Algorithms.Decentralized.Consensus;

/// <summary>
/// Optimisers with a tracker h, whose mean over the participants is that of their directions g after every round. h and the last g begin at
/// 0, and so they do again after a restart.
/// </summary>
/// <remarks>
/// Sources: Di Lorenzo and Scutari, "NEXT", 2016; Xu et al., "Augmented distributed gradient methods", 2015; Nedić, Olshevsky and Shi,
/// "Achieving geometric convergence for distributed optimization over time-varying graphs", 2017.
/// </remarks>
public abstract class GradientTracking : ConsensusOptimiser
{
    private protected GradientTracking(string name, FlatVector start, bool movesFirst, ImmutableArray<ImmutableArray<StreamSpec>> exchanges)
        : base(name, start, movesFirst, exchanges) => Tracker = Tracked = FlatVector.Zeros(start.Length);

    /// <summary>h_i.</summary>
    private protected FlatVector Tracker { get; set; }

    /// <summary>g_i of the last round.</summary>
    private protected FlatVector Tracked { get; set; }

    /// <inheritdoc/>
    public override void Restart() => Tracker = Tracked = FlatVector.Zeros(Value.Length);

    /// <inheritdoc/>
    public override void Save(SnapshotWriter writer)
    {
        base.Save(writer);
        writer.WriteVector(Tracker);
        writer.WriteVector(Tracked);
    }

    /// <inheritdoc/>
    public override void Restore(SnapshotReader reader)
    {
        base.Restore(reader);
        Tracker = Read(reader, $"tracker-{Name}");
        Tracked = Read(reader, $"tracked-{Name}");
    }

    /// <inheritdoc/>
    public override IEnumerable<StateEntry> Inspect() => [.. base.Inspect(), new($"tracker-{Name}", Tracker), new($"tracked-{Name}", Tracked)];

    private protected static StreamSpec IterateStream(string name, FlatVector start, StreamLevel level) =>
        new(name, start.Length, level, StreamKind.Iterate);

    private protected static StreamSpec TrackerStream(string name, FlatVector start, StreamLevel level) =>
        new($"tracker-{name}", start.Length, level, StreamKind.Tracker);
}
