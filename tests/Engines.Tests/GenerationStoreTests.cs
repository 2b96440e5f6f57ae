using ActorFed.Actors;
using ActorFed.Algorithms.Core;
using ActorFed.Engines.Simulation;
using Xunit;

namespace ActorFed.Engines.Tests;

public sealed class GenerationStoreTests
{
    private readonly SimulatedDisk _disk = new();
    private readonly List<SnapshotNotice> _notices = [];

    [Fact]
    public void Has_nothing_at_first() => Assert.Null(Open().Latest(ParticipantId.Master));

    [Fact]
    public void Tells_of_each_stored_snapshot()
    {
        Store(Open(), 1, 2);

        Assert.Equal(
            [new SnapshotNotice(ParticipantId.Master, "master.000001.1.snap"), new SnapshotNotice(ParticipantId.Master, "master.000002.2.snap")],
            _notices);
    }

    [Fact]
    public void Falls_back_at_every_truncation_and_says_so()
    {
        Store(Open(), 1, 2);
        byte[] whole = _disk.Read("master.000002.2.snap").ToArray();

        for (int length = 0; length < whole.Length; length++)
        {
            Put("master.000002.2.snap", whole[..length]);
            _notices.Clear();

            StoredSnapshot? stored = Open().Latest(ParticipantId.Master);

            Assert.Equal(2, stored!.Incarnation); // of the damaged one: it may have been used
            Assert.Equal(Content(1), stored.Snapshot.Content.ToArray());
            SnapshotNotice notice = Assert.Single(_notices);
            Assert.Equal("master.000002.2.snap", notice.File);
            Assert.StartsWith("truncated", notice.Damage, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Falls_back_at_every_flipped_bit()
    {
        Store(Open(), 1, 2);
        byte[] whole = _disk.Read("master.000002.2.snap").ToArray();

        for (int bit = 0; bit < whole.Length * 8; bit++)
        {
            byte[] flipped = [.. whole];
            flipped[bit / 8] ^= (byte)(1 << (bit % 8));
            Put("master.000002.2.snap", flipped);
            _notices.Clear();

            StoredSnapshot? stored = Open().Latest(ParticipantId.Master);

            Assert.Equal(2, stored!.Incarnation);
            Assert.Equal(Content(1), stored.Snapshot.Content.ToArray());
            Assert.NotNull(Assert.Single(_notices).Damage);
        }
    }

    [Fact]
    public void Names_the_damage()
    {
        Store(Open(), 1);
        const string name = "master.000001.1.snap";
        byte[] whole = _disk.Read(name).ToArray();

        Assert.StartsWith("wrong magic", DamageOf([0, .. whole[1..]]), StringComparison.Ordinal);
        Assert.Equal("version 9, and this program reads version 1", DamageOf([.. whole[..8], 9, 0, 0, 0, .. whole[12..]]));
        Assert.Contains("SHA-256", DamageOf([.. whole[..^1], (byte)(whole[^1] ^ 1)]), StringComparison.Ordinal);
        Assert.Contains($"{Content(1).Length + 1} content bytes are there", DamageOf([.. whole, 0]), StringComparison.Ordinal);
        Assert.StartsWith("truncated: it ends after 0 bytes", DamageOf([]), StringComparison.Ordinal);

        string DamageOf(byte[] file)
        {
            Put(name, file);
            _notices.Clear();
            InvalidDataException lost = Assert.Throws<InvalidDataException>(() => Open().Latest(ParticipantId.Master));
            SnapshotNotice notice = Assert.Single(_notices);
            Assert.Contains($"({notice.File}: {notice.Damage})", lost.Message, StringComparison.Ordinal);
            return notice.Damage!;
        }
    }

    [Fact]
    public void Has_stored_nothing_when_the_first_write_was_never_finished()
    {
        Put("master.000001.1.snap.tmp", [1, 2, 3]);

        Assert.Null(Open().Latest(ParticipantId.Master));
        Assert.Empty(_notices);
    }

    [Fact]
    public void Names_a_file_that_it_cannot_place_when_no_other_is_there()
    {
        Put("master.000012.snap", [1, 2, 3]);

        InvalidDataException lost = Assert.Throws<InvalidDataException>(() => Open().Latest(ParticipantId.Master));

        Assert.Contains("(master.000012.snap: its name is not of the form master.000012.3.snap)", lost.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Refuses_the_snapshot_of_another_participant()
    {
        Store(Open(), 1);
        Put("worker-0.000001.1.snap", _disk.Read("master.000001.1.snap").ToArray());
        _notices.Clear();

        Assert.Throws<InvalidDataException>(() => Open().Latest(ParticipantId.Worker(0)));

        Assert.Equal("it belongs to master, not to worker-0", Assert.Single(_notices).Damage);
    }

    [Fact]
    public void Keeps_the_good_one_and_not_the_damaged_one()
    {
        Store(Open(), 1, 2);
        Put("master.000002.2.snap", [1, 2, 3]);

        Store(Open(), 3);

        Assert.Equal(["master.000001.1.snap", "master.000003.3.snap"], _disk.Names);
    }

    [Fact]
    public void Notices_damage_done_while_it_is_open()
    {
        GenerationStore store = Open();
        Store(store, 1, 2);
        Put("master.000002.2.snap", []);

        Assert.Equal(Content(1), store.Latest(ParticipantId.Master)!.Snapshot.Content.ToArray());

        Store(store, 3);
        Assert.Equal(["master.000001.1.snap", "master.000003.3.snap"], _disk.Names);
    }

    [Fact]
    public void Takes_an_empty_snapshot()
    {
        Open().Store(ParticipantId.Master, 1, new Snapshot("", ReadOnlyMemory<byte>.Empty));

        Assert.Equal(0, Open().Latest(ParticipantId.Master)!.Snapshot.Content.Length);
    }

    [Fact]
    public void Answers_with_the_highest_incarnation_of_any_file_however_many_were_skipped()
    {
        GenerationStore store = Open();
        Store(store, 1, 2);
        Store(store, 9); // those between failed before they stored anything
        _disk.FlipBitInNewest(ParticipantId.Master, 77);

        StoredSnapshot? stored = Open().Latest(ParticipantId.Master);

        Assert.Equal(9, stored!.Incarnation);
        Assert.Equal(Content(2), stored.Snapshot.Content.ToArray());
    }

    [Fact]
    public void Does_not_count_a_file_twice_after_a_read_that_failed()
    {
        BrokenReads files = new(_disk);
        Store(Open(), 1, 2);
        GenerationStore store = new(files, _notices.Add);
        Assert.Throws<IOException>(() => store.Latest(ParticipantId.Master));
        files.IsBroken = false;

        store.Latest(ParticipantId.Master);
        Store(store, 3);

        Assert.Equal(["master.000002.2.snap", "master.000003.3.snap"], _disk.Names);
    }

    private static byte[] Content(int incarnation) => [.. Enumerable.Range(0, 40).Select(i => (byte)(i * incarnation))];

    private static Snapshot Snapshot(int incarnation) => new("star-master.v1", Content(incarnation));

    private static void Store(GenerationStore store, params int[] incarnations)
    {
        foreach (int incarnation in incarnations)
        {
            store.Store(ParticipantId.Master, incarnation, Snapshot(incarnation));
        }
    }

    private GenerationStore Open() => new(_disk, _notices.Add);

    private void Put(string name, byte[] content) => _disk.Replace(name, stream => stream.Write(content));

    private sealed class BrokenReads(ISnapshotFiles inner) : ISnapshotFiles
    {
        public bool IsBroken { get; set; } = true;

        public IReadOnlyList<string> List(ParticipantId participant) => inner.List(participant);

        public ReadOnlyMemory<byte> Read(string name) =>
            IsBroken ? throw new IOException($"Cannot read '{name}'.") : inner.Read(name);

        public void Replace(string name, Action<Stream> write) => inner.Replace(name, write);

        public void Delete(string name) => inner.Delete(name);
    }
}
