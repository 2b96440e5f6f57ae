using System.Globalization;
using Xunit;
using Xunit.Abstractions;

namespace ActorFed.Cluster.Tests;

/// <summary>Nodes on machines on which something is wrong.</summary>
[Collection(WithServices.Name)]
public sealed class OddMachinesTests(ClusterServices services, ITestOutputHelper output)
{
    /// <summary>A folder in which nobody can write, not even root.</summary>
    private const string Unwritable = "/proc";

    [ClusterFact(shiftsClocks: true)]
    public async Task Clocks_that_differ_by_hours_do_no_harm()
    {
        string[] settings = Experiments.Synchronous();
        await using LocalCluster cluster = new(services, output.WriteLine);
        NodeProcess early = await cluster.StartAsync("early", environment: Clock("-5h"));
        string run = await cluster.SubmitAsync(Experiments.Star, settings);
        await cluster.AdvancesAsync(run);

        NodeProcess late = await cluster.StartAsync("late", "node.capacity = 1000", Clock("+7h"));
        await Until.TrueAsync("the master has moved", () => cluster.HolderOf(run, "master"), holder => holder == "late");
        await cluster.AdvancesAsync(run);
        await late.KillAsync();

        await cluster.EndsLikeAQuietRunAsync(run, Experiments.Star, settings);
        Assert.Equal(12, Math.Round((JoinedAt(late) - JoinedAt(early)).TotalHours));
    }

    [ClusterFact]
    public async Task A_disk_that_takes_nothing_does_no_harm()
    {
        string[] settings = Experiments.Synchronous(100);
        await using LocalCluster cluster = new(services, output.WriteLine);
        await cluster.StartAsync(
            "full",
            "logs { file = /dev/full }",
            new Dictionary<string, string> { ["TMPDIR"] = Unwritable, ["HOME"] = Unwritable, ["XDG_CACHE_HOME"] = Unwritable },
            says: "the log '/dev/full' (logs.file) cannot be written: No space left on device");

        string run = await cluster.SubmitAsync(Experiments.Star, settings);

        Assert.Equal(await cluster.UndisturbedAsync(Experiments.Star, settings), await cluster.CompletesAsync(run));
    }

    [ClusterFact("diabetes")]
    public async Task A_run_goes_on_at_the_nodes_that_have_its_data()
    {
        await using LocalCluster cluster = new(services, output.WriteLine);
        string empty = Path.GetDirectoryName(cluster.WriteFile("command"))!;
        await cluster.StartAsync("has-data", environment: new Dictionary<string, string> { ["ACTORFED_DATA"] = ActorFed.Tests.Shared.RealData.Folder! });
        await cluster.StartAsync(
            "has-none", "node.capacity = 1000", new Dictionary<string, string> { ["ACTORFED_DATA"] = "", ["HOME"] = empty, ["XDG_CACHE_HOME"] = empty });

        string run = await cluster.SubmitAsync(Experiments.OnData, Experiments.Synchronous(100));
        await Until.TrueAsync("the node refuses the run", () => string.Concat(cluster.Rows("SELECT refused::text FROM nodes WHERE name = 'has-none'")), refused => refused.Contains(run, StringComparison.Ordinal));
        string nodes = (await cluster.RunAsync("nodes")).Output;
        await cluster.CompletesAsync(run);

        Assert.Contains($"cannot host {run}: ", nodes, StringComparison.Ordinal);
        Assert.Contains("diabetes", nodes, StringComparison.Ordinal);
    }

    private static Dictionary<string, string> Clock(string shift) => new()
    {
        ["LD_PRELOAD"] = ClusterFactAttribute.FakeTime!,
        ["FAKETIME"] = shift,
        ["FAKETIME_DONT_FAKE_MONOTONIC"] = "1", // time goes on at its pace
        ["FAKETIME_FORCE_MONOTONIC_FIX"] = "0", // else waits with a time limit end at once
    };

    /// <summary>When a node joined, as it says itself.</summary>
    private static DateTimeOffset JoinedAt(NodeProcess node) => DateTimeOffset.Parse(
        node.Log.Split('\n').Single(line => line.Contains("has joined the cluster", StringComparison.Ordinal)).Split(' ')[0], CultureInfo.InvariantCulture);
}
