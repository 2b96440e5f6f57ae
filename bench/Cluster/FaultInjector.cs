using ActorFed.Cluster.Tests;
using ActorFed.Host;

namespace ActorFed.Cluster.Benchmarks;

/// <summary>Does something bad to a cluster that carries out a run, waits until it is noticed, and mends it.</summary>
/// <param name="cluster">The cluster.</param>
/// <param name="nodes">Its nodes; those that are started again take the place of the old ones.</param>
/// <param name="run">The run.</param>
/// <param name="random">Chooses.</param>
internal sealed class FaultInjector(LocalCluster cluster, Dictionary<string, WiredNode> nodes, string run, Random random)
{
    private static readonly TimeSpan MaxOutage = TimeSpan.FromSeconds(4); // twice as long as a node may be silent
    private static readonly TimeSpan LongPause = TimeSpan.FromSeconds(30); // the broker has given the node up by then

    /// <summary>Injects a fault of a random kind.</summary>
    /// <returns>Its kind.</returns>
    public async Task<string> InjectAsync()
    {
        (string Kind, Func<Task> Inject)[] faults =
        [
            ("kill -9 of the master's node", () => KillAsync(HolderOf("master"))),
            ("kill -9 of a worker's node", () => KillAsync(HolderOf($"worker-{random.Next(4)}"))),
            ("kill -9 of two nodes at once", () => KillAsync([.. nodes.Values.OrderBy(_ => random.Next()).Take(2)])),
            ("kill -9 of all nodes at once", () => KillAsync([.. nodes.Values])),
            ("pause of the master's node", () => PauseAsync(HolderOf("master"))),
            ("pause of any node", () => PauseAsync(AnyNode())),
            ("pause of any node for 30 s", () => PauseAsync(AnyNode(), LongPause)),
            ("a node that joins and leaves again", JoinAsync),
            ("no room on the database's disk", FillDiskAsync),
            ("partition between a node and the broker", () => CutAsync(AnyNode().Broker)),
            ("partition between a node and the database", () => CutAsync(AnyNode().Database)),
            ("restart of the broker after kill -9", RestartBrokerAsync),
            ("restart of the database after a crash", RestartDatabaseAsync),
            ("SIGTERM to a node, which comes back", () => DrainAsync(AnyNode())),
        ];
        (string kind, Func<Task> inject) = faults[random.Next(faults.Length)];
        await inject();
        return kind;
    }

    private WiredNode AnyNode() => nodes.Values.ElementAt(random.Next(nodes.Count));

    private WiredNode HolderOf(string participant) => nodes.GetValueOrDefault(cluster.HolderOf(run, participant)) ?? AnyNode();

    private async Task KillAsync(params WiredNode[] victims)
    {
        await Task.WhenAll(victims.Select(node => node.Process.KillAsync()));
        await OutageAsync();
        await StartAgainAsync(victims);
    }

    private async Task PauseAsync(WiredNode victim, TimeSpan? time = null)
    {
        victim.Process.Pause();
        await (time is { } pause ? Task.Delay(pause) : OutageAsync());
        victim.Process.GoOn();
    }

    private async Task JoinAsync()
    {
        WiredNode guest = await cluster.StartWiredAsync("guest");
        await OutageAsync();
        await LeaveAsync(guest);
    }

    private async Task FillDiskAsync()
    {
        cluster.Refuse("snapshots", "53100", "No space left on device");
        await OutageAsync();
        cluster.Admit("snapshots");
    }

    private async Task CutAsync(TcpRelay wire)
    {
        wire.Cut();
        await OutageAsync();
        wire.Mend();
    }

    private async Task RestartBrokerAsync()
    {
        await cluster.Services.Broker.KillAsync();
        await cluster.Services.Broker.StartAsync();
    }

    private async Task RestartDatabaseAsync()
    {
        await cluster.Services.Database.StopAsync();
        await OutageAsync();
        await cluster.Services.Database.StartAsync();
    }

    private async Task DrainAsync(WiredNode victim)
    {
        await LeaveAsync(victim);
        await StartAgainAsync(victim);
    }

    private static async Task LeaveAsync(WiredNode node)
    {
        node.Process.AskToLeave();
        int code = await node.Process.EndAsync();
        if (code != ExitCodes.Success)
        {
            throw new InvalidOperationException($"Node {node.Process.Name} was asked to leave and ended with {code}.");
        }
    }

    private Task OutageAsync() => Task.Delay(MaxOutage * random.NextDouble());

    private async Task StartAgainAsync(params WiredNode[] victims)
    {
        foreach (WiredNode node in await Task.WhenAll(victims.Select(victim => cluster.StartWiredAsync(victim.Process.Name))))
        {
            nodes[node.Process.Name] = node;
        }
    }
}
