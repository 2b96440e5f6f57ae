using System.Globalization;
using System.Runtime.InteropServices;
using ActorFed.Actors;
using ActorFed.Actors.Membership;
using ActorFed.Host.Configuration;
using ActorFed.Host.Data;
using ActorFed.Host.Experiments;
using ActorFed.Host.Health;
using ActorFed.Host.Observability;
using ActorFed.Host.Plugins;

namespace ActorFed.Host.Cluster;

/// <summary><c>actorfed node</c>: hosts participants of the cluster's runs until it is asked to leave.</summary>
internal sealed class NodeCommand(TextWriter output, ClusterAccess access, Func<string, string?> environment, DataLocator locator, Catalogue catalogue)
{
    /// <summary>Version of the messages on the wire.</summary>
    public const int WireVersion = 1;

    // Storing a snapshot blocks a thread while others wait to send, receive and compute.
    private const int MinThreads = 64;

    /// <summary>Runs the node.</summary>
    public async Task<int> RunAsync(CancellationToken cancellation)
    {
        NodeOptions options = access.Machine.Node;
        string name = options.Name ?? Environment.MachineName;
        using RunLog entries = RunLog.Open(access.Machine.Logs, output, name, TimeProvider.System, output.WriteLine);
        NodeLog log = new(entries);
        using Telemetry? telemetry = Telemetry.Start(access.Machine.Telemetry, new TelemetrySource(name), environment, what => log.Warn(what));
        using IRunStore store = access.OpenStore();
        using ICluster cluster = access.OpenClusterAsMember();
        IHosting hosting = await ConnectAsync(access.Machine, cluster, store, log, cancellation);
        await using IAsyncDisposable? connection = hosting as IAsyncDisposable;
        ThreadPool.GetMinThreads(out int threads, out int ports);
        ThreadPool.SetMinThreads(Math.Max(threads, MinThreads), ports);

        NodeSetup setup = new(
            name, hosting, locator, catalogue, log, run => new ObservedRun(Instruments.Shared, entries, run, access.Machine.Telemetry.LinksBy), (_, _) => { }, TimeProvider.System);
        NodeIdentity identity = new(
            name,
            string.Create(CultureInfo.InvariantCulture, $"process {Environment.ProcessId} on {Environment.MachineName}"),
            options.Capacity ?? Environment.ProcessorCount,
            RunHeads.Build,
            WireVersion,
            options.SuspectAfter);
        await using Node node = await Node.JoinAsync(options, setup, identity, cluster, store, cancellation);
        await using HealthServer? probes = await HealthServer.StartAsync(access.Machine.Health, node, cancellation);
        log.Say($"Node '{name}' has joined the cluster in {cluster.Place}, {hosting.Place}, capacity {identity.Capacity.ToString(CultureInfo.InvariantCulture)}, build {RunHeads.Build}.");

        // The signal means leave, not die: the runtime must not end the process while participants are handed over.
        using CancellationTokenSource leave = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Leave);
        using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Leave);
        await node.RunAsync(leave.Token);
        log.Say($"Node '{name}' has left.");
        return ExitCodes.Success;

        void Leave(PosixSignalContext signal)
        {
            signal.Cancel = true;
            leave.Cancel();
        }
    }

    private async Task<IHosting> ConnectAsync(MachineOptions machine, ICluster cluster, IRunStore store, NodeLog log, CancellationToken cancellation)
    {
        if (machine.Node.Engine == NodeEngine.Akka)
        {
            return await AkkaSupport.JoinAsync(machine, cluster, store, catalogue, log, cancellation);
        }

        MessageBroker broker = new(machine.Broker, environment);
        await broker.CheckAsync(cancellation);
        return broker;
    }
}
