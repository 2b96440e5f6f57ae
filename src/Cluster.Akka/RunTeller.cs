using System.Collections.Immutable;
using System.Text.Json;
using ActorFed.Actors.Membership;
using Akka.Actor;
using Akka.DistributedData;
using Membership = Akka.Cluster.Cluster;

namespace ActorFed.Cluster.Akka;

/// <summary>What one node tells of a run.</summary>
/// <param name="Step">The newest step, where the run is led there; else null.</param>
/// <param name="Participants">Those hosted there.</param>
internal sealed record RunShare(long? Step, IReadOnlyList<string> Participants);

/// <summary>What one node tells.</summary>
/// <param name="Node">Its name.</param>
/// <param name="Runs">Its shares, by run.</param>
internal sealed record NodeShares(string Node, ImmutableSortedDictionary<string, RunShare> Runs);

/// <summary>
/// Tells all nodes, by distributed data, what this one hosts and how far the runs are that are led here, and keeps what they tell. So
/// each knows how all runs stand, and asks nobody. Each node writes an entry of its own, so that nobody overwrites another.
/// </summary>
internal sealed class RunTeller : UntypedActor, IWithTimers
{
    private static readonly LWWDictionaryKey<string, string> Key = new("actorfed-runs");
    private static readonly TimeSpan TellEvery = TimeSpan.FromSeconds(1);

    private readonly Func<NodeShares> _own;
    private readonly Action<IReadOnlyList<RunStanding>> _known;
    private readonly Membership _cluster = Membership.Get(Context.System);
    private readonly IActorRef _replicator = DistributedData.Get(Context.System).Replicator;
    private string _told = "";

    private sealed record Tell
    {
        public static Tell Instance { get; } = new();
    }

    public RunTeller(Func<NodeShares> own, Action<IReadOnlyList<RunStanding>> known) => (_own, _known) = (own, known);

    public ITimerScheduler Timers { get; set; } = null!;

    /// <param name="own">What this node has to tell; any thread.</param>
    /// <param name="known">Takes how all runs stand, whenever that has changed.</param>
    public static Props Of(Func<NodeShares> own, Action<IReadOnlyList<RunStanding>> known) => Props.Create(() => new RunTeller(own, known));

    /// <summary>How runs stand, by what nodes have told.</summary>
    public static IReadOnlyList<RunStanding> Standings(IReadOnlyCollection<NodeShares> nodes) =>
    [
        .. nodes.SelectMany(node => node.Runs.Select(run => (node.Node, Run: run.Key, Share: run.Value)))
            .GroupBy(told => told.Run, StringComparer.Ordinal)
            .OrderBy(run => run.Key, StringComparer.Ordinal)
            .Select(run => new RunStanding(
                run.Key,
                run.Where(told => told.Share.Step is not null).OrderByDescending(told => told.Share.Step).Select(told => told.Node).FirstOrDefault(), // two, while it moves
                run.Max(told => told.Share.Step) ?? 0,
                run.Where(told => told.Share.Participants.Count > 0).ToImmutableSortedDictionary(told => told.Node, told => told.Share.Participants, StringComparer.Ordinal))),
    ];

    protected override void PreStart()
    {
        _replicator.Tell(Dsl.Subscribe(Key, Self));
        Timers.StartPeriodicTimer(nameof(Tell), Tell.Instance, TellEvery, TellEvery);
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case Tell:
                TellOwn();
                break;
            case Changed changed:
                Keep(changed.Get(Key));
                break;
            case IUpdateResponse:
                break; // what could not be told now is told when it has changed
            default:
                Unhandled(message);
                break;
        }
    }

    private void TellOwn()
    {
        string own = JsonSerializer.Serialize(_own());
        if (own == _told)
        {
            return;
        }

        _told = own;
        string self = _cluster.SelfAddress.ToString();
        ImmutableHashSet<string> members = Members();
        _replicator.Tell(Dsl.Update(Key, LWWDictionary<string, string>.Empty, WriteLocal.Instance, all => all.Keys.Where(node => !members.Contains(node)) // it died
            .Aggregate(all, (left, gone) => left.Remove(_cluster, gone)).SetItem(_cluster, self, own)));
    }

    private void Keep(LWWDictionary<string, string> all)
    {
        ImmutableHashSet<string> members = Members();
        _told = all.ContainsKey(_cluster.SelfAddress.ToString()) ? _told : ""; // somebody did not know yet that this node is a member
        _known(Standings([.. all.Entries.Where(entry => members.Contains(entry.Key)).Select(entry => JsonSerializer.Deserialize<NodeShares>(entry.Value)!)]));
    }

    private ImmutableHashSet<string> Members() => [.. _cluster.State.Members.Select(member => member.Address.ToString()), _cluster.SelfAddress.ToString()];
}
