using ActorFed.Wire;

namespace ActorFed.Cluster.Akka;

/// <summary>The newest messages that were handled, so that one that comes again is known.</summary>
/// <param name="capacity">How many are remembered.</param>
internal sealed class RecentMessages(int capacity)
{
    private readonly HashSet<(bool IsControl, PacketId Id)> _known = [];
    private readonly Queue<(bool IsControl, PacketId Id)> _order = [];

    /// <summary>Whether a message is among them.</summary>
    public bool Contains(bool isControl, PacketId id) => _known.Contains((isControl, id));

    /// <summary>Remembers a message, and forgets the oldest one beyond the capacity.</summary>
    public void Add(bool isControl, PacketId id)
    {
        if (!_known.Add((isControl, id)))
        {
            return;
        }

        _order.Enqueue((isControl, id));
        if (_order.Count > capacity)
        {
            _known.Remove(_order.Dequeue());
        }
    }
}
