using ActorFed.Algorithms.Core;

namespace ActorFed.Actors;

/// <summary>How a participant was entered.</summary>
public enum EntryKind : byte
{
    /// <summary>An incarnation was built and started.</summary>
    Started,

    /// <summary>A message was handed over.</summary>
    Received,

    /// <summary>A timer ran out.</summary>
    TimerElapsed,

    /// <summary>Supervision or the engine stopped it from outside.</summary>
    Stopped,
}

/// <summary>
/// One call into a participant, told before it is made. The entries of a participant, in order, determine all that it does:
/// they are what a replay repeats.
/// </summary>
/// <param name="Participant">Who is entered.</param>
/// <param name="Kind">How.</param>
/// <param name="Sender">Of a message, who sent it; of a lifecycle notice, whom it is about.</param>
/// <param name="Number">Of a message, its number among all that its sender sent in the run, from 1; 0 in an engine's notice.</param>
/// <param name="What">The <see cref="Message"/>, the timer's name, or null.</param>
public readonly record struct Entry(ParticipantId Participant, EntryKind Kind, ParticipantId Sender, long Number, object? What);
