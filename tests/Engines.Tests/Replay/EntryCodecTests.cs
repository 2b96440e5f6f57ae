using ActorFed.Actors;
using ActorFed.Algorithms.Core;
using ActorFed.Engines.Replay;
using Xunit;

namespace ActorFed.Engines.Tests.Replay;

public sealed class EntryCodecTests
{
    private const int Participants = 300;

    private static readonly ParticipantId Self = ParticipantId.Worker(7);

    [Fact]
    public void Gives_back_every_kind_of_entry()
    {
        EntryEncoder encoder = NewEncoder();
        encoder.Add(Of(EntryKind.Started));
        encoder.Add(Message(299, 1));
        encoder.Add(Message(0, long.MaxValue));
        encoder.Add(Message(0, 3));
        encoder.Add(Message(299, 2));
        encoder.Add(Of(EntryKind.TimerElapsed, "ask-again"));
        encoder.Add(Of(EntryKind.TimerElapsed, "größer"));
        encoder.Add(Of(EntryKind.TimerElapsed, "ask-again"));
        encoder.Add(Notice(5, new LifecycleMessage.ParticipantRestarted(1000)));
        encoder.Add(Notice(0, new LifecycleMessage.ParticipantStopped("")));
        encoder.Add(Of(EntryKind.Stopped, "too many violations"));
        encoder.Flush();

        List<RecordedEntry> entries = Decode(encoder.Written);

        Assert.Equal(
            [
                new RecordedEntry(EntryKind.Started, 0, 0, null, null),
                new RecordedEntry(EntryKind.Received, 299, 1, null, null),
                new RecordedEntry(EntryKind.Received, 0, long.MaxValue, null, null),
                new RecordedEntry(EntryKind.Received, 0, 3, null, null),
                new RecordedEntry(EntryKind.Received, 299, 2, null, null),
                new RecordedEntry(EntryKind.TimerElapsed, 0, 0, "ask-again", null),
                new RecordedEntry(EntryKind.TimerElapsed, 0, 0, "größer", null),
                new RecordedEntry(EntryKind.TimerElapsed, 0, 0, "ask-again", null),
                new RecordedEntry(EntryKind.Received, 5, 0, new LifecycleMessage.ParticipantRestarted(1000), null),
                new RecordedEntry(EntryKind.Received, 0, 0, new LifecycleMessage.ParticipantStopped(""), null),
                new RecordedEntry(EntryKind.Stopped, 0, 0, "too many violations", null),
            ],
            entries);
    }

    [Fact]
    public void Gives_back_what_a_start_was_rebuilt_from()
    {
        EntryEncoder encoder = NewEncoder();
        encoder.Add(Of(EntryKind.Started));
        encoder.AddUnreadable("torn");
        encoder.Add(Of(EntryKind.Started));
        encoder.AddSnapshot(new StoredSnapshot(3, new Snapshot("scripted.v1", new byte[] { 1, 2, 255 })));

        encoder.Add(Of(EntryKind.Started));
        encoder.AddIncarnation(300);

        List<RecordedEntry> entries = Decode(encoder.Written);

        Assert.Equal(new RecordedEntry(EntryKind.Started, 0, 0, 300, null), entries[2]);
        Assert.Equal("torn", entries[0].What);
        Assert.Equal(3, entries[1].Snapshot!.Incarnation);
        Assert.Equal("scripted.v1", entries[1].Snapshot!.Snapshot.Format);
        Assert.Equal([1, 2, 255], entries[1].Snapshot!.Snapshot.Content.ToArray());
    }

    [Fact]
    public void Holds_a_start_back_until_its_snapshot_is_known()
    {
        EntryEncoder encoder = NewEncoder();

        encoder.Add(Of(EntryKind.Started));

        Assert.True(encoder.IsStarting);
        Assert.Equal(0, encoder.WrittenCount);
    }

    [Fact]
    public void Refuses_a_snapshot_without_a_start()
    {
        EntryEncoder encoder = NewEncoder();
        encoder.Add(Message(1, 1));

        Assert.Throws<InvalidOperationException>(() => encoder.AddSnapshot(new StoredSnapshot(1, Scripted.SnapshotOf(1))));
    }

    [Fact]
    public void Takes_two_bytes_for_the_next_message_of_a_sender()
    {
        EntryEncoder encoder = NewEncoder();
        for (int number = 1; number <= 1000; number++)
        {
            encoder.Add(Message(100, number));
        }

        Assert.Equal(2 * 1000, encoder.WrittenCount);
    }

    [Fact]
    public void Goes_on_after_its_bytes_were_taken()
    {
        EntryEncoder encoder = NewEncoder();
        List<byte> taken = [];
        for (int i = 0; i < 5; i++)
        {
            encoder.Add(Message(4, 10 + i));
            encoder.Add(Of(EntryKind.TimerElapsed, "tick"));
            taken.AddRange(encoder.Written.Span);
            encoder.Clear();
        }

        List<RecordedEntry> entries = Decode(taken.ToArray());

        Assert.Equal([10, 11, 12, 13, 14], entries.Where(entry => entry.Kind == EntryKind.Received).Select(entry => entry.Number));
        Assert.All(entries.Where(entry => entry.Kind == EntryKind.TimerElapsed), entry => Assert.Equal("tick", entry.What));
    }

    [Fact]
    public void Refuses_an_entry_that_is_cut_off()
    {
        EntryEncoder encoder = NewEncoder();
        encoder.Add(Of(EntryKind.TimerElapsed, "ask-again"));
        for (int length = 1; length < encoder.WrittenCount; length++)
        {
            ReadOnlyMemory<byte> cut = encoder.Written[..length];

            Assert.Throws<InvalidDataException>(() => Decode(cut));
        }
    }

    [Theory]
    [InlineData(new byte[] { 200, 100, 2 }, "sender 12864 of 300")]
    [InlineData(new byte[] { 8, 1 }, "message number -1")]
    [InlineData(new byte[] { 4, 9 }, "a count of 9")]
    [InlineData(new byte[] { 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 1 }, "more than 64 bits")]
    public void Refuses_bytes_that_no_encoder_writes(byte[] bytes, string message)
    {
        InvalidDataException refusal = Assert.Throws<InvalidDataException>(() => Decode(bytes));

        Assert.Contains(message, refusal.Message, StringComparison.Ordinal);
    }

    private static EntryEncoder NewEncoder() => new(id => id.Index);

    private static Entry Of(EntryKind kind, string? what = null) => new(Self, kind, default, 0, what);

    private static Entry Message(int sender, long number) => new(Self, EntryKind.Received, ParticipantId.Worker(sender), number, new Note(1));

    private static Entry Notice(int about, LifecycleMessage notice) => new(Self, EntryKind.Received, ParticipantId.Worker(about), 0, notice);

    private static List<RecordedEntry> Decode(ReadOnlyMemory<byte> bytes)
    {
        EntryDecoder decoder = new(bytes, Participants);
        List<RecordedEntry> entries = [];
        while (decoder.TryRead(out RecordedEntry entry))
        {
            entries.Add(entry);
        }

        return entries;
    }
}
