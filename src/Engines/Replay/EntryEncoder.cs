using System.Buffers;
using System.Text;
using ActorFed.Actors;
using ActorFed.Algorithms.Core;

namespace ActorFed.Engines.Replay;

/// <summary>
/// Writes the entries of one participant as bytes, most of them two or three per message. Touched by one thread at a time.
/// </summary>
/// <remarks>
/// Numbers are variable-length: seven bits to a byte, the lowest first. A message is its sender's place in the plan and the
/// distance of its number from the last one of that sender here; a text that came before is its place in the list of texts.
/// </remarks>
/// <param name="placeOf">Finds a participant's place in the plan.</param>
public sealed class EntryEncoder(Func<ParticipantId, int> placeOf)
{
    private readonly ArrayBufferWriter<byte> _buffer = new();
    private readonly Dictionary<int, long> _numbers = []; // by sender, the last one
    private readonly Dictionary<string, int> _texts = [];

    /// <summary>What was written since the last <see cref="Clear"/>, always whole entries. A start is written with what follows it.</summary>
    public ReadOnlyMemory<byte> Written => _buffer.WrittenMemory;

    /// <summary>Bytes written since the last <see cref="Clear"/>.</summary>
    public int WrittenCount => _buffer.WrittenCount;

    /// <summary>Whether the last entry was a start, which waits for its snapshot.</summary>
    public bool IsStarting { get; private set; }

    /// <summary>Adds an entry.</summary>
    public void Add(in Entry entry)
    {
        Flush();
        switch (entry.Kind)
        {
            case EntryKind.Started:
                IsStarting = true;
                break;
            case EntryKind.TimerElapsed:
                Write(EntryTag.TimerElapsed);
                Write((string)entry.What!);
                break;
            case EntryKind.Stopped:
                Write(EntryTag.Stopped);
                Write((string)entry.What!);
                break;
            case EntryKind.Received when entry.What is LifecycleMessage notice:
                Write(notice, placeOf(entry.Sender));
                break;
            case EntryKind.Received:
                int sender = placeOf(entry.Sender);
                long distance = entry.Number - _numbers.GetValueOrDefault(sender);
                _numbers[sender] = entry.Number;
                Write((ulong)EntryTag.FirstSender + (uint)sender);
                Write((ulong)((distance << 1) ^ (distance >> 63)));
                break;
            default:
                throw new ArgumentException($"An entry of kind {entry.Kind} is unknown to the record.", nameof(entry));
        }
    }

    /// <summary>Says what the participant whose start was just added is rebuilt from.</summary>
    public void AddSnapshot(StoredSnapshot stored)
    {
        MustBeStarting();
        Write(EntryTag.Resumed);
        Write((ulong)stored.Incarnation);
        Write(stored.Snapshot.Format);
        Write((ulong)stored.Snapshot.Content.Length);
        _buffer.Write(stored.Snapshot.Content.Span);
    }

    /// <summary>Says which incarnation of a new participant was just added, where it does not follow the one before.</summary>
    public void AddIncarnation(int incarnation)
    {
        MustBeStarting();
        Write(EntryTag.Counted);
        Write((ulong)incarnation);
    }

    /// <summary>Says that what the participant whose start was just added should be rebuilt from cannot be read.</summary>
    public void AddUnreadable(string reason)
    {
        MustBeStarting();
        Write(EntryTag.Unreadable);
        Write(reason);
    }

    /// <summary>Writes a start whose snapshot did not come: the participant is new.</summary>
    public void Flush()
    {
        if (IsStarting)
        {
            IsStarting = false;
            Write(EntryTag.Started);
        }
    }

    /// <summary>Forgets the bytes, not what later ones refer to.</summary>
    public void Clear() => _buffer.ResetWrittenCount();

    private void MustBeStarting()
    {
        if (!IsStarting)
        {
            throw new InvalidOperationException("A snapshot belongs to a start, and the last entry is none.");
        }

        IsStarting = false;
    }

    private void Write(LifecycleMessage notice, int about)
    {
        switch (notice)
        {
            case LifecycleMessage.ParticipantRestarted restarted:
                Write(EntryTag.ParticipantRestarted);
                Write((ulong)about);
                Write((ulong)restarted.Incarnation);
                break;
            case LifecycleMessage.ParticipantStopped stopped:
                Write(EntryTag.ParticipantStopped);
                Write((ulong)about);
                Write(stopped.Reason);
                break;
            default:
                throw new ArgumentException($"A notice of type {notice.GetType().Name} is unknown to the record.", nameof(notice));
        }
    }

    private void Write(EntryTag tag) => Write((ulong)tag);

    private void Write(string text)
    {
        bool isNew = _texts.TryAdd(text, _texts.Count);
        Write((ulong)_texts[text]);
        if (isNew)
        {
            byte[] bytes = Encoding.UTF8.GetBytes(text);
            Write((ulong)bytes.Length);
            _buffer.Write(bytes);
        }
    }

    private void Write(ulong number)
    {
        Span<byte> bytes = _buffer.GetSpan(10); // 64 bits, seven to a byte
        int count = 0;
        for (; number > 0x7F; number >>= 7)
        {
            bytes[count++] = (byte)(number | 0x80);
        }

        bytes[count++] = (byte)number;
        _buffer.Advance(count);
    }
}
