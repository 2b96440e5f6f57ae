using System.Buffers;
using ActorFed.Wire.V1;
using Google.Protobuf;

namespace ActorFed.Wire;

/// <summary>Cuts packets into frames that are small enough for the way. Immutable; any thread.</summary>
public sealed class FrameWriter
{
    private readonly WireLimits _limits;

    /// <summary>A writer that keeps the limits.</summary>
    /// <exception cref="ArgumentException">A limit is out of range.</exception>
    public FrameWriter(WireLimits limits)
    {
        limits.Validate();
        _limits = limits;
    }

    /// <summary>The frames of a packet, in the order to send them. They are made as they are taken.</summary>
    /// <exception cref="WireException">The packet breaks a limit; nothing of it should be sent.</exception>
    public IEnumerable<byte[]> Split(Packet packet)
    {
        Check(packet);
        return Heads(packet).Select(frame =>
        {
            byte[] bytes = GC.AllocateUninitializedArray<byte>(frame.Length);
            frame.WriteTo(bytes);
            return bytes;
        });
    }

    /// <summary>The same, each in an array of the shared pool, which goes back when the frame is disposed of.</summary>
    /// <exception cref="WireException">The packet breaks a limit; nothing of it should be sent.</exception>
    public IEnumerable<RentedFrame> SplitRented(Packet packet)
    {
        Check(packet);
        return Heads(packet).Select(frame =>
        {
            byte[] bytes = ArrayPool<byte>.Shared.Rent(frame.Length);
            frame.WriteTo(bytes);
            return new RentedFrame(new Piece(bytes, frame.Length));
        });
    }

    /// <summary>Checks that a packet keeps the limits.</summary>
    /// <exception cref="WireException">It breaks one; nothing of it should be sent.</exception>
    public void Check(Packet packet)
    {
        if (packet.Payload.Length > _limits.MaxPayloadBytes)
        {
            throw new WireException(
                packet.Id.Sender,
                packet.Name,
                $"its payload is {packet.Payload.Length} bytes long, and at most {_limits.MaxPayloadBytes} are allowed: raise the limit on all nodes, or send less.");
        }

        if (packet.RunId.Length is 0 or > WireLimits.MaxRunIdLength)
        {
            throw new WireException(
                packet.Id.Sender,
                packet.Name,
                $"the run's id is {packet.RunId.Length} characters long; it must be in [1, {WireLimits.MaxRunIdLength}].");
        }
    }

    private IEnumerable<Frame> Heads(Packet packet)
    {
        int size = _limits.MaxChunkBytes;
        int length = (int)packet.Payload.Length;
        int count = Math.Max(1, (int)((length + (long)size - 1) / size));
        Envelope envelope = new()
        {
            Run = packet.RunId,
            Sender = packet.Id.Sender.ToString(),
            Receiver = packet.Receiver.ToString(),
            Incarnation = packet.Id.Incarnation,
            Instance = packet.Id.Instance,
            Number = packet.Id.Number,
            Name = packet.Name,
            ChunkCount = count,
            PayloadBytes = length,
        };
        for (int index = 0; index < count; index++)
        {
            int start = index * size;
            envelope.ChunkIndex = index;
            yield return new Frame(envelope, packet.Payload.Slice(start, Math.Min(size, length - start)));
        }
    }

    /// <summary>An envelope without its payload, and that, which is the envelope's last field and so can be written after it without another copy.</summary>
    private readonly record struct Frame(Envelope Head, ReadOnlySequence<byte> Chunk)
    {
        private const uint Tag = (Envelope.PayloadFieldNumber << 3) | 2; // length-delimited

        public int Length => Head.CalculateSize()
            + (Chunk.IsEmpty ? 0 : CodedOutputStream.ComputeTagSize(Envelope.PayloadFieldNumber) + CodedOutputStream.ComputeLengthSize((int)Chunk.Length) + (int)Chunk.Length);

        public void WriteTo(Span<byte> frame)
        {
            int at = Head.CalculateSize();
            Head.WriteTo(frame[..at]);
            if (!Chunk.IsEmpty)
            {
                frame[at++] = (byte)Tag;
                uint rest = (uint)Chunk.Length;
                for (; rest >= 0x80; rest >>= 7)
                {
                    frame[at++] = (byte)(rest | 0x80);
                }

                frame[at++] = (byte)rest;
                Chunk.CopyTo(frame[at..]);
            }
        }
    }
}
