using System.Globalization;
using System.Text.Json;
using ActorFed.Cluster.Postgres;
using ActorFed.Cluster.Postgres.Tests;
using ActorFed.Cluster.Tests;
using ActorFed.Host.Tests.Experiments;
using Npgsql;

namespace ActorFed.Cluster.Benchmarks;

/// <summary>Three neighbours that exchange vectors of 64 MB: how much memory their nodes take, and whether these still tell in time that they are alive.</summary>
internal sealed class LongVectors(ClusterServices services, TextWriter output)
{
    private const double VectorBytes = 64e6;
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(20);

    /// <param name="rounds">Rounds of the run.</param>
    /// <param name="limit">Most megabytes of each node's heap, so that garbage does not count in; null: the runtime's choice.</param>
    public async Task RunAsync(int rounds, int? limit)
    {
        await using LocalCluster cluster = new(services, _ => { }) { NodeSettings = "capacity = 1", BrokerSettings = "" };
        string plugin = Path.Combine(AppContext.BaseDirectory, "ActorFed.Cluster.Benchmarks.dll");
        Dictionary<string, string> environment = limit is null ? [] : new() { ["DOTNET_GCHeapHardLimit"] = (1_000_000L * limit.Value).ToString("x", CultureInfo.InvariantCulture) };
        NodeProcess[] nodes = await Task.WhenAll(((string[])["a", "b", "c"]).Select(name => cluster.StartAsync(name, environment: environment, arguments: ["--plugin", plugin])));
        string[] settings =
        [
            "problem=long-vectors", "workers=3", "graph.topology=complete", "graph.snapshot-every=1", "graph.step-check=off", "patience.ask-again-after=60s",
            "patience.lost-after=10m", $"stop.steps={rounds}", "run.record-every=1", "run.model-every=1000000",
        ];
        string run = (await cluster.RunAsync(["submit", Experiments.Ring, .. Cli.Set(settings), "--plugin", plugin])).MustEnd(0).Output.Trim();
        using CancellationTokenSource ended = new();
        Task<Dictionary<string, List<double>>> beats = WatchBeatsAsync(cluster.Database, ended.Token);
        Dictionary<string, int> hosted = [];
        for (long step = -1; step < rounds; step = Math.Max(step + 1, cluster.StepOf(run)))
        {
            await Until.TrueAsync($"step {step + 1}", () => cluster.StepOf(run), now => now > step || cluster.HasEnded(run), TimeSpan.FromMinutes(10));
            if (cluster.HasEnded(run))
            {
                break;
            }

            foreach (string holder in cluster.HoldersOf(run))
            {
                hosted[holder] = Math.Max(hosted.GetValueOrDefault(holder), cluster.Rows($"SELECT participant FROM placements WHERE node = '{holder}'").Count);
            }

            output.WriteLine($"round {cluster.StepOf(run)} of {rounds}: {string.Join(", ", nodes.Select(node => $"{node.Name} {ProcessMemory.Now(node.Number) / 1e6:0} MB"))}");
        }

        double vector = sizeof(double) * double.Parse(cluster.Rows("SELECT max(octet_length(content)) / 8 FROM snapshots")[0], CultureInfo.InvariantCulture);
        Dictionary<string, long> peaks = nodes.ToDictionary(node => node.Name, node => ProcessMemory.Peak(node.Number));
        await ended.CancelAsync();
        Dictionary<string, List<double>> gaps = await beats;
        JsonElement status = await Until.TrueAsync($"{run} has ended", () => cluster.StatusAsync(run), seen => seen.GetProperty("state").GetString() != "running");
        output.WriteLine();
        output.WriteLine($"{status.GetProperty("state")} after {status.GetProperty("steps")} of {rounds} rounds: {status.GetProperty("reason")}");
        output.WriteLine($"The largest snapshot has {vector / 1e6:0.0} MB. Beats are due every 0.5 s; a node that is silent for 3 s counts as gone.");
        output.WriteLine(Figures.Row("node", "participants", "peak memory, MB", "in vectors of 64 MB", "beats", "p99 between beats, s", "worst, s"));
        output.WriteLine("|---|---:|---:|---:|---:|---:|---:|");
        foreach ((string node, long peak) in peaks)
        {
            List<double> seconds = gaps.GetValueOrDefault(node) ?? [];
            output.WriteLine(Figures.Row(node, hosted.GetValueOrDefault(node), peak / 1e6, peak / VectorBytes, seconds.Count, Figures.Quantile(seconds, 0.99), seconds.DefaultIfEmpty(double.NaN).Max()));
        }
    }

    /// <summary>The times between the beats of each node, on the database's clock.</summary>
    private static async Task<Dictionary<string, List<double>>> WatchBeatsAsync(PostgresOptions database, CancellationToken ended)
    {
        using NpgsqlConnection connection = PostgresServer.Connect(database);
        Dictionary<string, DateTime> last = [];
        Dictionary<string, List<double>> gaps = [];
        while (!ended.IsCancellationRequested)
        {
            foreach ((string node, DateTime seen) in connection.Query(row => (row.GetString(0), row.GetDateTime(1)), "SELECT name, seen_at FROM nodes"))
            {
                if (last.TryGetValue(node, out DateTime before) && seen != before)
                {
                    (gaps.TryGetValue(node, out List<double>? list) ? list : gaps[node] = []).Add((seen - before).TotalSeconds);
                }

                last[node] = seen;
            }

            await Task.Delay(LookEvery, CancellationToken.None);
        }

        return gaps;
    }
}
