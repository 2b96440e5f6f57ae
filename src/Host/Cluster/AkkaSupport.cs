using ActorFed.Actors;
using ActorFed.Actors.Membership;
using ActorFed.Host.Configuration;
using ActorFed.Host.Plugins;
#if AKKA
using ActorFed.Cluster.Akka;
using ActorFed.Wire;
#endif

namespace ActorFed.Host.Cluster;

/// <summary>Akka.NET, where it is built in; else the refusal that says how to build it in.</summary>
internal static class AkkaSupport
{
    /// <summary>How to build it in, for people.</summary>
    public const string WayOut = "build with dotnet build -p:Akka=true, which restores Akka.NET; docs/akka.md says more";

    /// <summary>Whether it is built in.</summary>
    public static bool IsBuiltIn =>
#if AKKA
        true;
#else
        false;
#endif

    /// <summary>An engine that hosts all participants of a plan in this process.</summary>
    /// <exception cref="ConfigurationException">It is not built in.</exception>
    public static IEngine CreateEngine() =>
#if AKKA
        new AkkaEngine(WireCatalog.Codec);
#else
        throw Missing("engine.kind");
#endif

    /// <summary>Joins a cluster.</summary>
    /// <param name="machine">How.</param>
    /// <param name="cluster">What is wanted of runs.</param>
    /// <param name="store">Their plans.</param>
    /// <param name="catalogue">What can stand in them.</param>
    /// <param name="log">Takes what the node says.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    /// <exception cref="ConfigurationException">It is not built in, or its settings cannot be read.</exception>
    /// <exception cref="CarrierException">This node was not let in.</exception>
    public static Task<IPlacingHosting> JoinAsync(MachineOptions machine, ICluster cluster, IRunStore store, Catalogue catalogue, NodeLog log, CancellationToken cancellation) =>
#if AKKA
        AkkaHosting.JoinAsync(machine.Akka, machine.Node.Name ?? Environment.MachineName, new WantedRuns(cluster, store, catalogue), log, TimeProvider.System, cancellation);
#else
        throw Missing("node.engine");
#endif

    /// <summary>The refusal, where it is not built in.</summary>
    /// <param name="key">Which setting asks for it.</param>
    public static ConfigurationException Missing(string key) => new([$"{key} is akka, and Akka.NET is not built into this program: {WayOut}."]);
}
