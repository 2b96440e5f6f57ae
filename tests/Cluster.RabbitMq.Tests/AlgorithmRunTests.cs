using System.Runtime.InteropServices;
using ActorFed.Actors;
using ActorFed.Algorithms;
using ActorFed.Algorithms.Bilevel.Adbo;
using ActorFed.Algorithms.Bilevel.BlJust;
using ActorFed.Algorithms.Bilevel.FedNest;
using ActorFed.Algorithms.Bilevel.Pbgd;
using ActorFed.Algorithms.Blocks;
using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Decentralized.C2dfb;
using ActorFed.Algorithms.Decentralized.CoupledCd;
using ActorFed.Algorithms.Decentralized.Dsgd;
using ActorFed.Algorithms.Decentralized.Dsoba;
using ActorFed.Algorithms.Decentralized.Sparkle;
using ActorFed.Algorithms.Decentralized.Suda;
using ActorFed.Algorithms.Federated;
using ActorFed.Algorithms.Federated.AsdSvrg;
using ActorFed.Algorithms.Federated.Composite.FedDualAvg;
using ActorFed.Algorithms.Federated.Composite.FedMid;
using ActorFed.Algorithms.Federated.Composite.FedSubgradient;
using ActorFed.Algorithms.Federated.Fadas;
using ActorFed.Algorithms.Federated.FedAsync;
using ActorFed.Algorithms.Federated.FedBuff;
using ActorFed.Algorithms.Federated.FedOpt;
using ActorFed.Algorithms.Federated.Split;
using ActorFed.Algorithms.Graph;
using ActorFed.Algorithms.Graph.Topologies;
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

    private static readonly Topology Everyone = TopologyCatalog.Create(new TopologyOptions { Topology = "complete" }, Workers, Seed);

    /// <summary>All algorithms there are: one that joins the catalogue runs here, too.</summary>
    public static TheoryData<string> Names => [.. AlgorithmCatalog.All.Select(algorithm => algorithm.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Ends_at_the_same_bits_as_within_one_process(string name)
    {
        IAlgorithm algorithm = AlgorithmCatalog.All.Single(candidate => candidate.Name == name);
        RunPlan plan = Plan(algorithm);
        ScriptedFactory factory = Factory(algorithm, OptionsOf(name));
        Models within = new();
        Models across = new();
        string prefix = TestEngine.NewPrefix();
        ParticipantId[] all = [.. plan.Participants.Select(spec => spec.Id)];
        await using InProcessEngine single = new();
        await using RabbitMqEngine first = TestEngine.Hosting(broker, prefix, [.. all[..2]]);
        await using RabbitMqEngine second = TestEngine.Hosting(broker, prefix, [.. all[2..]]);

        RunReport expected = await single.RunAsync(plan, factory, within, new MemorySnapshotStore(), CancellationToken.None);
        RunReport[] reports = await Task.WhenAll(
            first.RunAsync(plan, factory, across, new MemorySnapshotStore(), CancellationToken.None),
            second.RunAsync(plan, factory, across, new MemorySnapshotStore(), CancellationToken.None));

        Assert.Equal(RunOutcome.Completed, expected.Outcome);
        Assert.All(reports, report => Assert.True(report.Outcome == RunOutcome.Completed, report.Reason));
        Assert.Contains(within.Last, model => model.Value.Step == Steps);
        Assert.Equal(within.Bits, across.Bits);
    }

    private static object OptionsOf(string name) => name switch
    {
        "adbo" => Adbo,
        "fednest" => new FedNestOptions { StepLower = 0.25, NeumannStep = 0.25, StepUpper = 1 },
        "pbgd" => new PbgdOptions { LastWeight = 2, WeightSteps = 10, StepUpper = 0.05, StepLower = 0.05, StepInner = 0.1, InnerSteps = 2 },
        "bl-just" => new BlJustOptions { Epochs = 3, ExploreSteps = 2, JointSteps = 5, StepShared = 0.1, StepHead = 0.1, StepOwn = 0.1, WeightIncrement = 0.5 },
        "afto" => Afto,
        "fedopt" => new FedOptOptions { Client = Client, Weighting = ClientWeighting.Uniform, Optimiser = ServerOptimiser.Yogi, ServerStep = 0.1 },
        "fedbuff" => new FedBuffOptions { Client = Client, Staleness = new StalenessOptions(), Momentum = 0.5 },
        "fedasync" => new FedAsyncOptions { Client = Client, Staleness = new StalenessOptions() },
        "fadas" => new FadasOptions { Client = Client, ServerStep = 0.1 },
        "feddualavg" => new FedDualAvgOptions { Client = Client },
        "fedmid" => new FedMidOptions { Client = Client },
        "fedavg-subgradient" => new FedSubgradientOptions { Client = Client },
        "splitfed" => new SplitFedOptions { ClientStep = 0.1, ServerStep = 0.1, BatchRows = 4 },
        "fedlite" => new FedLiteOptions
        {
            ClientStep = 0.1,
            ServerStep = 0.1,
            BatchRows = 4,
            Quantizer = new QuantizerOptions { Subvectors = 4, Groups = 2, Centroids = 3 },
            Correction = 0.01,
        },
        "asd-svrg" => new AsdSvrgOptions { InnerSteps = 4, Step = 0.1 },
        "dsgd" => new DsgdOptions { Step = 0.1 },
        "suda" => new SudaOptions { Step = 0.1 },
        "dsoba" => new DsobaOptions { StepUpper = 0.02, StepLower = 0.1, StepAuxiliary = 0.1 },
        "sparkle" => new SparkleOptions { StepUpper = 0.02, StepLower = 0.05, StepAuxiliary = 0.05 },
        "c2dfb" => new C2dfbOptions { StepUpper = 0.02, StepPenalised = 0.02, StepLower = 0.1 },
        "coupled-cd" => new CoupledCdOptions { Regularizer = new() { Kind = BlockRegularizerKind.L1, Weight = 0.3 } },
        _ => throw new ArgumentException($"There are no settings for '{name}' here; give it some, so that it is run over a broker.", nameof(name)),
    };

    private static ScriptedFactory Factory(IAlgorithm algorithm, object options)
    {
        IProblem problem = algorithm.Levels switch
        {
            1 when algorithm.IsCoupled => new CoupledQuadratic(new CoupledQuadraticOptions { ConditionNumber = 10, RightSide = [1] }, Workers, Seed),
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
            new BufferedParticipation { Buffer = 1, Concurrency = 1, Refill = Refill.PerStep, Pick = Pick.Fifo, Seed = Seed }, // one after the other
        ];
        AlgorithmSetup setup = algorithm.Shape == ProtocolShape.Graph
            ? new() { Problem = problem, Graph = Graph, Seed = Seed }
            : new() { Problem = problem, Participation = policies.First(policy => algorithm.MisfitOf(policy) is null), Star = Star, Seed = Seed };
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

    private static StarMasterOptions Star { get; } = new()
    {
        StepLimit = Steps,
        GapTolerance = -1,
        AskAgainAfter = TimeSpan.FromSeconds(20),
        LostAfter = TimeSpan.FromDays(1),
        OnLoss = OnLoss.Fail,
        ModelEvery = 1,
    };

    private static GraphSetup Graph { get; } = new()
    {
        Lower = Everyone,
        Upper = Everyone,
        Auxiliary = Everyone,
        RoundLimit = Steps,
        Seed = Seed,
        AskAgainAfter = TimeSpan.FromSeconds(20),
        LostAfter = TimeSpan.FromDays(1),
        OnLoss = OnLoss.Fail,
        ModelEvery = 1,
    };

    private static RunPlan Plan(IAlgorithm algorithm) => new()
    {
        RunId = algorithm.Name,
        Seed = Seed,
        Participants = algorithm.Shape == ProtocolShape.Graph
            ? [.. Enumerable.Range(0, Workers).Select(i => new ParticipantSpec(new ParticipantId(Role.Neighbour, i), i))]
            :
        [
            new ParticipantSpec(ParticipantId.Master),
            .. Enumerable.Range(0, Workers).Select(i => new ParticipantSpec(ParticipantId.Worker(i), i)),
        ],
        Limits = new RunLimits { WallTime = TimeSpan.FromMinutes(2) },
    };

    /// <summary>Keeps the last model of everyone who shows one: the master, or all neighbours.</summary>
    private sealed class Models : IRunObserver
    {
        private readonly Lock _gate = new();

        public SortedDictionary<ParticipantId, ModelObserved> Last { get; } = [];

        public IEnumerable<string> Bits => Last.Select(pair => $"{pair.Key}: {BitsOf(pair.Value)}");

        public void Observed(ParticipantId source, TimeSpan at, Observation observation)
        {
            if (observation is ModelObserved model)
            {
                lock (_gate)
                {
                    Last[source] = model;
                }
            }
        }

        public void Supervised(TimeSpan at, SupervisionEvent supervisionEvent)
        {
        }

        private static string BitsOf(ModelObserved model) => string.Join('|', new[] { model.Upper, model.Middle, model.Lower }
            .Select(vector => vector is null ? "" : Convert.ToHexString(MemoryMarshal.AsBytes(vector.Span))));
    }
}
