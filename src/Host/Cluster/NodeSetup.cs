using ActorFed.Actors;
using ActorFed.Algorithms.Core;
using ActorFed.Host.Data;
using ActorFed.Host.Observability;
using ActorFed.Host.Plugins;

namespace ActorFed.Host.Cluster;

/// <summary>What the parts of a node share.</summary>
/// <param name="Name">The node's name.</param>
/// <param name="Hosting">Carries messages.</param>
/// <param name="Locator">Where data sets lie.</param>
/// <param name="Catalogue">What can stand in an experiment.</param>
/// <param name="Log">Takes what the node says.</param>
/// <param name="Observe">Measures, traces and logs a run, by its id.</param>
/// <param name="Release">Tells the others that a participant of a run was let go.</param>
/// <param name="Clock">Real time.</param>
internal sealed record NodeSetup(
    string Name, IHosting Hosting, DataLocator Locator, Catalogue Catalogue, NodeLog Log, Func<string, ObservedRun> Observe, Action<string, ParticipantId> Release, TimeProvider Clock);

/// <summary>Tells nobody: what happens to a run's participants on this node is measured and logged, and recorded where the run is.</summary>
internal sealed class NodeObserver : IRunObserver
{
    public void Observed(ParticipantId source, TimeSpan at, Observation observation)
    {
    }

    public void Supervised(TimeSpan at, SupervisionEvent supervisionEvent)
    {
    }
}
