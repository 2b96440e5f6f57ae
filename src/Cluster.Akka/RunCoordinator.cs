using ActorFed.Algorithms.Core;
using Akka.Actor;
using Akka.Cluster.Sharding;
using Akka.Event;

namespace ActorFed.Cluster.Akka;

/// <summary>
/// The one of the cluster who sees to it that whoever is wanted is there: it reads what is wanted of runs, and asks sharding to start the
/// participants of each. When its node dies, the next one begins anew, which changes nothing where all are started.
/// </summary>
internal sealed class RunCoordinator : UntypedActor, IWithTimers
{
    private readonly Func<IReadOnlyList<WantedRun>> _wanted;
    private readonly Func<Role, IActorRef> _region;
    private readonly AkkaSettings _settings;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly HashSet<string> _known = [];
    private bool _isReminding;
    private bool _isLooking;

    private sealed record Look
    {
        public static Look Instance { get; } = new();
    }

    private sealed record Remind
    {
        public static Remind Instance { get; } = new();
    }

    private sealed record Seen(IReadOnlyList<WantedRun>? Runs, Exception? Failure);

    public RunCoordinator(Func<IReadOnlyList<WantedRun>> wanted, Func<Role, IActorRef> region, AkkaSettings settings) =>
        (_wanted, _region, _settings) = (wanted, region, settings);

    public ITimerScheduler Timers { get; set; } = null!;

    /// <param name="wanted">Reads what is wanted; may block, and may throw.</param>
    /// <param name="region">Where the participants of a role are asked for.</param>
    /// <param name="settings">How often.</param>
    public static Props Of(Func<IReadOnlyList<WantedRun>> wanted, Func<Role, IActorRef> region, AkkaSettings settings) =>
        Props.Create(() => new RunCoordinator(wanted, region, settings));

    protected override void PreStart()
    {
        Self.Tell(Look.Instance);
        Timers.StartPeriodicTimer(nameof(Look), Look.Instance, _settings.LookEvery);
        Timers.StartPeriodicTimer(nameof(Remind), Remind.Instance, _settings.RemindEvery);
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case Look when !_isLooking:
                _isLooking = true;
                Func<IReadOnlyList<WantedRun>> wanted = _wanted;
                Task.Run(() => new Seen(wanted(), null)).PipeTo(Self, failure: failure => new Seen(null, failure));
                break;
            case Look:
                break; // the store has not answered yet
            case Remind:
                _isReminding = true;
                break;
            case Seen { Runs: { } runs }:
                _isLooking = false;
                Ask(runs);
                break;
            case Seen seen:
                _isLooking = false;
                _log.Warning("What is wanted of runs could not be read, and is asked for again: {0}", seen.Failure!.Message);
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    /// <summary>Asks for the participants of runs that are new, and once in a while for all: who was let go by a node may have nobody else who asks.</summary>
    private void Ask(IReadOnlyList<WantedRun> runs)
    {
        _known.IntersectWith(runs.Select(run => run.Run));
        foreach (WantedRun run in runs)
        {
            if (!_known.Add(run.Run) && !_isReminding)
            {
                continue;
            }

            foreach (ParticipantId participant in run.Participants)
            {
                _region(participant.Role).Tell(new ShardRegion.StartEntity(MailboxAddress.Of(run.Run, participant)), ActorRefs.NoSender);
            }
        }

        _isReminding = false;
    }
}
