using System.Buffers;
using System.Collections;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace ActorFed.Wire.Formats;

/// <summary>Reads Protobuf messages without copying their long fields, as the library's parser does with every field of bytes.</summary>
/// <remarks>
/// Only the way to those fields is walked here: messages within messages. All other fields are handed to the library, in their order. Source:
/// the encoding as protobuf.dev/programming-guides/encoding has it.
/// </remarks>
internal static class InPlace
{
    /// <summary>Shorter messages are left to the library: copying them costs less than the walk.</summary>
    public const int MinBytes = 1 << 16;

    private const int KindBits = 3;
    private const int MaxVarintBytes = 10;

    /// <summary>How the bytes of a field end; the values are the encoding's.</summary>
    private enum Kind
    {
        Varint = 0,
        Fixed64 = 1,
        LengthDelimited = 2,
        Fixed32 = 5,
    }

    /// <summary>Reads a message.</summary>
    /// <param name="parser">The library's, of this kind of message.</param>
    /// <param name="content">Its bytes; <see cref="ILongBytes.Bytes"/> of what is read lie in them.</param>
    /// <exception cref="InvalidProtocolBufferException">The bytes are none of it.</exception>
    /// <exception cref="InvalidDataException">Likewise.</exception>
    public static T Parse<T>(MessageParser<T> parser, in ReadOnlySequence<byte> content)
        where T : IMessage<T>
    {
        if (content.Length < MinBytes)
        {
            return parser.ParseFrom(content);
        }

        T message = parser.ParseFrom(ByteString.Empty);
        Read(message, content);
        return message;
    }

    /// <summary>Reads the fields of a message into it.</summary>
    public static void Read(IMessage message, in ReadOnlySequence<byte> content)
    {
        SequenceReader<byte> reader = new(content);
        SequencePosition merged = reader.Position;
        while (!reader.End)
        {
            SequencePosition start = reader.Position;
            uint tag = (uint)Varint(ref reader);
            (int number, Kind kind) = ((int)(tag >> KindBits), (Kind)(tag & ((1 << KindBits) - 1)));
            switch (kind)
            {
                case Kind.Varint:
                    Varint(ref reader);
                    break;
                case Kind.Fixed64:
                    Take(ref reader, sizeof(ulong));
                    break;
                case Kind.Fixed32:
                    Take(ref reader, sizeof(uint));
                    break;
                case Kind.LengthDelimited when IsOnTheWay(message, number):
                    Merge(message, content.Slice(merged, start));
                    Place(message, number, Take(ref reader, Varint(ref reader)));
                    merged = reader.Position;
                    break;
                case Kind.LengthDelimited:
                    Take(ref reader, Varint(ref reader));
                    break;
                default:
                    throw new InvalidDataException($"its field {number} is of wire type {(int)kind}, which nothing here has.");
            }
        }

        Merge(message, content.Slice(merged));
    }

    private static void Merge(IMessage message, in ReadOnlySequence<byte> fields) => message.MergeFrom(fields.IsSingleSegment ? fields.FirstSpan : fields.ToArray());

    /// <summary>Whether a field is long, or leads to such ones.</summary>
    private static bool IsOnTheWay(IMessage message, int number) =>
        (message as ILongBytes)?.LongField == number || message.Descriptor.FindFieldByNumber(number) is { FieldType: FieldType.Message };

    private static void Place(IMessage message, int number, in ReadOnlySequence<byte> content)
    {
        if (message is ILongBytes holder && holder.LongField == number)
        {
            holder.Bytes = content;
            return;
        }

        FieldDescriptor field = message.Descriptor.FindFieldByNumber(number);
        object? there = field.Accessor.GetValue(message);
        IMessage part = there as IMessage ?? field.MessageType.Parser.ParseFrom(ByteString.Empty); // one that comes twice is merged
        Read(part, content);
        if (there is IList list)
        {
            list.Add(part);
        }
        else
        {
            field.Accessor.SetValue(message, part);
        }
    }

    private static ReadOnlySequence<byte> Take(ref SequenceReader<byte> reader, ulong count)
    {
        if (count > (ulong)reader.Remaining)
        {
            throw new InvalidDataException($"it is truncated: a field is of {count} bytes, and {reader.Remaining} are there.");
        }

        ReadOnlySequence<byte> taken = reader.UnreadSequence.Slice(0, (long)count);
        reader.Advance((long)count);
        return taken;
    }

    private static ulong Varint(ref SequenceReader<byte> reader)
    {
        ulong value = 0;
        for (int i = 0; i < MaxVarintBytes; i++)
        {
            if (!reader.TryRead(out byte next))
            {
                throw new InvalidDataException("it is truncated within a number.");
            }

            value |= (ulong)(next & 0x7F) << (7 * i);
            if (next < 0x80)
            {
                return value;
            }
        }

        throw new InvalidDataException($"a number in it is longer than {MaxVarintBytes} bytes.");
    }
}
