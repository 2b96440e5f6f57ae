using Akka.Actor;

namespace ActorFed.Cluster.Akka;

/// <summary>All participants of a run in one process: parent of their mailboxes, and where these send to.</summary>
internal sealed class RunActor : UntypedActor
{
    private readonly AkkaRun _run;

    public RunActor(AkkaRun run) => _run = run;

    public static Props Of(AkkaRun run) => Props.Create(() => new RunActor(run));

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case Resident resident:
                resident.Mailbox = Context.ActorOf(MailboxActor.Of(_run, resident), resident.Actor.Id.ToString());
                break;
            case IEnvelope envelope when MailboxAddress.TryParse(envelope.Address, out _, out Algorithms.Core.ParticipantId receiver):
                Context.Child(receiver.ToString()).Forward(message);
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(
        localOnlyDecider: failure =>
        {
            _run.End(Actors.RunOutcome.Failed, $"The engine failed with {failure.GetType().Name}: {failure.Message}", failure);
            return Directive.Stop;
        },
        loggingEnabled: false);
}
