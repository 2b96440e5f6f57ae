using ActorFed.Algorithms.Core;

namespace ActorFed.Engines.Simulation;

/// <summary>What a run of the star protocol promised, for checkers to hold it to.</summary>
public sealed record CheckerSettings
{
    /// <summary>Number of workers, N; at least 1.</summary>
    public required int Workers { get; init; }

    /// <summary>S: fewest active workers in a step, while so many live; in [1, N]. Of synchronous participation, N.</summary>
    public required int MinActive { get; init; }

    /// <summary>
    /// Most workers under way at a time: the size of a cohort, or the concurrency; in [1, N]. Null where all are asked, and so each
    /// must be heard.
    /// </summary>
    public int? MostUnderWay { get; init; }

    /// <summary>K: reports of every step, where they are buffered and a worker may have several in one; at least 1. Null where it has one.</summary>
    public int? Buffer { get; init; }

    /// <summary>τ, in master steps; at least 1, and 1 of synchronous participation. Null where none is promised.</summary>
    public int? StalenessBound { get; init; }

    /// <summary>Most cutting planes at any time; at least 1. Null where none is promised.</summary>
    public int? MaxPlanes { get; init; }

    /// <summary>The moment from which on nothing goes wrong any more; null when liveness is not watched.</summary>
    public TimeSpan? QuietFrom { get; init; }

    /// <summary>
    /// Longest virtual time from <see cref="QuietFrom"/> until every worker that is not stopped was heard, and from one step to
    /// the next after it; see <see cref="LivenessChecker.PatienceFor"/>.
    /// </summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>
    /// The final model of the same run without faults, where participation is synchronous and so the model does not depend on
    /// them; else null.
    /// </summary>
    public ModelObserved? Reference { get; init; }

    /// <summary>Checks the bounds above.</summary>
    /// <exception cref="ArgumentException">A value is out of range; the message says which, and what is allowed.</exception>
    public void Validate()
    {
        Require(Workers >= 1, $"{nameof(Workers)} is {Workers}; it must be at least 1.");
        Require(MinActive >= 1 && MinActive <= Workers, $"{nameof(MinActive)} is {MinActive}; it must be in [1, {Workers}].");
        Require(MostUnderWay is not < 1 && !(MostUnderWay > Workers), $"{nameof(MostUnderWay)} is {MostUnderWay}; it must be in [1, {Workers}], or null.");
        Require(Buffer is not < 1, $"{nameof(Buffer)} is {Buffer}; it must be at least 1, or null.");
        Require(StalenessBound is not < 1, $"{nameof(StalenessBound)} is {StalenessBound}; it must be at least 1, or null.");
        Require(MaxPlanes is not < 1, $"{nameof(MaxPlanes)} is {MaxPlanes}; it must be at least 1, or null.");
        Require(!(QuietFrom < TimeSpan.Zero), $"{nameof(QuietFrom)} is {QuietFrom}; it must be at least zero, or null.");
        Require(Patience > TimeSpan.Zero, $"{nameof(Patience)} is {Patience}; it must be more than zero.");
    }

    private static void Require(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new ArgumentException(otherwise);
        }
    }
}
