using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using ActorFed.Cluster.Postgres;
using ActorFed.Cluster.Postgres.Tests;
using ActorFed.Cluster.Tests;
using ActorFed.Host;
using ActorFed.Host.Runs;
using ActorFed.Host.Tests.Data;
using ActorFed.Host.Tests.Experiments;
using Xunit;

namespace ActorFed.Cluster.Akka.Tests;

/// <summary>A cluster of Akka.NET of real processes on this machine, over a database of its own and no broker.</summary>
/// <param name="server">The database server.</param>
/// <param name="tell">Takes what the nodes have said, in the end.</param>
internal sealed class AkkaCluster(PostgresServer server, Action<string> tell) : IAsyncDisposable
{
    // Quicker than the defaults, so that tests are short; still slower than what a loaded machine does to a heartbeat.
    private const string QuickConf = "akka.cluster.split-brain-resolver.stable-after = 2s\nakka.cluster.failure-detector.acceptable-heartbeat-pause = 2s\nactorfed.join-within = 60s\n";

    private readonly TemporaryFolder _folder = new();
    private readonly List<NodeProcess> _nodes = [];
    private readonly Dictionary<string, int> _ports = ((string[])["seed", "b", "c"]).ToDictionary(name => name, _ => FreePort()); // each a seed, since a lone one that starts again would begin another cluster

    private readonly Dictionary<string, int> _bindPorts = []; // where nodes listen that are reached over wires

    /// <summary>Its database.</summary>
    public PostgresOptions Database { get; } = server.NewDatabase();

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

    /// <summary>Writes a file for <c>--cluster</c>.</summary>
    /// <param name="name">Name of a node; the one called seed begins the cluster.</param>
    /// <param name="more">Lines that override.</param>
    /// <param name="conf">What its akka.conf says over the one that is built in.</param>
    /// <returns>Its path.</returns>
    public string WriteFile(string name, string more = "", string conf = QuickConf) => _folder.Write($"{name}.conf", Encoding.UTF8.GetBytes($$"""
        store { kind = postgres }
        store.postgres {
          host = 127.0.0.1
          port = {{server.Port}}
          database = {{Database.Database}}
          user = {{PostgresServer.User}}
          password-file = "{{_folder.Write("database.secret", Encoding.UTF8.GetBytes(PostgresServer.Password))}}"
          tls = off
        }
        node { name = {{name}}, engine = akka, heartbeat-every = 300ms, suspect-after = 2s }
        akka {
          host = {{HostOf(name)}}
          {{(_bindPorts.TryGetValue(name, out int bindPort) ? $"bind-host = 127.0.0.1, bind-port = {bindPort.ToString(CultureInfo.InvariantCulture)}" : "")}}
          port = {{(_ports.TryGetValue(name, out int port) ? port : FreePort())}}
          seeds = [{{string.Join(", ", _ports.Select(seed => $"\"{HostOf(seed.Key)}:{seed.Value.ToString(CultureInfo.InvariantCulture)}\""))}}]
          config = "{{_folder.Write($"{name}-akka.conf", Encoding.UTF8.GetBytes(conf))}}"
        }
        {{more}}

        """));

    /// <summary>Starts a node.</summary>
    /// <param name="name">Its name; one that has ended may start again.</param>
    /// <param name="more">Lines of its file that override.</param>
    /// <param name="conf">What its akka.conf says over the one that is built in.</param>
    public async Task<NodeProcess> BeginAsync(string name, string more = "", string conf = QuickConf)
    {
        NodeProcess node = await NodeProcess.StartAsync(name, WriteFile(name, more, conf), new Dictionary<string, string>());
        _nodes.Add(node);
        return node;
    }

    /// <summary>Starts nodes, and waits until they have joined. The first cluster has one called seed.</summary>
    public async Task<Dictionary<string, NodeProcess>> StartAsync(params string[] names)
    {
        NodeProcess[] nodes = await Task.WhenAll(names.Select(name => BeginAsync(name)));
        await Task.WhenAll(nodes.Select(node => node.HasSaidAsync("has joined the cluster")));
        return nodes.ToDictionary(node => node.Name);
    }

    /// <summary>Carries out a command over the cluster, in this process.</summary>
    public Task<CliResult> RunAsync(params string[] command) => Cli.RunAsync([.. command, "--cluster", WriteFile("command")]);

    /// <summary>Submits a run.</summary>
    /// <returns>Its id.</returns>
    public async Task<string> SubmitAsync(string experiment, params string[] settings) =>
        (await RunAsync(["submit", experiment, .. Cli.Set(settings)])).MustEnd(ExitCodes.Success).Output.Trim();

    /// <summary>The rows of a query over the database, each as text.</summary>
    public List<string> Rows(string query) => PostgresServer.Rows(Database, query);

    /// <summary>The newest step of a run that is recorded; -1 before the first.</summary>
    public long StepOf(string run) =>
        long.Parse(Rows($"SELECT coalesce(max(step), -1) FROM metrics JOIN runs ON run = runs.number WHERE id = '{run}'").Single(), CultureInfo.InvariantCulture);

    /// <summary>Waits until a run has made some more steps.</summary>
    /// <returns>The newest step.</returns>
    public async Task<long> AdvancesAsync(string run, long steps = 20)
    {
        long before = StepOf(run);
        return await Until.TrueAsync($"{run} is beyond step {before + steps}", () => StepOf(run), step => step >= before + steps);
    }

    /// <summary>The node that holds a participant, as told to the others; empty when nobody does.</summary>
    public string HolderOf(string run, string participant) => Rows(
        $"SELECT node FROM placements JOIN runs ON run = runs.number WHERE id = '{run}' AND participant = '{participant}' AND node IS NOT NULL").SingleOrDefault() ?? "";

    /// <summary>The nodes that hold participants of a run.</summary>
    public List<string> HoldersOf(string run) =>
        Rows($"SELECT DISTINCT node FROM placements JOIN runs ON run = runs.number WHERE id = '{run}' AND node IS NOT NULL ORDER BY node");

    /// <summary>Waits until a participant is told to be on some node.</summary>
    public Task<string> IsHeldAsync(string run, string participant) =>
        Until.TrueAsync($"{participant} has a home", () => HolderOf(run, participant), holder => holder.Length > 0);

    /// <summary>The newest epoch of a participant.</summary>
    public int EpochOf(string run, string participant) => int.Parse(
        Rows($"SELECT coalesce(max(epoch), 0) FROM epochs JOIN runs ON run = runs.number WHERE id = '{run}' AND participant = '{participant}'").Single(), CultureInfo.InvariantCulture);

    /// <summary>How a run stands.</summary>
    public async Task<JsonElement> StatusAsync(string run) => (await RunAsync("status", run, "--json")).MustEnd(ExitCodes.Success).Json;

    /// <summary>Waits until a run has ended, and requires that it completed.</summary>
    /// <returns>Its last model.</returns>
    public async Task<string> CompletesAsync(string run)
    {
        await Until.TrueAsync(
            $"{run} has ended", () => $"{Rows($"SELECT wish FROM runs WHERE id = '{run}'").Single()}, step {StepOf(run)}", state => state.StartsWith("ended", StringComparison.Ordinal));
        JsonElement status = await Until.TrueAsync($"{run} is in nobody's hands", () => StatusAsync(run), seen => seen.GetProperty("state").GetString() != "running");
        Assert.True(status.GetProperty("state").GetString() == "completed", $"{run} did not complete: {status}");
        string folder = _folder.At($"report-{run}");
        (await RunAsync("report", run, "--out", folder)).MustEnd(ExitCodes.Success);
        return BitsOf(folder);
    }

    /// <summary>The last model of the same experiment, undisturbed in this process.</summary>
    public async Task<string> UndisturbedAsync(string experiment, params string[] settings)
    {
        string folder = _folder.At($"undisturbed-{Guid.NewGuid():N}");
        (await Cli.RunAsync(["run", experiment, .. Cli.Set([.. settings, $"run.folder=\"{folder}\""])])).MustEnd(ExitCodes.Success);
        return BitsOf(folder);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (NodeProcess node in _nodes)
        {
            await node.DisposeAsync();
            tell($"--- node {node.Name}, process {node.Number}\n{node.Log}");
        }

        _folder.Dispose();
    }

    private static string BitsOf(string folder) => string.Join('\n', SafeTensors.Read(Path.Combine(folder, "model.safetensors")).Tensors.Select(
        tensor => $"{tensor.Name} [{string.Join(", ", tensor.Shape)}] {Convert.ToHexString(MemoryMarshal.AsBytes(tensor.Values.Span))}"));
}
