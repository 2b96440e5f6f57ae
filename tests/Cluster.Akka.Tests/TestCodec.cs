using System.Buffers.Binary;
using System.Text;
using ActorFed.Engines.Tests;
using ActorFed.Wire;

namespace ActorFed.Cluster.Akka.Tests;

/// <summary>Notes of the conformance tests travel as their number and text.</summary>
internal static class TestCodec
{
    public static WireCodec Instance { get; } = new([.. WireCatalog.All, WireFormat.Of<Note>("test.note.v1", Write, Read)]);

    private static byte[] Write(Note note)
    {
        byte[] bytes = new byte[sizeof(long) + Encoding.UTF8.GetByteCount(note.Text)];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, note.Number);
        Encoding.UTF8.GetBytes(note.Text, bytes.AsSpan(sizeof(long)));
        return bytes;
    }

    private static Note Read(ReadOnlyMemory<byte> bytes) => bytes.Length >= sizeof(long)
        ? new Note(BinaryPrimitives.ReadInt64LittleEndian(bytes.Span), Encoding.UTF8.GetString(bytes.Span[sizeof(long)..]))
        : throw new InvalidDataException($"a note of {bytes.Length} bytes is too short; it has at least {sizeof(long)}.");
}
