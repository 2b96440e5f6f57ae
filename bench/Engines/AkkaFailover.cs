using ActorFed.Cluster.Akka.Tests;
using ActorFed.Cluster.Benchmarks;
using ActorFed.Cluster.Postgres.Tests;
using ActorFed.Cluster.Tests;

namespace ActorFed.Engines.Benchmarks;

/// <summary><see cref="NodeKills"/> on three nodes of a cluster of Akka.NET, with the times of the built-in akka.conf.</summary>
internal static class AkkaFailover
{
    private const string DefaultConf = "actorfed.join-within = 60s\n"; // nothing else than what is built in

    public static async Task RunAsync(int times, TextWriter output)
    {
        PostgresServer server = new();
        await server.InitializeAsync();
        try
        {
            await using AkkaCluster cluster = new(server, _ => { });
            Dictionary<string, NodeProcess> nodes = [];
            foreach (string name in (string[])["seed", "b", "c"])
            {
                nodes[name] = await StartAsync(name);
            }

            string run = await cluster.SubmitAsync(Experiments.Star, NodeKills.Endless);
            NodeKills kills = new(new Random(1), output);
            await kills.MeasureAsync(times, cluster.Database, run, nodes, StartAsync);
            kills.Tell();

            async Task<NodeProcess> StartAsync(string name)
            {
                NodeProcess node = await cluster.BeginAsync(name, conf: DefaultConf);
                await node.HasSaidAsync("has joined the cluster");
                return node;
            }
        }
        finally
        {
            await server.DisposeAsync();
        }
    }
}
