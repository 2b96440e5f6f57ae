using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using ActorFed.Cluster.Postgres;
using ActorFed.Cluster.Postgres.Tests;
using ActorFed.Cluster.RabbitMq.Tests;
using ActorFed.Host;
using ActorFed.Host.Runs;
using ActorFed.Host.Tests.Data;
using ActorFed.Host.Tests.Experiments;
using Xunit;

namespace ActorFed.Cluster.Tests;

/// <summary>A cluster of real processes on this machine, over a database and queues of its own.</summary>
/// <param name="services">Broker and database.</param>
/// <param name="tell">Takes what the nodes have said, in the end.</param>
internal sealed class LocalCluster(ClusterServices services, Action<string> tell) : IAsyncDisposable
{
    private static int _clusters;

    private readonly TemporaryFolder _folder = new();
    private readonly List<NodeProcess> _nodes = [];
    private readonly List<TcpRelay> _wires = [];
    private readonly string _prefix = $"cluster-{Interlocked.Increment(ref _clusters).ToString(CultureInfo.InvariantCulture)}";

    /// <summary>What the section node says beside the name.</summary>
    public string NodeSettings { get; init; } = "heartbeat-every = 300ms, suspect-after = 2s, capacity = 1"; // quicker than the defaults

    /// <summary>What the section broker says beside the address.</summary>
    public string BrokerSettings { get; init; } = "heartbeat = 1s"; // the broker notices within three of these that a node stands still

    /// <summary>Its database.</summary>
    public PostgresOptions Database { get; } = services.Database.NewDatabase();

    /// <summary>Broker and database.</summary>
    public ClusterServices Services => services;

    /// <summary>Writes a file for <c>--cluster</c>.</summary>
    /// <param name="name">Name of a node.</param>
    /// <param name="more">Lines that override.</param>
    /// <returns>Its path.</returns>
    public string WriteFile(string name, string more = "") => _folder.Write($"{name}.conf", Encoding.UTF8.GetBytes($$"""
        store { kind = postgres }
        store.postgres {
          host = 127.0.0.1
          port = {{services.Database.Port}}
          database = {{Database.Database}}
          user = {{PostgresServer.User}}
          password-file = "{{_folder.Write("database.secret", Encoding.UTF8.GetBytes(PostgresServer.Password))}}"
          tls = off
        }
        broker {
          host = 127.0.0.1
          port = {{services.Broker.Port}}
          user = {{PrivateBroker.User}}
          password-file = "{{_folder.Write("broker.secret", Encoding.UTF8.GetBytes(PrivateBroker.Password))}}"
          prefix = {{_prefix}}
          {{BrokerSettings}}
        }
        node { name = {{name}}, {{NodeSettings}} }
        {{more}}

        """));

    /// <summary>Starts a node, and waits until it has joined.</summary>
    /// <param name="name">Its name; one that has ended may start again.</param>
    /// <param name="more">Lines of its file that override.</param>
    /// <param name="environment">Variables of its environment.</param>
    /// <param name="says">What it says when it has joined.</param>
    /// <param name="arguments">Further arguments of its command.</param>
    public async Task<NodeProcess> StartAsync(
        string name, string more = "", IReadOnlyDictionary<string, string>? environment = null, string says = "has joined the cluster", params string[] arguments)
    {
        NodeProcess node = await NodeProcess.StartAsync(name, WriteFile(name, more), environment ?? new Dictionary<string, string>(), arguments);
        _nodes.Add(node);
        await node.HasSaidAsync(says);
        return node;
    }

    /// <summary>Starts a node behind wires that can be cut.</summary>
    public async Task<WiredNode> StartWiredAsync(string name)
    {
        (TcpRelay broker, TcpRelay database) = (new(services.Broker.Port), new(services.Database.Port));
        _wires.AddRange([broker, database]);
        return new WiredNode(await StartAsync(name, $"broker.port = {broker.Port}\nstore.postgres.port = {database.Port}"), broker, database);
    }

    /// <summary>Starts several nodes at once.</summary>
    public Task<NodeProcess[]> StartAllAsync(params string[] names) => Task.WhenAll(names.Select(name => StartAsync(name)));

    /// <summary>Carries out a command over the cluster, in this process.</summary>
    public Task<CliResult> RunAsync(params string[] command) => Cli.RunAsync([.. command, "--cluster", WriteFile("command")]);

    /// <summary>Submits a run.</summary>
    /// <returns>Its id.</returns>
    public async Task<string> SubmitAsync(string experiment, params string[] settings) =>
        (await RunAsync(["submit", experiment, .. Cli.Set(settings)])).MustEnd(ExitCodes.Success).Output.Trim();

    /// <summary>The rows of a query over the database, each as text.</summary>
    public List<string> Rows(string query) => PostgresServer.Rows(Database, query);

    /// <summary>Lets the database refuse all new rows of a table.</summary>
    /// <param name="table">The table.</param>
    /// <param name="state">Code of the error, such as 53100 for a full disk.</param>
    /// <param name="reason">Its words.</param>
    public void Refuse(string table, string state, string reason) => PostgresServer.Execute(
        Database,
        $"CREATE OR REPLACE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RAISE EXCEPTION '{reason}' USING ERRCODE = '{state}'; END$$; "
        + $"CREATE TRIGGER refusal BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION refuse()");

    /// <summary>Undoes <see cref="Refuse"/>.</summary>
    public void Admit(string table) => PostgresServer.Execute(Database, $"DROP TRIGGER refusal ON {table}");

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

    /// <summary>The node that holds a participant; empty when nobody does.</summary>
    public string HolderOf(string run, string participant) => Rows(
        $"SELECT node FROM placements JOIN runs ON run = runs.number WHERE id = '{run}' AND participant = '{participant}' AND node IS NOT NULL").SingleOrDefault() ?? "";

    /// <summary>The nodes that hold participants of a run.</summary>
    public List<string> HoldersOf(string run) =>
        Rows($"SELECT DISTINCT node FROM placements JOIN runs ON run = runs.number WHERE id = '{run}' AND node IS NOT NULL ORDER BY node");

    /// <summary>The newest epoch of a participant.</summary>
    public int EpochOf(string run, string participant) => int.Parse(
        Rows($"SELECT coalesce(max(epoch), 0) FROM epochs JOIN runs ON run = runs.number WHERE id = '{run}' AND participant = '{participant}'").Single(), CultureInfo.InvariantCulture);

    /// <summary>How a run stands.</summary>
    public async Task<JsonElement> StatusAsync(string run) => (await RunAsync("status", run, "--json")).MustEnd(ExitCodes.Success).Json;

    /// <summary>Waits until a run has ended and everybody has let go of it, and requires that it completed.</summary>
    /// <param name="run">Its id.</param>
    /// <param name="patience">How long; <see cref="Until.Patience"/> when null.</param>
    /// <returns>Its last model.</returns>
    public async Task<string> CompletesAsync(string run, TimeSpan? patience = null)
    {
        await Until.TrueAsync(
            $"{run} has ended",
            () => $"wish {Rows($"SELECT wish FROM runs WHERE id = '{run}'").Single()}, step {StepOf(run)}, held by {string.Join(", ", HoldersOf(run))}",
            state => state.StartsWith("wish ended", StringComparison.Ordinal) && state.EndsWith("held by ", StringComparison.Ordinal),
            patience);
        JsonElement status = await Until.TrueAsync($"{run} is in nobody's hands", () => StatusAsync(run), seen => seen.GetProperty("state").GetString() != "running");
        return status.GetProperty("state").GetString() == "completed"
            ? await ModelOfAsync(run)
            : throw new InvalidOperationException($"{run} did not complete: {status}");
    }

    /// <summary>The model that <c>actorfed report</c> gives out.</summary>
    public async Task<string> ModelOfAsync(string run)
    {
        string folder = _folder.At($"report-{Guid.NewGuid():N}");
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

    /// <summary>Requires that no message was given up or set aside: the broker has no queue of dead letters with something in it.</summary>
    public async Task LostNothingAsync()
    {
        string queues = await services.Broker.ControlAsync("list_queues", "name", "messages", "--quiet", "--no-table-headers");
        string[] letters = [.. queues.Split('\n').Where(line => line.StartsWith($"{_prefix}.", StringComparison.Ordinal) && line.Contains("dead-letters\t", StringComparison.Ordinal) && !line.EndsWith("\t0", StringComparison.Ordinal))];
        Assert.True(letters.Length == 0, $"There are dead letters: {string.Join("; ", letters)}");
    }

    public async ValueTask DisposeAsync()
    {
        foreach (NodeProcess node in _nodes)
        {
            await node.DisposeAsync();
            tell($"--- node {node.Name}, process {node.Number}\n{node.Log}");
        }

        foreach (TcpRelay wire in _wires)
        {
            await wire.DisposeAsync();
        }

        _folder.Dispose();
    }

    /// <summary>Name, shape and bits of each tensor of a model; the rest of the file names the run, and so differs from run to run.</summary>
    private static string BitsOf(string folder) => string.Join('\n', SafeTensors.Read(Path.Combine(folder, "model.safetensors")).Tensors.Select(
        tensor => $"{tensor.Name} [{string.Join(", ", tensor.Shape)}] {Convert.ToHexString(MemoryMarshal.AsBytes(tensor.Values.Span))}"));
}

/// <summary>A node whose connections go over wires that can be cut.</summary>
internal sealed record WiredNode(NodeProcess Process, TcpRelay Broker, TcpRelay Database);
