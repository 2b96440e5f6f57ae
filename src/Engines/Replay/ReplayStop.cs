using ActorFed.Actors;
using ActorFed.Algorithms.Core;

namespace ActorFed.Engines.Replay;

/// <summary>Where a replay ends to have a look.</summary>
/// <param name="After">The number of the last entry that is made, from 1.</param>
/// <param name="Of">Whose entries are counted; null: those of all, in the order of the replay.</param>
/// <param name="Look">Called there, once; not at all when there are fewer entries.</param>
public sealed record ReplayStop(long After, ParticipantId? Of, Action<IReplayView> Look);

/// <summary>Looks into a replay that has stopped; valid during the call it is handed to.</summary>
public interface IReplayView
{
    /// <summary>Entries made so far, by all.</summary>
    long Entries { get; }

    /// <summary>Entries that a participant has made so far.</summary>
    long EntriesOf(ParticipantId participant);

    /// <summary>Where a participant stands.</summary>
    ActorState StateOf(ParticipantId participant);

    /// <summary>The state of a participant by name; empty while none runs.</summary>
    IEnumerable<StateEntry> Inspect(ParticipantId participant);
}
