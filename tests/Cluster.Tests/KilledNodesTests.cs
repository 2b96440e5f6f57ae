using System.Text.Json;
using ActorFed.Host.Tests.Experiments;
using Xunit;
using Xunit.Abstractions;

namespace ActorFed.Cluster.Tests;

/// <summary>Nodes that die or stand still in the middle of a run.</summary>
[Collection(WithServices.Name)]
public sealed class KilledNodesTests(ClusterServices services, ITestOutputHelper output)
{
    [ClusterFact]
    public async Task Ends_with_the_bits_of_a_quiet_run_though_nodes_are_killed_alone_and_together()
    {
        string[] settings = Experiments.Synchronous();
        await using LocalCluster cluster = new(services, output.WriteLine);
        Dictionary<string, NodeProcess> nodes = (await cluster.StartAllAsync("a", "b", "c")).ToDictionary(node => node.Name);
        string run = await cluster.SubmitAsync(Experiments.Star, settings);
        await cluster.AdvancesAsync(run);

        foreach (string victim in (string[])["worker-0", "master"])
        {
            string node = cluster.HolderOf(run, victim);
            await nodes[node].KillAsync();
            await cluster.AdvancesAsync(run);
            nodes[node] = await cluster.StartAsync(node);
            await cluster.AdvancesAsync(run);
        }

        string kept = nodes.Keys.Except([cluster.HolderOf(run, "master")]).First();
        await Task.WhenAll(nodes.Values.Where(node => node.Name != kept).Select(node => node.KillAsync()));

        await cluster.EndsLikeAQuietRunAsync(run, Experiments.Star, settings);
        await cluster.LostNothingAsync();
    }

    [ClusterFact]
    public async Task A_node_that_stood_still_changes_nothing_when_it_goes_on()
    {
        string[] settings = Experiments.Synchronous();
        await using LocalCluster cluster = new(services, output.WriteLine);
        Dictionary<string, NodeProcess> nodes = (await cluster.StartAllAsync("a", "b", "c")).ToDictionary(node => node.Name);
        string run = await cluster.SubmitAsync(Experiments.Star, settings);
        await cluster.AdvancesAsync(run);

        foreach (string victim in (string[])["master", "worker-1"])
        {
            int epoch = cluster.EpochOf(run, victim);
            NodeProcess node = nodes[cluster.HolderOf(run, victim)];
            node.Pause();
            await cluster.AdvancesAsync(run);
            Assert.NotEqual(node.Name, cluster.HolderOf(run, victim));
            node.GoOn();
            await node.HasSaidAsync($"participant={victim} node={node.Name}: is given up");
            await cluster.AdvancesAsync(run);
            Assert.True(cluster.EpochOf(run, victim) > epoch, $"{victim} goes on as incarnation {epoch}.");
        }

        await cluster.EndsLikeAQuietRunAsync(run, Experiments.Star, settings);
    }

    [ClusterFact]
    public async Task Neighbours_end_with_the_bits_of_a_quiet_run_though_their_nodes_are_killed()
    {
        string[] settings = Experiments.Neighbours();
        await using LocalCluster cluster = new(services, output.WriteLine);
        Dictionary<string, NodeProcess> nodes = (await cluster.StartAllAsync("a", "b", "c")).ToDictionary(node => node.Name);
        string run = await cluster.SubmitAsync(Experiments.Ring, settings);
        await cluster.AdvancesAsync(run);

        string recorder = cluster.HolderOf(run, "neighbour-0");
        await nodes[recorder].KillAsync();
        await cluster.AdvancesAsync(run);
        await nodes[nodes.Keys.First(node => node != recorder)].KillAsync();

        await cluster.EndsLikeAQuietRunAsync(run, Experiments.Ring, settings);
    }

    [ClusterFact]
    public async Task A_run_that_waits_for_nobody_comes_as_near_to_the_solution_as_quiet_ones_do()
    {
        await using LocalCluster cluster = new(services, output.WriteLine);
        Dictionary<string, NodeProcess> nodes = (await cluster.StartAllAsync("a", "b", "c")).ToDictionary(node => node.Name);
        string run = await cluster.SubmitAsync(Experiments.Star, Experiments.Asynchronous());
        await cluster.AdvancesAsync(run);

        foreach (string victim in (string[])["worker-2", "master"])
        {
            string node = cluster.HolderOf(run, victim);
            await nodes[node].KillAsync();
            await cluster.AdvancesAsync(run);
            nodes[node] = await cluster.StartAsync(node);
        }

        await Until.TrueAsync("the run has come to where steps change little", () => cluster.StepOf(run), step => step >= 1000);
        (_, string steps) = await cluster.EndsAsync(run);
        List<double> quiet = [];
        for (int seed = 1; seed <= 5; seed++)
        {
            JsonElement other = (await Cli.RunAsync(["run", Experiments.Star, .. Cli.Set([.. Experiments.Asynchronous(seed: seed), steps, "run.folder=none"]), "--json", "--cluster", cluster.WriteFile("quiet")])).MustEnd(0).Json;
            quiet.Add(other.GetProperty("metrics").GetProperty("distance-to-solution").GetDouble());
        }

        double distance = (await cluster.StatusAsync(run)).GetProperty("measures").GetProperty("distance-to-solution").GetDouble();
        Assert.InRange(distance, 0, quiet.Max());
    }
}
