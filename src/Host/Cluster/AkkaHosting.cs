using ActorFed.Actors;
using ActorFed.Actors.Membership;
using ActorFed.Algorithms.Core;
using ActorFed.Cluster.Akka;
using ActorFed.Host.Configuration;
using ActorFed.Wire;

namespace ActorFed.Host.Cluster;

/// <summary>
/// This process in a cluster of Akka.NET. When the others have gone on without it, as after a pause or on the smaller side of a
/// partition, it gives up what it hosts and joins again, as a new node of Akka's under its old name here.
/// </summary>
internal sealed class AkkaHosting : IPlacingHosting
{
    private static readonly TimeSpan TryAgainAfter = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LeaveWithin = TimeSpan.FromSeconds(15);

    private readonly AkkaOptions _options;
    private readonly WantedRuns _wanted;
    private readonly NodeLog _log;
    private readonly TimeProvider _clock;
    private readonly CancellationTokenSource _leaving = new();
    private volatile AkkaNode _node = null!; // set before it is handed out
    private Action _changed = () => { };
    private Task _life = Task.CompletedTask;
    private Task? _left;

    private AkkaHosting(AkkaOptions options, WantedRuns wanted, NodeLog log, TimeProvider clock) => (_options, _wanted, _log, _clock) = (options, wanted, log, clock);

    public string Kind => "akka";

    public string Name => "the cluster of Akka.NET";

    public string Place => $"Akka.NET at {_node.Address}, {_node.Members} nodes";

    public IReadOnlyCollection<string> Runs => _node.Runs;

    public IReadOnlyList<RunStanding> Standings => _node.Standings;

    /// <summary>Joins a cluster.</summary>
    /// <exception cref="ConfigurationException">akka.conf is out of range.</exception>
    /// <exception cref="CarrierException">It was not let in.</exception>
    public static async Task<IPlacingHosting> JoinAsync(AkkaNodeOptions options, string name, WantedRuns wanted, NodeLog log, TimeProvider clock, CancellationToken cancellation)
    {
        AkkaOptions akka = new()
        {
            Cluster = options.Cluster,
            Name = name,
            Host = options.Host,
            Port = options.Port,
            BindHost = options.BindHost,
            BindPort = options.BindPort,
            Seeds = options.Seeds,
            Roles = options.Roles,
            Tls = options.Tls is { Certificate: { } certificate, Key: { } key, RootCertificate: { } root }
                ? new AkkaTls { Certificate = certificate, Key = key, RootCertificate = root }
                : null,
            Config = options.Config is { } file ? await File.ReadAllTextAsync(file, cancellation) : null,
        };
        AkkaHosting hosting = new(akka, wanted, log, clock);
        hosting._node = await hosting.JoinAsync(cancellation);
        hosting._life = hosting.StayAsync();
        return hosting;
    }

    public Task<IRunPart> JoinAsync(
        RunPlan plan, IParticipantFactory factory, IRunObserver observer, ISnapshotStore snapshots, IReadOnlySet<ParticipantId> external, Action<ParticipantId, string> givenUp) =>
        Task.FromResult(_node.Join(plan, WireCatalog.Codec, factory, observer, snapshots, givenUp));

    public void OnChange(Action changed) => Volatile.Write(ref _changed, changed);

    public IReadOnlyCollection<ParticipantId> Waiting(string run) => _node.Waiting(run);

    public IReadOnlyCollection<ParticipantId> Departing(string run) => _node.Departing(run);

    public void SendAway(string run) => _node.SendAway(run);

    public void BeginToLeave()
    {
        _leaving.Cancel();
        _left ??= _node.LeaveAsync();
    }

    public async ValueTask DisposeAsync()
    {
        BeginToLeave();
        try
        {
            await _left!.WaitAsync(LeaveWithin, _clock);
        }
        catch (TimeoutException)
        {
            _log.Warn($"This node did not get out of its cluster within {LeaveWithin.TotalSeconds:0} s; the others see that it is gone.");
        }

        await _node.DisposeAsync();
        await _life;
        _leaving.Dispose();
    }

    private Task<AkkaNode> JoinAsync(CancellationToken cancellation) => AkkaNode.JoinAsync(_options, _wanted.Read, () => Volatile.Read(ref _changed)(), cancellation);

    private async Task StayAsync()
    {
        while (!_leaving.IsCancellationRequested)
        {
            await _node.Ended;
            if (_leaving.IsCancellationRequested)
            {
                return;
            }

            _log.Warn("This node fell out of its cluster of Akka.NET, which went on without it. It joins again.");
            try
            {
                _node = await JoinAsync(_leaving.Token);
                _log.Say($"This node is back in the cluster: {Place}.");
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (CarrierException refused)
            {
                _log.Warn($"{refused.Message} It tries again in {TryAgainAfter.TotalSeconds:0} s.");
                await Task.Delay(TryAgainAfter, _clock);
            }
        }
    }
}
