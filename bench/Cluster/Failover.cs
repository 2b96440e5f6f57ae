using ActorFed.Cluster.Tests;

namespace ActorFed.Cluster.Benchmarks;

/// <summary><see cref="NodeKills"/> on three nodes with a broker and the default settings of nodes.</summary>
internal sealed class Failover(ClusterServices services, TextWriter output)
{
    private const int KillsPerRun = 10; // so that a long record does not count in

    public async Task RunAsync(int times)
    {
        NodeKills kills = new(new Random(1), output);
        while (kills.Count < times)
        {
            await using LocalCluster cluster = new(services, _ => { }) { NodeSettings = "capacity = 1" };
            Dictionary<string, NodeProcess> nodes = (await cluster.StartAllAsync("a", "b", "c")).ToDictionary(node => node.Name);
            string run = await cluster.SubmitAsync(Experiments.Star, NodeKills.Endless);
            await kills.MeasureAsync(Math.Min(KillsPerRun, times - kills.Count), cluster.Database, run, nodes, name => cluster.StartAsync(name));
        }

        kills.Tell();
    }
}
