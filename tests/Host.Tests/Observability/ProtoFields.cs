using System.Buffers.Binary;
using System.Text;

namespace ActorFed.Host.Tests.Observability;

/// <summary>A Protobuf message as its fields by number: enough to look into what was sent without its schema.</summary>
internal sealed class ProtoFields
{
    private readonly List<(int Number, object Value)> _fields = []; // ulong, double or bytes

    public ProtoFields(ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            ulong tag = Varint(ref bytes);
            switch (tag & 7)
            {
                case 0:
                    _fields.Add(((int)(tag >> 3), Varint(ref bytes)));
                    break;
                case 1:
                    _fields.Add(((int)(tag >> 3), BinaryPrimitives.ReadUInt64LittleEndian(bytes)));
                    bytes = bytes[8..];
                    break;
                case 2:
                    int length = (int)Varint(ref bytes);
                    _fields.Add(((int)(tag >> 3), bytes[..length].ToArray()));
                    bytes = bytes[length..];
                    break;
                case 5:
                    bytes = bytes[4..];
                    break;
                default:
                    throw new InvalidDataException($"Wire type {tag & 7} is none.");
            }
        }
    }

    public IEnumerable<ProtoFields> Messages(int number) => Values<byte[]>(number).Select(bytes => new ProtoFields(bytes));

    public string Text(int number) => Encoding.UTF8.GetString(Bytes(number));

    public byte[] Bytes(int number) => Values<byte[]>(number).SingleOrDefault([]);

    public ulong Number(int number) => Values<ulong>(number).SingleOrDefault();

    public bool Has(int number) => _fields.Exists(field => field.Number == number);

    private IEnumerable<T> Values<T>(int number) => _fields.Where(field => field.Number == number).Select(field => (T)field.Value);

    private static ulong Varint(ref ReadOnlySpan<byte> bytes)
    {
        ulong value = 0;
        int shift = 0;
        while (true)
        {
            byte next = bytes[0];
            bytes = bytes[1..];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return value;
            }

            shift += 7;
        }
    }
}
