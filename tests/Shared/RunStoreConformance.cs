using System.Text;
using ActorFed.Actors;
using ActorFed.Algorithms.Core;
using Xunit;

namespace ActorFed.Tests.Shared;

/// <summary>What every run store does.</summary>
public abstract class RunStoreConformance
{
    private const string Id = "20261121-0942-adbo-quadratic-7f3a";

    /// <summary>An empty store, or the same one again.</summary>
    protected abstract IRunStore Open();

    [StoreFact]
    public void Keeps_the_plan_of_a_run_and_its_replacement()
    {
        using IRunStore store = Open();
        using (IOpenRun run = store.Create(Id, "seed = 1\n"))
        {
            Assert.Equal((Id, false, true, "seed = 1\n"), (run.Id, run.IsResumed, run.IsOpen, run.ReadPlan()));
        }

        using (IOpenRun run = store.Resume(Id))
        {
            run.ReplacePlan("seed = 1\nworkers = 9 # ü\n");
            Assert.True(run.IsResumed);
        }

        Assert.Equal("seed = 1\nworkers = 9 # ü\n", store.Find(Id).ReadPlan());
    }

    [StoreFact]
    public void Shows_a_run_as_open_as_long_as_it_is_held()
    {
        using IRunStore store = Open();
        using IRunStore other = Open();
        bool whileHeld;
        using (store.Create(Id, ""))
        {
            whileHeld = other.Find(Id).IsOpen;
        }

        Assert.Equal((true, false), (whileHeld, other.Find(Id).IsOpen));
    }

    [StoreFact]
    public void Lets_one_process_at_a_time_hold_a_run()
    {
        using IRunStore store = Open();
        using IRunStore other = Open();
        using IOpenRun run = store.Create(Id, "");

        RunStoreException resumed = Assert.ThrowsAny<RunStoreException>(() => other.Resume(Id));
        RunStoreException created = Assert.ThrowsAny<RunStoreException>(() => other.Create(Id, ""));

        Assert.Contains("in use by process", resumed.Message, StringComparison.Ordinal);
        Assert.Contains(Id, created.Message, StringComparison.Ordinal);
    }

    [StoreFact]
    public void Refuses_runs_that_are_not_there_or_there_already()
    {
        using IRunStore store = Open();
        store.Create(Id, "").Dispose();

        Assert.All(
            [
                () => store.Find("none"),
                () => store.Resume("none"),
                () => store.Create(Id, ""),
                () => store.Find(Id).OpenFile("none.bin"),
            ],
            (Func<object> call) => Assert.ThrowsAny<RunStoreException>(call));
    }

    [StoreFact]
    public void Gives_metrics_back_bit_for_bit_and_goes_on_with_them()
    {
        using IRunStore store = Open();
        using (IOpenRun run = store.Create(Id, ""))
        using (IMetricsLog metrics = run.OpenMetrics())
        {
            Assert.Null(metrics.Earlier);
            metrics.Write(10, TimeSpan.FromSeconds(0.5), [new Measure("upper-objective", 1.0 / 3), new Measure("planes", double.PositiveInfinity)]);
            metrics.Write(20, TimeSpan.FromSeconds(1), [new Measure("upper-objective", double.Epsilon), new Measure("own", -0.0)]);
            metrics.Write(30, TimeSpan.FromSeconds(2), [new Measure("upper-objective", 3)]);
            metrics.DropAfter(20);
        }

        MetricsTable earlier;
        using (IOpenRun run = store.Resume(Id))
        using (IMetricsLog metrics = run.OpenMetrics())
        {
            earlier = metrics.Earlier!;
            metrics.Write(30, TimeSpan.FromSeconds(3), [new Measure("upper-objective", 5)]);
        }

        MetricsTable table = store.Find(Id).ReadMetrics();
        Assert.Equal(2, earlier.Rows.Count);
        Assert.Equal([10, 20, 30], table.Rows.Select(row => row[0]));
        Assert.Equal([0.5, 1, 3], table.Rows.Select(row => row[1]));
        Assert.Equal([1.0 / 3, double.Epsilon, 5], Column(table, "upper-objective"));
        Assert.Equal([double.PositiveInfinity, double.NaN, double.NaN], Column(table, "planes"));
        Assert.Equal(BitConverter.DoubleToInt64Bits(-0.0), BitConverter.DoubleToInt64Bits(Column(table, "own")[1]));
        Assert.Equal([30], store.Find(Id).ReadMetrics(newest: 1).Rows.Select(row => row[0]));
    }

    [StoreFact]
    public void Refuses_a_measure_whose_name_is_no_column()
    {
        using IRunStore store = Open();
        using IOpenRun run = store.Create(Id, "");
        using IMetricsLog metrics = run.OpenMetrics();

        Assert.Throws<ArgumentException>(() => metrics.Write(1, TimeSpan.Zero, [new Measure("a,b", 1)]));
    }

    [StoreFact]
    public void Gives_events_back_in_pages_and_goes_on_with_them()
    {
        using IRunStore store = Open();
        string[] lines = [.. Enumerable.Range(0, 2500).Select(i => $$"""{"seconds":{{i}},"event":"e","text":"ü \"{{i}}\" \\ \u0000"}""")];
        for (int part = 0; part < 2; part++)
        {
            using IOpenRun run = part == 0 ? store.Create(Id, "") : store.Resume(Id);
            using IEventLog events = run.OpenEvents();
            foreach (string line in lines.Skip(part * 2000).Take(part == 0 ? 2000 : 500))
            {
                events.Write(line);
            }
        }

        IStoredRun stored = store.Find(Id);
        EventPage first = stored.ReadEvents(most: 1700);
        EventPage second = stored.ReadEvents(first.Next);
        Assert.Equal(lines, first.Lines.Concat(second.Lines));
        Assert.Empty(stored.ReadEvents(second.Next).Lines);
        Assert.Equal(lines[^1], stored.LastEvent());
    }

    [StoreFact]
    public void Has_nothing_to_show_of_a_run_that_just_began()
    {
        using IRunStore store = Open();
        store.Create(Id, "").Dispose();

        IStoredRun run = store.Find(Id);

        Assert.Null(run.LastEvent());
        Assert.Empty(run.ReadEvents().Lines);
        Assert.Empty(run.ReadMetrics().Rows);
        Assert.Empty(run.FileNames());
        Assert.Null(run.Snapshots(_ => { }).Latest(ParticipantId.Master));
    }

    [StoreFact]
    public void Keeps_files_that_are_replaced_and_files_that_grow()
    {
        using IRunStore store = Open();
        byte[] large = new byte[3_000_000];
        new Random(1).NextBytes(large);
        using (IOpenRun run = store.Create(Id, ""))
        {
            run.ReplaceFile("model.safetensors", stream => stream.Write("old"u8));
            run.ReplaceFile("model.safetensors", stream => stream.Write(large));
            using Stream growing = run.AppendFile("deliveries-1.bin");
            growing.Write("one "u8);
            growing.Flush();
            growing.Write("two"u8);
        }

        IStoredRun stored = store.Find(Id);
        Assert.Equal(["deliveries-1.bin", "model.safetensors"], stored.FileNames());
        Assert.Equal(large, Content(stored, "model.safetensors"));
        Assert.Equal("one two", Encoding.UTF8.GetString(Content(stored, "deliveries-1.bin")));
        using IOpenRun again = store.Resume(Id);
        Assert.ThrowsAny<RunStoreException>(() => again.AppendFile("deliveries-1.bin"));
    }

    [StoreFact]
    public void Resumes_from_the_newest_snapshot_under_a_higher_incarnation()
    {
        using IRunStore store = Open();
        using IOpenRun run = store.Create(Id, "");
        List<SnapshotNotice> notices = [];
        ISnapshotStore snapshots = run.Snapshots(notices.Add);
        BegunIncarnation first = snapshots.Begin(ParticipantId.Master, 0);
        for (byte i = 1; i <= 4; i++)
        {
            snapshots.Store(ParticipantId.Master, first.Incarnation, new Snapshot("counts.v1", new byte[] { i, 7 }));
        }

        BegunIncarnation second = run.Snapshots(_ => { }).Begin(ParticipantId.Master, 0);

        Assert.Equal((1, null), (first.Incarnation, first.Snapshot));
        Assert.Equal(2, second.Incarnation);
        Assert.Equal("counts.v1", second.Snapshot!.Format);
        Assert.Equal(new byte[] { 4, 7 }, second.Snapshot.Content.ToArray());
        Assert.Equal(4, notices.Count);
        Assert.All(notices, notice => Assert.Null(notice.Damage));
    }

    [StoreFact]
    public void Lists_runs_the_newest_first()
    {
        using IRunStore store = Open();
        store.Create("a-run", "").Dispose();
        store.Create("b-run", "").Dispose();

        Assert.Equal(["b-run", "a-run"], store.List().Where(id => id.EndsWith("-run", StringComparison.Ordinal)));
    }

    private static double[] Column(MetricsTable table, string name) => [.. table.Rows.Select(row => row[table.Columns.IndexOf(name)])];

    private static byte[] Content(IStoredRun run, string name)
    {
        using Stream file = run.OpenFile(name);
        byte[] content = new byte[file.Length];
        file.ReadExactly(content);
        return content;
    }
}
