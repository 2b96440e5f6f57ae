using System.Globalization;
using ActorFed.Cluster.Postgres.Tests;
using ActorFed.Cluster.RabbitMq.Tests;
using Xunit;

namespace ActorFed.Cluster.Tests;

/// <summary>A cluster of real processes on this machine, over a broker and queues of its own.</summary>
/// <param name="services">Broker and database.</param>
/// <param name="tell">Takes what the nodes have said, in the end.</param>
internal sealed class LocalCluster(ClusterServices services, Action<string> tell) : ProcessCluster(services.Database, tell)
{
    private static int _clusters;

    private readonly List<TcpRelay> _wires = [];
    private readonly string _prefix = $"cluster-{Interlocked.Increment(ref _clusters).ToString(CultureInfo.InvariantCulture)}";

    /// <summary>What the section node says beside the name.</summary>
    public string NodeSettings { get; init; } = "heartbeat-every = 300ms, suspect-after = 2s, capacity = 1"; // quicker than the defaults

    /// <summary>What the section broker says beside the address.</summary>
    public string BrokerSettings { get; init; } = "heartbeat = 1s"; // the broker notices within three of these that a node stands still

    /// <summary>Broker and database.</summary>
    public ClusterServices Services => services;

    protected override string FileOfCommands => WriteFile("command");

    /// <summary>Writes a file for <c>--cluster</c>.</summary>
    /// <param name="name">Name of a node.</param>
    /// <param name="more">Lines that override.</param>
    /// <returns>Its path.</returns>
    public string WriteFile(string name, string more = "") => Write($"{name}.conf", $$"""
        {{StoreSection}}
        broker {
          host = 127.0.0.1
          port = {{services.Broker.Port}}
          user = {{PrivateBroker.User}}
          password-file = "{{Write("broker.secret", PrivateBroker.Password)}}"
          prefix = {{_prefix}}
          {{BrokerSettings}}
        }
        node { name = {{name}}, {{NodeSettings}} }
        {{more}}

        """);

    /// <summary>Starts a node, and waits until it has joined.</summary>
    /// <param name="name">Its name; one that has ended may start again.</param>
    /// <param name="more">Lines of its file that override.</param>
    /// <param name="environment">Variables of its environment.</param>
    /// <param name="says">What it says when it has joined.</param>
    /// <param name="arguments">Further arguments of its command.</param>
    public async Task<NodeProcess> StartAsync(
        string name, string more = "", IReadOnlyDictionary<string, string>? environment = null, string says = "has joined the cluster", params string[] arguments)
    {
        NodeProcess node = await BeginAsync(name, WriteFile(name, more), environment ?? new Dictionary<string, string>(), arguments);
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

    /// <summary>Requires that no message was given up or set aside: the broker has no queue of dead letters with something in it.</summary>
    public async Task LostNothingAsync()
    {
        string queues = await services.Broker.ControlAsync("list_queues", "name", "messages", "--quiet", "--no-table-headers");
        string[] letters = [.. queues.Split('\n').Where(line => line.StartsWith($"{_prefix}.", StringComparison.Ordinal) && line.Contains("dead-letters\t", StringComparison.Ordinal) && !line.EndsWith("\t0", StringComparison.Ordinal))];
        Assert.True(letters.Length == 0, $"There are dead letters: {string.Join("; ", letters)}");
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        foreach (TcpRelay wire in _wires)
        {
            await wire.DisposeAsync();
        }
    }
}

/// <summary>A node whose connections go over wires that can be cut.</summary>
internal sealed record WiredNode(NodeProcess Process, TcpRelay Broker, TcpRelay Database);
