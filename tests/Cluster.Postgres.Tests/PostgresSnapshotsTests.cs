using ActorFed.Actors;
using ActorFed.Algorithms.Core;
using Xunit;

namespace ActorFed.Cluster.Postgres.Tests;

[Collection(PostgresCollection.Name)]
public sealed class PostgresSnapshotsTests(PostgresServer server) : IDisposable
{
    private static readonly ParticipantId Master = ParticipantId.Master;

    private readonly List<SnapshotNotice> _notices = [];
    private readonly List<IDisposable> _opened = [];
    private PostgresOptions? _database;

    public void Dispose()
    {
        _opened.Reverse();
        _opened.ForEach(one => one.Dispose());
    }

    [PostgresFact]
    public void Lets_an_incarnation_that_was_overtaken_store_nothing()
    {
        ISnapshotStore old = Open();
        ISnapshotStore young = Open();
        int overtaken = old.Begin(Master, 0).Incarnation;
        old.Store(Master, overtaken, Snapshot(1));

        BegunIncarnation begun = young.Begin(Master, 0);
        OvertakenException refusal = Assert.Throws<OvertakenException>(() => old.Store(Master, overtaken, Snapshot(2)));
        young.Store(Master, begun.Incarnation, Snapshot(3));

        Assert.Equal((2, 1), (begun.Incarnation, Value(begun.Snapshot)));
        Assert.StartsWith("Incarnation 1 of master was overtaken by incarnation 2", refusal.Message, StringComparison.Ordinal);
        Assert.Throws<OvertakenException>(() => old.Store(Master, overtaken, Snapshot(4)));
        Assert.Equal(3, Value(Open().Latest(Master)!.Snapshot));
    }

    [PostgresFact]
    public void Counts_incarnations_that_stored_nothing()
    {
        ISnapshotStore snapshots = Open();

        int[] begun = [.. Enumerable.Range(0, 3).Select(_ => Open().Begin(Master, 0).Incarnation), snapshots.Begin(Master, 7).Incarnation];

        Assert.Equal([1, 2, 3, 8], begun);
        Assert.Null(snapshots.Latest(Master));
    }

    [PostgresFact]
    public void Keeps_participants_apart()
    {
        ISnapshotStore snapshots = Open();

        int master = snapshots.Begin(Master, 0).Incarnation;
        int worker = snapshots.Begin(ParticipantId.Worker(3), 4).Incarnation;
        snapshots.Store(ParticipantId.Worker(3), worker, Snapshot(5));

        Assert.Equal((1, 5), (master, worker));
        Assert.Null(snapshots.Latest(Master));
        Assert.Equal(5, Value(snapshots.Latest(ParticipantId.Worker(3))!.Snapshot));
    }

    [PostgresFact]
    public async Task Of_many_incarnations_at_a_time_the_newest_has_the_last_word()
    {
        ISnapshotStore[] stores = [.. Enumerable.Range(0, 4).Select(_ => Open())];

        // Each begins and stores again and again: what it begins from must be what the one before stored last, or later.
        (int Epoch, int From, bool IsStored)[][] histories = await Task.WhenAll(stores.Select(store => Task.Factory.StartNew(
            () => Enumerable.Range(0, 25).Select(_ =>
            {
                BegunIncarnation begun = store.Begin(Master, 0);
                try
                {
                    store.Store(Master, begun.Incarnation, Snapshot(begun.Incarnation));
                    return (begun.Incarnation, Value(begun.Snapshot), true);
                }
                catch (OvertakenException)
                {
                    return (begun.Incarnation, Value(begun.Snapshot), false);
                }
            }).ToArray(),
            TaskCreationOptions.LongRunning)));

        (int Epoch, int From, bool IsStored)[] all = [.. histories.SelectMany(history => history).OrderBy(one => one.Epoch)];
        Assert.Equal(Enumerable.Range(1, 100), all.Select(one => one.Epoch));
        int newest = 0;
        foreach ((int epoch, int from, bool isStored) in all)
        {
            Assert.Equal(newest, from);
            newest = isStored ? epoch : newest;
        }
    }

    [PostgresFact]
    public void Keeps_the_two_newest()
    {
        ISnapshotStore snapshots = Open();

        for (byte i = 1; i <= 5; i++)
        {
            snapshots.Store(Master, 1, Snapshot(i));
        }

        Assert.Equal(["master|4", "master|5"], PostgresServer.Rows(_database!, "SELECT participant, generation FROM snapshots ORDER BY generation"));
        Assert.Equal(["master.000001.1", "master.000005.1"], [_notices[0].File, _notices[^1].File]);
    }

    [PostgresFact]
    public void Falls_back_to_the_snapshot_before_a_damaged_one_and_says_so()
    {
        ISnapshotStore snapshots = Open();
        snapshots.Store(Master, 1, Snapshot(1));
        snapshots.Store(Master, 2, Snapshot(2));
        PostgresServer.Execute(_database!, "UPDATE snapshots SET content = set_byte(content, octet_length(content) - 1, 99) WHERE generation = 2");

        StoredSnapshot stored = Open().Latest(Master)!;

        Assert.Equal((2, 1), (stored.Incarnation, Value(stored.Snapshot)));
        Assert.Contains("SHA-256", _notices[^1].Damage, StringComparison.Ordinal);
        Assert.Equal("master.000002.2", _notices[^1].File);
    }

    [PostgresFact]
    public void Begins_nothing_anew_when_every_snapshot_is_damaged()
    {
        ISnapshotStore snapshots = Open();
        snapshots.Store(Master, 1, Snapshot(1));
        PostgresServer.Execute(_database!, "UPDATE snapshots SET content = substr(content, 1, 20)");

        Assert.Contains("master.000001.1", Assert.Throws<InvalidDataException>(() => snapshots.Latest(Master)).Message, StringComparison.Ordinal);
        Assert.Throws<InvalidDataException>(() => snapshots.Begin(Master, 1));
    }

    [PostgresFact]
    public void Keeps_a_long_vector()
    {
        byte[] content = new byte[16 << 20];
        new Random(3).NextBytes(content);
        ISnapshotStore snapshots = Open();

        snapshots.Store(Master, 1, new Snapshot("long.v1", content));

        Assert.True(Open().Latest(Master)!.Snapshot.Content.Span.SequenceEqual(content));
    }

    /// <summary>The snapshots of the run, as a process that has just begun sees them.</summary>
    private ISnapshotStore Open()
    {
        bool isFirst = _database is null;
        _database ??= server.NewDatabase();
        PostgresRunStore store = PostgresRunStore.Connect(_database, PostgresServer.Password);
        _opened.Add(store);
        if (isFirst)
        {
            store.Create("run", "").Dispose();
        }

        return store.Find("run").Snapshots(_notices.Add);
    }

    private static Snapshot Snapshot(int value) => new("value.v1", BitConverter.GetBytes(value));

    private static int Value(Snapshot? snapshot) => snapshot is null ? 0 : BitConverter.ToInt32(snapshot.Content.Span);
}
