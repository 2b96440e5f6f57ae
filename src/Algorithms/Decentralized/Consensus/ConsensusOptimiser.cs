using System.Collections.Immutable;
using ActorFed.Algorithms.Blocks;
using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Graph;
using ActorFed.Algorithms.Numerics;

namespace ActorFed.Algorithms.Decentralized.Consensus;

/// <summary>
/// One participant's copy of one variable, which descends along directions while the neighbours' pulls bring the copies together. A round is
/// one <see cref="Move"/> and all exchanges: the move first where <see cref="MovesFirst"/>, else last.
/// </summary>
public abstract class ConsensusOptimiser
{
    private protected ConsensusOptimiser(string name, FlatVector start, bool movesFirst, ImmutableArray<ImmutableArray<StreamSpec>> exchanges) =>
        (Name, Value, MovesFirst, Exchanges) = (name, start, movesFirst, exchanges);

    /// <summary>The variable's name.</summary>
    public string Name { get; }

    /// <summary>s_i after the last round.</summary>
    public FlatVector Value { get; private protected set; }

    /// <summary>Whether what is sent depends on the round's direction. If not there is one exchange.</summary>
    public bool MovesFirst { get; }

    /// <summary>The streams of each exchange of a round.</summary>
    public ImmutableArray<ImmutableArray<StreamSpec>> Exchanges { get; }

    /// <summary>Takes the direction of the round.</summary>
    /// <param name="step">τ, more than 0.</param>
    /// <param name="direction">g at <see cref="Value"/>.</param>
    public abstract void Move(double step, FlatVector direction);

    /// <summary>What to send in an exchange.</summary>
    public abstract ImmutableArray<FlatVector> Send(int exchange);

    /// <summary>Takes the neighbours' pulls on what was sent last.</summary>
    public abstract void Take(int exchange, ReadOnlySpan<FlatVector> pulls);

    /// <summary>The weights have changed: corrections begin anew, from the present value.</summary>
    public abstract void Restart();

    /// <summary>Writes the state between two rounds.</summary>
    public virtual void Save(SnapshotWriter writer) => writer.WriteVector(Value);

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    public virtual void Restore(SnapshotReader reader) => Value = Read(reader, Name);

    /// <summary>The state by name.</summary>
    public virtual IEnumerable<StateEntry> Inspect() => [new(Name, Value)];

    private protected FlatVector Read(SnapshotReader reader, string what) => VectorCheck.Read(reader, Value.Length, $"'{what}'");
}
