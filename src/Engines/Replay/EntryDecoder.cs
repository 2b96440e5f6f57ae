using System.Text;
using ActorFed.Actors;
using ActorFed.Algorithms.Core;

namespace ActorFed.Engines.Replay;

/// <summary>Reads what an <see cref="EntryEncoder"/> wrote of one participant.</summary>
/// <param name="bytes">All of it.</param>
/// <param name="participants">How many there are in the plan.</param>
public sealed class EntryDecoder(ReadOnlyMemory<byte> bytes, int participants)
{
    private readonly Dictionary<int, long> _numbers = [];
    private readonly List<string> _texts = [];
    private int _position;

    /// <summary>Reads the next entry.</summary>
    /// <returns>False at the end.</returns>
    /// <exception cref="InvalidDataException">The bytes are none that an encoder writes.</exception>
    public bool TryRead(out RecordedEntry entry)
    {
        entry = default;
        if (_position == bytes.Length)
        {
            return false;
        }

        ulong tag = ReadNumber();
        entry = tag switch
        {
            (ulong)EntryTag.Started => new RecordedEntry(EntryKind.Started, 0, 0, null, null),
            (ulong)EntryTag.Resumed => new RecordedEntry(EntryKind.Started, 0, 0, null, ReadSnapshot()),
            (ulong)EntryTag.Unreadable => new RecordedEntry(EntryKind.Started, 0, 0, ReadText(), null),
            (ulong)EntryTag.Counted => new RecordedEntry(EntryKind.Started, 0, 0, ReadCount(int.MaxValue), null),
            (ulong)EntryTag.TimerElapsed => new RecordedEntry(EntryKind.TimerElapsed, 0, 0, ReadText(), null),
            (ulong)EntryTag.Stopped => new RecordedEntry(EntryKind.Stopped, 0, 0, ReadText(), null),
            (ulong)EntryTag.ParticipantRestarted => new RecordedEntry(
                EntryKind.Received, ReadCount(participants - 1), 0, new LifecycleMessage.ParticipantRestarted(ReadCount(int.MaxValue)), null),
            (ulong)EntryTag.ParticipantStopped => new RecordedEntry(
                EntryKind.Received, ReadCount(participants - 1), 0, new LifecycleMessage.ParticipantStopped(ReadText()), null),
            _ => ReadMessage(tag - (ulong)EntryTag.FirstSender),
        };
        return true;
    }

    private RecordedEntry ReadMessage(ulong place)
    {
        if (place >= (ulong)participants)
        {
            throw Wrong($"sender {place} of {participants}");
        }

        int sender = (int)place;
        ulong folded = ReadNumber();
        long number = _numbers.GetValueOrDefault(sender) + ((long)(folded >> 1) ^ -(long)(folded & 1));
        _numbers[sender] = number;
        return number > 0
            ? new RecordedEntry(EntryKind.Received, sender, number, null, null)
            : throw Wrong($"message number {number}");
    }

    private StoredSnapshot ReadSnapshot()
    {
        int incarnation = ReadCount(int.MaxValue);
        string format = ReadText();
        return new StoredSnapshot(incarnation, new Snapshot(format, ReadBytes()));
    }

    private string ReadText()
    {
        int place = ReadCount(_texts.Count);
        if (place == _texts.Count)
        {
            _texts.Add(Encoding.UTF8.GetString(ReadBytes().Span));
        }

        return _texts[place];
    }

    private ReadOnlyMemory<byte> ReadBytes()
    {
        int length = ReadCount(int.MaxValue);
        if (length > bytes.Length - _position)
        {
            throw Wrong("an entry that is cut off");
        }

        _position += length;
        return bytes.Slice(_position - length, length);
    }

    private int ReadCount(int max)
    {
        ulong value = ReadNumber();
        return value <= (ulong)max ? (int)value : throw Wrong($"a count of {value}, where at most {max} is possible");
    }

    private ulong ReadNumber()
    {
        ulong number = 0;
        for (int shift = 0; shift < 64; shift += 7)
        {
            if (_position == bytes.Length)
            {
                throw Wrong("an entry that is cut off");
            }

            byte next = bytes.Span[_position++];
            number |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return number;
            }
        }

        throw Wrong("a number of more than 64 bits");
    }

    private InvalidDataException Wrong(string what) => new($"the entries hold {what}, before byte {_position} of {bytes.Length}");
}
