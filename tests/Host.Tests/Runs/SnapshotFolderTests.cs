using ActorFed.Actors;
using ActorFed.Algorithms.Core;
using ActorFed.Host.Runs;
using Xunit;

namespace ActorFed.Host.Tests.Runs;

public sealed class SnapshotFolderTests : IDisposable
{
    private readonly TempFolder _temp = new();
    private readonly List<SnapshotNotice> _notices = [];

    public void Dispose() => _temp.Dispose();

    [Fact]
    public void Has_nothing_at_first() => Assert.Null(Open().Latest(ParticipantId.Master));

    [Fact]
    public void Gives_back_the_newest_snapshot_also_to_the_next_process()
    {
        Store(Open(), 1, 2, 3);

        StoredSnapshot? stored = Open().Latest(ParticipantId.Master);

        Assert.Equal(3, stored!.Incarnation);
        Assert.Equal("star-master.v1", stored.Snapshot.Format);
        Assert.Equal(Content(3), stored.Snapshot.Content.ToArray());
    }

    [Fact]
    public void Keeps_the_two_newest_of_each_participant()
    {
        GenerationStore store = Open();
        Store(store, 1, 2, 3, 4);
        store.Store(ParticipantId.Worker(1), 1, Snapshot(1));
        store.Store(ParticipantId.Worker(11), 1, Snapshot(1));

        Assert.Equal(["master.000003.3.snap", "master.000004.4.snap", "worker-1.000001.1.snap", "worker-11.000001.1.snap"], Files());
    }

    [Fact]
    public void Tells_of_each_stored_snapshot()
    {
        Store(Open(), 1, 2);

        Assert.Equal(
            [new SnapshotNotice(ParticipantId.Master, "master.000001.1.snap"), new SnapshotNotice(ParticipantId.Master, "master.000002.2.snap")],
            _notices);
    }

    [Fact]
    public void Goes_on_counting_after_a_restart_and_removes_what_was_never_finished()
    {
        Store(Open(), 1, 2);
        File.WriteAllText(_temp.In("master.000003.3.snap.tmp"), "half a file");

        Store(Open(), 4);

        Assert.Equal(["master.000002.2.snap", "master.000004.4.snap"], Files());
    }

    [Fact]
    public void Falls_back_at_every_truncation_and_says_so()
    {
        Store(Open(), 1, 2);
        byte[] whole = File.ReadAllBytes(_temp.In("master.000002.2.snap"));

        for (int length = 0; length < whole.Length; length++)
        {
            File.WriteAllBytes(_temp.In("master.000002.2.snap"), whole[..length]);
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
        byte[] whole = File.ReadAllBytes(_temp.In("master.000002.2.snap"));

        for (int bit = 0; bit < whole.Length * 8; bit++)
        {
            byte[] flipped = [.. whole];
            flipped[bit / 8] ^= (byte)(1 << (bit % 8));
            File.WriteAllBytes(_temp.In("master.000002.2.snap"), flipped);
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
        string path = _temp.In("master.000001.1.snap");
        byte[] whole = File.ReadAllBytes(path);

        Assert.StartsWith("wrong magic", DamageOf([0, .. whole[1..]]), StringComparison.Ordinal);
        Assert.Equal("version 9, and this program reads version 1", DamageOf([.. whole[..8], 9, 0, 0, 0, .. whole[12..]]));
        Assert.Contains("SHA-256", DamageOf([.. whole[..^1], (byte)(whole[^1] ^ 1)]), StringComparison.Ordinal);
        Assert.Contains($"{Content(1).Length + 1} content bytes are there", DamageOf([.. whole, 0]), StringComparison.Ordinal);
        Assert.StartsWith("truncated: it ends after 0 bytes", DamageOf([]), StringComparison.Ordinal);

        string DamageOf(byte[] file)
        {
            File.WriteAllBytes(path, file);
            _notices.Clear();
            InvalidDataException lost = Assert.Throws<InvalidDataException>(() => Open().Latest(ParticipantId.Master));
            SnapshotNotice notice = Assert.Single(_notices);
            Assert.Contains($"({notice.File}: {notice.Damage})", lost.Message, StringComparison.Ordinal);
            return notice.Damage!;
        }
    }

    [Fact]
    public void Finds_a_whole_snapshot_whose_renaming_was_lost()
    {
        Store(Open(), 1, 2, 3);
        File.Move(_temp.In("master.000003.3.snap"), _temp.In("master.000003.3.snap.tmp"));
        _notices.Clear();

        StoredSnapshot? stored = Open().Latest(ParticipantId.Master);

        Assert.Equal(3, stored!.Incarnation);
        Assert.Equal(Content(3), stored.Snapshot.Content.ToArray());
        Assert.Empty(_notices);
    }

    [Fact]
    public void Has_stored_nothing_when_the_first_write_was_never_finished()
    {
        File.WriteAllText(_temp.In("master.000001.1.snap.tmp"), "half a file");

        Assert.Null(Open().Latest(ParticipantId.Master));
        Assert.Empty(_notices);
    }

    [Fact]
    public void Names_a_file_that_it_cannot_place_when_no_other_is_there()
    {
        File.WriteAllText(_temp.In("master.000012.snap"), "no incarnation in its name");

        InvalidDataException lost = Assert.Throws<InvalidDataException>(() => Open().Latest(ParticipantId.Master));

        Assert.Contains("(master.000012.snap: its name is not of the form master.000012.3.snap)", lost.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Refuses_the_snapshot_of_another_participant()
    {
        Store(Open(), 1);
        File.Move(_temp.In("master.000001.1.snap"), _temp.In("worker-0.000001.1.snap"));
        _notices.Clear();

        Assert.Throws<InvalidDataException>(() => Open().Latest(ParticipantId.Worker(0)));

        Assert.Equal("it belongs to master, not to worker-0", Assert.Single(_notices).Damage);
    }

    [Fact]
    public void Keeps_the_good_one_and_not_the_damaged_one()
    {
        Store(Open(), 1, 2);
        File.WriteAllBytes(_temp.In("master.000002.2.snap"), [1, 2, 3]);

        Store(Open(), 3);

        Assert.Equal(["master.000001.1.snap", "master.000003.3.snap"], Files());
    }

    [Fact]
    public void Notices_damage_done_while_it_is_open()
    {
        GenerationStore store = Open();
        Store(store, 1, 2);
        File.WriteAllBytes(_temp.In("master.000002.2.snap"), []);

        Assert.Equal(Content(1), store.Latest(ParticipantId.Master)!.Snapshot.Content.ToArray());

        Store(store, 3);
        Assert.Equal(["master.000001.1.snap", "master.000003.3.snap"], Files());
    }

    [Fact]
    public void Takes_an_empty_snapshot()
    {
        Open().Store(ParticipantId.Master, 1, new Snapshot("", ReadOnlyMemory<byte>.Empty));

        Assert.Equal(0, Open().Latest(ParticipantId.Master)!.Snapshot.Content.Length);
    }

    [Fact]
    public void Stores_for_many_participants_at_once()
    {
        GenerationStore store = new(new SnapshotFolder(_temp.Folder), _ => { });

        Parallel.For(0, 32, worker =>
        {
            for (int i = 1; i <= 4; i++)
            {
                store.Store(ParticipantId.Worker(worker), i, Snapshot(i));
            }
        });

        Assert.All(Enumerable.Range(0, 32), worker => Assert.Equal(4, store.Latest(ParticipantId.Worker(worker))!.Incarnation));
        Assert.Equal(64, Files().Length);
    }

    [Fact]
    public void Names_the_folder_when_it_is_gone()
    {
        GenerationStore store = Open();
        Directory.Delete(_temp.Folder);

        RunFolderException e = Assert.Throws<RunFolderException>(() => Store(store, 1));

        Directory.CreateDirectory(_temp.Folder);
        Assert.Contains(_temp.Folder, e.Message, StringComparison.Ordinal);
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

    private GenerationStore Open() => new(new SnapshotFolder(_temp.Folder), _notices.Add);

    private string[] Files() => [.. Directory.GetFiles(_temp.Folder).Select(f => Path.GetFileName(f)!).Order(StringComparer.Ordinal)];
}
