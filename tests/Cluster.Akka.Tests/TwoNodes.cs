using System.Net;
using System.Net.Sockets;
using ActorFed.Actors;
using ActorFed.Actors.Membership;
using ActorFed.Algorithms.Core;
using ActorFed.Engines.Tests;
using ActorFed.Wire;

namespace ActorFed.Cluster.Akka.Tests;

/// <summary>Two nodes in this process, which talk over loopback: the master lives on one, the workers on the other, since roles say so.</summary>
internal sealed class TwoNodes : IAsyncDisposable
{
    private readonly List<WantedRun> _wanted = [];
    private readonly Lock _gate = new();
    private readonly string? _config;
    private readonly AkkaTls? _tls;
    private AkkaNode _first = null!;  // set before it is handed out, as is the next one
    private AkkaNode _second = null!;

    private TwoNodes(string? config, AkkaTls? tls) => (_config, _tls) = (config, tls);

    /// <summary>Raised when somebody came to a node or is to leave it.</summary>
    public event Action? Changed;

    /// <summary>Where the master lives.</summary>
    public AkkaNode First => _first;

    /// <summary>Where the workers live.</summary>
    public AkkaNode Second => _second;

    /// <summary>Starts both nodes.</summary>
    /// <param name="config">Keys over akka.conf, for both.</param>
    /// <param name="tls">By what they know each other, at localhost; null: they talk in clear.</param>
    public static async Task<TwoNodes> StartAsync(string? config = null, AkkaTls? tls = null)
    {
        TwoNodes nodes = new(config, tls);
        string host = tls is null ? "127.0.0.1" : "localhost";
        nodes.Seed = $"{host}:{FreePort()}";
        nodes._first = await nodes.JoinAsync(nodes.Seed, Role.Master);
        nodes._second = await nodes.JoinAsync($"{host}:0", Role.Worker);
        return nodes;
    }

    /// <summary>By which others join.</summary>
    public string Seed { get; private set; } = "";

    /// <summary>Has another node for workers join.</summary>
    public Task<AkkaNode> JoinAnotherAsync() => JoinAsync("127.0.0.1:0", Role.Worker);

    /// <summary>Runs a plan on both nodes to its end.</summary>
    /// <param name="plan">The run.</param>
    /// <param name="codec">Its messages.</param>
    /// <param name="factory">Makes participants.</param>
    /// <param name="snapshots">Keeps what they store.</param>
    /// <param name="observer">Records the run.</param>
    public async Task<RunReport> RunAsync(RunPlan plan, WireCodec codec, IParticipantFactory factory, ISnapshotStore snapshots, IRunObserver observer)
    {
        await using IRunPart first = Join(_first, plan, codec, factory, snapshots);
        await using IRunPart second = Join(_second, plan, codec, factory, snapshots);
        Want(plan);
        using CancellationTokenSource over = new();
        Task[] hosting = [TakeUpAsync(_first, first, plan, observer, over.Token), TakeUpAsync(_second, second, plan, observer, over.Token)];
        RunReport report = await first.Ended;
        await over.CancelAsync();
        await Task.WhenAll(hosting);
        return report;
    }

    /// <summary>A node's part in a run, without anybody yet.</summary>
    public static IRunPart Join(AkkaNode node, RunPlan plan, WireCodec codec, IParticipantFactory factory, ISnapshotStore snapshots) =>
        node.Join(plan, codec, factory, new RecordingObserver(), snapshots, (_, _) => { });

    /// <summary>Lets the coordinator know that a run is wanted.</summary>
    public void Want(RunPlan plan)
    {
        lock (_gate)
        {
            _wanted.Add(new WantedRun(plan.RunId, [.. plan.Participants.Select(spec => spec.Id)]));
        }
    }

    /// <summary>Takes up and hands over whoever sharding gives to a node, until it is told that this is over.</summary>
    public static async Task TakeUpAsync(AkkaNode node, IRunPart part, RunPlan plan, IRunObserver recorder, CancellationToken over)
    {
        while (!over.IsCancellationRequested)
        {
            foreach (ParticipantId waiting in node.Waiting(plan.RunId))
            {
                await part.TakeUpAsync(waiting, waiting == IRunPart.LeadOf(plan) ? recorder : null);
            }

            foreach (ParticipantId departing in node.Departing(plan.RunId))
            {
                await part.LetGoAsync(departing, saves: true, over);
            }

            await Task.Delay(TimeSpan.FromMilliseconds(20), CancellationToken.None);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _second.DisposeAsync();
        await _first.DisposeAsync();
    }

    private Task<AkkaNode> JoinAsync(string address, Role role)
    {
        string[] parts = address.Split(':');
        AkkaOptions options = new()
        {
            Cluster = "test",
            Host = parts[0],
            Port = int.Parse(parts[1], System.Globalization.CultureInfo.InvariantCulture),
            Seeds = [Seed],
            Roles = [role],
            Tls = _tls,
            Config = _config,
        };
        return AkkaNode.JoinAsync(options, Wanted, () => Changed?.Invoke(), CancellationToken.None);
    }

    private IReadOnlyList<WantedRun> Wanted()
    {
        lock (_gate)
        {
            return [.. _wanted];
        }
    }

    private static int FreePort()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
