using ActorFed.Cluster.Akka.Tests;
using ActorFed.Cluster.Benchmarks;
using ActorFed.Cluster.Postgres.Tests;
using ActorFed.Cluster.Tests;

namespace ActorFed.Engines.Benchmarks;

/// <summary>
/// How long a run stands still when a node of a cluster of Akka.NET is killed at a random moment, with the times of the built-in akka.conf: as
/// the benchmark of the same name for the cluster with a broker. On the database's clock.
/// </summary>
internal static class AkkaFailover
{
    private const string DefaultConf = "actorfed.join-within = 60s\n"; // nothing else than what is built in
    private const int Endless = 1_000_000_000;
    private static readonly TimeSpan MaxPause = TimeSpan.FromSeconds(3);
    private static readonly string[] Names = ["seed", "b", "c"];

    public static async Task RunAsync(int times, TextWriter output)
    {
        PostgresServer server = new();
        await server.InitializeAsync();
        try
        {
            await MeasureAsync(server, times, output);
        }
        finally
        {
            await server.DisposeAsync();
        }
    }

    private static async Task MeasureAsync(PostgresServer server, int times, TextWriter output)
    {
        Random random = new(1);
        List<double> masters = [];
        List<double> workers = [];
        await using AkkaCluster cluster = new(server, _ => { });
        Dictionary<string, NodeProcess> nodes = [];
        foreach (string name in Names)
        {
            nodes[name] = await StartAsync(cluster, name);
        }

        string run = await cluster.SubmitAsync(
            Experiments.Star, $"stop.steps={Endless}", "participation.policy=synchronous", "run.record-every=1", $"run.model-every={Endless}");
        using RunWatch master = new(cluster.Database, run, "master");
        while (masters.Count < times)
        {
            masters.Add(await KillAsync(cluster, nodes, run, master, master, stepsToSee: 1, random));
            string[] others = [.. Enumerable.Range(0, 4).Select(index => $"worker-{index}").Where(worker => cluster.HolderOf(run, worker) != cluster.HolderOf(run, "master"))];
            if (others.Length > 0)
            {
                using RunWatch worker = new(cluster.Database, run, others[random.Next(others.Length)]);
                workers.Add(await KillAsync(cluster, nodes, run, master, worker, stepsToSee: 2, random)); // one of them may have been under way
            }

            output.WriteLine($"{masters.Count}: master {masters[^1]:0.00} s, worker {(others.Length > 0 ? $"{workers[^1]:0.00} s" : "-")}");
        }

        output.WriteLine();
        output.WriteLine(Figures.Row("kill -9 of the node of", "times", "median, s", "worst, s"));
        output.WriteLine("|---|---:|---:|---:|");
        output.WriteLine(Figures.Row("the master: until the next step is recorded", masters.Count, Figures.Median(masters), masters.Max()));
        if (workers.Count > 0)
        {
            output.WriteLine(Figures.Row("a worker: until it has answered again", workers.Count, Figures.Median(workers), workers.Max()));
        }
    }

    /// <summary>Kills the node of a participant at a random moment, measures, and starts it again.</summary>
    private static async Task<double> KillAsync(
        AkkaCluster cluster, Dictionary<string, NodeProcess> nodes, string run, RunWatch master, RunWatch victim, int stepsToSee, Random random)
    {
        await SettlesAsync(cluster, run);
        await Task.Delay(MaxPause * random.NextDouble());
        Sight before = victim.Look();
        await nodes[before.Holder].KillAsync();
        Sight moved = await victim.SeesAsync("somebody else goes on", sight => sight.Holder != before.Holder && sight.Holder.Length > 0);
        Sight goesOn = await master.SeesAsync("the run goes on", sight => sight.Rows >= moved.Rows + stepsToSee);
        nodes[before.Holder] = await StartAsync(cluster, before.Holder);
        return (goesOn.At - before.At).TotalSeconds;
    }

    /// <summary>Waits until the run makes steps, and nobody is on the way to another node.</summary>
    private static async Task SettlesAsync(AkkaCluster cluster, string run)
    {
        string before;
        do
        {
            before = Placements(cluster, run);
            await cluster.AdvancesAsync(run, 100);
        }
        while (before != Placements(cluster, run));
    }

    private static string Placements(AkkaCluster cluster, string run) =>
        string.Join(' ', cluster.Rows($"SELECT participant, node FROM placements JOIN runs ON run = runs.number WHERE id = '{run}' ORDER BY participant"));

    private static async Task<NodeProcess> StartAsync(AkkaCluster cluster, string name)
    {
        NodeProcess node = await cluster.BeginAsync(name, conf: DefaultConf);
        await node.HasSaidAsync("has joined the cluster");
        return node;
    }
}
