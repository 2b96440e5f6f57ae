using System.Globalization;

namespace ActorFed.Algorithms.Core;

/// <summary>What a participant does in its protocol.</summary>
public enum Role : byte
{
    /// <summary>Coordinates a star; there is one.</summary>
    Master,

    /// <summary>Owns one shard and answers the master.</summary>
    Worker,

    /// <summary>Owns one shard and talks to its neighbours on a graph.</summary>
    Neighbour,
}

/// <summary>Names a participant for the whole run, whichever node hosts it: a role and an index from 0.</summary>
/// <param name="Role">Its role.</param>
/// <param name="Index">Its index among the participants of that role; at least 0.</param>
public readonly record struct ParticipantId(Role Role, int Index) : IComparable<ParticipantId>
{
    /// <summary>The one master.</summary>
    public static ParticipantId Master => new(Role.Master, 0);

    /// <summary>Worker <paramref name="index"/>, counted from 0.</summary>
    public static ParticipantId Worker(int index) => new(Role.Worker, index);

    /// <summary>Reads what <see cref="ToString"/> writes: <c>master</c>, <c>worker-3</c>, <c>neighbour-0</c>.</summary>
    public static bool TryParse(string text, out ParticipantId id)
    {
        id = Master;
        if (text == "master")
        {
            return true;
        }

        int dash = text.IndexOf('-', StringComparison.Ordinal);
        if (dash < 0 || !int.TryParse(text.AsSpan(dash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int index))
        {
            return false;
        }

        switch (text[..dash])
        {
            case "worker": id = new ParticipantId(Role.Worker, index); break;
            case "neighbour": id = new ParticipantId(Role.Neighbour, index); break;
            default: return false;
        }

        return id.ToString() == text; // one name each: worker-01 is nobody
    }

    /// <summary>Orders by role, then by index: the order in which sums over participants run.</summary>
    public int CompareTo(ParticipantId other) =>
        Role != other.Role ? Role.CompareTo(other.Role) : Index.CompareTo(other.Index);

    /// <inheritdoc/>
    public override int GetHashCode() => ((int)Role << 28) ^ Index;

    /// <inheritdoc/>
    public override string ToString() => Role switch
    {
        Role.Master => "master",
        Role.Worker => string.Create(CultureInfo.InvariantCulture, $"worker-{Index}"),
        _ => string.Create(CultureInfo.InvariantCulture, $"neighbour-{Index}"),
    };
}
