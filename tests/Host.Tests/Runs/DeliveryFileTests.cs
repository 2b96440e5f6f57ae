using System.Collections.Immutable;
using ActorFed.Actors;
using ActorFed.Algorithms.Core;
using ActorFed.Engines.Replay;
using ActorFed.Host.Runs;
using Xunit;

namespace ActorFed.Host.Tests.Runs;

public sealed class DeliveryFileTests
{
    private static readonly DeliveryHead Head = new("0.1.0+abc", "a-run", "seed = 1\nname = \"größer\"\n");

    private static readonly ImmutableArray<ParticipantId> Participants = [ParticipantId.Master, ParticipantId.Worker(0), ParticipantId.Worker(1)];

    private static readonly RunReport Report = new()
    {
        Outcome = RunOutcome.Completed,
        Reason = "step limit",
        Elapsed = TimeSpan.Zero,
        Deliveries = 0,
        BytesSent = 0,
        Restarts = 0,
        Violations = 0,
    };

    [Fact]
    public void Gives_back_the_head_the_entries_and_the_end()
    {
        using TempFolder temporary = new();
        string path = Write(temporary, entries: 5000);

        using DeliveryReader reader = new(File.OpenRead(path), path);
        DeliveryRecord record = reader.Read(Participants);

        Assert.Equal(Head, reader.Head);
        Assert.Equal(Participants, record.Participants);
        Assert.Equal([5001, 1, 0], Participants.Select((_, place) => EntriesOf(record, place).Count));
        Assert.Equal(Enumerable.Range(1, 5000).Select(n => (long)n), EntriesOf(record, 0).Skip(1).Select(entry => entry.Number));
        Assert.Equal((RunOutcome.Completed, "step limit"), (record.End!.Outcome, record.End.Reason));
        Assert.Equal([2, 0, 0], record.End.Observations.AsEnumerable());
    }

    [Fact]
    public void Keeps_what_is_there_of_a_file_that_stops_anywhere()
    {
        using TempFolder temporary = new();
        byte[] whole = File.ReadAllBytes(Write(temporary, entries: 3000));
        int head = HeadBytes(whole);
        string cut = temporary.In("cut.bin");
        int most = 0;
        for (int length = head; length < whole.Length; length += 37)
        {
            File.WriteAllBytes(cut, whole[..length]);

            using DeliveryReader reader = new(File.OpenRead(cut), cut);
            DeliveryRecord record = reader.Read(Participants);

            Assert.Null(record.End);
            List<RecordedEntry> entries = EntriesOf(record, 0);
            Assert.Equal(Enumerable.Range(1, Math.Max(0, entries.Count - 1)).Select(n => (long)n), entries.Skip(1).Select(entry => entry.Number));
            most = Math.Max(most, entries.Count);
        }

        Assert.Equal(3001, most);
    }

    [Fact]
    public void Refuses_a_file_that_stops_within_its_head()
    {
        using TempFolder temporary = new();
        byte[] whole = File.ReadAllBytes(Write(temporary, entries: 1));
        string cut = temporary.In("cut.bin");
        for (int length = 0; length < HeadBytes(whole); length++)
        {
            File.WriteAllBytes(cut, whole[..length]);

            InvalidDataException refusal = Assert.Throws<InvalidDataException>(() => new DeliveryReader(File.OpenRead(cut), cut));

            Assert.StartsWith($"{cut} is damaged: ", refusal.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Refuses_a_file_with_one_bit_changed_wherever_it_is()
    {
        using TempFolder temporary = new();
        byte[] whole = File.ReadAllBytes(Write(temporary, entries: 20));
        string damaged = temporary.In("damaged.bin");
        for (int position = 0; position < whole.Length; position++)
        {
            byte[] bytes = [.. whole];
            bytes[position] ^= (byte)(1 << (position % 8));
            File.WriteAllBytes(damaged, bytes);

            InvalidDataException refusal = Assert.Throws<InvalidDataException>(() =>
            {
                using DeliveryReader reader = new(File.OpenRead(damaged), damaged);
                reader.Read(Participants);
            });

            Assert.StartsWith(damaged, refusal.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Names_the_block_that_was_changed()
    {
        using TempFolder temporary = new();
        string path = Write(temporary, entries: 20);
        byte[] bytes = File.ReadAllBytes(path);
        int head = HeadBytes(bytes);
        bytes[head + DeliveryWriter.PrefixBytes + 2] ^= 1;
        File.WriteAllBytes(path, bytes);
        using DeliveryReader reader = new(File.OpenRead(path), path);

        InvalidDataException refusal = Assert.Throws<InvalidDataException>(() => reader.Read(Participants));

        Assert.Contains($"the checksum of block 1, at byte {head}, does not match", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Refuses_a_file_with_a_block_left_out()
    {
        using TempFolder temporary = new();
        string path = Write(temporary, entries: 20);
        byte[] bytes = File.ReadAllBytes(path);
        int head = HeadBytes(bytes);
        int first = DeliveryWriter.PrefixBytes + BitConverter.ToInt32(bytes, head) + DeliveryWriter.ChecksumBytes;
        File.WriteAllBytes(path, [.. bytes[..head], .. bytes[(head + first)..]]);
        using DeliveryReader reader = new(File.OpenRead(path), path);

        Assert.Throws<InvalidDataException>(() => reader.Read(Participants));
    }

    [Fact]
    public void Refuses_more_participants_in_the_file_than_in_the_plan()
    {
        using TempFolder temporary = new();
        string path = Write(temporary, entries: 20);
        using DeliveryReader reader = new(File.OpenRead(path), path);

        InvalidDataException refusal = Assert.Throws<InvalidDataException>(() => reader.Read([ParticipantId.Master]));

        Assert.Contains("is not possible there with 1 participants", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Writes_over_nothing()
    {
        using TempFolder temporary = new();
        string path = Write(temporary, entries: 1);

        RunFolderException refusal = Assert.Throws<RunFolderException>(() => new DeliveryWriter(RunFolder.NewFile(path), path, Head, Participants));

        Assert.Contains(path, refusal.Message, StringComparison.Ordinal);
    }

    /// <summary>Bytes up to the end of the head.</summary>
    internal static int HeadBytes(byte[] file)
    {
        int start = DeliveryWriter.Magic.Length + sizeof(int);
        return start + DeliveryWriter.PrefixBytes + BitConverter.ToInt32(file, start) + DeliveryWriter.ChecksumBytes;
    }

    private static string Write(TempFolder folder, int entries)
    {
        string path = folder.In("deliveries-1.bin");
        using DeliveryWriter writer = new(RunFolder.NewFile(path), path, Head, Participants);
        writer.Log.Entered(TimeSpan.Zero, new Entry(ParticipantId.Master, EntryKind.Started, default, 0, null));
        for (int number = 1; number <= entries; number++)
        {
            writer.Log.Entered(TimeSpan.Zero, new Entry(ParticipantId.Master, EntryKind.Received, ParticipantId.Worker(1), number, null));
        }

        writer.Log.Entered(TimeSpan.Zero, new Entry(ParticipantId.Worker(0), EntryKind.TimerElapsed, default, 0, "ask-again"));
        writer.Log.Observed(ParticipantId.Master, TimeSpan.Zero, new WorkerObserved(0, WorkerChange.Joined, 1));
        writer.Log.Observed(ParticipantId.Master, TimeSpan.Zero, new WorkerObserved(1, WorkerChange.Joined, 1));
        writer.Complete(Report);
        return path;
    }

    private static List<RecordedEntry> EntriesOf(DeliveryRecord record, int place)
    {
        EntryDecoder decoder = new(record.Entries[place], record.Participants.Length);
        List<RecordedEntry> entries = [];
        while (decoder.TryRead(out RecordedEntry entry))
        {
            entries.Add(entry);
        }

        return entries;
    }
}
