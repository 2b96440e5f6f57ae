using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Numerics;

namespace ActorFed.Algorithms.Graph.Pairs;

/// <summary>What a participant keeps of one neighbour.</summary>
internal sealed class PairLink(int neighbour)
{
    /// <summary>Its index.</summary>
    public int Neighbour { get; } = neighbour;

    /// <summary>Its name.</summary>
    public ParticipantId Id { get; } = new(Role.Neighbour, neighbour);

    /// <summary>Looks for silent neighbours in a row that it was waited for and not heard.</summary>
    public int Silent { get; set; }

    /// <summary>Everyone less than so many edges away from it is finished; 0 while it is not.</summary>
    public int Distance { get; set; }

    /// <summary>What it has proposed and is not decided yet; not kept in snapshots, since it proposes again.</summary>
    public PairMessage.Proposed? Proposal { get; set; }

    /// <summary>The last of its proposals that was decided; null before the first. It proposes no other before it has moved by this, so no older one is needed.</summary>
    public PairMessage.Decided? Decided { get; private set; }

    /// <summary>By how much that decision changed what the decider's block adds to the constraints; length p, or 0 before the first.</summary>
    public FlatVector Shift { get; private set; } = FlatVector.Empty;

    /// <summary>Keeps a decision.</summary>
    public void Decide(long exchange, PairAnswer answer, FlatVector shift)
    {
        (Decided, Shift) = (new PairMessage.Decided { Exchange = exchange, Answer = answer }, shift);
        Proposal = null;
    }

    /// <summary>Writes what a rebuilt participant must know.</summary>
    public void Save(SnapshotWriter writer)
    {
        writer.WriteInt64(Neighbour);
        writer.WriteInt64(Decided?.Exchange ?? -1);
        if (Decided is { Answer: PairAnswer answer })
        {
            writer.WriteDouble(answer.Step);
            writer.WriteVector(answer.Multiplier);
            writer.WriteVector(answer.Move);
            writer.WriteVector(Shift);
        }
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    public void Restore(SnapshotReader reader)
    {
        long neighbour = reader.ReadInt64();
        if (neighbour != Neighbour)
        {
            throw new InvalidDataException($"The snapshot has an edge to neighbour {neighbour}; this experiment has one to {Neighbour} in its place: the topology is another one.");
        }

        long exchange = reader.ReadInt64();
        if (exchange >= 0)
        {
            PairAnswer answer = new() { Step = reader.ReadDouble(), Multiplier = reader.ReadVector(), Move = reader.ReadVector() };
            Decide(exchange, answer, reader.ReadVector());
        }
    }
}
