using System.Buffers;
using ActorFed.Algorithms.Core;
using ActorFed.Wire.Formats;
using ActorFed.Wire.V1;
using Google.Protobuf;

namespace ActorFed.Wire;

/// <summary>
/// Puts the frames that one participant receives together to packets, in whatever order and however often they come, and keeps a
/// bounded number of bytes meanwhile. One call at a time.
/// </summary>
/// <remarks>
/// What is kept of a message that never becomes whole, as when its sender died, stays until room is needed: then the message that
/// was begun the longest ago is given up. So is a frame that repeats one of a message that was whole before.
/// </remarks>
public sealed class FrameReader
{
    private readonly string _runId;
    private readonly ParticipantId _receiver;
    private readonly Func<ParticipantId, bool> _isParticipant;
    private readonly WireLimits _limits;
    private readonly Action<WireException> _giveUp;
    private readonly Dictionary<PacketId, Incomplete> _incomplete = [];
    private long _begun;

    /// <summary>A reader of one participant's frames.</summary>
    /// <param name="runId">The run; frames of another one are rejected.</param>
    /// <param name="receiver">The participant; frames for another one are rejected.</param>
    /// <param name="isParticipant">Whether an id is one of the run's; frames of others are rejected.</param>
    /// <param name="limits">How large things may be.</param>
    /// <param name="giveUp">Told of each incomplete message that is given up.</param>
    /// <exception cref="ArgumentException">A limit is out of range.</exception>
    public FrameReader(
        string runId, ParticipantId receiver, Func<ParticipantId, bool> isParticipant, WireLimits limits, Action<WireException> giveUp)
    {
        limits.Validate();
        (_runId, _receiver, _isParticipant, _limits, _giveUp) = (runId, receiver, isParticipant, limits, giveUp);
    }

    /// <summary>Bytes of incomplete messages that are kept now.</summary>
    public long IncompleteBytes { get; private set; }

    /// <summary>Takes a frame.</summary>
    /// <param name="frame">Its bytes. Nothing of them is kept.</param>
    /// <returns>The packet that the frame made whole; null when others are missing.</returns>
    /// <exception cref="WireException">The frame is not acceptable. Of what was kept, only the message is gone that it contradicts.</exception>
    public Packet? Add(ReadOnlyMemory<byte> frame) => Add(frame, static (_, _) => null, static _ => false, out _);

    /// <summary>Takes a frame, unless it is of a packet that is whole and still at hand.</summary>
    /// <param name="frame">Its bytes. Nothing of them is kept.</param>
    /// <param name="objection">
    /// Given whose the frame says it is, and its wire name: why whoever published it may not say that; null when they may. A frame that
    /// is objected to counts against nobody, since what it says of its sender is not believed.
    /// </param>
    /// <param name="isAtHand">Whether a packet was returned before and its frames are not wanted again.</param>
    /// <param name="id">Of which packet the frame is.</param>
    /// <returns>The packet that the frame made whole; null when others are missing, or it was at hand.</returns>
    /// <exception cref="WireException">The frame is not acceptable. Of what was kept, only the message is gone that it contradicts.</exception>
    public Packet? Add(
        ReadOnlyMemory<byte> frame, Func<ParticipantId, string, string?> objection, Func<PacketId, bool> isAtHand, out PacketId id)
    {
        Envelope envelope = Parse(frame);
        ParticipantId sender = CheckHead(envelope, objection);
        CheckChunk(envelope, sender);
        id = new PacketId(sender, envelope.Incarnation, envelope.Instance, envelope.Number);
        return isAtHand(id) ? null
            : envelope.ChunkCount == 1 ? Whole(id, envelope.Name, Piece.Of(envelope.Bytes))
            : Collect(id, envelope);
    }

    private Envelope Parse(ReadOnlyMemory<byte> frame)
    {
        if (frame.Length > _limits.MaxFrameBytes)
        {
            throw new WireException(null, "", $"it is {frame.Length} bytes long, and at most {_limits.MaxFrameBytes} are allowed.");
        }

        try
        {
            return InPlace.Parse(Envelope.Parser, new ReadOnlySequence<byte>(frame));
        }
        catch (Exception broken) when (broken is InvalidProtocolBufferException or InvalidDataException)
        {
            throw new WireException(null, "", $"its {frame.Length} bytes are no envelope: {broken.Message}", broken);
        }
    }

    private ParticipantId CheckHead(Envelope envelope, Func<ParticipantId, string, string?> objection)
    {
        if (!ParticipantId.TryParse(envelope.Sender, out ParticipantId sender))
        {
            throw new WireException(null, envelope.Name, $"its sender '{WireText.Shown(envelope.Sender)}' is no participant's name.");
        }

        if (objection(sender, envelope.Name) is { } forged)
        {
            throw new WireException(null, envelope.Name, forged); // before all else that would name the sender
        }

        string? fault =
            !_isParticipant(sender) ? "its sender is not in the plan of the run."
            : !WireName.TryParse(envelope.Name, out _) ? $"its name is not of the form {WireName.Form}."
            : envelope.Run != _runId ? $"it is of run '{WireText.Shown(envelope.Run)}', and this is run '{_runId}'."
            : envelope.Receiver != _receiver.ToString() ? $"it is for '{WireText.Shown(envelope.Receiver)}', and came to {_receiver}."
            : envelope.Incarnation < 1 ? $"its sender's incarnation is {envelope.Incarnation}; it must be at least 1."
            : envelope.Instance == 0 ? "its sender's instance is missing."
            : envelope.Number < 1 ? $"its number is {envelope.Number}; it must be at least 1."
            : null;
        return fault is null ? sender : throw new WireException(sender, envelope.Name, fault);
    }

    private void CheckChunk(Envelope envelope, ParticipantId sender)
    {
        long length = envelope.Bytes.Length;
        (int index, int count) = (envelope.ChunkIndex, envelope.ChunkCount);
        string? fault =
            envelope.PayloadBytes < 0 || envelope.PayloadBytes > _limits.MaxPayloadBytes
                ? $"its payload is of {envelope.PayloadBytes} bytes; it must be in [0, {_limits.MaxPayloadBytes}]."
            : count < 1 || index < 0 || index >= count
                ? $"it is chunk {index} of {count}; chunks are counted from 0, and there is at least one."
            : length > _limits.MaxChunkBytes ? $"its chunk is {length} bytes long, and at most {_limits.MaxChunkBytes} are allowed."
            : count == 1 && length != envelope.PayloadBytes ? $"its payload is {length} bytes long, and {envelope.PayloadBytes} were announced."
            : length > envelope.PayloadBytes ? $"its chunk is {length} bytes long, and its payload of {envelope.PayloadBytes} is shorter."
            : count > 1 && length < (index == count - 1 ? 1 : WireLimits.MinChunkBytes)
                ? $"its chunk {index} of {count} is {length} bytes long; all but the last hold at least {WireLimits.MinChunkBytes}, and the last one is not empty."
            : null;
        if (fault is not null)
        {
            throw new WireException(sender, envelope.Name, fault);
        }
    }

    private Packet? Collect(PacketId id, Envelope envelope)
    {
        if (!_incomplete.TryGetValue(id, out Incomplete? message))
        {
            _incomplete[id] = message = new Incomplete(envelope.Name, envelope.ChunkCount, envelope.PayloadBytes, _begun++);
        }

        long before = message.Bytes;
        bool fits = (message.Name, message.Count, message.PayloadBytes) == (envelope.Name, envelope.ChunkCount, envelope.PayloadBytes)
            && message.TryAdd(envelope.ChunkIndex, envelope.Bytes);
        IncompleteBytes += message.Bytes - before;
        if (!fits)
        {
            GiveUp(id, message);
            throw new WireException(
                id.Sender, envelope.Name, $"chunk {envelope.ChunkIndex} of {envelope.ChunkCount} of message {id} contradicts those before it; all are dropped.");
        }

        if (message.IsWhole)
        {
            Forget(id, message);
            return Whole(id, message.Name, message.Chunks);
        }

        MakeRoom();
        return null;
    }

    private void MakeRoom()
    {
        while (IncompleteBytes > _limits.MaxIncompleteBytes)
        {
            (PacketId oldest, Incomplete message) = _incomplete.MinBy(entry => entry.Value.BegunAs);
            GiveUp(oldest, message);
            _giveUp(new WireException(
                oldest.Sender,
                message.Name,
                $"message {oldest} was given up with {message.Bytes} of {message.PayloadBytes} bytes: incomplete messages to {_receiver} "
                + $"took more than {_limits.MaxIncompleteBytes} bytes."));
        }
    }

    private void GiveUp(PacketId id, Incomplete message)
    {
        Forget(id, message);
        foreach (Piece chunk in message.Chunks)
        {
            chunk.Return();
        }
    }

    private void Forget(PacketId id, Incomplete message)
    {
        _incomplete.Remove(id);
        IncompleteBytes -= message.Bytes;
    }

    private Packet Whole(PacketId id, string name, params IEnumerable<Piece> chunks)
    {
        Pieces payload = new();
        foreach (Piece chunk in chunks)
        {
            payload.Add(chunk);
        }

        return new() { RunId = _runId, Id = id, Receiver = _receiver, Name = name, Payload = payload.ToSequence(), Rented = payload.Rented };
    }

    /// <summary>The chunks of a message that are there.</summary>
    private sealed class Incomplete(string name, int count, long payloadBytes, long begunAs)
    {
        private readonly Dictionary<int, Piece> _chunks = [];

        public string Name { get; } = name;

        public int Count { get; } = count;

        public long PayloadBytes { get; } = payloadBytes;

        public long BegunAs { get; } = begunAs;

        public long Bytes { get; private set; }

        public bool IsWhole => _chunks.Count == Count && Bytes == PayloadBytes;

        /// <summary>Takes a chunk; one that is there already adds nothing.</summary>
        /// <returns>False when it makes the message longer than announced, or the last one leaves it shorter.</returns>
        public bool TryAdd(int index, in ReadOnlySequence<byte> chunk)
        {
            if (!_chunks.ContainsKey(index))
            {
                _chunks.Add(index, Piece.Of(chunk));
                Bytes += chunk.Length;
            }

            return Bytes <= PayloadBytes && (_chunks.Count < Count || Bytes == PayloadBytes);
        }

        /// <summary>All chunks in their order.</summary>
        public IEnumerable<Piece> Chunks => _chunks.OrderBy(chunk => chunk.Key).Select(chunk => chunk.Value);
    }
}
