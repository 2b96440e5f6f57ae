using System.Collections.Immutable;
using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Numerics;

namespace ActorFed.Algorithms.Graph;

/// <summary>
/// What a participant has sent and some neighbour may ask for again: until that neighbour has stored a snapshot behind which it will not
/// go back. So nobody's crash makes anybody else go back (sender-based message logging: Johnson and Zwaenepoel, FTCS 1987).
/// </summary>
internal sealed class SentLog
{
    private readonly Queue<(Position At, SortedDictionary<int, GraphMessage.VectorsSent> Messages)> _entries = [];

    /// <summary>Exchanges kept.</summary>
    public int Count => _entries.Count;

    /// <summary>Keeps what was sent in an exchange, by receiver.</summary>
    public void Add(Position at, SortedDictionary<int, GraphMessage.VectorsSent> messages) => _entries.Enqueue((at, messages));

    /// <summary>Forgets what came before a round.</summary>
    public void ForgetBefore(long round)
    {
        while (_entries.TryPeek(out (Position At, SortedDictionary<int, GraphMessage.VectorsSent> Messages) oldest) && oldest.At.Round < round)
        {
            _entries.Dequeue();
        }
    }

    /// <summary>What a receiver was sent from an exchange on, in order.</summary>
    public IEnumerable<GraphMessage.VectorsSent> For(int receiver, Position from)
    {
        foreach ((Position at, SortedDictionary<int, GraphMessage.VectorsSent> messages) in _entries)
        {
            if (at.CompareTo(from) >= 0 && messages.TryGetValue(receiver, out GraphMessage.VectorsSent? message))
            {
                yield return message;
            }
        }
    }

    /// <summary>Writes all of it. Compressed vectors are written as what they decode to, and are sent so if they are asked for after a rebuild.</summary>
    public void Save(SnapshotWriter writer)
    {
        writer.WriteInt64(_entries.Count);
        foreach ((Position at, SortedDictionary<int, GraphMessage.VectorsSent> messages) in _entries)
        {
            writer.WriteInt64(at.Round);
            writer.WriteInt64(at.Exchange);
            GraphMessage.VectorsSent[] distinct = [.. messages.Values.Distinct<GraphMessage.VectorsSent>(ReferenceEqualityComparer.Instance)];
            writer.WriteInt64(distinct.Length);
            foreach (GraphMessage.VectorsSent message in distinct)
            {
                int[] receivers = [.. messages.Where(pair => ReferenceEquals(pair.Value, message)).Select(pair => pair.Key)];
                writer.WriteInt64(receivers.Length);
                Array.ForEach(receivers, receiver => writer.WriteInt64(receiver));
                writer.WriteInt64(message.Restarts.Length);
                foreach (long restart in message.Restarts)
                {
                    writer.WriteInt64(restart);
                }

                writer.WriteInt64(message.Packets.Length);
                foreach (Packet? packet in message.Packets)
                {
                    writer.WriteInt64(packet is null ? 0 : 1);
                    writer.WriteVector(packet?.Decode() ?? FlatVector.Empty);
                }
            }
        }
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    public void Restore(SnapshotReader reader)
    {
        int entries = reader.ReadCount(int.MaxValue);
        for (int k = 0; k < entries; k++)
        {
            Position at = new(reader.ReadInt64(), reader.ReadCount(int.MaxValue));
            SortedDictionary<int, GraphMessage.VectorsSent> messages = [];
            int distinct = reader.ReadCount(int.MaxValue);
            for (int m = 0; m < distinct; m++)
            {
                int[] receivers = [.. Enumerable.Range(0, reader.ReadCount(int.MaxValue)).Select(_ => reader.ReadCount(int.MaxValue))];
                ImmutableArray<long> restarts = [.. Enumerable.Range(0, reader.ReadCount(int.MaxValue)).Select(_ => reader.ReadInt64())];
                GraphMessage.VectorsSent message = new() { At = at, Packets = ReadPackets(reader), Restarts = restarts };
                Array.ForEach(receivers, receiver => messages.Add(receiver, message));
            }

            Add(at, messages);
        }
    }

    private static ImmutableArray<Packet?> ReadPackets(SnapshotReader reader)
    {
        int count = reader.ReadCount(int.MaxValue);
        ImmutableArray<Packet?>.Builder packets = ImmutableArray.CreateBuilder<Packet?>(count);
        for (int p = 0; p < count; p++)
        {
            bool isThere = reader.ReadInt64() != 0;
            FlatVector values = reader.ReadVector();
            packets.Add(isThere ? new DensePacket(values) : null);
        }

        return packets.MoveToImmutable();
    }
}
