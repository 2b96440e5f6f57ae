using ActorFed.Actors;
using Akka.Actor;

namespace ActorFed.Cluster.Akka;

/// <summary>
/// Enters one participant, on the threads for training. It may compute for long meanwhile; its mailbox, the parent, goes on to receive
/// and to answer. What the participant throws is thrown on, to the mailbox's supervision.
/// </summary>
/// <remarks>What outlives its incarnations, the <see cref="RoleActor"/>, outlives this actor, too: a restart by Akka makes a new actor around it.</remarks>
internal sealed class ParticipantActor : UntypedActor
{
    /// <summary>Threads of its own, so that a turn keeps no heartbeat waiting.</summary>
    private const string Dispatcher = "actorfed.training-dispatcher";

    private readonly AkkaRun _run;
    private readonly RoleActor _role;

    public ParticipantActor(AkkaRun run, RoleActor role) => (_run, _role) = (run, role);

    public static Props Of(AkkaRun run, RoleActor role) => Props.Create(() => new ParticipantActor(run, role)).WithDispatcher(Dispatcher);

    protected override void OnReceive(object message)
    {
        if (message is not Turn turn)
        {
            Unhandled(message);
            return;
        }

        if (turn is Turn.Save)
        {
            Context.Parent.Tell(new TurnEnded(turn, _role.SaveAtEnd()?.Event));
            return;
        }

        if (Enter(turn) is { } decision)
        {
            throw new TurnFailedException(decision);
        }

        Context.Parent.Tell(new TurnEnded(turn));
    }

    private SupervisionDecision? Enter(Turn turn)
    {
        TimeSpan now = _run.Now;
        switch (turn)
        {
            case Turn.Start:
                return _run.Enter(now, new Entry(_role.Id, EntryKind.Started, default, 0, null)) ? _role.Start(now) : null;
            case Turn.Receive receive:
                return _run.Enter(now, new Entry(_role.Id, EntryKind.Received, receive.Sender, receive.Number, receive.Message))
                    ? _role.Receive(now, receive.Sender, receive.Message)
                    : null;
            case Turn.TimerElapsed elapsed:
                return _run.Enter(now, new Entry(_role.Id, EntryKind.TimerElapsed, default, 0, elapsed.Timer)) ? _role.TimerElapsed(now, elapsed.Timer) : null;
            default:
                throw new InvalidOperationException($"{turn} is no call into a participant.");
        }
    }
}
