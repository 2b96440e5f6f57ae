using System.Collections.Immutable;
using ActorFed.Algorithms.Core;

namespace ActorFed.Algorithms.Graph;

/// <summary>A participant among neighbours made a round.</summary>
public sealed record RoundObserved : Observation
{
    /// <summary>Rounds made so far, from 1.</summary>
    public required long Round { get; init; }

    /// <summary>Whose vectors entered it, in its last exchange; ascending.</summary>
    public required ImmutableArray<int> Heard { get; init; }

    /// <summary>Age of those vectors in rounds, in the same order; 0 when rounds are synchronous.</summary>
    public required ImmutableArray<int> Staleness { get; init; }

    /// <summary>Vectors that could have entered its pulls.</summary>
    public required int Candidates { get; init; }

    /// <summary>Those that the acceptance rule let in.</summary>
    public required int Accepted { get; init; }

    /// <summary>The rule's numbers, of this participant.</summary>
    public required ImmutableArray<Measure> Measures { get; init; }

    /// <summary>The rule's state, where the setup asks for it to be shown; else empty.</summary>
    public ImmutableArray<StateEntry> State { get; init; } = [];
}

/// <summary>A participant's payload bytes by link, when it has made its last round.</summary>
/// <param name="Sent">Receivers, ascending, and the bytes sent to each by this incarnation.</param>
public sealed record LinksObserved(ImmutableArray<(int Receiver, long Bytes)> Sent) : Observation;

/// <summary>What a participant noticed about an edge of its own.</summary>
public enum EdgeChange
{
    /// <summary>The neighbour did not send what was due in time and was asked again.</summary>
    AskedAgain,

    /// <summary>The neighbour was silent for so long that the edge is left out.</summary>
    Closed,

    /// <summary>The neighbour is back: the edge counts again from a later round on.</summary>
    Opened,
}

/// <summary>An edge of a participant fell silent, was left out or was taken in again.</summary>
/// <param name="Neighbour">The other end.</param>
/// <param name="Change">What happened.</param>
/// <param name="Round">The participant's round.</param>
public sealed record EdgeObserved(int Neighbour, EdgeChange Change, long Round) : Observation;
