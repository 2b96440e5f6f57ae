using System.Collections.Immutable;
using ActorFed.Actors;
using ActorFed.Algorithms.Core;

namespace ActorFed.Engines.Replay;

/// <summary>
/// All entries of all participants of a run, in the order of each participant: what a <see cref="ReplayEngine"/> repeats. Where
/// entries of different participants stand to each other is not recorded, since nothing depends on it.
/// </summary>
/// <param name="Participants">Who took part, in the order of the plan.</param>
/// <param name="Entries">Of each participant, what an <see cref="EntryEncoder"/> wrote of it.</param>
/// <param name="End">How the run ended; null when the record ends before the run did.</param>
public sealed record DeliveryRecord(
    ImmutableArray<ParticipantId> Participants, ImmutableArray<ReadOnlyMemory<byte>> Entries, RecordedEnd? End);

/// <summary>The end of a recorded run.</summary>
/// <param name="Outcome">How it ended.</param>
/// <param name="Reason">Why, in words.</param>
/// <param name="Observations">
/// How much each participant observed, in the order of the plan: a run that ends leaves effects of the last calls undone.
/// </param>
public sealed record RecordedEnd(RunOutcome Outcome, string Reason, ImmutableArray<long> Observations);

/// <summary>One entry, as recorded.</summary>
/// <param name="Kind">How the participant was entered.</param>
/// <param name="Sender">Of a message or notice, the place of its sender in the plan.</param>
/// <param name="Number">Of a message, its number among all that its sender sent, from 1; else 0.</param>
/// <param name="What">The <see cref="LifecycleMessage"/>, the timer's name, the reason of a stop, why the snapshot of a start could not be read, or of a
/// start without one the incarnation (an int), where a store that several processes share gave it; null for all else.</param>
/// <param name="Snapshot">What a started participant was rebuilt from; null when it was new.</param>
public readonly record struct RecordedEntry(EntryKind Kind, int Sender, long Number, object? What, StoredSnapshot? Snapshot);

/// <summary>What the bytes of an entry begin with. Larger numbers stand for a message, and minus <see cref="FirstSender"/> for its sender.</summary>
internal enum EntryTag : byte
{
    Started,
    Resumed,
    Unreadable,
    Counted,
    TimerElapsed,
    Stopped,
    ParticipantRestarted,
    ParticipantStopped,
    FirstSender,
}
