using System.Buffers;
using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text;
using ActorFed.Actors;
using ActorFed.Algorithms.Core;
using ActorFed.Engines.Replay;

namespace ActorFed.Host.Runs;

/// <summary>Reads what a <see cref="DeliveryWriter"/> wrote, first the head, then all the rest.</summary>
/// <remarks>
/// A file that stops within a block, or after one that is not the end, is the record of a run that was killed: what is there
/// counts. Bytes that were changed are an error.
/// </remarks>
internal sealed class DeliveryReader : IDisposable
{
    private readonly string _path;
    private readonly Stream _file;
    private long _blocks;

    /// <summary>Reads the head of a file.</summary>
    /// <param name="file">Its bytes; can seek, and is closed with this.</param>
    /// <param name="path">Its name, for errors.</param>
    /// <exception cref="InvalidDataException">It is damaged, or of another version; the message names file and place.</exception>
    /// <exception cref="RunStoreException">It cannot be read.</exception>
    public DeliveryReader(Stream file, string path)
    {
        _path = path;
        _file = file;
        try
        {
            Head = RunFolderException.Guard(path, "read the deliveries", ReadHead);
        }
        catch
        {
            _file.Dispose();
            throw;
        }
    }

    public DeliveryHead Head { get; }

    /// <summary>Reads the entries. To be called once.</summary>
    /// <param name="participants">Who took part, in the order of the plan.</param>
    /// <exception cref="InvalidDataException">The file is damaged; the message names file and place.</exception>
    /// <exception cref="RunFolderException">It cannot be read.</exception>
    public DeliveryRecord Read(ImmutableArray<ParticipantId> participants) =>
        RunFolderException.Guard(_path, "read the deliveries", () => ReadBlocks(participants));

    public void Dispose() => _file.Dispose();

    private DeliveryHead ReadHead()
    {
        byte[] start = new byte[DeliveryWriter.Magic.Length + sizeof(int)];
        if (_file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false) < start.Length)
        {
            throw Damaged($"it has {_file.Length} bytes, which is too few");
        }

        if (!start.AsSpan(..DeliveryWriter.Magic.Length).SequenceEqual(DeliveryWriter.Magic))
        {
            throw Damaged("wrong magic: it is no record of deliveries, or its first bytes were changed");
        }

        int version = BinaryPrimitives.ReadInt32LittleEndian(start.AsSpan(DeliveryWriter.Magic.Length));
        if (version != DeliveryWriter.Version)
        {
            throw new InvalidDataException(
                $"{_path} is of version {version}, and this program reads version {DeliveryWriter.Version}: replay it with the build that recorded it.");
        }

        return TryReadBlock(out int whose, out byte[] content) && whose == DeliveryWriter.Head
            ? DeliveryHead.FromBytes(content)
            : throw Damaged("it ends within its head: the run was killed before it began");
    }

    private DeliveryRecord ReadBlocks(ImmutableArray<ParticipantId> participants)
    {
        ArrayBufferWriter<byte>[] entries = [.. participants.Select(_ => new ArrayBufferWriter<byte>())];
        RecordedEnd? end = null;
        while (TryReadBlock(out int whose, out byte[] content))
        {
            if (end is not null || whose < DeliveryWriter.End || whose == DeliveryWriter.Head || whose >= participants.Length)
            {
                throw Damaged($"block {_blocks - 1} is of kind {whose}, which is not possible there with {participants.Length} participants");
            }

            if (whose == DeliveryWriter.End)
            {
                end = ReadEnd(content, participants.Length);
            }
            else
            {
                entries[whose].Write(content);
            }
        }

        return new DeliveryRecord(participants, [.. entries.Select(of => of.WrittenMemory)], end);
    }

    private static RecordedEnd ReadEnd(byte[] content, int participants)
    {
        using BinaryReader reader = new(new MemoryStream(content), Encoding.UTF8);
        RunOutcome outcome = (RunOutcome)reader.ReadByte();
        string reason = reader.ReadString();
        return new RecordedEnd(outcome, reason, [.. Enumerable.Range(0, participants).Select(_ => reader.Read7BitEncodedInt64())]);
    }

    /// <summary>False where the file ends, be it within a block.</summary>
    private bool TryReadBlock(out int whose, out byte[] content)
    {
        (whose, content) = (0, []);
        long at = _file.Position;
        byte[] prefix = new byte[DeliveryWriter.PrefixBytes];
        if (_file.ReadAtLeast(prefix, prefix.Length, throwOnEndOfStream: false) < prefix.Length)
        {
            return false;
        }

        int length = BinaryPrimitives.ReadInt32LittleEndian(prefix);
        whose = BinaryPrimitives.ReadInt32LittleEndian(prefix.AsSpan(sizeof(int)));
        if (length < 0 || BinaryPrimitives.ReadInt32LittleEndian(prefix.AsSpan(2 * sizeof(int))) != DeliveryWriter.Seal(length, whose))
        {
            throw Damaged($"the first bytes of block {_blocks}, at byte {at}, were changed");
        }

        if (length > _file.Length - _file.Position - DeliveryWriter.ChecksumBytes)
        {
            return false;
        }

        byte[] block = new byte[prefix.Length + length + DeliveryWriter.ChecksumBytes];
        prefix.CopyTo(block, 0);
        _file.ReadExactly(block.AsSpan(prefix.Length));
        if (!DeliveryWriter.Checksum(_blocks, block.AsSpan(..^DeliveryWriter.ChecksumBytes)).SequenceEqual(block.AsSpan(^DeliveryWriter.ChecksumBytes..)))
        {
            throw Damaged($"the checksum of block {_blocks}, at byte {at}, does not match: bytes were changed");
        }

        _blocks++;
        content = block[prefix.Length..^DeliveryWriter.ChecksumBytes];
        return true;
    }

    private InvalidDataException Damaged(string how) =>
        new($"{_path} is damaged: {how}. Put it back from a copy; a run whose record is lost cannot be replayed.");
}
