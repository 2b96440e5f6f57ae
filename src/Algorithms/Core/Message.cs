namespace ActorFed.Algorithms.Core;

/// <summary>Root of everything participants say to each other: immutable values, compared by value.</summary>
public abstract record Message
{
    /// <summary>Bytes of the vectors and numbers carried, without envelope; what byte counts in reports add up.</summary>
    public virtual long PayloadBytes => 0;
}

/// <summary>Engine → watcher: what became of a watched participant. Its sender is the watched participant.</summary>
public abstract record LifecycleMessage : Message
{
    private LifecycleMessage()
    {
    }

    /// <summary>The participant was rebuilt after a failure and runs again.</summary>
    /// <param name="Incarnation">Its new incarnation; grows with every rebuild.</param>
    public sealed record ParticipantRestarted(int Incarnation) : LifecycleMessage;

    /// <summary>The participant was stopped and will not come back by itself.</summary>
    /// <param name="Reason">Why, in words.</param>
    public sealed record ParticipantStopped(string Reason) : LifecycleMessage;
}

/// <summary>A message that must not be handled: it changed nothing, is dropped and counted against its sender.</summary>
public sealed class ProtocolViolationException(ParticipantId sender, Message message, string reason)
    : Exception($"{message.GetType().Name} from {sender} was rejected: {reason}")
{
    /// <summary>Who sent the message.</summary>
    public ParticipantId Sender { get; } = sender;
}
