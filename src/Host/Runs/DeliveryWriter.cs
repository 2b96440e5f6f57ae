using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using ActorFed.Actors;
using ActorFed.Algorithms.Core;
using ActorFed.Engines.Replay;

namespace ActorFed.Host.Runs;

/// <summary>Writes the record of deliveries of one part of a run: what <c>actorfed replay</c> repeats.</summary>
/// <remarks>
/// <para>Layout, little-endian: magic (8 bytes), version (int32), then blocks: length of the content (int32), whose it is (int32: a
/// participant's place in the plan, or <see cref="Head"/> or <see cref="End"/>), the <see cref="Seal"/> of these two (int32), content,
/// checksum (the first 8 bytes of the SHA-256 over the block's number, int64, and all of the block before the checksum).</para>
/// <para>The first block is the head: <see cref="DeliveryHead"/>. Blocks of a participant follow each other in the order of its
/// entries; their content is that of <see cref="EntryEncoder"/>. The last block is the end; a run that was killed has none.</para>
/// </remarks>
internal sealed class DeliveryWriter : IDisposable
{
    public const int Version = 2;
    public const int Head = -1;
    public const int End = -2;
    public const int PrefixBytes = 3 * sizeof(int);
    public const int ChecksumBytes = 8;

    private readonly Lock _gate = new(); // guards the file
    private readonly string _path;
    private readonly Stream _file;
    private long _blocks;

    /// <summary>Begins a file.</summary>
    /// <param name="file">Where its bytes go; closed with this.</param>
    /// <param name="path">Its name, for errors.</param>
    /// <param name="head">What it begins with.</param>
    /// <param name="participants">Who takes part, in the order of the plan.</param>
    /// <exception cref="RunStoreException">The file cannot be written.</exception>
    public DeliveryWriter(Stream file, string path, DeliveryHead head, IReadOnlyList<ParticipantId> participants)
    {
        _path = path;
        Log = new DeliveryLog(participants, Write);
        _file = file;
        try
        {
            RunFolderException.Guard(path, "record deliveries", () =>
            {
                _file.Write(Magic);
                Span<byte> version = stackalloc byte[sizeof(int)];
                BinaryPrimitives.WriteInt32LittleEndian(version, Version);
                _file.Write(version);
            });
            Write(Head, head.ToBytes());
        }
        catch
        {
            _file.Dispose();
            throw;
        }
    }

    public static ReadOnlySpan<byte> Magic => "AFDLVR\r\n"u8; // the line end shows transfers that rewrite line ends

    /// <summary>What the run is watched by. What it is told may throw a <see cref="RunStoreException"/>.</summary>
    public DeliveryLog Log { get; }

    /// <summary>Writes what waits, and the end.</summary>
    /// <param name="report">How the run ended.</param>
    public void Complete(RunReport report)
    {
        Log.Flush();
        Write(End, EndBytes(new RecordedEnd(report.Outcome, report.Reason, Log.Observations)));
        RunFolderException.Guard(_path, "record deliveries", _file.Flush);
    }

    public void Dispose() => _file.Dispose();

    /// <summary>Shows that a length is the one that was written, so that a block said to go past the end of the file was cut off.</summary>
    public static int Seal(int length, int whose) => ~(length ^ int.RotateLeft(whose, 16));

    /// <summary>The checksum of a block.</summary>
    /// <param name="number">Its number in the file, from 0.</param>
    /// <param name="block">All of it before the checksum.</param>
    public static ReadOnlySpan<byte> Checksum(long number, ReadOnlySpan<byte> block)
    {
        Span<byte> prefix = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(prefix, number);
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(prefix);
        hash.AppendData(block);
        return hash.GetHashAndReset().AsSpan(0, ChecksumBytes);
    }

    private static byte[] EndBytes(RecordedEnd end)
    {
        using MemoryStream stream = new();
        using BinaryWriter writer = new(stream, Encoding.UTF8);
        writer.Write((byte)end.Outcome);
        writer.Write(end.Reason);
        foreach (long count in end.Observations)
        {
            writer.Write7BitEncodedInt64(count);
        }

        writer.Flush();
        return stream.ToArray();
    }

    private void Write(int whose, ReadOnlyMemory<byte> content)
    {
        byte[] block = new byte[PrefixBytes + content.Length + ChecksumBytes];
        BinaryPrimitives.WriteInt32LittleEndian(block, content.Length);
        BinaryPrimitives.WriteInt32LittleEndian(block.AsSpan(sizeof(int)), whose);
        BinaryPrimitives.WriteInt32LittleEndian(block.AsSpan(2 * sizeof(int)), Seal(content.Length, whose));
        content.Span.CopyTo(block.AsSpan(PrefixBytes));
        lock (_gate)
        {
            Checksum(_blocks++, block.AsSpan(..^ChecksumBytes)).CopyTo(block.AsSpan(^ChecksumBytes..));
            RunFolderException.Guard(_path, "record deliveries", () => _file.Write(block));
        }
    }
}
