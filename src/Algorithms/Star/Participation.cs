using ActorFed.Algorithms.Blocks;

namespace ActorFed.Algorithms.Star;

/// <summary>Decides whom a master asks, and when the reports in hand are enough for a step.</summary>
public interface IParticipationPolicy
{
    /// <summary>
    /// Whether a worker can be asked anew as soon as its report is in, before the step that the report enters; else it waits for
    /// that step. Not for rules with barriers.
    /// </summary>
    bool FreesOnReport => false;

    /// <summary>Whether the master may step now.</summary>
    bool MayStep(StalenessLedger ledger);

    /// <summary>Decides for one incarnation of a master whom it asks.</summary>
    /// <param name="workers">Number of workers, N.</param>
    /// <exception cref="ArgumentException">The policy does not fit that many.</exception>
    IDispatcher CreateDispatcher(int workers) => new EveryoneDispatcher();
}

/// <summary>Every live worker in every step.</summary>
public sealed class SynchronousParticipation : IParticipationPolicy
{
    /// <inheritdoc/>
    public bool MayStep(StalenessLedger ledger) => ledger.LiveCount > 0 && ledger.HeardCount == ledger.LiveCount;
}

/// <summary>At least S live workers in every step, and none left out for τ steps.</summary>
/// <param name="minActive">S; at least 1. When fewer workers live, all of them.</param>
/// <param name="stalenessBound">τ, in master steps; at least 1. 1 is synchronous.</param>
/// <remarks>Source: ADBO, section 3 and its official code.</remarks>
public sealed class AsynchronousParticipation(int minActive, int stalenessBound) : IParticipationPolicy
{
    private readonly int _minActive = minActive >= 1
        ? minActive
        : throw new ArgumentOutOfRangeException(nameof(minActive), $"S is {minActive}; it must be at least 1.");

    private readonly int _stalenessBound = stalenessBound >= 1
        ? stalenessBound
        : throw new ArgumentOutOfRangeException(nameof(stalenessBound), $"τ is {stalenessBound}; it must be at least 1 (1 is synchronous).");

    /// <inheritdoc/>
    public bool MayStep(StalenessLedger ledger) =>
        ledger.HeardCount > 0 && ledger.HeardCount >= Math.Min(_minActive, ledger.LiveCount) && ledger.MaxAge < _stalenessBound;
}
