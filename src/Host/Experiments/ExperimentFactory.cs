using ActorFed.Actors;
using ActorFed.Algorithms;
using ActorFed.Algorithms.Core;

namespace ActorFed.Host.Experiments;

/// <summary>Makes the participants of an experiment.</summary>
internal sealed class ExperimentFactory(IAlgorithm algorithm, object options, AlgorithmSetup setup) : IParticipantFactory
{
    public IParticipant Create(ParticipantSpec spec, int incarnation, Snapshot? resumeFrom) =>
        algorithm.Create(setup, options, spec.Id, incarnation, resumeFrom);
}
