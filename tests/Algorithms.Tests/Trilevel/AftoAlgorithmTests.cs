using System.Collections.Immutable;
using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Oracles;
using ActorFed.Algorithms.Star;
using ActorFed.Algorithms.Trilevel.Afto;
using Xunit;

namespace ActorFed.Algorithms.Tests.Trilevel;

public sealed class AftoAlgorithmTests
{
    [Fact]
    public void Stands_in_the_catalogue_for_three_levels()
    {
        IAlgorithm afto = Assert.Single(AlgorithmCatalog.All, algorithm => algorithm.Name == "afto");

        Assert.Equal((typeof(AftoOptions), 3), (afto.OptionsType, afto.Levels));
        Assert.Equal(2, AlgorithmCatalog.All.Single(algorithm => algorithm.Name == "adbo").Levels);
        Assert.True(afto.MeasuresGap(AftoSetup.Options with { MeasureGap = true }));
        Assert.False(afto.MeasuresGap(AftoSetup.Options));
    }

    [Fact]
    public void Starts_every_worker_at_the_consensus_with_duals_of_zero()
    {
        Outbox outbox = new();
        Create(ParticipantId.Master, new ThreeShards()).Start(outbox);

        AftoBody.WorkerState[] states = [.. outbox.Effects
            .Where(effect => effect.Kind == EffectKind.Send)
            .Select(effect => (AftoBody.WorkerState)((StarMessage.WorkRequested)effect.Payload!).State!)];

        Assert.Equal(3, states.Length);
        Assert.All(states, state => Assert.Equal((states[0].Upper, states[0].Middle, states[0].Lower), (state.Upper, state.Middle, state.Lower)));
        Assert.All(states, state => Assert.Equal(FlatVector.Zeros(1), state.ConsensusDual));
        Assert.NotEqual(states[0].Middle[0], states[0].Upper[0]); // streams of their own
    }

    [Fact]
    public void Shows_a_model_of_three_levels()
    {
        AftoStar star = new(AftoSetup.Options, new StarMasterOptions { StepLimit = 2 }, () => new SynchronousParticipation());
        star.Network.RunToEnd();

        ModelObserved model = star.Network.Observations.OfType<ModelObserved>().Last();

        Assert.Equal((star.Rule.Upper, star.Rule.Middle, star.Rule.Lower), (model.Upper, model.Middle, model.Lower));
    }

    [Fact]
    public void Knows_a_master_and_workers_only()
    {
        Assert.IsType<StarMaster>(Create(ParticipantId.Master, new ThreeShards()));
        Assert.IsType<StarWorker>(Create(ParticipantId.Worker(2), new ThreeShards()));
        Assert.Throws<ArgumentException>(() => Create(new ParticipantId(Role.Neighbour, 0), new ThreeShards()));
    }

    [Fact]
    public void Rejects_a_problem_whose_oracles_have_other_lengths()
    {
        ArgumentException exception = Assert.Throws<ArgumentException>(() => Create(ParticipantId.Worker(1), new ThreeShards { OracleMiddleLength = 4 }));

        Assert.Contains("oracle of shard 1 has a middle variable of length 4; that of the problem has 2", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Rejects_a_problem_of_two_levels()
    {
        ArgumentException exception = Assert.Throws<ArgumentException>(() => Create(ParticipantId.Master, new NoLevels()));

        Assert.Contains("three levels, and NoLevels is none", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Evaluates_models_of_three_levels_only()
    {
        IProblem problem = new ThreeShards();
        ModelObserved two = new() { Step = 1, Upper = FlatVector.Of(1), Lower = FlatVector.Of(2) };

        Assert.Equal(3, Assert.Single(problem.Evaluate(two with { Middle = FlatVector.Of(3) })).Value);
        Assert.Throws<ArgumentException>(() => problem.Evaluate(two));
    }

    private static IParticipant Create(ParticipantId id, IProblem problem) => new AftoAlgorithm().Create(
        new AlgorithmSetup
        {
            Problem = problem,
            Participation = new SynchronousParticipation(),
            Star = new StarMasterOptions { StepLimit = 1 },
            Seed = 5,
        },
        AftoSetup.Options,
        id,
        incarnation: 1,
        resumeFrom: null);

    private sealed class NoLevels : IProblem
    {
        public int ShardCount => 1;

        public void CheckShard(int shard)
        {
        }

        public ImmutableArray<Measure> Evaluate(ModelObserved model) => [];
    }

    private sealed class ThreeShards : ITrilevelProblem
    {
        public int OracleMiddleLength { get; init; } = 2;

        public int UpperLength => 1;

        public int MiddleLength => 2;

        public int LowerLength => 3;

        public int ShardCount => 3;

        public ITrilevelOracle CreateOracle(int shard) => TrilevelShard.Draw(3, 1, OracleMiddleLength, 3)[shard];

        public FlatVector InitialUpper(SeededRandom random) => Draw(random, 1);

        public FlatVector InitialMiddle(SeededRandom random) => Draw(random, 2);

        public FlatVector InitialLower(SeededRandom random) => Draw(random, 3);

        public ImmutableArray<Measure> Evaluate(FlatVector upper, FlatVector middle, FlatVector lower) => [new Measure("middle", middle[0])];

        private static FlatVector Draw(SeededRandom random, int length) => FlatVector.Create(length, values =>
        {
            foreach (ref double value in values)
            {
                value = random.NextGaussian();
            }
        });
    }
}
