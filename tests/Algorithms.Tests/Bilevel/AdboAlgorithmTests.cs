using System.Collections.Immutable;
using ActorFed.Algorithms.Bilevel.Adbo;
using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Oracles;
using ActorFed.Algorithms.Star;
using Xunit;

namespace ActorFed.Algorithms.Tests.Bilevel;

public sealed class AdboAlgorithmTests
{
    private static readonly AdboAlgorithm Adbo = new();

    [Fact]
    public void Stands_in_the_catalogue()
    {
        Assert.Contains(AlgorithmCatalog.All, algorithm => algorithm.Name == "adbo" && algorithm.OptionsType == typeof(AdboOptions));
        Assert.Equal(AlgorithmCatalog.All.Length, AlgorithmCatalog.All.Select(algorithm => algorithm.Name).Distinct().Count());
    }

    [Theory]
    [InlineData(AdboStart.Shared)]
    [InlineData(AdboStart.PerWorker)]
    [InlineData(AdboStart.DualFromUpper)]
    public void Starts_where_it_was_told_to(AdboStart start)
    {
        AdboBody.WorkerState[] states = StatesOf(start, seed: 5);

        Assert.Equal(3, states.Length);
        Assert.All(states, state => Assert.Equal(states[0].Upper, state.Upper));
        Assert.All(states, state => Assert.Equal(state.Lower, state.LowerBefore));
        Assert.Equal(start == AdboStart.PerWorker ? 3 : 1, states.Select(state => state.Lower).Distinct().Count());
        FlatVector theta = start == AdboStart.DualFromUpper ? states[0].Upper : FlatVector.Zeros(2);
        Assert.All(states, state => Assert.Equal(theta, state.ConsensusDual));
    }

    [Fact]
    public void Starts_elsewhere_under_another_seed_and_at_the_same_place_under_the_same()
    {
        FlatVector first = StatesOf(AdboStart.Shared, seed: 5)[0].Upper;

        Assert.Equal(first, StatesOf(AdboStart.Shared, seed: 5)[0].Upper);
        Assert.NotEqual(first, StatesOf(AdboStart.Shared, seed: 6)[0].Upper);
    }

    [Fact]
    public void Knows_a_master_and_workers_only()
    {
        Assert.IsType<StarMaster>(Create(ParticipantId.Master, AdboStart.Shared, seed: 1));
        Assert.IsType<StarWorker>(Create(ParticipantId.Worker(2), AdboStart.Shared, seed: 1));
        Assert.Throws<ArgumentException>(() => Create(new ParticipantId(Role.Neighbour, 0), AdboStart.Shared, seed: 1));
    }

    private static AdboBody.WorkerState[] StatesOf(AdboStart start, ulong seed)
    {
        Outbox outbox = new();
        Create(ParticipantId.Master, start, seed).Start(outbox);
        return [.. outbox.Effects
            .Where(effect => effect.Kind == EffectKind.Send)
            .Select(effect => (AdboBody.WorkerState)((StarMessage.WorkRequested)effect.Payload!).State!)];
    }

    private static IParticipant Create(ParticipantId id, AdboStart start, ulong seed) => Adbo.Create(
        new AlgorithmSetup
        {
            Problem = new ThreeShards(),
            Participation = new SynchronousParticipation(),
            Star = new StarMasterOptions { StepLimit = 1 },
            Seed = seed,
        },
        AdboSetup.PaperOptions with { Start = start },
        id,
        incarnation: 1,
        resumeFrom: null);

    private sealed class ThreeShards : IBilevelProblem
    {
        private readonly QuadraticShard[] _shards = QuadraticShard.Draw(3, 2, 3);

        public int UpperLength => 2;

        public int LowerLength => 3;

        public int ShardCount => _shards.Length;

        public IBilevelOracle CreateOracle(int shard) => _shards[shard];

        public FlatVector InitialUpper(SeededRandom random) => FlatVector.Of(random.NextGaussian(), random.NextGaussian());

        public FlatVector InitialLower(SeededRandom random) => FlatVector.Of(random.NextGaussian(), random.NextGaussian(), random.NextGaussian());

        public ImmutableArray<Measure> Evaluate(FlatVector upper, FlatVector lower) => [];
    }
}
