using ActorFed.Algorithms.Core;

namespace ActorFed.Engines.Simulation;

/// <summary>What a run among neighbours promised, for checkers to hold it to.</summary>
public sealed record GraphCheckerSettings
{
    /// <summary>Number of neighbours; at least 1.</summary>
    public required int Neighbours { get; init; }

    /// <summary>Rounds after which the run completes; at least 1.</summary>
    public required long RoundLimit { get; init; }

    /// <summary>τ, in rounds; at least 0, and 0 of synchronous rounds.</summary>
    public required int StalenessBound { get; init; }

    /// <summary>Whether the weights are symmetric, so that whoever is heard hears.</summary>
    public required bool IsSymmetric { get; init; }

    /// <summary>Whether they own blocks that constraints couple.</summary>
    public bool IsCoupled { get; init; }

    /// <summary>The moment from which on nothing goes wrong any more; null when liveness is not watched.</summary>
    public TimeSpan? QuietFrom { get; init; }

    /// <summary>Longest virtual time from <see cref="QuietFrom"/> until someone makes a round, and from one round to the next after it.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>The final models of the same run without faults, of synchronous rounds, as the <see cref="ModelObserved.Locals"/> of one; else null.</summary>
    public ModelObserved? Reference { get; init; }

    /// <summary>Checks the bounds above.</summary>
    /// <exception cref="ArgumentException">A value is out of range; the message says which, and what is allowed.</exception>
    public void Validate()
    {
        Require(Neighbours >= 1, $"{nameof(Neighbours)} is {Neighbours}; it must be at least 1.");
        Require(RoundLimit >= 1, $"{nameof(RoundLimit)} is {RoundLimit}; it must be at least 1.");
        Require(StalenessBound >= 0, $"{nameof(StalenessBound)} is {StalenessBound}; it must be at least 0.");
        Require(!(QuietFrom < TimeSpan.Zero), $"{nameof(QuietFrom)} is {QuietFrom}; it must be at least zero, or null.");
        Require(Patience > TimeSpan.Zero, $"{nameof(Patience)} is {Patience}; it must be more than zero.");
        Require(Reference is null || Reference.Locals.Length == Neighbours, $"{nameof(Reference)} has {Reference?.Locals.Length} models; there must be {Neighbours}.");
    }

    private static void Require(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new ArgumentException(otherwise);
        }
    }
}
