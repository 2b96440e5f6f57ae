using System.Buffers;
using System.Collections.Frozen;
using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Star;
using ActorFed.Wire.V1;
using Google.Protobuf;

namespace ActorFed.Wire;

/// <summary>Messages to bytes and back, under stable, versioned names. Immutable; any thread.</summary>
public sealed class WireCodec
{
    private readonly FrozenDictionary<string, WireFormat> _byName;
    private readonly FrozenDictionary<Type, WireFormat> _byType;

    /// <summary>A codec of the given formats.</summary>
    /// <exception cref="ArgumentException">A name or a type occurs twice.</exception>
    public WireCodec(IEnumerable<WireFormat> formats)
    {
        WireFormat[] all = [.. formats];
        RequireDistinct(all.Select(format => format.Name), "name");
        RequireDistinct(all.Select(format => format.Type.FullName!), "type");
        _byName = all.ToFrozenDictionary(format => format.Name);
        _byType = all.ToFrozenDictionary(format => format.Type);
    }

    /// <summary>All formats, in the order of their names.</summary>
    public IEnumerable<WireFormat> Formats => _byName.Values.OrderBy(format => format.Name, StringComparer.Ordinal);

    /// <summary>The payload of a message, and the name it travels under.</summary>
    /// <exception cref="ArgumentException">No format is known for it, or for a body in it: an error of this program, not of a sender.</exception>
    public (string Name, byte[] Payload) Encode(Message message)
    {
        WireFormat format = FormatOf(message);
        return (format.Name, format.Write(message, this));
    }

    /// <summary>A message as a packet, whose memory is to be given back by <see cref="Packet.Release"/> when it was sent.</summary>
    /// <param name="message">What is sent.</param>
    /// <param name="runId">Id of the run.</param>
    /// <param name="id">Who sends it, and its number.</param>
    /// <param name="receiver">Who is to get it.</param>
    /// <exception cref="ArgumentException">No format is known for it, or for a body in it: an error of this program, not of a sender.</exception>
    public Packet Pack(Message message, string runId, PacketId id, ParticipantId receiver)
    {
        WireFormat format = FormatOf(message);
        Pieces payload = format.WriteInPieces(message, this);
        return new Packet { RunId = runId, Id = id, Receiver = receiver, Name = format.Name, Payload = payload.ToSequence(), Rented = payload.Rented };
    }

    /// <summary>The message of a payload that lies in one piece.</summary>
    /// <exception cref="WireException">There is no such name or version, or the payload is none of this format.</exception>
    public Message Decode(ParticipantId sender, string name, ReadOnlyMemory<byte> payload) => Decode(sender, name, new ReadOnlySequence<byte>(payload));

    /// <summary>The message of a payload.</summary>
    /// <param name="sender">Who sent it; named in errors.</param>
    /// <param name="name">The name it came under.</param>
    /// <param name="payload">Its content. Nothing of it is kept.</param>
    /// <exception cref="WireException">There is no such name or version, or the payload is none of this format.</exception>
    public Message Decode(ParticipantId sender, string name, in ReadOnlySequence<byte> payload)
    {
        try
        {
            return Read<Message>(name, payload);
        }
        catch (InvalidDataException malformed)
        {
            throw new WireException(sender, name, malformed.Message, malformed);
        }
    }

    /// <summary>A body inside of a message.</summary>
    internal Body WriteBody(StarBody body)
    {
        WireFormat format = FormatOf(body);
        return new Body { Name = format.Name, Content = UnsafeByteOperations.UnsafeWrap(format.Write(body, this)) };
    }

    /// <summary>Reads what <see cref="WriteBody"/> wrote.</summary>
    internal StarBody ReadBody(Body body)
    {
        try
        {
            return Read<StarBody>(body.Name, body.Bytes);
        }
        catch (InvalidDataException malformed)
        {
            throw new InvalidDataException($"its body '{WireText.Shown(body.Name)}': {malformed.Message}", malformed);
        }
    }

    private T Read<T>(string name, in ReadOnlySequence<byte> content)
        where T : class
    {
        if (!_byName.TryGetValue(name, out WireFormat? format))
        {
            throw new InvalidDataException(Unknown(name));
        }

        if (!format.Type.IsAssignableTo(typeof(T)))
        {
            throw new InvalidDataException($"{name} is no {(typeof(T) == typeof(Message) ? "message of its own but a body" : "body but a message of its own")}.");
        }

        try
        {
            return (T)format.Read(content, this);
        }
        catch (InvalidProtocolBufferException broken)
        {
            throw new InvalidDataException($"its {content.Length} bytes are not what the name says: {broken.Message}", broken);
        }
    }

    private string Unknown(string name)
    {
        if (!WireName.TryParse(name, out WireName parsed))
        {
            return $"its name '{WireText.Shown(name)}' is not of the form {WireName.Form}.";
        }

        string[] versions =
        [
            .. _byName.Values
                .Select(format => WireName.TryParse(format.Name, out WireName known) ? known : default)
                .Where(known => (known.Protocol, known.Kind) == (parsed.Protocol, parsed.Kind))
                .Select(known => $"v{known.Version}"),
        ];
        return versions.Length > 0
            ? $"version v{parsed.Version} of it is unknown here, and {string.Join(", ", versions)} known: the nodes of a run need builds that understand each other."
            : $"the name is unknown here: either its protocol '{parsed.Protocol}' is not registered in this build, or there is no such message in it.";
    }

    private WireFormat FormatOf(object value) => _byType.TryGetValue(value.GetType(), out WireFormat? format)
        ? format
        : throw new ArgumentException(
            $"{value.GetType().FullName} has no wire name, so it cannot leave this process: register a {nameof(WireFormat)} for it.");

    private static void RequireDistinct(IEnumerable<string> keys, string what)
    {
        HashSet<string> seen = [];
        foreach (string key in keys)
        {
            if (!seen.Add(key))
            {
                throw new ArgumentException($"The {what} '{key}' is registered twice; each format has its own.");
            }
        }
    }
}
