using System.Globalization;
using System.Net;
using System.Net.Sockets;
using ActorFed.Cluster.Postgres.Tests;
using ActorFed.Cluster.Tests;

namespace ActorFed.Cluster.Akka.Tests;

/// <summary>A cluster of Akka.NET of real processes on this machine, over a database of its own and no broker.</summary>
/// <param name="server">The database server.</param>
/// <param name="tell">Takes what the nodes have said, in the end.</param>
internal sealed class AkkaCluster(PostgresServer server, Action<string> tell) : ProcessCluster(server, tell)
{
    // Quicker than the defaults, so that tests are short; still slower than what a loaded machine does to a heartbeat.
    private const string QuickConf = "akka.cluster.split-brain-resolver.stable-after = 2s\nakka.cluster.failure-detector.acceptable-heartbeat-pause = 2s\nactorfed.join-within = 60s\n";

    private readonly Dictionary<string, int> _ports = ((string[])["seed", "b", "c"]).ToDictionary(name => name, _ => FreePort()); // each a seed, since a lone one that starts again would begin another cluster

    private readonly Dictionary<string, int> _bindPorts = []; // where nodes listen that are reached over wires

    /// <summary>A port that nobody listens on.</summary>
    public static int FreePort()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>Puts wires that can be cut between the nodes; before these start.</summary>
    public NodeWires Wire()
    {
        foreach (string name in _ports.Keys)
        {
            _bindPorts[name] = FreePort();
        }

        return new NodeWires([.. _ports.Select(node => (HostOf(node.Key), node.Value, _bindPorts[node.Key]))]);
    }

    /// <summary>Where the others reach a node.</summary>
    public string HostOf(string name) => _bindPorts.Count == 0 ? "127.0.0.1" : $"127.0.0.{10 + _ports.Keys.ToList().IndexOf(name)}";

    protected override string FileOfCommands => WriteFile("command");

    /// <summary>Writes a file for <c>--cluster</c>.</summary>
    /// <param name="name">Name of a node; the one called seed begins the cluster.</param>
    /// <param name="more">Lines that override.</param>
    /// <param name="conf">What its akka.conf says over the one that is built in.</param>
    /// <returns>Its path.</returns>
    public string WriteFile(string name, string more = "", string conf = QuickConf) => Write($"{name}.conf", $$"""
        {{StoreSection}}
        node { name = {{name}}, engine = akka, heartbeat-every = 300ms, suspect-after = 2s }
        akka {
          host = {{HostOf(name)}}
          {{(_bindPorts.TryGetValue(name, out int bindPort) ? $"bind-host = 127.0.0.1, bind-port = {bindPort.ToString(CultureInfo.InvariantCulture)}" : "")}}
          port = {{(_ports.TryGetValue(name, out int port) ? port : FreePort())}}
          seeds = [{{string.Join(", ", _ports.Select(seed => $"\"{HostOf(seed.Key)}:{seed.Value.ToString(CultureInfo.InvariantCulture)}\""))}}]
          config = "{{Write($"{name}-akka.conf", conf)}}"
        }
        {{more}}

        """);

    /// <summary>Starts a node.</summary>
    /// <param name="name">Its name; one that has ended may start again.</param>
    /// <param name="more">Lines of its file that override.</param>
    /// <param name="conf">What its akka.conf says over the one that is built in.</param>
    public Task<NodeProcess> BeginAsync(string name, string more = "", string conf = QuickConf) =>
        BeginAsync(name, WriteFile(name, more, conf), new Dictionary<string, string>());

    /// <summary>Starts nodes, and waits until they have joined. The first cluster has one called seed.</summary>
    public async Task<Dictionary<string, NodeProcess>> StartAsync(params string[] names)
    {
        NodeProcess[] nodes = await Task.WhenAll(names.Select(name => BeginAsync(name)));
        await Task.WhenAll(nodes.Select(node => node.HasSaidAsync("has joined the cluster")));
        return nodes.ToDictionary(node => node.Name);
    }
}
