using Xunit;
using Xunit.Abstractions;

namespace ActorFed.Cluster.Tests;

/// <summary>A broker and a database that are away in the middle of a run, for all nodes or for one.</summary>
[Collection(WithServices.Name)]
public sealed class LostServicesTests(ClusterServices services, ITestOutputHelper output)
{
    [ClusterFact]
    public async Task Ends_with_the_bits_of_a_quiet_run_though_broker_and_database_are_killed()
    {
        string[] settings = Experiments.Synchronous();
        await using LocalCluster cluster = new(services, output.WriteLine);
        NodeProcess[] nodes = await cluster.StartAllAsync("a", "b", "c");
        string run = await cluster.SubmitAsync(Experiments.Star, settings);
        await cluster.AdvancesAsync(run, 100); // the broker forgets queues that are younger than a second, see docs/decisions/0021

        await services.Broker.KillAsync();
        await Until.TrueAsync("all nodes ail", () => cluster.Rows("SELECT ailment FROM nodes WHERE ailment IS NOT NULL").Count == nodes.Length);
        await services.Broker.StartAsync();
        await cluster.AdvancesAsync(run);

        await services.Database.StopAsync();
        await Task.WhenAll(nodes.Select(node => node.HasSaidAsync("The run store is not reached")));
        await services.Database.StartAsync();

        await cluster.EndsLikeAQuietRunAsync(run, Experiments.Star, settings);
        await cluster.LostNothingAsync();
    }

    [ClusterFact]
    public async Task Rests_while_the_broker_is_away_for_longer_than_a_run_of_one_process_would_wait()
    {
        string[] settings = Experiments.Synchronous();
        await using LocalCluster cluster = new(services, output.WriteLine) { BrokerSettings = "heartbeat = 1s, max-outage = 1s" };
        NodeProcess[] nodes = await cluster.StartAllAsync("a", "b");
        string run = await cluster.SubmitAsync(Experiments.Star, settings);
        await cluster.AdvancesAsync(run, 100);

        await services.Broker.KillAsync();
        await Task.WhenAll(nodes.Select(node => node.HasSaidAsync("This node cannot host the run")));
        await services.Broker.StartAsync();

        await cluster.EndsLikeAQuietRunAsync(run, Experiments.Star, settings);
    }

    [ClusterFact]
    public async Task Ends_with_the_bits_of_a_quiet_run_though_single_nodes_are_cut_off()
    {
        string[] settings = Experiments.Synchronous();
        await using LocalCluster cluster = new(services, output.WriteLine);
        Dictionary<string, WiredNode> nodes = (await Task.WhenAll(cluster.StartWiredAsync("a"), cluster.StartWiredAsync("b"), cluster.StartWiredAsync("c")))
            .ToDictionary(node => node.Process.Name);
        string run = await cluster.SubmitAsync(Experiments.Star, settings);
        await cluster.AdvancesAsync(run);

        WiredNode cut = nodes[cluster.HolderOf(run, "master")];
        cut.Broker.Cut();
        await cluster.AdvancesAsync(run);
        Assert.NotEqual(cut.Process.Name, cluster.HolderOf(run, "master"));
        cut.Broker.Mend();
        await cut.Process.HasSaidAsync("The broker is reached again.");
        await cluster.AdvancesAsync(run);

        cut = nodes[cluster.HolderOf(run, "master")];
        cut.Database.Cut();
        await cluster.AdvancesAsync(run);
        Assert.NotEqual(cut.Process.Name, cluster.HolderOf(run, "master"));
        cut.Database.Mend();
        await cut.Process.HasSaidAsync("No sign of life could be given");

        await cluster.EndsLikeAQuietRunAsync(run, Experiments.Star, settings);
    }
}
