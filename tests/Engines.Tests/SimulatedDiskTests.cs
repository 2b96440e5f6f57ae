using ActorFed.Actors;
using ActorFed.Algorithms.Core;
using ActorFed.Engines.Simulation;
using Xunit;

namespace ActorFed.Engines.Tests;

/// <summary>Each fault of the disk, and that what keeps snapshots on it survives the fault or reports it.</summary>
public sealed class SimulatedDiskTests
{
    private static readonly ParticipantId Master = ParticipantId.Master;
    private static readonly ParticipantId Worker = ParticipantId.Worker(1);

    private readonly SimulatedDisk _disk = new();
    private readonly List<SnapshotNotice> _notices = [];

    [Fact]
    public void Fails_the_next_write_by_name_and_the_snapshot_before_it_stays()
    {
        Store(1);
        _disk.FailNextWrite(Master);

        IOException failure = Assert.Throws<IOException>(() => Store(2));

        Assert.Contains("'master.000002.2.snap'", failure.Message, StringComparison.Ordinal);
        Assert.Equal(["master.000001.1.snap", "master.000002.2.snap.tmp"], _disk.Names);
        Assert.Equal(1, CountIn(Latest()));
        Assert.Empty(_notices); // half a write is no damage: it never was a snapshot
    }

    [Fact]
    public void Fails_no_more_writes_than_it_was_told_to()
    {
        _disk.FailNextWrite(Master);
        _disk.FailNextWrite(Master);

        Assert.Throws<IOException>(() => Store(1));
        Assert.Throws<IOException>(() => Store(2));
        Store(3);

        Assert.Equal(3, CountIn(Latest()));
        Assert.Equal(["master.000003.3.snap"], _disk.Names.Where(name => !name.EndsWith(".tmp", StringComparison.Ordinal)));
    }

    [Fact]
    public void Fails_the_writes_of_the_participant_named_and_of_no_other()
    {
        _disk.FailNextWrite(Worker);

        Store(1);

        Assert.Equal(1, CountIn(Latest()));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(60)]
    public void Tears_the_next_write_and_the_snapshot_before_it_serves_under_the_higher_incarnation(int keptBytes)
    {
        Store(1);
        _disk.TearNextWrite(Master, keptBytes);

        Store(2);

        StoredSnapshot? latest = Latest();
        Assert.Equal((2, 1L), (latest!.Incarnation, CountIn(latest)));
        Assert.StartsWith("truncated", Assert.Single(_notices).Damage, StringComparison.Ordinal);
    }

    [Fact]
    public void Leaves_a_write_whole_that_is_not_longer_than_what_is_kept()
    {
        _disk.TearNextWrite(Master, 1_000_000);

        Store(1);

        Assert.Equal(1, CountIn(Latest()));
    }

    [Theory]
    [InlineData(0L)]
    [InlineData(500L)]
    [InlineData(1_000_003L)]
    public void Flips_a_bit_of_the_newest_file_and_the_snapshot_before_it_serves_under_the_higher_incarnation(long bit)
    {
        Store(1);
        Store(2);

        _disk.FlipBitInNewest(Master, bit);

        StoredSnapshot? latest = Latest();
        Assert.Equal((2, 1L), (latest!.Incarnation, CountIn(latest)));
        Assert.Equal("master.000002.2.snap", Assert.Single(_notices).File);
    }

    [Fact]
    public void Flips_the_same_bit_back()
    {
        Store(1);

        _disk.FlipBitInNewest(Master, 99);
        _disk.FlipBitInNewest(Master, 99);

        Assert.Equal(1, CountIn(Latest()));
    }

    [Fact]
    public void Does_not_change_bytes_that_were_read_before()
    {
        Store(1);
        ReadOnlyMemory<byte> read = _disk.Read("master.000001.1.snap");
        byte[] before = read.ToArray();

        _disk.FlipBitInNewest(Master, 0);

        Assert.Equal(before, read.ToArray());
    }

    [Fact]
    public void Loses_the_newest_renaming_and_nothing_else()
    {
        Store(1);
        Store(2);

        _disk.LoseNewestRename(Master);

        StoredSnapshot? latest = Latest();
        Assert.Equal(["master.000001.1.snap", "master.000002.2.snap.tmp"], _disk.Names);
        Assert.Equal((2, 2L), (latest!.Incarnation, CountIn(latest)));
        Store(3);
        Assert.Equal(["master.000002.2.snap.tmp", "master.000003.3.snap"], _disk.Names);
    }

    [Fact]
    public void Damages_nothing_where_nothing_lies()
    {
        _disk.FlipBitInNewest(Master, 3);
        _disk.LoseNewestRename(Master);

        Assert.Null(Latest());
        Assert.Empty(_disk.Names);
    }

    [Fact]
    public void Does_not_pass_a_lost_state_for_a_new_run()
    {
        _disk.TearNextWrite(Master, 10);
        _disk.TearNextWrite(Master, 80);
        GenerationStore running = new(_disk, _ => { });
        running.Store(Master, 1, Scripted.SnapshotOf(1));
        running.Store(Master, 2, Scripted.SnapshotOf(2));

        InvalidDataException lost = Assert.Throws<InvalidDataException>(() => Latest());
        Assert.Throws<InvalidDataException>(() => Store(3)); // nor does a store write over it

        Assert.Equal(["master.000001.1.snap", "master.000002.2.snap"], _disk.Names);
        Assert.StartsWith("No snapshot of master is intact (master.000002.2.snap: ", lost.Message, StringComparison.Ordinal);
        Assert.Contains("; master.000001.1.snap: truncated", lost.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Adds_up_the_time_of_slow_writes_until_it_is_taken()
    {
        _disk.SlowWrites(Master, TimeSpan.FromSeconds(2));
        _disk.FailNextWrite(Master);

        Assert.Throws<IOException>(() => Store(1));
        Store(2);
        TimeSpan taken = _disk.TakeDelay();
        TimeSpan again = _disk.TakeDelay();
        _disk.SlowWrites(Master, TimeSpan.Zero);
        Store(3);

        Assert.Equal(TimeSpan.FromSeconds(4), taken);
        Assert.Equal(TimeSpan.Zero, again);
        Assert.Equal(TimeSpan.Zero, _disk.TakeDelay());
    }

    [Fact]
    public void Refuses_faults_that_are_out_of_range()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => _disk.TearNextWrite(Master, -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => _disk.FlipBitInNewest(Master, -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => _disk.SlowWrites(Master, TimeSpan.FromTicks(-1)));
    }

    [Fact]
    public void Refuses_a_name_that_is_nobodys_and_names_a_file_that_is_not_there()
    {
        Assert.Throws<ArgumentException>(() => _disk.Replace("somebody.snap", _ => { }));
        FileNotFoundException missing = Assert.Throws<FileNotFoundException>(() => _disk.Read("master.000001.1.snap"));

        Assert.Contains("'master.000001.1.snap'", missing.Message, StringComparison.Ordinal);
    }

    private static long CountIn(StoredSnapshot? stored) => Scripted.CountIn(stored!.Snapshot);

    /// <summary>As a process does that has just begun.</summary>
    private StoredSnapshot? Latest() => new GenerationStore(_disk, _notices.Add).Latest(Master);

    private void Store(int number) => new GenerationStore(_disk, _ => { }).Store(Master, number, Scripted.SnapshotOf(number));
}
