namespace ActorFed.Algorithms.Core;

/// <summary>
/// A deterministic state machine: a message goes in, its own state changes, effects come out. It knows no thread, clock,
/// socket, random source or log; equal inputs in equal order give equal effects, bit for bit.
/// </summary>
/// <remarks>
/// Every method checks first and changes after: one that throws <see cref="ProtocolViolationException"/> has changed
/// nothing. Any other exception leaves the state untrusted, and supervision rebuilds the participant from its last snapshot.
/// </remarks>
public interface IParticipant
{
    /// <summary>The first call of every incarnation, whether new or rebuilt from a snapshot.</summary>
    void Start(Outbox outbox);

    /// <summary>A message arrived; perhaps late, out of order or for the second time.</summary>
    /// <exception cref="ProtocolViolationException">The message is not acceptable; nothing was changed.</exception>
    void Receive(ParticipantId sender, Message message, Outbox outbox);

    /// <summary>A timer started by <see cref="Outbox.StartTimer"/> ran out.</summary>
    void TimerElapsed(string timer, Outbox outbox);

    /// <summary>
    /// All that is needed to rebuild this participant elsewhere; valid between any two calls. Null when there is nothing to
    /// keep, because it can be made anew: then nothing is stored, and after a resume it is of incarnation 1 again.
    /// </summary>
    Snapshot? TakeSnapshot();

    /// <summary>The state by name, between any two calls: for replays that stop to look, and for checkers. Empty when there is nothing to show.</summary>
    IEnumerable<StateEntry> Inspect() => [];
}
