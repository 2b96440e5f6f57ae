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
    public void Goes_on_counting_after_a_restart_and_removes_what_was_never_finished()
    {
        Store(Open(), 1, 2);
        File.WriteAllText(_temp.In("master.000003.3.snap.tmp"), "half a file");

        Store(Open(), 4);

        Assert.Equal(["master.000002.2.snap", "master.000004.4.snap"], Files());
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
