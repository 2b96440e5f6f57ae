namespace ActorFed.Actors.Membership;

/// <summary>What the nodes of a cluster know of each other, and what is wanted of them. Shared by all; time is measured in one place, so that their clocks do not matter.</summary>
/// <remarks>A call that fails throws a <see cref="RunStoreException"/>.</remarks>
public interface ICluster : IDisposable
{
    /// <summary>Where it is kept, in words; without credentials.</summary>
    string Place { get; }

    /// <summary>Nodes, and the runs that are wanted, as they are now.</summary>
    ClusterView Look();

    /// <summary>Says what is wanted of a run.</summary>
    /// <returns>False when it was to stop and nobody carries it out any more: it has just ended, and stays so.</returns>
    /// <exception cref="RunStoreException">There is no such run.</exception>
    bool Want(string run, RunWish wish);

    /// <summary>What is wanted of a run; null when it was not given to the cluster.</summary>
    RunWish? WishOf(string run);

    /// <summary>Who holds each participant of a run that somebody holds, or held when its node was last heard of: node by participant.</summary>
    IReadOnlyDictionary<string, string> HoldersOf(string run);

    /// <summary>Whether a node that is alive holds a participant of a run.</summary>
    bool IsHeld(string run)
    {
        IReadOnlyDictionary<string, string> holders = HoldersOf(run);
        return holders.Count > 0 && Look().Nodes.Any(node => node.IsAlive && holders.Values.Contains(node.Identity.Name));
    }

    /// <summary>Asks a node to hand over all that it hosts and to leave.</summary>
    /// <exception cref="RunStoreException">There is no such node, or it is gone.</exception>
    void Drain(string node);

    /// <summary>Takes a seat as a node.</summary>
    /// <param name="node">Who joins.</param>
    /// <exception cref="RunStoreException">The name is in use, or the others speak another wire version.</exception>
    INodeSeat Join(NodeIdentity node);
}

/// <summary>A node's seat in the cluster; disposing of it leaves. Any thread; a sign of life does not wait for a claim under way.</summary>
/// <remarks>Who lost the seat to another process of the same name claims and releases nothing.</remarks>
public interface INodeSeat : IDisposable
{
    /// <summary>Tells that this node is alive and how it is, and reads how the others are.</summary>
    /// <exception cref="RunStoreException">The place could not be reached; or, as <see cref="OvertakenException"/>, somebody else has the seat.</exception>
    ClusterView Beat(NodeCondition condition);

    /// <summary>Takes hold of participants that nobody alive holds.</summary>
    /// <returns>Those that this node holds now.</returns>
    IReadOnlyList<string> Claim(string run, IReadOnlyCollection<string> participants);

    /// <summary>Lets go of a participant; nothing happens when somebody else holds it.</summary>
    void Release(string run, string participant);
}

/// <summary>What is wanted of a run that the cluster was given.</summary>
public enum RunWish
{
    /// <summary>It shall go on.</summary>
    Run,

    /// <summary>It shall rest until it is resumed.</summary>
    Stop,

    /// <summary>It has ended.</summary>
    Ended,
}

/// <summary>A node as it joins.</summary>
/// <param name="Name">Its name: unique among those alive, and the same after a restart where it shall get the same participants.</param>
/// <param name="Process">Process and machine, for people.</param>
/// <param name="Capacity">How much of the participants it takes, relative to others: its cores, say. More than 0.</param>
/// <param name="Build">Version of its program.</param>
/// <param name="WireVersion">Version of the messages that it speaks.</param>
/// <param name="SuspectAfter">After so long without a sign of life the others count it as gone.</param>
public sealed record NodeIdentity(string Name, string Process, double Capacity, string Build, int WireVersion, TimeSpan SuspectAfter);

/// <summary>How a node is.</summary>
/// <param name="IsDraining">Whether it is leaving.</param>
/// <param name="Ailment">Why it can host nothing at present, such as a lost broker; null when it can.</param>
/// <param name="Refused">Runs that it cannot host, with the reason: data that it has not, say.</param>
public sealed record NodeCondition(bool IsDraining, string? Ailment, IReadOnlyDictionary<string, string> Refused);

/// <summary>The cluster at one moment.</summary>
/// <param name="Nodes">All nodes that are remembered, by name.</param>
/// <param name="Runs">Runs that shall go on, oldest first.</param>
public sealed record ClusterView(IReadOnlyList<NodeView> Nodes, IReadOnlyList<RunView> Runs)
{
    /// <summary>Runs that nobody can host, but for one node.</summary>
    /// <param name="node">That one.</param>
    public IEnumerable<string> RunsWithout(string node) =>
        Runs.Where(run => !Nodes.Any(other => other.Identity.Name != node && other.CanHost(run.Id))).Select(run => run.Id);
}

/// <summary>A node as the others see it.</summary>
/// <param name="Identity">As it joined.</param>
/// <param name="Condition">As it said last.</param>
/// <param name="IsAlive">Whether that is recent enough.</param>
/// <param name="SeenAgo">Time since then.</param>
/// <param name="JoinedAt">When it joined, on the clock of the place where this is kept.</param>
public sealed record NodeView(NodeIdentity Identity, NodeCondition Condition, bool IsAlive, TimeSpan SeenAgo, DateTimeOffset JoinedAt)
{
    /// <summary>Whether it can host participants of a run.</summary>
    public bool CanHost(string run) => IsAlive && Condition is { IsDraining: false, Ailment: null } && !Condition.Refused.ContainsKey(run);
}

/// <summary>A run that shall go on.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Plan">Number of its newest plan: another one than before when it was resumed with other settings.</param>
/// <param name="Holders">Who holds each participant that somebody holds: node by participant.</param>
public sealed record RunView(string Id, int Plan, IReadOnlyDictionary<string, string> Holders);

/// <summary>A node of that name is in the cluster, and was heard of lately.</summary>
/// <param name="message">The message.</param>
/// <param name="suspectAfter">After so long without a sign of life its seat is free.</param>
public sealed class NameTakenException(string message, TimeSpan suspectAfter) : RunStoreException(message)
{
    /// <summary>After so long without a sign of life its seat is free.</summary>
    public TimeSpan SuspectAfter { get; } = suspectAfter;
}
