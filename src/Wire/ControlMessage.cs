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
}
