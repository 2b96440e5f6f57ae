using ActorFed.Algorithms.Numerics;

namespace ActorFed.Algorithms.Graph;

/// <summary>
/// One vector as it travels between neighbours, perhaps compressed: an immutable value, compared by value. It decodes to the same bits
/// at the sender and at every receiver.
/// </summary>
public abstract record Packet
{
    /// <summary>Length of the vector it stands for; at least 0.</summary>
    public abstract int Length { get; }

    /// <summary>What it takes on the wire, without names and lengths.</summary>
    public abstract long PayloadBytes { get; }

    /// <summary>The vector it stands for. What came from elsewhere is decoded only when its length is the due one and there is no objection.</summary>
    public abstract FlatVector Decode();

    /// <summary>Why it cannot be decoded or should not be believed, or null: indices out of order or range, entries not finite or too large.</summary>
    public abstract string? Objection();
}
