using System.Collections.Immutable;
using ActorFed.Algorithms.Bilevel.FedNest;
using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Oracles;
using ActorFed.Algorithms.Star;
using Xunit;
using static ActorFed.Algorithms.Tests.Bilevel.FedNestSetup;

namespace ActorFed.Algorithms.Tests.Bilevel;

public sealed class FedNestAlgorithmTests
{
    private static readonly FedNestAlgorithm FedNest = new();

    [Fact]
    public void Stands_in_the_catalogue_as_synchronous()
    {
        IAlgorithm algorithm = Assert.Single(AlgorithmCatalog.All, algorithm => algorithm.Name == "fednest");

        Assert.Equal(typeof(FedNestOptions), algorithm.OptionsType);
        Assert.True(algorithm.IsSynchronous);
        Assert.True(algorithm.MeasuresGap(AllStages));
    }

    [Fact]
    public void Starts_elsewhere_under_another_seed_and_at_the_same_place_under_the_same()
    {
        Assert.Equal(StateOf(seed: 5), StateOf(seed: 5));
        Assert.NotEqual(StateOf(seed: 5).Upper, StateOf(seed: 6).Upper);
        Assert.NotEqual(StateOf(seed: 5).Lower, StateOf(seed: 6).Lower);
    }

    [Fact]
    public void Knows_a_master_and_workers_only()
    {
        Assert.IsType<StarMaster>(Create(ParticipantId.Master));
        Assert.IsType<StarWorker>(Create(ParticipantId.Worker(2)));
        Assert.Throws<ArgumentException>(() => Create(new ParticipantId(Role.Neighbour, 0)));
    }

    [Fact]
    public void Refuses_every_other_participation()
    {
        ArgumentException refused = Assert.Throws<ArgumentException>(
            () => Create(ParticipantId.Master, policy: new AsynchronousParticipation(Workers, 1)));

        Assert.Contains(nameof(SynchronousParticipation), refused.Message, StringComparison.Ordinal);
    }

    private static FedNestBody.WorkerState StateOf(ulong seed)
    {
        Outbox outbox = new();
        Create(ParticipantId.Master, seed).Start(outbox);
        FedNestBody.WorkerState[] states = [.. outbox.Effects
            .Where(effect => effect.Kind == EffectKind.Send)
            .Select(effect => (FedNestBody.WorkerState)((StarMessage.WorkRequested)effect.Payload!).State!)];
        Assert.Equal(Workers, states.Length);
        return Assert.Single(states.Distinct());
    }

    private static IParticipant Create(ParticipantId id, ulong seed = 1, IParticipationPolicy? policy = null) => FedNest.Create(
        new AlgorithmSetup
        {
            Problem = new ThreeShards(),
            Participation = policy ?? new SynchronousParticipation(),
            Star = new StarMasterOptions { StepLimit = 1 },
            Seed = seed,
        },
        AllStages,
        id,
        incarnation: 1,
        resumeFrom: null);

    internal sealed class ThreeShards : IBilevelProblem
    {
        private readonly QuadraticShard[] _shards = QuadraticShard.Draw(Workers, N, M);

        public int UpperLength => N;

        public int LowerLength => M;

        public int ShardCount => Workers;

        public IBilevelOracle CreateOracle(int shard) => _shards[shard];

        public FlatVector InitialUpper(SeededRandom random) => FlatVector.Of(random.NextGaussian(), random.NextGaussian());

        public FlatVector InitialLower(SeededRandom random) => FlatVector.Of(random.NextGaussian(), random.NextGaussian(), random.NextGaussian());

        public ImmutableArray<Measure> Evaluate(FlatVector upper, FlatVector lower) => [];
    }
}
