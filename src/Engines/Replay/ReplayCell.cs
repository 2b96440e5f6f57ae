using System.Diagnostics.CodeAnalysis;
using ActorFed.Actors;
using ActorFed.Algorithms.Core;

namespace ActorFed.Engines.Replay;

/// <summary>
/// A participant in a replay: its actor, what is next for it, and the messages that wait for their turn. As the actor's store it
/// hands out the snapshot that the record has, and passes on what is stored.
/// </summary>
internal sealed class ReplayCell : ISnapshotStore
{
    private readonly EntryDecoder _decoder;
    private readonly bool _endsEarly;
    private readonly ISnapshotStore _snapshots;
    private readonly Dictionary<(int Sender, long Number), Message> _arrived = [];
    private readonly Dictionary<(int Sender, long Number), int> _repeats; // how often a message is taken and still needed, at most
    private RecordedEntry? _afterNext;

    public ReplayCell(
        int index, ParticipantSpec spec, DeliveryRecord record, IParticipantFactory factory, ISnapshotStore snapshots, Supervisor supervisor)
    {
        Index = index;
        Actor = new RoleActor(spec, factory, this, supervisor);
        ObservationsLeft = record.End?.Observations[index] ?? long.MaxValue;
        _decoder = new EntryDecoder(record.Entries[index], record.Participants.Length);
        _repeats = RepeatsIn(new EntryDecoder(record.Entries[index], record.Participants.Length));
        _endsEarly = record.End is null;
        _snapshots = snapshots;
        _afterNext = Read();
        Advance();
    }

    public int Index { get; }

    public RoleActor Actor { get; }

    public ParticipantId Id => Actor.Id;

    /// <summary>Whether there is an entry that is not made yet.</summary>
    public bool HasNext { get; private set; }

    /// <summary>The entry to make next, or the one that is being made.</summary>
    public RecordedEntry Next { get; private set; }

    /// <summary>How the participant is entered after <see cref="Next"/>; null when it never is.</summary>
    public EntryKind? KindAfterNext => _afterNext?.Kind;

    /// <summary>Entries made so far; the one under way counts.</summary>
    public long Entries { get; set; }

    /// <summary>Messages sent so far, over all incarnations.</summary>
    public long Sent { get; set; }

    /// <summary>How many more of its observations the run came to.</summary>
    public long ObservationsLeft { get; set; }

    /// <summary>Whether it waits for the message that is next.</summary>
    public bool IsWaiting { get; set; }

    /// <summary>Goes on to the next entry.</summary>
    public void Advance()
    {
        Next = _afterNext ?? default;
        bool hadOne = _afterNext is not null;
        _afterNext = Read();
        HasNext = _endsEarly ? _afterNext is not null : hadOne;
        if (!HasNext)
        {
            _arrived.Clear(); // nobody takes them any more
        }
    }

    /// <summary>Keeps a message until its turn.</summary>
    /// <returns>Whether the participant waited for it, and does so no more.</returns>
    public bool Arrive(int sender, long number, Message message)
    {
        if (!HasNext)
        {
            return false;
        }

        _arrived.Add((sender, number), message);
        bool wasAwaited = IsWaiting && Next.Sender == sender && Next.Number == number;
        IsWaiting &= !wasAwaited;
        return wasAwaited;
    }

    /// <summary>Takes the message that is next, if it is there.</summary>
    public bool TryTake([NotNullWhen(true)] out Message? message)
    {
        (int, long) key = (Next.Sender, Next.Number);
        if (!_repeats.TryGetValue(key, out int left) || left == 0)
        {
            return _arrived.Remove(key, out message);
        }

        if (!_arrived.TryGetValue(key, out message))
        {
            return false;
        }

        _repeats[key] = left - 1;
        return true;
    }

    void ISnapshotStore.Store(ParticipantId participant, int incarnation, Snapshot snapshot) =>
        _snapshots.Store(participant, incarnation, snapshot);

    StoredSnapshot? ISnapshotStore.Latest(ParticipantId participant) =>
        Next.What is string unreadable ? throw new InvalidDataException(unreadable) : Next.Snapshot;

    BegunIncarnation ISnapshotStore.Begin(ParticipantId participant, int last)
    {
        StoredSnapshot? stored = ((ISnapshotStore)this).Latest(participant);
        return new BegunIncarnation(Next.What is int counted ? counted : Math.Max(last, stored?.Incarnation ?? 0) + 1, stored?.Snapshot);
    }

    /// <summary>
    /// Entries whose number is not beyond all before it of its sender: messages that overtook each other, or that a broker handed out
    /// again. Only these are looked at, since in a long record they are few.
    /// </summary>
    private static Dictionary<(int Sender, long Number), int> RepeatsIn(EntryDecoder entries)
    {
        Dictionary<(int Sender, long Number), int> repeats = [];
        Dictionary<int, long> newest = [];
        while (entries.TryRead(out RecordedEntry entry))
        {
            if (entry is not { Kind: EntryKind.Received, What: null })
            {
                continue;
            }

            if (entry.Number > newest.GetValueOrDefault(entry.Sender))
            {
                newest[entry.Sender] = entry.Number;
            }
            else
            {
                repeats[(entry.Sender, entry.Number)] = repeats.GetValueOrDefault((entry.Sender, entry.Number)) + 1;
            }
        }

        return repeats;
    }

    private RecordedEntry? Read() => _decoder.TryRead(out RecordedEntry entry) ? entry : null;
}
