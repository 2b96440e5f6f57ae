using System.Buffers;
using ActorFed.Algorithms.Core;

namespace ActorFed.Wire;

/// <summary>Tells one message of a run from all others; one that arrives twice has the same.</summary>
/// <param name="Sender">Who sent it.</param>
/// <param name="Incarnation">Incarnation of the sender; at least 1.</param>
/// <param name="Instance">Drawn at random by the process that hosts the sender; not 0. Incarnations of those who store nothing begin anew.</param>
/// <param name="Number">Its number among all that the sender sent from there; at least 1.</param>
public readonly record struct PacketId(ParticipantId Sender, int Incarnation, ulong Instance, long Number)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Number} of {Sender}, incarnation {Incarnation}";
}

/// <summary>A whole message on its way: what its frames say together.</summary>
public sealed record Packet
{
    private ReadOnlySequence<byte> _payload;
    private IEnumerable<byte[]> _rented = [];

    /// <summary>Id of the run.</summary>
    public required string RunId { get; init; }

    /// <summary>Who sent it, and its number.</summary>
    public required PacketId Id { get; init; }

    /// <summary>Who is to get it.</summary>
    public required ParticipantId Receiver { get; init; }

    /// <summary>The wire name.</summary>
    public required string Name { get; init; }

    /// <summary>The content that belongs to the name; one that was received lies in pieces as it came, since long ones are not copied together.</summary>
    public required ReadOnlySequence<byte> Payload
    {
        get => _payload;
        init => _payload = value;
    }

    /// <summary>Arrays of the shared pool that hold the payload.</summary>
    internal IEnumerable<byte[]> Rented
    {
        init => _rented = value;
    }

    /// <summary>Gives the memory of a received payload, which is empty from then on, to those that come next. Who does not call it leaves it to the runtime.</summary>
    public void Release()
    {
        foreach (byte[] rented in _rented)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }

        (_rented, _payload) = ([], default);
    }
}
