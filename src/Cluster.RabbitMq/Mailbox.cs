using System.Diagnostics.CodeAnalysis;
using ActorFed.Wire;

namespace ActorFed.Cluster.RabbitMq;

/// <summary>Something received and not yet acknowledged: a whole packet, or a frame that is none.</summary>
internal sealed class Delivery
{
    /// <summary>The packet, or null.</summary>
    public Packet? Packet { get; init; }

    /// <summary>Headers of its last frame, or null.</summary>
    public IDictionary<string, object?>? Headers { get; init; }

    /// <summary>What is wrong with the frame that is no packet.</summary>
    public WireException? Fault { get; init; }

    /// <summary>That frame, or its first bytes.</summary>
    public ReadOnlyMemory<byte> Frame { get; init; }

    /// <summary>What to acknowledge when it was handled; guarded by the mailbox.</summary>
    public List<(BrokerSession Session, ulong Tag)> Receipts { get; } = [];

    /// <summary>Whether it was handled and could not be acknowledged; guarded by the mailbox.</summary>
    public bool IsHandled { get; set; }

    /// <summary>Whether a session has begun since it was handled; guarded by the mailbox.</summary>
    public bool IsOld { get; set; }
}

/// <summary>
/// One mailbox of a hosted participant, on this side of the broker. The broker's prefetch bounds what waits in it; what belongs to
/// messages that are not whole is bounded by <see cref="WireLimits.MaxIncompleteBytes"/>.
/// </summary>
/// <remarks>
/// A frame that leaves its message incomplete is acknowledged when it is kept here, the one that makes it whole when the message
/// was handled. Otherwise the prefetch would have to hold the chunks of all senders at once, or nothing would go on. What is kept
/// survives lost connections and is lost with this process, as is the participant: then the message never arrived.
/// </remarks>
internal sealed class Mailbox(MailboxKind kind, FrameReader reader)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<PacketId, Delivery> _atHand = [];
    private readonly Queue<Delivery> _waiting = [];

    /// <summary>A new session begins: what was not acknowledged comes again.</summary>
    public void Attach()
    {
        lock (_gate)
        {
            foreach ((PacketId id, Delivery delivery) in _atHand.Where(entry => entry.Value.IsHandled).ToList())
            {
                if (delivery.IsOld)
                {
                    _atHand.Remove(id); // it did not come again in a whole session, so it had been acknowledged
                }

                delivery.IsOld = true;
            }
        }
    }

    /// <summary>Takes a frame from the broker.</summary>
    public async Task ReceiveAsync(
        BrokerSession session, ulong tag, Publisher publisher, IDictionary<string, object?>? headers, ReadOnlyMemory<byte> frame)
    {
        if (Keep(session, tag, publisher, headers, frame))
        {
            await session.AcknowledgeAsync(kind, tag).ConfigureAwait(false);
        }
    }

    /// <summary>Deliveries that wait to be handled.</summary>
    public int Waiting
    {
        get
        {
            lock (_gate)
            {
                return _waiting.Count;
            }
        }
    }

    /// <summary>The next delivery to handle.</summary>
    public bool TryTake([NotNullWhen(true)] out Delivery? delivery)
    {
        lock (_gate)
        {
            return _waiting.TryDequeue(out delivery);
        }
    }

    /// <summary>A delivery was handled: acknowledges it.</summary>
    public async Task SettleAsync(Delivery delivery)
    {
        List<(BrokerSession Session, ulong Tag)> receipts;
        lock (_gate)
        {
            delivery.IsHandled = true; // from now on a repetition is acknowledged on arrival
            receipts = [.. delivery.Receipts];
        }

        bool isAcknowledged = false;
        foreach ((BrokerSession session, ulong tag) in receipts)
        {
            isAcknowledged |= await session.AcknowledgeAsync(kind, tag).ConfigureAwait(false);
        }

        if (isAcknowledged && delivery.Packet is not null)
        {
            lock (_gate)
            {
                _atHand.Remove(delivery.Packet.Id);
            }
        }
    }

    /// <summary>Gives back all that was not handled. To be called when nothing more is received and nobody handles anything.</summary>
    public async Task ReturnAsync()
    {
        List<(BrokerSession Session, ulong Tag)> receipts;
        lock (_gate)
        {
            receipts = [.. _waiting.Concat(_atHand.Values).Where(delivery => !delivery.IsHandled).SelectMany(delivery => delivery.Receipts).Distinct()];
            _waiting.Clear();
            _atHand.Clear();
        }

        foreach ((BrokerSession session, ulong tag) in receipts.OrderBy(receipt => receipt.Tag)) // in the order in which they came
        {
            await session.ReturnAsync(kind, tag).ConfigureAwait(false);
        }
    }

    /// <returns>Whether the frame can be acknowledged at once.</returns>
    private bool Keep(BrokerSession session, ulong tag, Publisher publisher, IDictionary<string, object?>? headers, ReadOnlyMemory<byte> frame)
    {
        lock (_gate)
        {
            Delivery? delivery;
            try
            {
                Packet? packet = reader.Add(frame, publisher.ObjectionTo, _atHand.ContainsKey, out PacketId id);
                if (packet is null)
                {
                    if (_atHand.TryGetValue(id, out delivery) && !delivery.IsHandled)
                    {
                        delivery.Receipts.Add((session, tag));
                        return false;
                    }

                    return true;
                }

                delivery = _atHand[id] = new Delivery { Packet = packet, Headers = headers };
            }
            catch (WireException fault)
            {
                delivery = new Delivery { Fault = fault, Frame = frame[..Math.Min(frame.Length, Broker.MaxDeadLetterBytes)].ToArray() };
            }

            delivery.Receipts.Add((session, tag));
            _waiting.Enqueue(delivery);
            return false;
        }
    }
}
