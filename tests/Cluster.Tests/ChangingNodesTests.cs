using ActorFed.Host;
using ActorFed.Host.Tests.Experiments;
using Xunit;
using Xunit.Abstractions;

namespace ActorFed.Cluster.Tests;

/// <summary>Nodes and runs that come and go as somebody wishes.</summary>
[Collection(WithServices.Name)]
public sealed class ChangingNodesTests(ClusterServices services, ITestOutputHelper output)
{
    [ClusterFact]
    public async Task A_run_moves_to_a_node_that_joins_and_from_nodes_that_are_asked_to_leave()
    {
        string[] settings = Experiments.Synchronous();
        await using LocalCluster cluster = new(services, output.WriteLine);
        NodeProcess[] old = await cluster.StartAllAsync("a", "b");
        string run = await cluster.SubmitAsync(Experiments.Star, settings);
        await cluster.AdvancesAsync(run);

        NodeProcess large = await cluster.StartAsync("large", "node.capacity = 1000"); // so that nearly all belongs there
        await Until.TrueAsync("the node that joined hosts the master", () => cluster.HolderOf(run, "master"), holder => holder == "large");
        await cluster.AdvancesAsync(run);
        large.AskToLeave();
        int byTheSignal = await large.EndAsync();
        await cluster.AdvancesAsync(run);
        (await cluster.RunAsync("drain", old[0].Name)).MustEnd(ExitCodes.Success);
        int byTheCommand = await old[0].EndAsync();

        Assert.Equal((ExitCodes.Success, ExitCodes.Success), (byTheSignal, byTheCommand));
        Assert.Equal((0, 0), (large.Said("is given up"), old[0].Said("is given up"))); // all was handed over, within node.drain-within
        Assert.Equal(["b"], cluster.HoldersOf(run));
        await cluster.EndsLikeAQuietRunAsync(run, Experiments.Star, settings);
    }

    [ClusterFact]
    public async Task A_run_rests_when_it_is_stopped_and_goes_on_when_it_is_resumed_while_another_goes_on()
    {
        string[] settings = Experiments.Synchronous();
        await using LocalCluster cluster = new(services, output.WriteLine);
        await cluster.StartAllAsync("a", "b", "c");
        string resting = await cluster.SubmitAsync(Experiments.Star, settings);
        string other = await cluster.SubmitAsync(Experiments.Ring, Experiments.Neighbours());
        await cluster.AdvancesAsync(resting);

        (await cluster.RunAsync("stop", resting)).MustEnd(ExitCodes.Success);
        await Until.TrueAsync("nobody hosts the run", () => string.Join(", ", cluster.HoldersOf(resting)), holders => holders.Length == 0);
        long rests = cluster.StepOf(resting);
        await cluster.AdvancesAsync(other);
        Assert.Equal(("stopped", rests), ((await cluster.StatusAsync(resting)).GetProperty("state").GetString(), cluster.StepOf(resting)));
        (await cluster.RunAsync("resume", resting)).MustEnd(ExitCodes.Success);

        await cluster.EndsLikeAQuietRunAsync(resting, Experiments.Star, settings);
        await cluster.EndsLikeAQuietRunAsync(other, Experiments.Ring, Experiments.Neighbours());
    }

    [ClusterFact]
    public async Task The_last_node_says_that_nobody_can_take_over_and_its_run_waits_for_the_next()
    {
        string[] settings = Experiments.Synchronous();
        await using LocalCluster cluster = new(services, output.WriteLine);
        NodeProcess last = await cluster.StartAsync("last");
        string run = await cluster.SubmitAsync(Experiments.Star, settings);
        await cluster.AdvancesAsync(run);

        CliResult drained = (await cluster.RunAsync("drain", "last", "--json")).MustEnd(ExitCodes.Success);
        int code = await last.EndAsync();
        string state = (await cluster.StatusAsync(run)).GetProperty("state").GetString()!;
        await cluster.StartAsync("next");

        Assert.Contains("'last' is the last node of the cluster", drained.Error, StringComparison.Ordinal);
        Assert.Contains("that run waits, with all snapshots stored, until a node joins", drained.Error, StringComparison.Ordinal);
        Assert.Equal([run], drained.Json.GetProperty("waiting").EnumerateArray().Select(waiting => waiting.GetString()));
        Assert.Equal((ExitCodes.Success, "waiting"), (code, state));
        Assert.Equal(1, last.Said("No other node can host the run at present"));
        await cluster.EndsLikeAQuietRunAsync(run, Experiments.Star, settings);
    }

    [ClusterFact]
    public async Task Two_clusters_share_a_broker_and_know_nothing_of_each_other()
    {
        string[] settings = Experiments.Synchronous(200);
        await using LocalCluster one = new(services, output.WriteLine);
        await using LocalCluster two = new(services, output.WriteLine);
        await Task.WhenAll(one.StartAsync("a"), two.StartAsync("a"));

        string[] runs = await Task.WhenAll(one.SubmitAsync(Experiments.Star, settings), two.SubmitAsync(Experiments.Star, settings));
        string[] models = await Task.WhenAll(one.CompletesAsync(runs[0]), two.CompletesAsync(runs[1]));

        string quiet = await one.UndisturbedAsync(Experiments.Star, settings);
        Assert.Equal([quiet, quiet], models);
        Assert.Single(one.Rows("SELECT id FROM runs"));
    }
}
