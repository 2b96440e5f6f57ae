using ActorFed.Algorithms.Core;
using ActorFed.Wire;

namespace ActorFed.Cluster.RabbitMq;

/// <summary>
/// Payload bytes of participants that other programs serve, counted by whoever receives them, since no engine of the run sends them. What
/// one such participant sends to another is seen by nobody and counted nowhere.
/// </summary>
/// <param name="external">Those participants.</param>
internal sealed class ExternalBytes(IReadOnlySet<ParticipantId> external)
{
    private readonly Dictionary<ParticipantId, (ulong Instance, long Number)> _newest = []; // what comes again was sent once
    private long _total;

    /// <summary>All so far; any thread.</summary>
    public long Total => Interlocked.Read(ref _total);

    /// <summary>Counts a message that arrived; one call at a time.</summary>
    public void Add(PacketId id, Message message)
    {
        (ulong instance, long number) = _newest.GetValueOrDefault(id.Sender);
        if (external.Contains(id.Sender) && (id.Instance != instance || id.Number > number))
        {
            _newest[id.Sender] = (id.Instance, id.Number);
            Interlocked.Add(ref _total, message.PayloadBytes);
        }
    }
}
