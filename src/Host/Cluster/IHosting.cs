using ActorFed.Actors;
using ActorFed.Actors.Membership;
using ActorFed.Algorithms.Core;

namespace ActorFed.Host.Cluster;

/// <summary>What carries the messages of a cluster's runs between its nodes.</summary>
internal interface IHosting
{
    /// <summary>What it is, in a word: the name of its health check.</summary>
    string Kind { get; }

    /// <summary>What it is, in words that follow "connection to".</summary>
    string Name { get; }

    /// <summary>What it is and where, for the log.</summary>
    string Place { get; }

    /// <summary>Joins a run that several nodes host.</summary>
    /// <param name="plan">The run.</param>
    /// <param name="factory">Makes and rebuilds participants.</param>
    /// <param name="observer">Told what happens in this process.</param>
    /// <param name="snapshots">A store that all processes share, and that fences.</param>
    /// <param name="external">Participants that other programs serve.</param>
    /// <param name="givenUp">Told of a participant that was given up here, and why. Any thread.</param>
    /// <exception cref="CarrierException">It refuses, or cannot be reached.</exception>
    Task<IRunPart> JoinAsync(
        RunPlan plan, IParticipantFactory factory, IRunObserver observer, ISnapshotStore snapshots, IReadOnlySet<ParticipantId> external, Action<ParticipantId, string> givenUp);
}

/// <summary>A carrier that decides itself who is hosted where: the node takes up whom it is given, and hands over whom it is asked for.</summary>
internal interface IPlacingHosting : IHosting, IAsyncDisposable
{
    /// <summary>Runs of which this node was given participants.</summary>
    IReadOnlyCollection<string> Runs { get; }

    /// <summary>How runs stand, as all nodes have told each other.</summary>
    IReadOnlyList<RunStanding> Standings { get; }

    /// <summary>Says whom to tell when participants came or are to leave; any thread.</summary>
    void OnChange(Action changed);

    /// <summary>Participants of a run that were given to this node, and wait to be taken up.</summary>
    IReadOnlyCollection<ParticipantId> Waiting(string run);

    /// <summary>Participants of a run that are to be handed over.</summary>
    IReadOnlyCollection<ParticipantId> Departing(string run);

    /// <summary>Sends the participants of a run away, since it is not wanted.</summary>
    void SendAway(string run);

    /// <summary>Begins to leave: all are to be handed over. Further calls change nothing.</summary>
    void BeginToLeave();
}
