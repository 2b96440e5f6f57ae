using ActorFed.Algorithms.Core;
using Akka.Actor;
using Akka.Cluster.Sharding;

namespace ActorFed.Cluster.Akka;

/// <summary>Sharding → entity: you move, or are not wanted here any more.</summary>
internal sealed record HandOff
{
    public static HandOff Instance { get; } = new();
}

/// <summary>Node → entity: your run is not wanted.</summary>
internal sealed record SendAway
{
    public static SendAway Instance { get; } = new();
}

/// <summary>Node → entity: take up your participant.</summary>
/// <param name="Run">The run, as far as it is hosted here.</param>
/// <param name="Resident">The participant.</param>
internal sealed record Begin(AkkaRun Run, Resident Resident)
{
    private int _isDecided;

    /// <summary>Ends when it has been taken up, or cannot be.</summary>
    public TaskCompletionSource<bool> Begun { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Whether the caller is the one who decides: the entity, that it takes up, or the node, that it has waited for too long.</summary>
    public bool TryDecide() => Interlocked.Exchange(ref _isDecided, 1) == 0;
}

/// <summary>
/// A participant as sharding knows it: where its shard is, it lives. It waits until its node has its data, then has a mailbox as its
/// child; when it is handed off, it stays until the mailbox has stored the snapshot.
/// </summary>
internal sealed class EntityActor : UntypedActor
{
    private const int MaxKept = 1000; // messages that come before it is taken up; what is beyond comes again

    private readonly Residence _residence;
    private readonly string _address;
    private readonly Queue<(IEnvelope Envelope, IActorRef Sender)> _kept = [];
    private IActorRef? _mailbox;
    private bool _isHandedOff;

    public EntityActor(Residence residence, string address) => (_residence, _address) = (residence, address);

    public static Props Of(Residence residence, string address) => Props.Create(() => new EntityActor(residence, address));

    protected override void PreStart() => _residence.Arrived(_address, Self);

    protected override void PostStop() => _residence.Gone(_address, Self);

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case IEnvelope envelope when _mailbox is not null:
                _mailbox.Forward(envelope);
                break;
            case IEnvelope envelope:
                if (_kept.Count < MaxKept)
                {
                    _kept.Enqueue((envelope, Sender));
                }

                break;
            case Begin begin:
                TakeUp(begin);
                break;
            case HandOff when _mailbox is null:
                Context.Stop(Self);
                break;
            case HandOff:
                _isHandedOff = true;
                _residence.Departs(_address);
                break;
            case SendAway when _mailbox is null:
                Passivate();
                break;
            case SendAway:
                break; // it was taken up meanwhile, and is let go the usual way
            case Terminated:
                _mailbox = null;
                if (_isHandedOff)
                {
                    Context.Stop(Self);
                }
                else
                {
                    Passivate();
                }

                break;
            default:
                Unhandled(message);
                break;
        }
    }

    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(
        localOnlyDecider: _ => Directive.Stop, loggingEnabled: true);

    private void TakeUp(Begin begin)
    {
        if (!begin.TryDecide())
        {
            return;
        }

        if (_isHandedOff || _mailbox is not null)
        {
            begin.Begun.SetResult(false);
            return;
        }

        _mailbox = Context.Watch(Context.ActorOf(MailboxActor.Of(begin.Run, begin.Resident), "mailbox"));
        begin.Resident.Mailbox = _mailbox;
        begin.Begun.SetResult(true);
        while (_kept.TryDequeue(out (IEnvelope Envelope, IActorRef Sender) kept))
        {
            _mailbox.Tell(kept.Envelope, kept.Sender);
        }
    }

    /// <summary>Goes, and is not started again by sharding, but when the coordinator or a message asks for it.</summary>
    private void Passivate() => Context.Parent.Tell(new Passivate(HandOff.Instance));
}

/// <summary>Finds the mailbox and the shard of an envelope.</summary>
/// <param name="shards">Shards per role.</param>
internal sealed class MailboxExtractor(int shards) : HashCodeMessageExtractor(shards)
{
    public override string? EntityId(object message) => (message as IEnvelope)?.Address;

    /// <summary>Participants of one run that follow each other are in different shards, so that they spread over the nodes.</summary>
    public override string ShardId(string entityId, object? messageHint = null) => MailboxAddress.TryParse(entityId, out string run, out ParticipantId participant)
        ? (((uint)global::Akka.Util.MurmurHash.StringHash(run) + (uint)participant.Index) % (uint)MaxNumberOfShards).ToString(System.Globalization.CultureInfo.InvariantCulture)
        : "0";
}
