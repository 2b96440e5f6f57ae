using ActorFed.Cluster.Postgres.Tests;
using ActorFed.Host;
using ActorFed.Host.Tests.Experiments;
using Xunit;
using Xunit.Abstractions;

namespace ActorFed.Cluster.Tests;

/// <summary>What cannot be done says so, names the key or the name, and says what to do.</summary>
[Collection(WithServices.Name)]
public sealed class RefusalTests(ClusterServices services, ITestOutputHelper output)
{
    private const string Nobody = "1"; // a port at which nobody listens

    private static readonly string WrongSecret = Checkout.At("global.json"); // a file whose first line is no password

    private static readonly (string Setting, string Named)[] WrongSettings =
    [
        ("store.kind = folder", "store.kind is folder"),
        ($"store.postgres.port = {Nobody}", "store.postgres.port"),
        ("store.postgres.host = \"no.such.host.invalid\"", "store.postgres.host"),
        ("store.postgres.password-file = none", "store.postgres.password-file"),
        ("store.postgres.user = nobody", "store.postgres.user"),
        ("store.postgres.database = nothing", "store.postgres.database"),
        ($"broker.port = {Nobody}", "broker.port"),
        ("broker.host = \"no.such.host.invalid\"", "broker.host"),
        ("broker.user = nobody", "broker.user"),
        ("broker.password-file = none", "broker.password-file"),
        ($"store.postgres.password-file = \"{WrongSecret}\"", "password authentication failed"),
        ($"broker.password-file = \"{WrongSecret}\"", "Check broker.user, which is 'guest', and its password in broker.password-file"),
        ("broker.virtual-host = nothing", "broker.virtual-host"),
        ("node.suspect-after = 500ms", "node.suspect-after"),
        ("node.name = \"two words\"", "node.name"),
        ("node.captain = 1", "node.captain"),
    ];

    [ClusterFact]
    public async Task A_node_with_a_wrong_setting_does_not_start_and_names_the_key()
    {
        await using LocalCluster cluster = new(services, output.WriteLine);

        foreach ((string setting, string named) in WrongSettings)
        {
            CliResult refused = await NodeAsync(cluster, "wrong", setting);

            Assert.Contains(named, refused.MustEnd(ExitCodes.BadInput).Error, StringComparison.Ordinal);
        }
    }

    [ClusterFact]
    public async Task A_node_waits_for_its_name_and_then_is_refused_while_the_name_is_in_use()
    {
        await using LocalCluster cluster = new(services, output.WriteLine);
        await cluster.StartAsync("a");

        CliResult refused = await NodeAsync(cluster, "a");

        Assert.Contains("A node 'a'", refused.MustEnd(ExitCodes.BadInput).Error, StringComparison.Ordinal);
        Assert.Contains("node.name", refused.Error, StringComparison.Ordinal);
    }

    [ClusterFact]
    public async Task A_node_that_speaks_another_wire_version_than_the_others_is_refused()
    {
        await using LocalCluster cluster = new(services, output.WriteLine);
        (await cluster.RunAsync("nodes")).MustEnd(ExitCodes.Success); // makes the tables
        PostgresServer.Execute(cluster.Database, "INSERT INTO nodes (name, instance, process, capacity, build, wire_version, suspect_after) VALUES ('old', 1, 'process 1', 1, '0.0.9', 99, '1 hour')");

        CliResult refused = await NodeAsync(cluster, "new");

        Assert.Contains("speak version 99 of the wire contract ('old' is of build 0.0.9)", refused.MustEnd(ExitCodes.BadInput).Error, StringComparison.Ordinal);
    }

    [ClusterFact]
    public async Task Nobody_touches_tables_of_a_newer_program()
    {
        await using LocalCluster cluster = new(services, output.WriteLine);
        (await cluster.RunAsync("nodes")).MustEnd(ExitCodes.Success);
        PostgresServer.Execute(cluster.Database, "INSERT INTO versions (version, name) VALUES (99, 'newer')");

        CliResult[] refused = [await NodeAsync(cluster, "a"), await cluster.RunAsync("nodes"), await cluster.RunAsync("submit", Experiments.Star)];

        Assert.All(refused, result => Assert.Contains("are of version 99", result.MustEnd(ExitCodes.BadInput).Error, StringComparison.Ordinal));
    }

    [ClusterFact]
    public async Task A_node_with_other_limits_than_the_others_leaves_their_runs_to_them_and_says_why()
    {
        string[] settings = Experiments.Synchronous();
        await using LocalCluster cluster = new(services, output.WriteLine);
        await cluster.StartAsync("a");
        string run = await cluster.SubmitAsync(Experiments.Star, settings);
        await cluster.AdvancesAsync(run);

        await cluster.StartAsync("b", "broker.expiry = 1h");
        string refused = await Until.TrueAsync(
            "the node has refused the run", async () => (await cluster.RunAsync("nodes")).Output, nodes => nodes.Contains($"cannot host {run}: ", StringComparison.Ordinal));
        string reason = await Until.TrueAsync(
            "its status says so", async () => $"{await cluster.StatusAsync(run)}", status => status.Contains("cannot host it", StringComparison.Ordinal));

        Assert.Contains("x-expires", refused, StringComparison.Ordinal);
        Assert.Contains("All nodes of a run need the same limits", refused, StringComparison.Ordinal);
        Assert.Contains("node b cannot host it: ", reason, StringComparison.Ordinal);
        await cluster.EndsLikeAQuietRunAsync(run, Experiments.Star, settings);
    }

    [ClusterFact]
    public async Task What_a_cluster_cannot_carry_out_is_not_submitted()
    {
        await using LocalCluster cluster = new(services, output.WriteLine);
        (await cluster.RunAsync("nodes")).MustEnd(ExitCodes.Success);

        CliResult simulation = await cluster.RunAsync(["submit", Experiments.Star, .. Cli.Set("engine.kind=simulation")]);
        CliResult folder = await cluster.RunAsync(["submit", Experiments.Star, .. Cli.Set("run.folder=somewhere")]);
        CliResult absent = await cluster.RunAsync("submit", "no-such-experiment.conf");
        CliResult unknown = await cluster.RunAsync(["submit", Experiments.Star, .. Cli.Set("stop.stepps=3")]);

        Assert.Contains("engine.kind is simulation", simulation.MustEnd(ExitCodes.BadInput).Error, StringComparison.Ordinal);
        Assert.Contains("run.folder is 'somewhere'", folder.MustEnd(ExitCodes.BadInput).Error, StringComparison.Ordinal);
        Assert.Contains("no-such-experiment.conf", absent.MustEnd(ExitCodes.BadInput).Error, StringComparison.Ordinal);
        Assert.Contains("stop.stepps", unknown.MustEnd(ExitCodes.BadInput).Error, StringComparison.Ordinal);
        Assert.Empty(cluster.Rows("SELECT id FROM runs"));
    }

    [ClusterFact]
    public async Task A_command_names_what_it_does_not_find()
    {
        await using LocalCluster cluster = new(services, output.WriteLine);

        foreach (string command in (string[])["stop", "resume", "drain", "status", "watch", "logs", "report"])
        {
            CliResult refused = await cluster.RunAsync(command, "nothing");

            Assert.Contains("'nothing'", refused.MustEnd(ExitCodes.BadInput).Error, StringComparison.Ordinal);
        }
    }

    private static Task<CliResult> NodeAsync(LocalCluster cluster, string name, string more = "") =>
        Cli.RunAsync("node", "--cluster", cluster.WriteFile(name, more)).WaitAsync(Until.Patience); // a node that was let in would not end
}
