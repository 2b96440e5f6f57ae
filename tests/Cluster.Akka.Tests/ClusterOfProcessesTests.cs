using ActorFed.Cluster.Postgres.Tests;
using ActorFed.Cluster.Tests;
using ActorFed.Host;
using Xunit;
using Xunit.Abstractions;

namespace ActorFed.Cluster.Akka.Tests;

/// <summary>Real processes in a cluster of Akka.NET: nodes that die, stand still, join and leave in the middle of a run.</summary>
public sealed class ClusterOfProcessesTests(PostgresServer server, ITestOutputHelper output) : IClassFixture<PostgresServer>
{
    [PostgresFact]
    public async Task Ends_with_the_bits_of_a_quiet_run_though_nodes_are_killed()
    {
        string[] settings = Experiments.Synchronous();
        await using AkkaCluster cluster = new(server, output.WriteLine);
        Dictionary<string, NodeProcess> nodes = await cluster.StartAsync("seed", "b", "c");
        string run = await cluster.SubmitAsync(Experiments.Star, settings);
        await cluster.AdvancesAsync(run);

        foreach (string victim in (string[])["worker-0", "master"])
        {
            string node = await cluster.IsHeldAsync(run, victim);
            int epoch = cluster.EpochOf(run, victim);
            await nodes[node].KillAsync();
            await cluster.AdvancesAsync(run);
            Assert.True(cluster.EpochOf(run, victim) > epoch, $"{victim} goes on as incarnation {epoch}.");
            nodes[node] = (await cluster.StartAsync(node))[node];
            await cluster.AdvancesAsync(run);
        }

        await cluster.EndsLikeAQuietRunAsync(run, Experiments.Star, settings);
    }

    [PostgresFact]
    public async Task A_node_that_stood_still_changes_nothing_when_it_goes_on_and_joins_again()
    {
        string[] settings = Experiments.Synchronous();
        await using AkkaCluster cluster = new(server, output.WriteLine);
        Dictionary<string, NodeProcess> nodes = await cluster.StartAsync("seed", "b", "c");
        string run = await cluster.SubmitAsync(Experiments.Star, settings);
        await cluster.AdvancesAsync(run);

        string victim = await cluster.IsHeldAsync(run, "master");
        int epoch = cluster.EpochOf(run, "master");
        nodes[victim].Pause();
        await cluster.AdvancesAsync(run);
        nodes[victim].GoOn();
        await nodes[victim].HasSaidAsync("This node is back in the cluster");
        await cluster.AdvancesAsync(run);

        Assert.True(cluster.EpochOf(run, "master") > epoch, $"The master goes on as incarnation {epoch}.");
        await cluster.EndsLikeAQuietRunAsync(run, Experiments.Star, settings);
    }

    [PostgresFact]
    public async Task The_smaller_side_of_a_partition_gives_up_and_the_larger_one_ends_with_the_bits_of_a_quiet_run()
    {
        string[] settings = Experiments.Synchronous();
        await using AkkaCluster cluster = new(server, output.WriteLine);
        await using NodeWires wires = cluster.Wire();
        Dictionary<string, NodeProcess> nodes = await cluster.StartAsync("seed", "b", "c");
        string run = await cluster.SubmitAsync(Experiments.Star, settings);
        await cluster.AdvancesAsync(run);

        string alone = await cluster.IsHeldAsync(run, "master");
        int epoch = cluster.EpochOf(run, "master");
        wires.CutOff(cluster.HostOf(alone));
        await nodes[alone].HasSaidAsync("This node fell out of its cluster");
        await Until.TrueAsync("the master goes on on the larger side", () => cluster.EpochOf(run, "master") > epoch && cluster.HolderOf(run, "master") != alone);
        await cluster.AdvancesAsync(run);
        wires.Mend();
        await nodes[alone].HasSaidAsync("This node is back in the cluster");
        await cluster.AdvancesAsync(run);

        Assert.All(nodes.Values.Where(node => node.Name != alone), node => Assert.Equal(0, node.Said("fell out of its cluster")));
        await cluster.EndsLikeAQuietRunAsync(run, Experiments.Star, settings);
    }

    [PostgresFact]
    public async Task A_run_moves_to_a_node_that_joins_and_from_nodes_that_are_asked_to_leave()
    {
        string[] settings = Experiments.Synchronous();
        await using AkkaCluster cluster = new(server, output.WriteLine);
        Dictionary<string, NodeProcess> nodes = await cluster.StartAsync("seed");
        string run = await cluster.SubmitAsync(Experiments.Star, settings);
        await cluster.AdvancesAsync(run);

        await cluster.StartAsync("b");
        await Until.TrueAsync("the node that joined hosts somebody", () => cluster.HoldersOf(run).Contains("b"));
        await cluster.AdvancesAsync(run);
        (await cluster.RunAsync("drain", "seed")).MustEnd(ExitCodes.Success);
        int drained = await nodes["seed"].EndAsync();
        await cluster.AdvancesAsync(run);

        Assert.Equal(ExitCodes.Success, drained);
        Assert.Equal(0, nodes["seed"].Said("is given up")); // all was handed over, within node.drain-within
        Assert.Equal(["b"], cluster.HoldersOf(run));
        await cluster.EndsLikeAQuietRunAsync(run, Experiments.Star, settings);
    }

    [PostgresFact]
    public async Task A_run_rests_when_it_is_stopped_and_goes_on_when_it_is_resumed()
    {
        string[] settings = Experiments.Neighbours();
        await using AkkaCluster cluster = new(server, output.WriteLine);
        await cluster.StartAsync("seed", "b");
        string run = await cluster.SubmitAsync(Experiments.Ring, settings);
        await cluster.AdvancesAsync(run);

        (await cluster.RunAsync("stop", run)).MustEnd(ExitCodes.Success);
        await Until.TrueAsync("nobody hosts the run", () => cluster.HoldersOf(run).Count == 0);
        (await cluster.RunAsync("resume", run)).MustEnd(ExitCodes.Success);

        await cluster.EndsLikeAQuietRunAsync(run, Experiments.Ring, settings);
    }

    [PostgresFact]
    public async Task Refuses_a_node_with_another_akka_conf()
    {
        await using AkkaCluster cluster = new(server, output.WriteLine);
        await cluster.StartAsync("seed");

        NodeProcess other = await cluster.BeginAsync("b", conf: "actorfed.redeliver-after = 7s");

        Assert.Equal(ExitCodes.BadInput, await other.EndAsync());
        Assert.Contains("has another akka.conf", other.Log, StringComparison.Ordinal);
    }

    [PostgresFact]
    public async Task Refuses_to_wait_for_ever_for_a_seed_of_another_name_or_that_is_not_there()
    {
        await using AkkaCluster cluster = new(server, output.WriteLine);
        await cluster.StartAsync("seed");

        NodeProcess stranger = await cluster.BeginAsync("b", "akka.cluster = elsewhere", "actorfed.join-within = 5s");
        NodeProcess lonely = await cluster.BeginAsync("c", $"akka.seeds = [\"127.0.0.1:{AkkaCluster.FreePort()}\"]", "actorfed.join-within = 5s");

        Assert.Equal((ExitCodes.BadInput, ExitCodes.BadInput), (await stranger.EndAsync(), await lonely.EndAsync()));
        Assert.All((NodeProcess[])[stranger, lonely], node => Assert.Contains("was not let into the cluster", node.Log, StringComparison.Ordinal));
    }

    [PostgresFact]
    public async Task Refuses_frames_that_are_too_small_for_a_chunk()
    {
        await using AkkaCluster cluster = new(server, output.WriteLine);

        NodeProcess node = await cluster.BeginAsync("seed", conf: "akka.remote.dot-netty.tcp.maximum-frame-size = 100000b");

        Assert.Equal(ExitCodes.BadInput, await node.EndAsync());
        Assert.Contains("actorfed.chunk-bytes", node.Log, StringComparison.Ordinal);
    }
}
