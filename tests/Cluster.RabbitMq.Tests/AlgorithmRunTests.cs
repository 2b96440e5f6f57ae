using System.Runtime.InteropServices;
using ActorFed.Actors;
using ActorFed.Algorithms;
using ActorFed.Algorithms.Bilevel.Adbo;
using ActorFed.Algorithms.Bilevel.BlJust;
using ActorFed.Algorithms.Bilevel.FedNest;
using ActorFed.Algorithms.Bilevel.Pbgd;
using ActorFed.Algorithms.Blocks;
using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Federated;
using ActorFed.Algorithms.Federated.AsdSvrg;
using ActorFed.Algorithms.Federated.Composite.FedDualAvg;
using ActorFed.Algorithms.Federated.Fadas;
using ActorFed.Algorithms.Federated.FedBuff;
using ActorFed.Algorithms.Federated.FedOpt;
using ActorFed.Algorithms.Federated.Split;
using ActorFed.Algorithms.Oracles;
using ActorFed.Algorithms.Star;
using ActorFed.Algorithms.Trilevel.Afto;
using ActorFed.Engines;
using ActorFed.Engines.Tests;
using ActorFed.Problems;
using ActorFed.Problems.Data;
using Xunit;

namespace ActorFed.Cluster.RabbitMq.Tests;

/// <summary>Whole runs of every algorithm, shared by two engines, against the same runs within one process.</summary>
[Collection(WithBroker.Name)]
public sealed class AlgorithmRunTests(PrivateBroker broker)
{
    private const int Workers = 4;
    private const int Steps = 25;
    private const ulong Seed = 5;

    private static readonly AdboOptions Adbo = new()
    {
        StepUpper = 0.05,
        StepLower = 0.05,
        StepUpperConsensus = 0.05,
        StepLowerConsensus = 0.05,
        StepPlaneDual = 1,
        StepConsensusDual = 0.5,
        InnerRounds = 3,
        InnerStepLower = 0.1,
        InnerStepConsensus = 0.05,
        InnerStepDual = 0.5,
        RefreshEvery = 5,
        MaxPlanes = 20,
    };

    private static readonly FedNestOptions FedNest = new() { StepLower = 0.25, NeumannStep = 0.25, StepUpper = 1 };

    private static readonly ClientOptions Client = new() { Step = 0.1, Steps = 3 };

    private static readonly AftoOptions Afto = new()
    {
        StepUpper = 0.05,
        StepMiddle = 0.05,
        StepLower = 0.05,
        StepUpperConsensus = 0.05,
        StepMiddleConsensus = 0.05,
        StepLowerConsensus = 0.05,
        StepPlaneDual = 1,
        StepConsensusDual = 0.5,
        Regularization = DualRegularization.Constant,
        RefreshEvery = 5,
        LowerRounds = 2,
        MiddleRounds = 2,
        InnerStep = 0.3,
        InnerStepDual = 0.5,
        InnerStepSlack = 0.1,
        InnerStepPlaneDual = 0.001,
        MiddlePenalty = 0.1,
        LowerPenalty = 0.1,
        PlanePenalty = 0.1,
        DropTolerance = 0.05,
    };

    [Theory]
    [InlineData("adbo")]
    [InlineData("fednest")]
    [InlineData("pbgd")]
    [InlineData("bl-just")]
    [InlineData("afto")]
    [InlineData("fedopt")]
    [InlineData("fedbuff")]
    [InlineData("fadas")]
    [InlineData("feddualavg")]
    [InlineData("splitfed")]
    [InlineData("fedlite")]
    [InlineData("asd-svrg")]
    public async Task Ends_at_the_same_bits_as_within_one_process(string name)
    {
        RunPlan plan = Plan(name);
        IAlgorithm algorithm = AlgorithmCatalog.All.Single(candidate => candidate.Name == name);
        ScriptedFactory factory = Factory(algorithm, name switch
        {
            "adbo" => Adbo,
            "fednest" => FedNest,
            "pbgd" => new PbgdOptions { LastWeight = 2, WeightSteps = 10, StepUpper = 0.05, StepLower = 0.05, StepInner = 0.1, InnerSteps = 2 },
            "bl-just" => new BlJustOptions { Epochs = 3, ExploreSteps = 2, JointSteps = 5, StepShared = 0.1, StepHead = 0.1, StepOwn = 0.1, WeightIncrement = 0.5 },
            "fedopt" => new FedOptOptions { Client = Client, Weighting = ClientWeighting.Uniform, Optimiser = ServerOptimiser.Yogi, ServerStep = 0.1 },
            "fedbuff" => new FedBuffOptions { Client = Client, Staleness = new StalenessOptions(), Momentum = 0.5 },
            "asd-svrg" => new AsdSvrgOptions { InnerSteps = 4, Step = 0.1 },
            "feddualavg" => new FedDualAvgOptions { Client = Client },
            "splitfed" => new SplitFedOptions { ClientStep = 0.1, ServerStep = 0.1, BatchRows = 4 },
            "fedlite" => new FedLiteOptions
            {
                ClientStep = 0.1,
                ServerStep = 0.1,
                BatchRows = 4,
                Quantizer = new QuantizerOptions { Subvectors = 4, Groups = 2, Centroids = 3 },
                Correction = 0.01,
            },
            "fadas" => new FadasOptions { Client = Client, ServerStep = 0.1 },
            _ => Afto,
        });
        Models within = new();
        Models across = new();
        string prefix = TestEngine.NewPrefix();
        await using InProcessEngine single = new();
        await using RabbitMqEngine first = TestEngine.Hosting(broker, prefix, [ParticipantId.Master, ParticipantId.Worker(0)]);
        await using RabbitMqEngine second = TestEngine.Hosting(broker, prefix, [.. Enumerable.Range(1, 3).Select(ParticipantId.Worker)]);

        RunReport expected = await single.RunAsync(plan, factory, within, new MemorySnapshotStore(), CancellationToken.None);
        RunReport[] reports = await Task.WhenAll(
            first.RunAsync(plan, factory, across, new MemorySnapshotStore(), CancellationToken.None),
            second.RunAsync(plan, factory, new Models(), new MemorySnapshotStore(), CancellationToken.None));

        Assert.Equal(RunOutcome.Completed, expected.Outcome);
        Assert.All(reports, report => Assert.True(report.Outcome == RunOutcome.Completed, report.Reason));
        Assert.Equal(Steps, within.Last!.Step);
        Assert.Equal(Bits(within.Last), Bits(across.Last!));
    }

    private static string Bits(ModelObserved model) => string.Join('|', new[] { model.Upper, model.Middle, model.Lower }
        .Select(vector => vector is null ? "" : Convert.ToHexString(MemoryMarshal.AsBytes(vector.Span))));

    private static ScriptedFactory Factory(IAlgorithm algorithm, object options)
    {
        IProblem problem = algorithm.Levels switch
        {
            1 when algorithm.OptionsType.IsAssignableTo(typeof(SplitOptions)) => Perceptron(),
            1 => new SingleLevelQuadratic(new SingleLevelQuadraticOptions(), Workers, Seed),
            2 when algorithm.Name == "bl-just" => Joint(),
            2 => new QuadraticProblem(new QuadraticOptions(), Workers, Seed),
            _ => new TrilevelQuadraticProblem(new TrilevelQuadraticOptions(), Workers, Seed),
        };
        IParticipationPolicy[] policies =
        [
            new CohortParticipation { Size = 2, Seed = Seed },
            new SynchronousParticipation(),
            new BufferedParticipation { Buffer = Workers, Concurrency = Workers, Refill = Refill.PerStep, Pick = Pick.Fifo, Seed = Seed }, // the order of reports decides nothing
        ];
        AlgorithmSetup setup = new()
        {
            Problem = problem,
            Participation = policies.First(policy => algorithm.MisfitOf(policy) is null),
            Star = new StarMasterOptions
            {
                StepLimit = Steps,
                GapTolerance = -1,
                AskAgainAfter = TimeSpan.FromSeconds(20),
                LostAfter = TimeSpan.FromDays(1),
                OnLoss = OnLoss.Fail,
                ModelEvery = 1,
            },
            Seed = Seed,
        };
        return new ScriptedFactory((spec, incarnation, snapshot) => algorithm.Create(setup, options, spec.Id, incarnation, snapshot));
    }

    /// <summary>A network that can be cut in two.</summary>
    private static ILossProblem Perceptron()
    {
        GaussianMixtureOptions mixture = new() { Classes = 3, Features = 5, Separation = 2, Noise = 1 };
        ShardedData data = Sharding.Build(
            GaussianMixture.Generate(60, Seed, mixture, "train"), GaussianMixture.Generate(20, Seed, mixture, "test"),
            new ShardingOptions { ValidationFraction = 0 }, Workers, Seed);
        return Classification.Create(data, new ClassificationOptions { Model = ClassifierKind.Mlp, HiddenUnits = 8 }, Seed);
    }

    private static IProblem Joint()
    {
        GaussianMixtureOptions mixture = new();
        ShardedData data = Sharding.Build(
            GaussianMixture.Generate(120, Seed, mixture, "train"), GaussianMixture.Generate(30, Seed, mixture, "test"), new ShardingOptions(), Workers, Seed);
        return ((IProblem)new JointTraining(data, new JointTrainingOptions { HiddenUnits = 4 })).Select(new RowSelection { Rule = SelectionRule.Soft, Rate = 0.5 }, Seed);
    }

    private static RunPlan Plan(string name) => new()
    {
        RunId = name,
        Seed = Seed,
        Participants =
        [
            new ParticipantSpec(ParticipantId.Master),
            .. Enumerable.Range(0, Workers).Select(i => new ParticipantSpec(ParticipantId.Worker(i), i)),
        ],
        Limits = new RunLimits { WallTime = TimeSpan.FromMinutes(2) },
    };

    /// <summary>Keeps the last model.</summary>
    private sealed class Models : IRunObserver
    {
        public ModelObserved? Last { get; private set; }

        public void Observed(ParticipantId source, TimeSpan at, Observation observation) => Last = observation as ModelObserved ?? Last;

        public void Supervised(TimeSpan at, SupervisionEvent supervisionEvent)
        {
        }
    }
}
