using ActorFed.Cluster.Tests;

namespace ActorFed.Cluster.Benchmarks;

/// <summary>
/// How long a run stands still when a node is killed at a random moment, with the default settings of nodes: until the next master step is
/// recorded when it hosted the master, and until a worker that it hosted has answered again. On the database's clock.
/// </summary>
internal sealed class Failover(ClusterServices services, TextWriter output)
{
    private const int KillsPerRun = 10; // so that a long record does not count in
    private const int Endless = 1_000_000_000;
    private static readonly TimeSpan MaxPause = TimeSpan.FromSeconds(3);

    private readonly Random _random = new(1);

    public async Task RunAsync(int times)
    {
        List<double> masters = [];
        List<double> workers = [];
        while (masters.Count < times)
        {
            await MeasureRunAsync(Math.Min(KillsPerRun, times - masters.Count), masters, workers);
        }

        output.WriteLine();
        output.WriteLine(Figures.Row("kill -9 of the node of", "times", "median, s", "worst, s"));
        output.WriteLine("|---|---:|---:|---:|");
        output.WriteLine(Figures.Row("the master: until the next step is recorded", masters.Count, Figures.Median(masters), masters.Max()));
        output.WriteLine(Figures.Row("a worker: until it has answered again", workers.Count, Figures.Median(workers), workers.Max()));
    }

    private async Task MeasureRunAsync(int times, List<double> masters, List<double> workers)
    {
        await using LocalCluster cluster = new(services, _ => { }) { NodeSettings = "capacity = 1" };
        Dictionary<string, NodeProcess> nodes = (await cluster.StartAllAsync("a", "b", "c")).ToDictionary(node => node.Name);
        string run = await cluster.SubmitAsync(
            Experiments.Star, $"stop.steps={Endless}", "participation.policy=synchronous", "run.record-every=1", $"run.model-every={Endless}");
        using RunWatch master = new(cluster.Database, run, "master");
        for (int kill = 0; kill < times; kill++)
        {
            masters.Add(await KillAsync(cluster, nodes, run, master, master, stepsToSee: 1));
            string[] others = [.. Enumerable.Range(0, 4).Select(index => $"worker-{index}").Where(worker => cluster.HolderOf(run, worker) != cluster.HolderOf(run, "master"))];
            if (others.Length > 0)
            {
                using RunWatch worker = new(cluster.Database, run, others[_random.Next(others.Length)]);
                workers.Add(await KillAsync(cluster, nodes, run, master, worker, stepsToSee: 2)); // one of them may have been under way
            }

            output.WriteLine($"{masters.Count}: master {masters[^1]:0.00} s, worker {(others.Length > 0 ? $"{workers[^1]:0.00} s" : "-")}");
        }
    }

    /// <summary>Kills the node of a participant at a random moment, measures, and starts it again.</summary>
    private async Task<double> KillAsync(LocalCluster cluster, Dictionary<string, NodeProcess> nodes, string run, RunWatch master, RunWatch victim, int stepsToSee)
    {
        await SettlesAsync(cluster, run);
        await Task.Delay(MaxPause * _random.NextDouble());
        Sight before = victim.Look();
        await nodes[before.Holder].KillAsync();
        Sight moved = await victim.SeesAsync("somebody else goes on", sight => sight.Holder != before.Holder && sight.Holder.Length > 0);
        Sight goesOn = await master.SeesAsync("the run goes on", sight => sight.Rows >= moved.Rows + stepsToSee);
        nodes[before.Holder] = await cluster.StartAsync(before.Holder);
        return (goesOn.At - before.At).TotalSeconds;
    }

    /// <summary>Waits until the run makes steps, and nobody is on the way to another node.</summary>
    private static async Task SettlesAsync(LocalCluster cluster, string run)
    {
        string before;
        do
        {
            before = Placements(cluster, run);
            await cluster.AdvancesAsync(run, 100);
        }
        while (before != Placements(cluster, run));
    }

    private static string Placements(LocalCluster cluster, string run) =>
        string.Join(' ', cluster.Rows($"SELECT participant, node FROM placements JOIN runs ON run = runs.number WHERE id = '{run}' ORDER BY participant"));
}
