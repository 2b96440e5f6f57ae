using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using ActorFed.Cluster.Postgres.Tests;
using ActorFed.Host;
using ActorFed.Host.Tests.Experiments;
using Npgsql;
using Xunit;
using Xunit.Abstractions;

namespace ActorFed.Cluster.Tests;

/// <summary>Runs that come to their end while something else happens, or while their end cannot be recorded.</summary>
[Collection(WithServices.Name)]
public sealed class EndingRunsTests(ClusterServices services, ITestOutputHelper output)
{
    private static readonly string[] Settings = Experiments.Synchronous(60);

    [ClusterFact]
    public async Task An_end_that_cannot_be_recorded_is_told_and_fails_the_run_which_goes_on_when_the_cause_is_removed()
    {
        await using LocalCluster cluster = new(services, output.WriteLine);
        (await cluster.RunAsync("nodes")).MustEnd(ExitCodes.Success); // makes the tables
        int port = FreePort();
        NodeProcess node = await cluster.StartAsync("a", $"health {{ port = {port} }}");
        using HttpClient probe = new() { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
        cluster.Refuse("pieces", "P0001", "no models today");

        string run = await cluster.SubmitAsync(Experiments.Star, Settings);
        await node.HasSaidAsync("Attempt 2 of 5");
        (HttpStatusCode code, string readiness) = await ReadinessAsync(probe);
        JsonElement failed = await Until.TrueAsync($"{run} has failed", () => cluster.StatusAsync(run), status => status.GetProperty("state").GetString() == "failed");
        string reason = failed.GetProperty("reason").GetString()!;

        Assert.Equal(HttpStatusCode.ServiceUnavailable, code);
        Assert.Contains($"{run}: The run has come to its end (", readiness, StringComparison.Ordinal);
        Assert.Contains("no models today", readiness, StringComparison.Ordinal);
        Assert.Contains("no models today", reason, StringComparison.Ordinal);
        Assert.Contains($"tried 5 times. When the cause is removed, go on from the last snapshot: actorfed resume {run}", reason, StringComparison.Ordinal);
        Assert.Equal(0, node.Said("Attempt 6"));
        await Until.TrueAsync("the node is well", () => ReadinessAsync(probe), health => health.Code == HttpStatusCode.OK);
        await Until.TrueAsync("its mailboxes are gone", () => services.Broker.ControlAsync("list_queues", "name", "--quiet"), queues => !queues.Contains(run, StringComparison.Ordinal));

        cluster.Admit("pieces");
        (await cluster.RunAsync("resume", run)).MustEnd(ExitCodes.Success);

        Assert.Equal(await cluster.UndisturbedAsync(Experiments.Star, Settings), await cluster.CompletesAsync(run));
    }

    [ClusterFact]
    public async Task A_run_waits_until_there_is_room_on_the_disk_of_the_database()
    {
        string[] settings = Experiments.Synchronous();
        await using LocalCluster cluster = new(services, output.WriteLine);
        NodeProcess node = await cluster.StartAsync("a", "store.postgres.retry-for = 1s");
        string run = await cluster.SubmitAsync(Experiments.Star, settings);
        await cluster.AdvancesAsync(run);

        cluster.Refuse("snapshots", "53100", "No space left on device");
        await node.HasSaidAsync("No space left on device. Make room on the database's disk", times: 3);
        Assert.Equal("running", (await cluster.StatusAsync(run)).GetProperty("state").GetString());
        cluster.Admit("snapshots");

        await cluster.EndsLikeAQuietRunAsync(run, Experiments.Star, settings);
    }

    [ClusterFact]
    public async Task A_run_that_ends_while_its_node_is_drained_has_ended()
    {
        await using LocalCluster cluster = new(services, output.WriteLine);
        NodeProcess node = await cluster.StartAsync("a");

        string run;
        using (Standstill atTheEnd = new(cluster))
        {
            run = await cluster.SubmitAsync(Experiments.Star, Settings);
            await atTheEnd.IsReachedAsync();
            node.AskToLeave();
            await node.HasSaidAsync("Leaving: ");
        }

        Assert.Equal(ExitCodes.Success, await node.EndAsync());
        Assert.Equal(await cluster.UndisturbedAsync(Experiments.Star, Settings), await cluster.CompletesAsync(run));
        Assert.DoesNotContain(run, await services.Broker.ControlAsync("list_queues", "name", "--quiet"), StringComparison.Ordinal);
    }

    [ClusterFact]
    public async Task A_run_that_is_stopped_at_the_moment_at_which_it_ends_has_ended()
    {
        await using LocalCluster cluster = new(services, output.WriteLine);
        await cluster.StartAsync("a");

        string run;
        Task<CliResult> stopping;
        using (Standstill atTheEnd = new(cluster))
        {
            run = await cluster.SubmitAsync(Experiments.Star, Settings);
            await atTheEnd.IsReachedAsync();
            stopping = Task.Run(() => cluster.RunAsync("stop", run));
            await Until.TrueAsync("the stop waits for who records", () => cluster.Rows("SELECT pid FROM pg_locks WHERE NOT granted").Count > 1);
        }

        (await stopping).MustEnd(ExitCodes.Success); // in the middle of the recording
        Assert.Equal(await cluster.UndisturbedAsync(Experiments.Star, Settings), await cluster.CompletesAsync(run));
        Assert.Contains($"The run '{run}'", (await cluster.RunAsync("stop", run)).MustEnd(ExitCodes.BadInput).Error, StringComparison.Ordinal);
        Assert.Equal("completed", (await cluster.StatusAsync(run)).GetProperty("state").GetString());
    }

    [ClusterFact]
    public async Task A_run_that_has_ended_goes_on_under_another_plan()
    {
        string[] longer = Experiments.Synchronous(120);
        await using LocalCluster cluster = new(services, output.WriteLine);
        await cluster.StartAllAsync("a", "b");
        string run = await cluster.SubmitAsync(Experiments.Star, Settings);
        await cluster.CompletesAsync(run);

        Task<CliResult>[] resuming = [.. Enumerable.Range(0, 2).Select(_ => cluster.RunAsync("resume", run, "--set", "stop.steps=120"))];
        int[] codes = [.. (await Task.WhenAll(resuming)).Select(result => result.Code).Order()];

        Assert.Equal(ExitCodes.Success, codes[0]); // of two at once one may come too late, and says so
        Assert.All(codes, code => Assert.True(code is ExitCodes.Success or ExitCodes.BadInput));
        Assert.Equal(await cluster.UndisturbedAsync(Experiments.Star, longer), await cluster.CompletesAsync(run));
    }

    private static async Task<(HttpStatusCode Code, string Body)> ReadinessAsync(HttpClient probe)
    {
        using HttpResponseMessage answer = await probe.GetAsync(new Uri("/readyz", UriKind.Relative));
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    private static int FreePort()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>While it lasts, runs come to their end and cannot record it: who writes the model waits.</summary>
    private sealed class Standstill : IDisposable
    {
        private readonly LocalCluster _cluster;
        private readonly NpgsqlConnection _connection;
        private readonly NpgsqlTransaction _transaction;

        public Standstill(LocalCluster cluster)
        {
            _cluster = cluster;
            _connection = PostgresServer.Connect(cluster.Database);
            _transaction = _connection.BeginTransaction();
            using NpgsqlCommand locking = new("LOCK TABLE pieces IN ACCESS EXCLUSIVE MODE", _connection);
            locking.ExecuteNonQuery();
        }

        /// <summary>Ends when somebody waits to write the model.</summary>
        public Task IsReachedAsync() => Until.TrueAsync(
            "the end is being recorded", () => _cluster.Rows("SELECT pid FROM pg_locks WHERE NOT granted AND relation = 'pieces'::regclass").Count > 0);

        public void Dispose()
        {
            _transaction.Dispose();
            _connection.Dispose();
        }
    }
}
