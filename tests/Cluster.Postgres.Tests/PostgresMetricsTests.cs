using ActorFed.Actors;
using ActorFed.Algorithms.Core;
using ActorFed.Host.Runs;
using Xunit;

namespace ActorFed.Cluster.Postgres.Tests;

/// <summary>The metrics of runs that have gone on for long.</summary>
[Collection(PostgresCollection.Name)]
public sealed class PostgresMetricsTests(PostgresServer server)
{
    private const string Id = "long";
    private const int Rows = 200_000;
    private const int RareEvery = 1000; // every so many rows one holds a test metric instead
    private const int Recent = 2000;

    [PostgresFact]
    public void Reads_of_a_long_past_what_it_takes_to_go_on_and_of_the_rest_a_sample()
    {
        using PostgresRunStore store = StoreWithLongRun();
        using IOpenRun run = store.Resume(Id);
        using IMetricsLog metrics = run.OpenMetrics();

        MetricsTable older = metrics.ReadOlder(most: 100);

        Assert.Equal(Enumerable.Range(Rows - Recent + 1, Recent), metrics.Earlier!.Rows.Select(row => (int)row[0]));
        Assert.InRange(older.Points("upper-objective").Length, 90, 100);
        Assert.InRange(older.Points("test-accuracy").Length, 90, 100); // of 198, which one row in a thousand would have missed
        Assert.Equal(older.Rows.Select(row => row[0]).Order(), older.Rows.Select(row => row[0]));
        Assert.InRange(older.Rows[0][0], 1, 2);
        Assert.InRange(older.Rows[^1][0], Rows * 0.97, Rows - Recent);
    }

    [PostgresFact]
    public async Task The_record_of_a_run_that_was_taken_up_reaches_back_to_its_beginning()
    {
        using PostgresRunStore store = StoreWithLongRun();
        using IOpenRun run = store.Resume(Id);
        RunHead head = new()
        {
            RunId = Id,
            Algorithm = "adbo",
            Problem = "quadratic",
            Engine = "rabbitmq",
            Seed = 1,
            Build = "a test",
            Workers = 4,
            StartedAt = DateTimeOffset.UnixEpoch,
            Plan = "plan",
            Command = "",
        };
        await using RunRecorder recorder = new(run, head, new RecorderOptions { RecordEvery = 1 });
        RunProgress takenUp = recorder.Progress();

        recorder.Observed(ParticipantId.Master, TimeSpan.FromSeconds(1), new MeasuresObserved(Rows + 1, [new Measure("upper-objective", -1)]));
        RunResult result = await recorder.CompleteAsync(new RunReport
        {
            Outcome = RunOutcome.Completed,
            Reason = "a test",
            Elapsed = TimeSpan.FromSeconds(1),
            Deliveries = 0,
            BytesSent = 5,
            Restarts = 0,
            Violations = 0,
        });
        SeriesPoint[] upper = result.Record.Series["upper-objective"].ToArray();

        Assert.Equal(Rows, takenUp.Step);
        Assert.Equal((2 * Rows) + 5, result.Report.BytesSent);
        Assert.Equal(1, upper[0].Step);
        Assert.Equal(new SeriesPoint(Rows + 1, (Rows / 100) + 1, -1), upper[^1]);
        Assert.True(result.Record.Series.ContainsKey("test-accuracy"));
        Assert.Equal(Rows + 1, store.Find(Id).ReadMetrics().Rows.Count); // nothing was dropped or repeated
    }

    private PostgresRunStore StoreWithLongRun()
    {
        PostgresOptions options = server.NewDatabase();
        PostgresRunStore store = PostgresRunStore.Connect(options, PostgresServer.Password);
        store.Create(Id, "plan").Dispose();
        PostgresServer.Execute(
            options,
            "INSERT INTO metrics (run, number, step, seconds, names, numbers) SELECT runs.number, n, n, n / 100.0, "
            + $"CASE WHEN n % {RareEvery} = 500 THEN ARRAY['test-accuracy'] ELSE ARRAY['upper-objective', 'bytes-sent'] END, ARRAY[n, 2 * n]::float8[] "
            + $"FROM runs, generate_series(1, {Rows}) n");
        PostgresServer.Execute(options, "UPDATE metrics SET numbers = numbers[1:1] WHERE cardinality(names) = 1");
        return store;
    }
}
