using System.Collections.Immutable;
using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Numerics;

namespace ActorFed.Algorithms.Star;

/// <summary>An algorithm's worker side: a function from state and work to state and report. It holds no state itself.</summary>
public interface IStarWorkerRule
{
    /// <summary>Why this work cannot be done on this state, or null when it can. Called before <see cref="Do"/>.</summary>
    string? ObjectionTo(StarBody state, StarBody work);

    /// <summary>Does the work.</summary>
    /// <exception cref="ArithmeticException">A result is not finite.</exception>
    (StarBody State, StarBody Report) Do(StarBody state, StarBody work);
}

/// <summary>
/// An algorithm's master side: the consensus variables and the authoritative copies of the workers' states. Control flow
/// (who is asked, when a step is due, retries, epochs) belongs to <see cref="StarMaster"/>.
/// </summary>
public interface IStarMasterRule
{
    /// <summary>Number of workers, N.</summary>
    int WorkerCount { get; }

    /// <summary>Everything worker <paramref name="worker"/> needs to go on from the master's copy.</summary>
    StarBody StateOf(int worker);

    /// <summary>The next local step of worker <paramref name="worker"/>; asked for once for every step that it is to make.</summary>
    StarBody StepWork(int worker);

    /// <summary>Why this report is not acceptable as an answer to this work, or null when it is: wrong type or length, not finite.</summary>
    string? ObjectionTo(StarBody work, StarBody report);

    /// <summary>One master step from the reports of the active workers.</summary>
    /// <param name="reports">
    /// Ascending by worker; at least one. Two of one worker, in the order in which they came, where the policy frees workers on their report.
    /// </param>
    void Step(IReadOnlyList<WorkerReport> reports);

    /// <summary>The barrier due after the last step, or null. Asked again after a restart, it gives an equal barrier.</summary>
    /// <param name="isLive">
    /// Whether worker i takes part; the variables of the others stay frozen. Changes later: a barrier that needs it keeps a copy.
    /// </param>
    IStarBarrier? OpenBarrier(IReadOnlyList<bool> isLive);

    /// <summary>Numbers that describe the state after the last step or barrier; cheap.</summary>
    ImmutableArray<Measure> Measures { get; }

    /// <summary>The upper variable of the result; length n. Empty where there is one level, whose variable is <see cref="Lower"/>.</summary>
    FlatVector Upper { get; }

    /// <summary>The middle variable of the result, where there are three levels; else null.</summary>
    FlatVector? Middle => null;

    /// <summary>The lower variable of the result; length m.</summary>
    FlatVector Lower { get; }

    /// <summary>Writes the state between two steps. An open barrier leaves no trace in it.</summary>
    void Save(SnapshotWriter writer);

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    /// <exception cref="InvalidDataException">The snapshot does not fit this experiment.</exception>
    void Restore(SnapshotReader reader);

    /// <summary>The state by name; all of it durable, the same entries after <see cref="Restore"/>.</summary>
    IEnumerable<StateEntry> Inspect();
}

/// <summary>A worker's accepted report.</summary>
/// <param name="Worker">Its index.</param>
/// <param name="Report">What it said.</param>
/// <param name="Staleness">Master steps made between the request and the step that the report enters; at least 0.</param>
public readonly record struct WorkerReport(int Worker, StarBody Report, int Staleness = 0);

/// <summary>
/// Stages that all live workers, or some of them, pass together between two steps. The rule's state changes only when the last stage ends, so
/// that a barrier broken by a crash is simply begun again.
/// </summary>
public interface IStarBarrier
{
    /// <summary>
    /// Whether active workers get their next step's work before the barrier, and the first stage's reports are those of the
    /// step that every worker then has under way; otherwise the barrier supersedes steps under way.
    /// </summary>
    bool DrainsSteps { get; }

    /// <summary>Whether a live worker passes the stages; the others wait for their end.</summary>
    bool Includes(int worker) => true;

    /// <summary>The work of the present stage for one worker; not asked for in a draining first stage.</summary>
    StarBody WorkFor(int worker);

    /// <summary>State to send along when a worker must be rebuilt in the present stage.</summary>
    StarBody StateOf(int worker);

    /// <summary>Ends the stage.</summary>
    /// <param name="reports">Ascending by worker; all live workers that it includes. None where none of these lives.</param>
    /// <returns>Whether another stage follows.</returns>
    bool Advance(IReadOnlyList<WorkerReport> reports);
}
