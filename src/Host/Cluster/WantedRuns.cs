using System.Collections.Concurrent;
using ActorFed.Actors;
using ActorFed.Actors.Membership;
using ActorFed.Algorithms.Core;
using ActorFed.Cluster.Akka;
using ActorFed.Host.Experiments;
using ActorFed.Host.Plugins;

namespace ActorFed.Host.Cluster;

/// <summary>What is wanted of the cluster's runs, as the run store says, and who takes part in each. One call at a time.</summary>
/// <param name="cluster">What is wanted.</param>
/// <param name="store">The plans.</param>
/// <param name="catalogue">What can stand in them.</param>
internal sealed class WantedRuns(ICluster cluster, IRunStore store, Catalogue catalogue)
{
    private readonly ConcurrentDictionary<string, IReadOnlyList<ParticipantId>> _participants = new(); // a resumed run keeps them

    /// <summary>Reads what is wanted.</summary>
    /// <exception cref="RunStoreException">The store cannot be reached.</exception>
    public IReadOnlyList<WantedRun> Read() =>
        [.. cluster.Look().Runs.Select(run => new WantedRun(run.Id, _participants.GetOrAdd(run.Id, ParticipantsOf)))];

    private IReadOnlyList<ParticipantId> ParticipantsOf(string run)
    {
        IStoredRun stored = store.Find(run);
        Experiment experiment = Experiment.OfPlan(stored.ReadPlan(), PlanText.SourceOf(stored), catalogue, mayDiffer: true);
        return [.. experiment.ToPlan(run).Participants.Select(spec => spec.Id).Except(experiment.Options.Engine.External)];
    }
}
