using System.Collections.Immutable;
using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Numerics;

namespace ActorFed.Algorithms.Graph.Pairs;

/// <summary>
/// An algorithm that changes two blocks at a time: what is offered, decided and moved. When, with whom, and that both ends move or
/// neither belongs to <see cref="PairNeighbour"/>.
/// </summary>
public interface IPairRule
{
    /// <summary>x_i, this participant's block.</summary>
    FlatVector Block { get; }

    /// <summary>A_i x_i, what the block adds to the constraints; length p.</summary>
    FlatVector Share { get; }

    /// <summary>c, what all shares must sum to; length p.</summary>
    FlatVector RightSide { get; }

    /// <summary>Other participants whose blocks the gradient needs; ascending.</summary>
    ImmutableArray<int> Needs { get; }

    /// <summary>Numbers of this participant after its last exchange; cheap.</summary>
    ImmutableArray<Measure> Measures { get; }

    /// <summary>The starting point of another block; it counts as its version 0.</summary>
    FlatVector InitialOf(int other);

    /// <summary>This participant's side of an exchange. What it moves along later is kept until <see cref="Apply"/>.</summary>
    /// <param name="exchange">Its number.</param>
    /// <param name="valueOf">Gives the blocks of <see cref="Needs"/>.</param>
    PairSide Offer(long exchange, Func<int, FlatVector> valueOf);

    /// <summary>Why another's side is not acceptable, or null.</summary>
    string? ObjectionTo(PairSide side);

    /// <summary>Decides an exchange that another has proposed, and moves this block.</summary>
    /// <param name="exchange">Its number.</param>
    /// <param name="other">The proposer.</param>
    /// <param name="side">Its side; without objection.</param>
    /// <param name="valueOf">Gives the blocks of <see cref="Needs"/>.</param>
    /// <returns>How the proposer must move.</returns>
    PairAnswer Decide(long exchange, int other, PairSide side, Func<int, FlatVector> valueOf);

    /// <summary>Why a decision is not acceptable, or null.</summary>
    string? ObjectionTo(PairAnswer answer);

    /// <summary>Moves this block as an exchange was decided that it proposed last.</summary>
    void Apply(PairAnswer answer);

    /// <summary>Writes the block, and what it will move along.</summary>
    void Save(SnapshotWriter writer);

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    /// <exception cref="InvalidDataException">The snapshot does not fit this experiment.</exception>
    void Restore(SnapshotReader reader);

    /// <summary>The state by name; all of it durable, the same entries after <see cref="Restore"/>.</summary>
    IEnumerable<StateEntry> Inspect();
}
