using System.Collections.Immutable;
using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Numerics;

namespace ActorFed.Algorithms.Graph;

/// <summary>Which problem a stream belongs to; each may have a graph of its own.</summary>
public enum StreamLevel : byte
{
    /// <summary>The upper variable.</summary>
    Upper,

    /// <summary>The lower variable, or the only one.</summary>
    Lower,

    /// <summary>The solution of the linear system behind a hypergradient.</summary>
    Auxiliary,
}

/// <summary>What a stream's vectors stand for, which decides what may happen to them on their way.</summary>
public enum StreamKind : byte
{
    /// <summary>A participant's copy of a variable: an old one may stand in for a late one, and one that looks wrong may be left out.</summary>
    Iterate,

    /// <summary>A tracker or correction, whose mean over the participants carries meaning: every one must arrive, and count.</summary>
    Tracker,
}

/// <summary>
/// One vector that every participant sends to its neighbours in an exchange. A stream that is in several exchanges of a round is one and the
/// same in all of them: under compression it goes on from where the last one left it.
/// </summary>
/// <param name="Name">What it is, in kebab case; at most once in an exchange, and no other stream of the rule has it.</param>
/// <param name="Length">Its length.</param>
/// <param name="Level">Whose graph it travels on.</param>
/// <param name="Kind">What may happen to it.</param>
/// <param name="MayCompress">Whether the experiment's compression applies to it; if not it travels as it is.</param>
public sealed record StreamSpec(string Name, int Length, StreamLevel Level, StreamKind Kind, bool MayCompress = true);

/// <summary>
/// An algorithm among neighbours: a round is a fixed row of exchanges, and in each of them every participant sends its vectors
/// and gets back the <em>pull</em> of its neighbours. Who is waited for, what is asked for again, compression and acceptance belong to
/// <see cref="GraphNeighbour"/>.
/// </summary>
/// <remarks>
/// The pull on a vector s_i is Σ_j w_ij (s_j − s_i) over the neighbours j, so that s_i + pull is row i of W s. Under compression, s stands
/// for what the neighbours know of it; under acceptance, the pull leads to the accepted combination.
/// </remarks>
public interface IGraphRule
{
    /// <summary>The streams of each exchange of a round, in order; at least one exchange.</summary>
    ImmutableArray<ImmutableArray<StreamSpec>> Exchanges { get; }

    /// <summary>The vectors to send in an exchange, in the order of its streams.</summary>
    /// <param name="round">From 0.</param>
    /// <param name="exchange">From 0; all earlier ones of the round are absorbed.</param>
    ImmutableArray<FlatVector> Prepare(long round, int exchange);

    /// <summary>The neighbours have answered: goes on with their pull on what was prepared.</summary>
    /// <param name="round">From 0.</param>
    /// <param name="exchange">From 0; the one that was prepared last.</param>
    /// <param name="pulls">One per stream of the exchange, of its length.</param>
    void Absorb(long round, int exchange, ImmutableArray<FlatVector> pulls);

    /// <summary>
    /// The graph has changed, between two rounds, and so it is everywhere at the same round: corrections that rely on the old weights begin
    /// anew from the present iterates.
    /// </summary>
    void Restart();

    /// <summary>The participant's loss if a stream's variable had this value: how some acceptance rules judge.</summary>
    /// <exception cref="NotSupportedException">The rule has none for this stream.</exception>
    double LossOf(StreamSpec stream, FlatVector candidate) =>
        throw new NotSupportedException($"{GetType().Name} has no loss to judge '{stream.Name}' by; choose an acceptance that needs none.");

    /// <summary>Numbers of this participant after the last round, such as its losses; cheap.</summary>
    ImmutableArray<Measure> Measures { get; }

    /// <summary>The participant's upper variable; length 0 where there is one level only.</summary>
    FlatVector Upper { get; }

    /// <summary>The participant's lower, or only, variable.</summary>
    FlatVector Lower { get; }

    /// <summary>Writes the state between two rounds.</summary>
    void Save(SnapshotWriter writer);

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    /// <exception cref="InvalidDataException">The snapshot does not fit this experiment.</exception>
    void Restore(SnapshotReader reader);

    /// <summary>The state by name; all of it durable, the same entries after <see cref="Restore"/>.</summary>
    IEnumerable<StateEntry> Inspect();
}
