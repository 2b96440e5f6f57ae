using ActorFed.Algorithms.Core;

namespace ActorFed.Engines.Replay;

/// <summary>The participants do not do what the record says they did: it was made by other code, on other data, or is not complete.</summary>
/// <param name="participant">Whose entry cannot be repeated.</param>
/// <param name="entry">Its number among the participant's entries, from 1.</param>
/// <param name="difference">What differs, in words.</param>
/// <param name="cause">What a participant threw, where that is the difference.</param>
public sealed class ReplayDifferenceException(ParticipantId participant, long entry, string difference, Exception? cause = null)
    : Exception($"Entry {entry} of {participant} cannot be repeated: {difference}. The run and this code, or its data, differ.", cause)
{
    /// <summary>Whose entry cannot be repeated.</summary>
    public ParticipantId Participant { get; } = participant;

    /// <summary>Its number among the participant's entries, from 1.</summary>
    public long Entry { get; } = entry;
}
