using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Numerics;

namespace ActorFed.Algorithms.Star;

/// <summary>Numbers a master's requests to one worker; later requests compare greater, across master incarnations too.</summary>
/// <param name="Epoch">Incarnation of the master; at least 1 in a request.</param>
/// <param name="Sequence">Counts the master's requests; at least 1 in a request.</param>
public readonly record struct RequestId(int Epoch, long Sequence) : IComparable<RequestId>
{
    /// <summary>Before every request.</summary>
    public static RequestId None => default;

    /// <summary>Whether <paramref name="left"/> was made before <paramref name="right"/>.</summary>
    public static bool operator <(RequestId left, RequestId right) => left.CompareTo(right) < 0;

    /// <summary>Whether <paramref name="left"/> was made after <paramref name="right"/>.</summary>
    public static bool operator >(RequestId left, RequestId right) => left.CompareTo(right) > 0;

    /// <inheritdoc/>
    public int CompareTo(RequestId other) =>
        Epoch != other.Epoch ? Epoch.CompareTo(other.Epoch) : Sequence.CompareTo(other.Sequence);

    /// <inheritdoc/>
    public override string ToString() => $"{Epoch}.{Sequence}";
}

/// <summary>What an algorithm puts into a star message: work, its result, or a worker's state. Immutable.</summary>
public abstract record StarBody
{
    /// <summary>Bytes of the vectors and numbers carried.</summary>
    public abstract long PayloadBytes { get; }

    /// <summary>The body with every vector in it changed; itself where it shows none. Reports show theirs, so that simulations can poison them.</summary>
    /// <param name="change">Asked for each vector, in one fixed order.</param>
    public virtual StarBody MapVectors(Func<FlatVector, FlatVector> change) => this;
}

/// <summary>
/// The star protocol. The master asks, the worker answers; a newer request supersedes an older one. The master holds the
/// authoritative copy of every worker's state, so a worker that is new, rebuilt or out of step just asks for it.
/// </summary>
public abstract record StarMessage : Message
{
    private StarMessage()
    {
    }

    /// <summary>Worker → master: I hold no state that your request could build on (a rebuilt one says so at once).</summary>
    public sealed record StateAsked : StarMessage;

    /// <summary>Master → worker: there is nothing for you to do now. Wait; what you are asked for next brings your state.</summary>
    public sealed record NothingDue : StarMessage;

    /// <summary>Master → worker: do this work.</summary>
    public sealed record WorkRequested : StarMessage
    {
        /// <summary>Number of this request. Older ones are void from now on.</summary>
        public required RequestId Id { get; init; }

        /// <summary>
        /// The request after whose handling the worker's state is what this work builds on: the last one whose answer the
        /// master used. A worker that went one request further steps back to the state before it.
        /// </summary>
        public required RequestId Previous { get; init; }

        /// <summary>The state to build on, when the worker may not have it; else null.</summary>
        public StarBody? State { get; init; }

        /// <summary>What to do.</summary>
        public required StarBody Work { get; init; }

        /// <inheritdoc/>
        public override long PayloadBytes => Work.PayloadBytes + (State?.PayloadBytes ?? 0);
    }

    /// <summary>Worker → master: this came of it. Asked again, the worker sends the same object again.</summary>
    public sealed record WorkReported : StarMessage
    {
        /// <summary>The request answered.</summary>
        public required RequestId Id { get; init; }

        /// <summary>The result.</summary>
        public required StarBody Report { get; init; }

        /// <inheritdoc/>
        public override long PayloadBytes => Report.PayloadBytes;
    }
}
