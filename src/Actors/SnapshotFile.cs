using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using ActorFed.Algorithms.Core;

namespace ActorFed.Actors;

/// <summary>The bytes of one snapshot file: a header, a checksum over all the rest, the content.</summary>
/// <remarks>
/// Layout, little-endian: magic (8 bytes), version (int32), incarnation (int32), content length (int64), participant and
/// format (each an int32 count of bytes, then UTF-8), SHA-256 (32 bytes) of everything before and after it, content.
/// </remarks>
public static class SnapshotFile
{
    private const int Version = 1;
    private const int MaxNameBytes = 1024;   // far above any participant's or format's name; a damaged count stays harmless

    private static ReadOnlySpan<byte> Magic => "AFSNAP\r\n"u8;   // the line end shows transfers that rewrite line ends

    /// <summary>Writes a file.</summary>
    /// <param name="stream">Where its bytes go.</param>
    /// <param name="participant">Whose snapshot it is.</param>
    /// <param name="incarnation">Who took it; from 1.</param>
    /// <param name="snapshot">What it holds; not copied.</param>
    public static void Write(Stream stream, ParticipantId participant, int incarnation, Snapshot snapshot)
    {
        stream.Write(Head(participant, incarnation, snapshot));
        stream.Write(snapshot.Content.Span);
    }

    /// <summary>What of a file comes before the content.</summary>
    public static byte[] Head(ParticipantId participant, int incarnation, Snapshot snapshot)
    {
        byte[] header = Header(participant, incarnation, snapshot);
        return [.. header, .. Checksum(header, snapshot.Content.Span)];
    }

    /// <summary>Reads a file.</summary>
    /// <param name="file">All of its bytes.</param>
    /// <param name="participant">Whose snapshot it must be.</param>
    /// <exception cref="InvalidDataException">It is damaged; the message says how.</exception>
    public static StoredSnapshot Read(ReadOnlyMemory<byte> file, ParticipantId participant)
    {
        Cursor cursor = new(file);
        if (!cursor.Take(Magic.Length, "magic").SequenceEqual(Magic))
        {
            throw new InvalidDataException("wrong magic: it is not a snapshot file, or its first bytes were changed");
        }

        int version = BinaryPrimitives.ReadInt32LittleEndian(cursor.Take(sizeof(int), "version"));
        if (version != Version)
        {
            throw new InvalidDataException($"version {version}, and this program reads version {Version}");
        }

        int incarnation = BinaryPrimitives.ReadInt32LittleEndian(cursor.Take(sizeof(int), "incarnation"));
        long length = BinaryPrimitives.ReadInt64LittleEndian(cursor.Take(sizeof(long), "content length"));
        string owner = cursor.TakeName("participant");
        string format = cursor.TakeName("format");
        ReadOnlySpan<byte> header = file.Span[..cursor.Position];
        ReadOnlySpan<byte> checksum = cursor.Take(SHA256.HashSizeInBytes, "checksum");
        ReadOnlyMemory<byte> content = file[cursor.Position..];
        if (content.Length != length)
        {
            throw new InvalidDataException(content.Length < length
                ? $"truncated: {content.Length} of {length} content bytes are there"
                : $"{content.Length} content bytes are there, and its header says {length}");
        }

        if (!Checksum(header, content.Span).AsSpan().SequenceEqual(checksum))
        {
            throw new InvalidDataException("its SHA-256 does not match: bytes were changed");
        }

        return owner == participant.ToString()
            ? new StoredSnapshot(incarnation, new Snapshot(format, content))
            : throw new InvalidDataException($"it belongs to {owner}, not to {participant}");
    }

    private static byte[] Header(ParticipantId participant, int incarnation, Snapshot snapshot)
    {
        using MemoryStream header = new();
        using BinaryWriter writer = new(header);   // little-endian on every machine
        writer.Write(Magic);
        writer.Write(Version);
        writer.Write(incarnation);
        writer.Write((long)snapshot.Content.Length);
        foreach (string name in (string[])[participant.ToString(), snapshot.Format])
        {
            byte[] bytes = Encoding.UTF8.GetBytes(name);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(bytes.Length, MaxNameBytes, nameof(snapshot));
            writer.Write(bytes.Length);
            writer.Write(bytes);
        }

        writer.Flush();
        return header.ToArray();
    }

    private static byte[] Checksum(ReadOnlySpan<byte> header, ReadOnlySpan<byte> content)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(header);
        hash.AppendData(content);
        return hash.GetHashAndReset();
    }

    private ref struct Cursor(ReadOnlyMemory<byte> file)
    {
        public int Position { get; private set; }

        public ReadOnlySpan<byte> Take(int count, string what)
        {
            if (count > file.Length - Position)
            {
                throw new InvalidDataException($"truncated: it ends after {file.Length} bytes, within its {what}");
            }

            Position += count;
            return file.Span.Slice(Position - count, count);
        }

        public string TakeName(string what)
        {
            int count = BinaryPrimitives.ReadInt32LittleEndian(Take(sizeof(int), what));
            return count is >= 0 and <= MaxNameBytes
                ? Encoding.UTF8.GetString(Take(count, what))
                : throw new InvalidDataException($"its {what} is {count} bytes long, and at most {MaxNameBytes} are allowed: bytes were changed");
        }
    }
}
