using ActorFed.Algorithms.Core;

namespace ActorFed.Algorithms.Graph;

/// <summary>What a participant keeps of one neighbour.</summary>
internal sealed class Link(int neighbour)
{
    private readonly SortedList<Position, GraphMessage.VectorsSent> _waiting = [];

    /// <summary>Its index.</summary>
    public int Neighbour { get; } = neighbour;

    /// <summary>Its name.</summary>
    public ParticipantId Id { get; } = new(Role.Neighbour, neighbour);

    /// <summary>Whether the edge is left out until further notice.</summary>
    public bool IsClosed { get; private set; }

    /// <summary>The round from which it counts, unless closed.</summary>
    public long OpenFrom { get; private set; }

    /// <summary>Whether its engine said that it will not come back by itself.</summary>
    public bool IsStopped { get; set; }

    /// <summary>Looks for silent neighbours in a row that it was waited for and not heard.</summary>
    public int Silent { get; set; }

    /// <summary>The round behind which it will not go back.</summary>
    public long Stored { get; private set; }

    /// <summary>Payload bytes sent to it by this incarnation.</summary>
    public long BytesSent { get; set; }

    /// <summary>Its newest vectors, of whatever round before the closing ones; null before the first.</summary>
    public GraphMessage.VectorsSent? Newest { get; private set; }

    /// <summary>Exchanges of which it has vectors that did not enter yet.</summary>
    public int Waiting => _waiting.Count;

    /// <summary>Whether the edge counts in a round.</summary>
    public bool IsOpenIn(long round) => !IsClosed && round >= OpenFrom;

    /// <summary>Takes vectors in; a second copy changes nothing.</summary>
    public void Accept(GraphMessage.VectorsSent message)
    {
        _waiting.TryAdd(message.At, message);
        if (!message.Packets.IsEmpty && (Newest is null || message.At > Newest.At))
        {
            Newest = message;
        }
    }

    /// <summary>Its vectors of an exchange, or null while they are missing.</summary>
    public GraphMessage.VectorsSent? At(Position at) => _waiting.GetValueOrDefault(at);

    /// <summary>Forgets vectors of an exchange and of all before it; the newest stays.</summary>
    public void ForgetUpTo(Position at)
    {
        while (_waiting.Count > 0 && _waiting.GetKeyAtIndex(0).CompareTo(at) <= 0)
        {
            _waiting.RemoveAt(0);
        }
    }

    /// <summary>Leaves the edge out.</summary>
    public void Close()
    {
        (IsClosed, Silent, Newest) = (true, 0, null);
        _waiting.Clear();
    }

    /// <summary>Takes it in again from a round on; what came before counts no more.</summary>
    public void Open(long from)
    {
        Close();
        (IsClosed, OpenFrom, Stored) = (false, from, from);
    }

    /// <summary>It stored a snapshot.</summary>
    public void StoredAt(long round) => Stored = Math.Max(Stored, round);

    /// <summary>Writes what a rebuilt participant must know.</summary>
    public void Save(SnapshotWriter writer)
    {
        writer.WriteInt64(Neighbour);
        writer.WriteInt64(IsClosed ? 1 : 0);
        writer.WriteInt64(OpenFrom);
        writer.WriteInt64(Stored);
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    public void Restore(SnapshotReader reader)
    {
        long neighbour = reader.ReadInt64();
        if (neighbour != Neighbour)
        {
            throw new InvalidDataException($"The snapshot has an edge to neighbour {neighbour}; this experiment has one to {Neighbour} in its place: the topology is another one.");
        }

        IsClosed = reader.ReadInt64() != 0;
        (OpenFrom, Stored) = (reader.ReadInt64(), reader.ReadInt64());
    }
}
