using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Globalization;
using ActorFed.Actors;
using ActorFed.Actors.Membership;
using ActorFed.Algorithms.Core;
using ActorFed.Wire;
using Akka.Actor;
using Akka.Cluster;
using Akka.Cluster.Sharding;
using Akka.Cluster.Tools.Singleton;
using Akka.Configuration;
using Akka.Remote;
using Membership = Akka.Cluster.Cluster;

namespace ActorFed.Cluster.Akka;

/// <summary>
/// A process in a cluster of Akka.NET: an actor system, shard regions in which participants live, and its part in the one coordinator of
/// runs. Sharding decides who lives here; whoever runs the node takes them up.
/// </summary>
public sealed class AkkaNode : IAsyncDisposable
{
    private const string ConfRole = "conf-"; // followed by the digest of akka.conf

    private readonly ActorSystem _system;
    private readonly Membership _cluster;
    private readonly AkkaSettings _settings;
    private readonly Residence _residence;
    private readonly ImmutableDictionary<Role, IActorRef> _regions;
    private readonly CancellationTokenSource _gone = new();
    private readonly ConcurrentDictionary<string, AkkaRun> _runs = new(); // this node's parts
    private volatile IReadOnlyList<RunStanding> _standings = [];

    private AkkaNode(ActorSystem system, Membership cluster, AkkaSettings settings, Residence residence, ImmutableDictionary<Role, IActorRef> regions)
    {
        (_system, _cluster, _settings, _residence, _regions) = (system, cluster, settings, residence, regions);
        Ended = system.WhenTerminated.ContinueWith(_ => _gone.Cancel(), TaskScheduler.Default);
    }

    /// <summary>Ends when the node is out of its cluster, as it was asked or since the others went on without it; nobody lives here then.</summary>
    public Task Ended { get; }

    /// <summary>Where the others reach it.</summary>
    public string Address => _cluster.SelfAddress.ToString();

    /// <summary>Whether it is a full member, and sees most of the others.</summary>
    public bool IsConnected => !_cluster.IsTerminated && _cluster.SelfMember.Status is MemberStatus.Up or MemberStatus.Leaving or MemberStatus.Exiting;

    /// <summary>How many nodes are members.</summary>
    public int Members => _cluster.State.Members.Count(member => member.Status == MemberStatus.Up);

    /// <summary>Runs with participants that were given to this node.</summary>
    public IReadOnlyCollection<string> Runs => _residence.Runs;

    /// <summary>How the runs stand that some node hosts, as all have told each other.</summary>
    public IReadOnlyList<RunStanding> Standings => _standings;

    /// <summary>Joins a cluster, and begins to host.</summary>
    /// <param name="options">Which cluster, and how.</param>
    /// <param name="wanted">Reads what is wanted of runs, where this node has the coordinator; may block and throw.</param>
    /// <param name="changed">Told when participants came or are to leave; any thread.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    /// <exception cref="ArgumentException">akka.conf is out of range.</exception>
    /// <exception cref="AkkaException">It was not let in, or has no certificate that others would accept.</exception>
    public static async Task<AkkaNode> JoinAsync(
        AkkaOptions options, Func<IReadOnlyList<WantedRun>> wanted, Action changed, CancellationToken cancellation)
    {
        AkkaSettings settings = AkkaSettings.Load(options.Config);
        ActorSystem system = Start(options, settings);
        try
        {
            Membership cluster = Membership.Get(system);
            await BecomeMemberAsync(options, settings, cluster, cancellation).ConfigureAwait(false);
            RequireSameSettings(settings, cluster);
            Residence residence = new(changed);
            ImmutableDictionary<Role, IActorRef> regions = StartRegions(options, settings, system, residence);
            system.ActorOf(
                ClusterSingletonManager.Props(
                    RunCoordinator.Of(wanted, role => regions[role], settings), PoisonPill.Instance, ClusterSingletonManagerSettings.Create(system).WithSingletonName("coordinator")),
                "runs");
            AkkaNode node = new(system, cluster, settings, residence, regions);
            system.ActorOf(Props.Create(() => new QuarantineActor(system)), "quarantine");
            system.ActorOf(RunTeller.Of(() => node.Shares(options.Name ?? $"{options.Host}:{cluster.SelfAddress.Port}"), standings => node._standings = standings), "teller");
            return node;
        }
        catch
        {
            await system.Terminate().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Joins a run; nobody is hosted yet.</summary>
    /// <param name="plan">The run.</param>
    /// <param name="codec">Writes and reads all messages of the participants.</param>
    /// <param name="factory">Makes and rebuilds participants.</param>
    /// <param name="observer">Told what happens in this process.</param>
    /// <param name="snapshots">A store that all nodes share, and that fences.</param>
    /// <param name="givenUp">Told of a participant that was given up here, and why. Any thread.</param>
    public IRunPart Join(
        RunPlan plan, WireCodec codec, IParticipantFactory factory, IRunObserver observer, ISnapshotStore snapshots, Action<ParticipantId, string> givenUp)
    {
        plan.Validate();
        RunSetup setup = new(plan, _settings, codec, new SchedulerClock(_system.Scheduler), participant => _regions[participant.Role])
        {
            Lead = plan.Participants[0].Id,
        };
        AkkaRun run = new(setup, factory, observer, snapshots) { GivenUp = givenUp };
        _runs[plan.RunId] = run;
        AkkaPart part = new(run, _residence, () => IsConnected, _gone.Token);
        part.Ended.ContinueWith(_ => _runs.TryRemove(KeyValuePair.Create(plan.RunId, run)), TaskScheduler.Default);
        return part;
    }

    /// <summary>Participants of a run that sharding gave to this node, and that wait to be taken up.</summary>
    public IReadOnlyCollection<ParticipantId> Waiting(string run) => _residence.Waiting(run);

    /// <summary>Participants of a run that are to be handed over.</summary>
    public IReadOnlyCollection<ParticipantId> Departing(string run) => _residence.Departing(run);

    /// <summary>Sends the participants of a run away that wait here, since it is not wanted.</summary>
    public void SendAway(string run) => _residence.SendAway(run);

    /// <summary>Begins to leave: all that live here are to be handed over. Ends when they were, and the node is out.</summary>
    public Task LeaveAsync() => CoordinatedShutdown.Get(_system).Run(CoordinatedShutdown.ClusterLeavingReason.Instance);

    /// <summary>Leaves at once; what is still hosted goes on elsewhere as after a crash.</summary>
    public async ValueTask DisposeAsync()
    {
        await _system.Terminate().ConfigureAwait(false);
        await Ended.ConfigureAwait(false);
        _gone.Dispose();
    }

    private NodeShares Shares(string name)
    {
        ILookup<string, string> taken = _residence.Taken.OrderBy(place => place.Participant).ToLookup(place => place.Run, place => place.Participant.ToString());
        return new NodeShares(name, _runs.Keys.Union(taken.Select(run => run.Key)).ToImmutableSortedDictionary(
            run => run,
            run => new RunShare(_runs.GetValueOrDefault(run)?.Recording?.Step, [.. taken[run]]),
            StringComparer.Ordinal));
    }

    private static ActorSystem Start(AkkaOptions options, AkkaSettings settings)
    {
        options.Tls?.Load(options.Host);
        string scheme = options.Tls is null ? "tcp" : TlsTransport.Scheme;
        string seeds = string.Join(", ", options.Seeds.Select(seed => $"\"akka.{scheme}://{options.Cluster}@{seed}\""));
        string roles = string.Join(", ", options.Roles.Select(role => NameOf(role)).Append($"{ConfRole}{settings.Digest}"));
        Config config = settings.Over(string.Create(CultureInfo.InvariantCulture, $$"""
            akka.remote.dot-netty.tcp.hostname = "{{options.BindHost ?? options.Host}}"
            akka.remote.dot-netty.tcp.port = {{options.BindPort ?? options.Port}}
            akka.remote.dot-netty.tcp.public-hostname = "{{options.Host}}"
            akka.remote.dot-netty.tcp.public-port = {{options.Port}}
            akka.cluster.roles = [{{roles}}]
            akka.cluster.seed-nodes = [{{seeds}}]
            {{(options.Tls is { } tls ? TlsTransport.Keys(options, tls, settings.FrameBytes) : "")}}
            """)).WithFallback(ClusterSharding.DefaultConfig()); // from the beginning: others speak of shards as soon as this node is a member
        try
        {
            return ActorSystem.Create(options.Cluster, config);
        }
        catch (Exception failure) when (failure is not ArgumentException)
        {
            throw new AkkaException($"This node cannot listen at {options.BindHost ?? options.Host}:{options.BindPort ?? options.Port}: {failure.GetBaseException().Message} Set akka.host and akka.port to an address of this machine that is free, or akka.bind-host and akka.bind-port where the others reach it by another one.", failure);
        }
    }

    private static async Task BecomeMemberAsync(AkkaOptions options, AkkaSettings settings, Membership cluster, CancellationToken cancellation)
    {
        TaskCompletionSource up = new(TaskCreationOptions.RunContinuationsAsynchronously);
        cluster.RegisterOnMemberUp(up.SetResult);
        try
        {
            await up.Task.WaitAsync(settings.JoinWithin, cancellation).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            throw new AkkaException(
                $"This node, {cluster.SelfAddress}, was not let into the cluster '{options.Cluster}' within actorfed.join-within, {settings.JoinWithin.TotalSeconds:0} s. "
                + $"Its seeds are {(options.Seeds.Count == 0 ? "none" : string.Join(", ", options.Seeds))}: at least one must run and be reachable from here at exactly that address, "
                + "under the same akka.cluster and akka.tls; the first one must name itself, since it begins the cluster.");
        }
    }

    /// <summary>Nodes with different limits or times would refuse each other's messages later, and without a word.</summary>
    private static void RequireSameSettings(AkkaSettings settings, Membership cluster)
    {
        foreach (Member other in cluster.State.Members)
        {
            string? digest = other.Roles.FirstOrDefault(role => role.StartsWith(ConfRole, StringComparison.Ordinal))?[ConfRole.Length..];
            if (digest != settings.Digest)
            {
                throw new AkkaException(
                    $"The node at {other.Address} has another akka.conf ({digest ?? "none"}) than this one ({settings.Digest}): give the same file, akka.config, to all nodes of the cluster, and use the same build.");
            }
        }
    }

    private static ImmutableDictionary<Role, IActorRef> StartRegions(AkkaOptions options, AkkaSettings settings, ActorSystem system, Residence residence)
    {
        ClusterSharding sharding = ClusterSharding.Get(system);
        MailboxExtractor extractor = new(settings.Shards);
        return Enum.GetValues<Role>().ToImmutableDictionary(role => role, role => options.Roles.Contains(role)
            ? sharding.Start(
                NameOf(role),
                address => EntityActor.Of(residence, address),
                ClusterShardingSettings.Create(system).WithRole(NameOf(role)),
                extractor,
                sharding.DefaultShardAllocationStrategy(ClusterShardingSettings.Create(system)),
                HandOff.Instance)
            : sharding.StartProxy(NameOf(role), NameOf(role), extractor));
    }

    private static string NameOf(Role role) => role switch
    {
        Role.Master => "master",
        Role.Worker => "worker",
        _ => "neighbour",
    };

    /// <summary>Ends an actor system that the others have given up: it is not let in again, and a new one is.</summary>
    private sealed class QuarantineActor : UntypedActor
    {
        private readonly ActorSystem _system;

        public QuarantineActor(ActorSystem system) => _system = system;

        protected override void PreStart() => Context.System.EventStream.Subscribe(Self, typeof(ThisActorSystemQuarantinedEvent));

        protected override void OnReceive(object message)
        {
            if (message is ThisActorSystemQuarantinedEvent)
            {
                _ = CoordinatedShutdown.Get(_system).Run(CoordinatedShutdown.ClusterDowningReason.Instance);
            }
        }
    }
}
