using ActorFed.Algorithms.Core;

namespace ActorFed.Actors;

/// <summary>Where a <see cref="RoleActor"/> stands.</summary>
public enum ActorState
{
    /// <summary>Not built yet; <see cref="RoleActor.Start"/> is due.</summary>
    New,

    /// <summary>Takes messages and timers.</summary>
    Running,

    /// <summary>Threw; <see cref="RoleActor.Start"/> is due after the back-off. Messages wait in the mailbox.</summary>
    Restarting,

    /// <summary>Does not come back. Messages to it are discarded.</summary>
    Stopped,
}

/// <summary>
/// Hosts one participant, the same way on every engine: builds it from its last snapshot, enters it, collects its effects,
/// stores snapshots, and turns exceptions into decisions. It is entered by one call at a time and never reads a clock.
/// </summary>
/// <remarks>
/// A call that returns null went well: the engine performs the effects in <see cref="Outbox"/>, in order, before the next
/// call; Save is already done, so what is sent is never ahead of what is stored. A call that returns a decision has no
/// effects; the engine carries the decision out.
/// </remarks>
/// <param name="spec">Which participant.</param>
/// <param name="factory">Makes it.</param>
/// <param name="snapshots">Keeps its snapshots.</param>
/// <param name="supervisor">Decides when it throws.</param>
public sealed class RoleActor(ParticipantSpec spec, IParticipantFactory factory, ISnapshotStore snapshots, Supervisor supervisor)
{
    private const int SavesAtEnd = 3;

    private IParticipant? _participant;

    /// <summary>The participant's name.</summary>
    public ParticipantId Id => spec.Id;

    /// <summary>Where it stands.</summary>
    public ActorState State { get; private set; }

    /// <summary>Number of the incarnation that runs or was last tried; 0 before the first.</summary>
    public int Incarnation { get; private set; }

    /// <summary>Effects of the last call. Reused: perform them before the next one.</summary>
    public Outbox Outbox { get; } = new();

    /// <summary>Messages handed to the participant.</summary>
    public long Deliveries { get; private set; }

    /// <summary>Payload bytes it sent.</summary>
    public long BytesSent { get; private set; }

    /// <summary>Messages it rejected.</summary>
    public long Violations { get; private set; }

    /// <summary>Times it was rebuilt and started after a failure or a crash.</summary>
    public int Restarts { get; private set; }

    /// <summary>
    /// Builds the next incarnation from the newest snapshot, or anew when there is none, and enters its Start. The first
    /// incarnation of a run follows the one that took the stored snapshot.
    /// </summary>
    /// <param name="now">Time since the run began.</param>
    public SupervisionDecision? Start(TimeSpan now)
    {
        if (State == ActorState.Stopped)
        {
            throw new InvalidOperationException($"{Id} was stopped and cannot be started.");
        }

        Outbox.Clear();
        try
        {
            BegunIncarnation begun = snapshots.Begin(Id, Incarnation);
            Incarnation = begun.Incarnation;
            _participant = factory.Create(spec, Incarnation, begun.Snapshot);
            _participant.Start(Outbox);
        }
        catch (Exception failure)
        {
            return Fail(failure, now);
        }

        if (Finish(_participant, now) is { } decision)
        {
            return decision;
        }

        Restarts += State == ActorState.Restarting ? 1 : 0;
        State = ActorState.Running;
        return null;
    }

    /// <summary>Hands over a message.</summary>
    /// <param name="now">Time since the run began.</param>
    /// <param name="sender">Who sent it.</param>
    /// <param name="message">What was sent.</param>
    public SupervisionDecision? Receive(TimeSpan now, ParticipantId sender, Message message)
    {
        IParticipant participant = Running();
        Outbox.Clear();
        Deliveries++;
        try
        {
            participant.Receive(sender, message, Outbox);
        }
        catch (ProtocolViolationException violation)
        {
            Outbox.Clear();
            Violations++;
            return supervisor.Violated(Id, sender, message, violation);
        }
        catch (Exception failure)
        {
            return Fail(failure, now);
        }

        return Finish(participant, now);
    }

    /// <summary>Tells the participant that a timer of this incarnation ran out.</summary>
    /// <param name="now">Time since the run began.</param>
    /// <param name="timer">The timer's name.</param>
    public SupervisionDecision? TimerElapsed(TimeSpan now, string timer)
    {
        IParticipant participant = Running();
        Outbox.Clear();
        try
        {
            participant.TimerElapsed(timer, Outbox);
        }
        catch (Exception failure)
        {
            return Fail(failure, now);
        }

        return Finish(participant, now);
    }

    /// <summary>
    /// Stores a snapshot of a running participant at the end of a run or before it moves, where it has something to keep; does
    /// nothing in other states. No rebuild could try later, so a store that fails is asked again at once, three times in all.
    /// </summary>
    public SupervisionDecision? SaveAtEnd()
    {
        if (State != ActorState.Running)
        {
            return null;
        }

        for (int attempt = 1; ; attempt++)
        {
            try
            {
                if (_participant!.TakeSnapshot() is Snapshot snapshot)
                {
                    snapshots.Store(Id, Incarnation, snapshot);
                }

                return null;
            }
            catch (Exception failure)
            {
                if (attempt == SavesAtEnd)
                {
                    return Supervisor.SnapshotLost(Id, failure);
                }
            }
        }
    }

    /// <summary>
    /// The participant is gone without a word, as when its process is killed; <see cref="Start"/> rebuilds it. Supervision is
    /// not asked, since nobody threw.
    /// </summary>
    /// <exception cref="InvalidOperationException">It was stopped before.</exception>
    public void Crash()
    {
        if (State == ActorState.Stopped)
        {
            throw new InvalidOperationException($"{Id} was stopped and cannot crash.");
        }

        Stop();
        State = ActorState.Restarting;
    }

    /// <summary>The participant's state by name; empty while none runs.</summary>
    public IEnumerable<StateEntry> Inspect() => State == ActorState.Running ? _participant!.Inspect() : [];

    /// <summary>Stops the participant for good.</summary>
    public void Stop()
    {
        Outbox.Clear();
        _participant = null;
        State = ActorState.Stopped;
    }

    private IParticipant Running() => State == ActorState.Running
        ? _participant!
        : throw new InvalidOperationException($"{Id} is {State}; only a running participant can be entered.");

    private SupervisionDecision? Finish(IParticipant participant, TimeSpan now)
    {
        bool saves = false;
        long bytes = 0;
        Snapshot? snapshot = null;
        try
        {
            for (int i = 0; i < Outbox.Count; i++)
            {
                Effect effect = Outbox[i];
                saves |= effect.Kind == EffectKind.Save;
                bytes += effect.Kind == EffectKind.Send ? ((Message)effect.Payload!).PayloadBytes : 0;
            }

            snapshot = saves ? participant.TakeSnapshot() : null;
        }
        catch (Exception failure)
        {
            return Fail(failure, now);
        }

        if (snapshot is not null)
        {
            try
            {
                snapshots.Store(Id, Incarnation, snapshot);
            }
            catch (Exception failure)
            {
                return Leave(supervisor.StoreFailed(Id, failure, now));
            }
        }

        BytesSent += bytes;
        return null;
    }

    private SupervisionDecision Fail(Exception failure, TimeSpan now) => Leave(supervisor.Failed(Id, failure, now));

    /// <summary>Lets go of a participant whose state is not trusted any more.</summary>
    private SupervisionDecision Leave(SupervisionDecision decision)
    {
        Stop();
        if (decision.Event.Action == SupervisionAction.Restarting)
        {
            State = ActorState.Restarting;
        }

        return decision;
    }
}
