using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Graph;
using ActorFed.Algorithms.Numerics;

namespace ActorFed.Algorithms.Decentralized.Consensus;

/// <summary>
/// Optimisers of one stream whose correction c is the sum of all pulls so far, −B d of the primal-dual form. Its mean over the participants
/// stays 0; each one's own c comes to outweigh what its loss pulls away from the common optimum.
/// </summary>
public abstract class CorrectedOptimiser : ConsensusOptimiser
{
    // The stream carries the correction, hence counts as a tracker: a vector left out would shift the mean for good.
    private protected CorrectedOptimiser(string name, FlatVector start, StreamLevel level, bool movesFirst)
        : base(name, start, movesFirst, [[new StreamSpec(name, start.Length, level, StreamKind.Tracker)]]) =>
        Correction = FlatVector.Zeros(start.Length);

    /// <summary>c_i.</summary>
    private protected FlatVector Correction { get; set; }

    /// <inheritdoc/>
    public override void Restart() => Correction = FlatVector.Zeros(Value.Length);

    /// <inheritdoc/>
    public override void Save(SnapshotWriter writer)
    {
        base.Save(writer);
        writer.WriteVector(Correction);
    }

    /// <inheritdoc/>
    public override void Restore(SnapshotReader reader)
    {
        base.Restore(reader);
        Correction = Read(reader, CorrectionName);
    }

    /// <inheritdoc/>
    public override IEnumerable<StateEntry> Inspect() => [.. base.Inspect(), new(CorrectionName, Correction)];

    private string CorrectionName => $"correction-{Name}";
}
