using ActorFed.Actors;
using ActorFed.Algorithms.Core;
using Npgsql;
using Xunit;

namespace ActorFed.Cluster.Postgres.Tests;

[Collection(PostgresCollection.Name)]
public sealed class LostConnectionTests(PostgresServer server)
{
    [PostgresFact]
    public async Task Goes_on_where_it_was_when_the_database_comes_back()
    {
        PostgresOptions options = server.NewDatabase();
        using PostgresRunStore store = PostgresRunStore.Connect(options, PostgresServer.Password);
        using IOpenRun run = store.Create("run", "");
        ISnapshotStore snapshots = run.Snapshots(_ => { });
        using IMetricsLog metrics = run.OpenMetrics();
        using IEventLog events = run.OpenEvents();
        using Stream growing = run.AppendFile("deliveries-1.bin");
        for (int round = 1; round <= 3; round++)
        {
            metrics.Write(round, TimeSpan.FromSeconds(round), [new Measure("planes", round)]);
            events.Write($$"""{"seconds":{{round}},"event":"round"}""");
            growing.WriteByte((byte)round);

            await server.StopAsync();
            Task writing = Task.Factory.StartNew(
                () =>
                {
                    snapshots.Store(ParticipantId.Master, 1, new Snapshot("round.v1", new byte[] { (byte)round }));
                    metrics.Flush();
                    events.Flush();
                    growing.Flush();
                },
                TaskCreationOptions.LongRunning);
            Assert.False(writing.IsCompleted);
            await server.StartAsync();
            await writing;
        }

        IStoredRun stored = store.Find("run");
        Assert.True(stored.IsOpen);
        Assert.Equal([1, 2, 3], stored.ReadMetrics().Rows.Select(row => row[0]));
        Assert.Equal(3, stored.ReadEvents().Lines.Count);
        Assert.Equal(new byte[] { 3 }, snapshots.Latest(ParticipantId.Master)!.Snapshot.Content.ToArray());
        Assert.Equal(3, stored.OpenFile("deliveries-1.bin").Length);
        using PostgresRunStore other = PostgresRunStore.Connect(options, PostgresServer.Password);
        Assert.Contains("in use by", Assert.Throws<RunStoreException>(() => other.Resume("run")).Message, StringComparison.Ordinal);
    }

    [PostgresFact]
    public async Task Gives_up_with_the_cause_when_it_stays_away_and_loses_nothing_that_was_accepted()
    {
        PostgresOptions options = server.NewDatabase() with { RetryFor = TimeSpan.FromMilliseconds(300) };
        using PostgresRunStore store = PostgresRunStore.Connect(options, PostgresServer.Password);
        using IOpenRun run = store.Create("run", "");
        ISnapshotStore snapshots = run.Snapshots(_ => { });
        snapshots.Store(ParticipantId.Master, 1, new Snapshot("value.v1", new byte[] { 1 }));

        await server.StopAsync();
        RunStoreException[] failures;
        try
        {
            failures =
            [
                Assert.Throws<RunStoreException>(() => snapshots.Store(ParticipantId.Master, 1, new Snapshot("value.v1", new byte[] { 2 }))),
                Assert.Throws<RunStoreException>(() => run.ReplacePlan("never")), // at once: the time is spent
            ];
        }
        finally
        {
            await server.StartAsync();
        }

        run.ReplacePlan("after");
        Assert.Contains("Cannot store a snapshot of master in database", failures[0].Message, StringComparison.Ordinal);
        Assert.All(failures, failure => Assert.Contains("It stayed away for store.postgres.retry-for", failure.Message, StringComparison.Ordinal));
        Assert.Equal(new byte[] { 1 }, snapshots.Latest(ParticipantId.Master)!.Snapshot.Content.ToArray());
        Assert.Equal("after", run.ReadPlan());
    }

    [PostgresFact]
    public void Makes_a_new_session_when_the_old_one_was_found_dead_while_idle()
    {
        PostgresOptions options = server.NewDatabase();
        using PostgresRunStore store = PostgresRunStore.Connect(options, PostgresServer.Password);
        using PostgresOpenRun run = (PostgresOpenRun)store.Create("run", "");

        NpgsqlConnection? session = null;
        run.Write("look at the session", connection => session = connection);
        session!.Close();
        run.ReplacePlan("after");

        Assert.Equal("after", run.ReadPlan());
        Assert.True(store.Find("run").IsOpen);
    }

    [PostgresFact]
    public void Repeats_a_transaction_whose_session_was_ended()
    {
        PostgresOptions options = server.NewDatabase();
        using PostgresRunStore store = PostgresRunStore.Connect(options, PostgresServer.Password);
        using IOpenRun run = store.Create("run", "");
        using IEventLog events = run.OpenEvents();

        PostgresServer.Execute(
            options, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()");
        events.Write("{}");
        events.Flush();

        Assert.Equal(["{}"], run.ReadEvents().Lines);
        Assert.True(store.Find("run").IsOpen); // the lock is taken again
    }

    [PostgresFact]
    public void Who_stands_still_within_a_transaction_does_not_keep_others_from_taking_over()
    {
        PostgresOptions options = server.NewDatabase();
        using PostgresRunStore store = PostgresRunStore.Connect(options, PostgresServer.Password);
        using PostgresRunStore other = PostgresRunStore.Connect(options, PostgresServer.Password);
        using PostgresOpenRun run = (PostgresOpenRun)store.Create("run", "");
        IOpenRun? next = null;

        OvertakenException overtaken = Assert.Throws<OvertakenException>(() => run.Write("stand still", connection =>
        {
            next = other.Resume("run", takesOver: true); // while this transaction holds the run's row
            return connection.Execute("DELETE FROM plans");
        }));

        Assert.Contains("taken over by", overtaken.Message, StringComparison.Ordinal);
        Assert.Equal("", next!.ReadPlan());
        next.Dispose();
    }
}
