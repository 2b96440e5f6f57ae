using ActorFed.Algorithms.Core;

namespace ActorFed.Actors;

/// <summary>Hosts participants and carries their messages; threads, clocks and sockets live only behind it.</summary>
/// <remarks>
/// E1 A participant is entered by one call at a time, and Start comes first.
/// E2 A message arrives unaltered or not at all; perhaps late, out of order, or more than once.
/// E3 While two participants stay up and connected, every Send between them arrives.
/// E4 A participant that throws, or whose snapshot cannot be stored, is rebuilt from its last snapshot, as the supervision
///    policy says.
/// E5 A run ends at the first Complete, at its limits, on a failure or on cancellation, and always returns a report. At the
///    wall-time limit, as on cancellation, the snapshot of every participant that has one is stored, so that the run can go on later.
/// </remarks>
public interface IEngine : IAsyncDisposable
{
    /// <summary>Runs <paramref name="plan"/> to its end.</summary>
    /// <param name="plan">Who takes part, how failures are handled, and the limits.</param>
    /// <param name="factory">Makes and rebuilds participants.</param>
    /// <param name="observer">Told what happens. One that throws fails the run with its exception.</param>
    /// <param name="snapshots">Where snapshots are kept. Those already there are resumed from.</param>
    /// <param name="cancellation">Ends the run cleanly: the snapshots of all participants that have one are stored, the outcome is Cancelled.</param>
    Task<RunReport> RunAsync(
        RunPlan plan, IParticipantFactory factory, IRunObserver observer, ISnapshotStore snapshots, CancellationToken cancellation);
}

/// <summary>
/// E6: the report depends on nothing but the plan and the engine's settings. The same run gives the same
/// <see cref="RunReport.TraceHash"/> on every machine of an architecture.
/// </summary>
public interface IDeterministicEngine : IEngine;

/// <summary>Makes participants, new or from a snapshot. Called from any thread.</summary>
public interface IParticipantFactory
{
    /// <summary>A participant, ready for Start.</summary>
    /// <param name="spec">Which one.</param>
    /// <param name="incarnation">From 1; grows with every rebuild, also across processes where a snapshot was stored.</param>
    /// <param name="resumeFrom">What to rebuild it from, or null for a new one.</param>
    IParticipant Create(ParticipantSpec spec, int incarnation, Snapshot? resumeFrom);
}

/// <summary>Told what happens in a run, from any thread. Observers steer nothing and must not throw.</summary>
public interface IRunObserver
{
    /// <summary>The run begins.</summary>
    /// <param name="bytesSent">Payload bytes that participants have sent so far; may be asked from any thread as long as the run lasts.</param>
    void Started(Func<long> bytesSent)
    {
    }

    /// <summary>The mailboxes of this process can be looked at, where the engine has some.</summary>
    /// <param name="depths">What waits in each now; may be asked from any thread, also when the run has ended.</param>
    void MailboxesOpened(Func<IEnumerable<MailboxDepth>> depths)
    {
    }

    /// <summary>A participant is about to be entered. One call at a time per participant; different ones may overlap.</summary>
    /// <param name="at">Time since the run began; virtual in a simulation.</param>
    /// <param name="entry">How it is entered.</param>
    void Entered(TimeSpan at, in Entry entry)
    {
    }

    /// <summary>A participant observed something. One call at a time per participant; different ones may overlap.</summary>
    /// <param name="source">Which one.</param>
    /// <param name="at">Time since the run began; virtual in a simulation.</param>
    /// <param name="observation">What it said.</param>
    void Observed(ParticipantId source, TimeSpan at, Observation observation);

    /// <summary>Supervision acted. One call at a time per run; it may overlap calls of <see cref="Observed"/>.</summary>
    void Supervised(TimeSpan at, SupervisionEvent supervisionEvent);
}

/// <summary>How much waits in a mailbox.</summary>
/// <param name="Receiver">Whose mailbox.</param>
/// <param name="Waiting">Messages that were not handed over yet.</param>
public readonly record struct MailboxDepth(ParticipantId Receiver, int Waiting);

/// <summary>Keeps the newest snapshots of a run's participants. Called from any thread, one call at a time per participant.</summary>
public interface ISnapshotStore
{
    /// <summary>Stores a snapshot; it replaces older ones once it is safe.</summary>
    /// <remarks>
    /// One that cannot be stored throws, with a message that names the place, and the last good one stays: the participant is
    /// rebuilt from it. The run fails when that has happened too often, or when the snapshot was to be its last.
    /// </remarks>
    void Store(ParticipantId participant, int incarnation, Snapshot snapshot);

    /// <summary>The newest intact snapshot; null only when none was ever stored.</summary>
    /// <remarks>One that was stored and is lost is no new run: that throws, with a message that names what is damaged.</remarks>
    StoredSnapshot? Latest(ParticipantId participant);

    /// <summary>Begins the next incarnation of a participant, from its newest snapshot.</summary>
    /// <remarks>
    /// A store that several processes share counts incarnations itself, and fences: once this returns, those before can store nothing
    /// and read an <see cref="OvertakenException"/>. What wraps such a store must hand this on.
    /// </remarks>
    /// <param name="participant">Which one.</param>
    /// <param name="last">The newest incarnation that the caller knows of; 0 for none.</param>
    /// <returns>Its number, higher than all before, and what to rebuild it from. Throws as <see cref="Latest"/>.</returns>
    BegunIncarnation Begin(ParticipantId participant, int last)
    {
        StoredSnapshot? stored = Latest(participant);
        return new BegunIncarnation(Math.Max(last, stored?.Incarnation ?? 0) + 1, stored?.Snapshot);
    }
}

/// <summary>What an incarnation begins with.</summary>
/// <param name="Incarnation">Its number, from 1.</param>
/// <param name="Snapshot">What to rebuild the participant from; null for a new one.</param>
public sealed record BegunIncarnation(int Incarnation, Snapshot? Snapshot);

/// <summary>A snapshot, and how far incarnations have come.</summary>
/// <param name="Incarnation">
/// The highest incarnation that is known to have stored one: the one that took this snapshot, or a later one whose own is damaged.
/// </param>
/// <param name="Snapshot">The state.</param>
public sealed record StoredSnapshot(int Incarnation, Snapshot Snapshot);
