using ActorFed.Algorithms.Core;

namespace ActorFed.Wire;

/// <summary>
/// What the engines of a run's nodes say to each other, in the names of the participants they host. Participants neither send
/// nor see it.
/// </summary>
public abstract record ControlMessage : Message
{
    private ControlMessage()
    {
    }

    /// <summary>Watcher → watched: tell me of every restart and stop from now on.</summary>
    public sealed record WatchAsked : ControlMessage;

    /// <summary>Offended → offender: be stopped for good, you broke the protocol too often.</summary>
    /// <param name="Reason">Why, in words.</param>
    public sealed record StopAsked(string Reason) : ControlMessage;

    /// <summary>One → all: the run is over.</summary>
    /// <param name="IsCompleted">False: it failed.</param>
    /// <param name="Reason">Why, in words.</param>
    public sealed record RunEnded(bool IsCompleted, string Reason) : ControlMessage;

    /// <summary>One → the run's first participant: supervision acted here.</summary>
    /// <param name="Action">Name of the act.</param>
    /// <param name="Participant">To whom it happened.</param>
    /// <param name="Reason">Why, in words.</param>
    /// <param name="Sender">Whom a violation counts against; null: nobody.</param>
    public sealed record Supervised(string Action, ParticipantId Participant, string Reason, ParticipantId? Sender) : ControlMessage;

    /// <summary>One → the run's first participant: what happened here since it was told last.</summary>
    /// <param name="Deliveries">Messages handed to participants.</param>
    /// <param name="BytesSent">Payload bytes that they sent.</param>
    /// <param name="Restarts">Participants rebuilt.</param>
    /// <param name="Violations">Messages dropped as protocol violations.</param>
    /// <param name="SendTimeouts">Messages dropped because a mailbox stayed full.</param>
    public sealed record Counted(long Deliveries, long BytesSent, long Restarts, long Violations, long SendTimeouts) : ControlMessage;

    /// <summary>One → the run's first participant: the sender shows something to those who watch the run.</summary>
    /// <param name="What">What it shows.</param>
    public sealed record Observed(Observation What) : ControlMessage;
}
