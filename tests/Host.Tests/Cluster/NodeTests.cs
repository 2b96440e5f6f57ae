using ActorFed.Actors;
using ActorFed.Actors.Membership;
using ActorFed.Host.Cluster;
using ActorFed.Host.Configuration;
using ActorFed.Host.Data;
using ActorFed.Host.Experiments;
using ActorFed.Host.Observability;
using ActorFed.Host.Plugins;
using Xunit;

namespace ActorFed.Host.Tests.Cluster;

public sealed class NodeTests
{
    private static readonly NodeIdentity Self = new("a", "a test", 1, "1.0", 1, TimeSpan.FromSeconds(3));

    [Fact]
    public async Task Tells_again_of_what_it_holds_no_more_until_that_is_known()
    {
        Membership membership = new(failures: 2);
        MachineOptions machine = MachineOptions.OfThisMachine(file: null, ["broker.host=nowhere.invalid", "node.heartbeat-every=50ms"], Catalogue.BuiltIn);
        NodeSetup setup = new(
            "a",
            new MessageBroker(machine.Broker, _ => null),
            new DataLocator(null, _ => null),
            Catalogue.BuiltIn,
            new NodeLog(RunLog.Silent),
            run => new ObservedRun(Instruments.Shared, RunLog.Silent, run, machine.Telemetry.LinksBy),
            (_, _) => { },
            TimeProvider.System);
        using CancellationTokenSource leave = new();
        await using Node node = await Node.JoinAsync(machine.Node, setup, Self, membership, membership, default);

        Task life = node.RunAsync(leave.Token);
        (string Run, string Participant) released = await membership.Released.Task;
        await leave.CancelAsync();
        await life;

        Assert.Equal(("run-1", "worker-0"), released);
    }

    /// <summary>A cluster in which a run's participant is held by a node, as it stands there, that cannot host the run.</summary>
    private sealed class Membership(int failures) : ICluster, INodeSeat, IRunStore
    {
        private int _failures = failures;

        public TaskCompletionSource<(string Run, string Participant)> Released { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public string Place => "a test";

        public ClusterView Look() => new(
            [new NodeView(Self, new NodeCondition(false, null, new Dictionary<string, string>()), IsAlive: true, TimeSpan.Zero, DateTimeOffset.UnixEpoch)],
            [new RunView("run-1", 1, new Dictionary<string, string> { ["worker-0"] = "a", ["worker-1"] = "b" })]);

        public INodeSeat Join(NodeIdentity node) => this;

        public ClusterView Beat(NodeCondition condition) => Look();

        public void Release(string run, string participant)
        {
            if (_failures-- > 0)
            {
                throw new RunStoreException("The database is away.");
            }

            Released.TrySetResult((run, participant));
        }

        public IStoredRun Find(string run) => throw new RunStoreException("It cannot be hosted here.");

        public IReadOnlyList<string> Claim(string run, IReadOnlyCollection<string> participants) => [];

        public IReadOnlyDictionary<string, string> HoldersOf(string run) => new Dictionary<string, string>();

        public RunWish? WishOf(string run) => RunWish.Run;

        public bool Want(string run, RunWish wish) => throw new NotSupportedException();

        public void Drain(string node) => throw new NotSupportedException();

        public IReadOnlyList<string> List() => throw new NotSupportedException();

        public IOpenRun Create(string id, string plan) => throw new NotSupportedException();

        public IOpenRun Resume(string run, bool takesOver) => throw new NotSupportedException();

        public void Dispose()
        {
        }
    }
}
