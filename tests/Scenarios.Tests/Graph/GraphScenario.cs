using ActorFed.Actors;
using ActorFed.Algorithms;
using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Decentralized.Dsgd;
using ActorFed.Algorithms.Graph;
using ActorFed.Algorithms.Graph.Topologies;
using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Oracles;
using ActorFed.Engines;
using ActorFed.Engines.Simulation;
using ActorFed.Engines.Simulation.Faults;
using Xunit;

namespace ActorFed.Scenarios.Tests.Graph;

/// <summary>A whole run of neighbours in simulation, of decentralized SGD where nothing else is said.</summary>
internal sealed record GraphScenario
{
    public required Topology Topology { get; init; }

    public IAlgorithm Algorithm { get; init; } = new DsgdAlgorithm();

    public object Options { get; init; } = new DsgdOptions { Step = 0.125 };

    public IProblem? Problem { get; init; }

    public ulong Seed { get; init; } = 1;

    public IFaultSource Faults { get; init; } = new NoFaults();

    public ITimeModel Time { get; init; } = new ConstantTime(TimeSpan.FromMilliseconds(10));

    public Action<ISimulationView> OnBegan { get; init; } = _ => { };

    public Action<Sending> OnSent { get; init; } = _ => { };

    /// <summary>From when on nothing goes wrong, so that the run must go on and complete; null: not watched.</summary>
    public TimeSpan? QuietFrom { get; init; }

    public SupervisionPolicy Supervision { get; init; } = new();

    /// <summary>Stands between the engine and a participant.</summary>
    public Func<ParticipantId, IParticipant, IParticipant> Participant { get; init; } = (_, participant) => participant;

    public Func<GraphSetup, GraphSetup> With { get; init; } = setup => setup;

    /// <summary>The circle in which everyone has two neighbours, each with weight 1/4.</summary>
    public static Topology Ring(int count) => new StaticTopology(
        "ring",
        new MixingMatrix([.. Enumerable.Range(0, count).Select(i => (IReadOnlyList<Weight>)
            [.. new[] { (i + 1) % count, (i + count - 1) % count }.Distinct().Select(j => new Weight(j, 0.25))])]));

    public GraphSetup Setup => With(new GraphSetup
    {
        Lower = Topology,
        Upper = Topology,
        Auxiliary = Topology,
        RoundLimit = 100,
        Seed = Seed,
        ModelEvery = 1,
        RecordEvery = 1,
        SnapshotEvery = 7,
    });

    public IReadOnlyList<(ParticipantId Participant, int Node)> Placement =>
        [.. Enumerable.Range(0, Topology.Count).Select(i => (new ParticipantId(Role.Neighbour, i), i))];

    /// <summary>Runs in simulation, watched by all checkers.</summary>
    /// <param name="reference">A run without faults, with whose models this one must end; null for none.</param>
    public GraphEnded Run(GraphEnded? reference = null)
    {
        GraphLog log = new();
        SimulatedDisk disk = new();
        GraphSetup setup = Setup;
        Checkers checkers = new(
            new GraphCheckerSettings
            {
                Neighbours = Topology.Count,
                RoundLimit = setup.RoundLimit,
                StalenessBound = setup.StalenessBound,
                IsCoupled = Algorithm.IsCoupled,
                IsSymmetric = setup.Lower.IsSymmetric && setup.Upper.IsSymmetric && setup.Auxiliary.IsSymmetric,
                QuietFrom = QuietFrom,
                Reference = reference?.LastModels(setup.RoundLimit),
            },
            new Both(log, this));
        SnapshotChecker watched = checkers.Watch(new Factory(this), new GenerationStore(disk, _ => { }));
        SimulationSetup simulation = new() { Time = Time, Faults = Faults, Disk = disk, Nodes = Topology.Count };
        RunReport report = new SimulationEngine(simulation).RunAsync(Plan, watched, checkers, watched, CancellationToken.None).GetAwaiter().GetResult();
        return new GraphEnded(checkers.Conclude(report), log, checkers.Counts.ToDictionary(count => count.Checker, count => count.Checks));
    }

    /// <summary>Runs on threads, in real time.</summary>
    public async Task<GraphEnded> RunInProcessAsync()
    {
        GraphLog log = new();
        await using InProcessEngine engine = new();
        RunReport report = await engine.RunAsync(Plan, new Factory(this), log, new MemorySnapshotStore(), CancellationToken.None);
        return new GraphEnded(report, log, new Dictionary<string, long>());
    }

    private RunPlan Plan => new()
    {
        RunId = "graph-scenario",
        Seed = Seed,
        Participants = [.. Placement.Select(place => new ParticipantSpec(place.Participant, place.Participant.Index))],
        Limits = new RunLimits { WallTime = TimeSpan.FromDays(1) },
        Supervision = Supervision,
    };

    private sealed class Factory(GraphScenario scenario) : IParticipantFactory
    {
        private readonly AlgorithmSetup _setup = new()
        {
            Problem = scenario.Problem ?? new QuadraticShards(scenario.Topology.Count, 3),
            Graph = scenario.Setup,
            Seed = scenario.Seed,
        };

        public IParticipant Create(ParticipantSpec spec, int incarnation, Snapshot? resumeFrom) => scenario.Participant(
            spec.Id, scenario.Algorithm.Create(_setup, scenario.Options, spec.Id, incarnation, resumeFrom));
    }

    private sealed class Both(GraphLog log, GraphScenario scenario) : ISimulationObserver
    {
        public void Began(ISimulationView view) => scenario.OnBegan(view);

        public void Sent(in Sending sending) => scenario.OnSent(sending);

        public void Observed(ParticipantId source, TimeSpan at, Observation observation) => log.Observed(source, at, observation);

        public void Supervised(TimeSpan at, SupervisionEvent supervisionEvent) => log.Supervised(at, supervisionEvent);

        public void Struck(TimeSpan at, Fault fault) => log.Struck(at, fault);
    }
}

/// <summary>Keeps what the neighbours of a run showed; of what was shown twice, after a crash, the last.</summary>
internal sealed class GraphLog : ISimulationObserver
{
    private readonly Lock _gate = new();

    public SortedDictionary<(long Round, int Index), ModelObserved> Models { get; } = [];

    public SortedDictionary<(long Round, int Index), RoundObserved> Rounds { get; } = [];

    public List<(int Index, EdgeObserved Edge)> Edges { get; } = [];

    public SortedDictionary<int, LinksObserved> Links { get; } = [];

    public FaultLog Faults { get; } = new();

    public int Restarts { get; private set; }

    public void Struck(TimeSpan at, Fault fault) => Faults.Struck(at, fault);

    public void Observed(ParticipantId source, TimeSpan at, Observation observation)
    {
        lock (_gate)
        {
            switch (observation)
            {
                case ModelObserved model:
                    Models[(model.Step, source.Index)] = model;
                    break;
                case RoundObserved round:
                    Rounds[(round.Round, source.Index)] = round;
                    break;
                case EdgeObserved edge:
                    Edges.Add((source.Index, edge));
                    break;
                case LinksObserved links:
                    Links[source.Index] = links;
                    break;
            }
        }
    }

    public void Supervised(TimeSpan at, SupervisionEvent supervisionEvent)
    {
        lock (_gate)
        {
            Restarts += supervisionEvent.Action == SupervisionAction.Restarted ? 1 : 0;
        }
    }
}

/// <summary>How a scenario of neighbours ended.</summary>
internal sealed record GraphEnded(RunReport Report, GraphLog Log, IReadOnlyDictionary<string, long> Checks)
{
    public GraphEnded MustHaveCompleted(string about = "")
    {
        Assert.True(Report.Outcome == RunOutcome.Completed, $"{about} {Report.Outcome}: {Report.Reason} {Report.Failure}");
        return this;
    }

    /// <summary>The models after a round, by participant.</summary>
    public IReadOnlyList<FlatVector> ModelsAt(long round) =>
        [.. Log.Models.Where(pair => pair.Key.Round == round).Select(pair => pair.Value.Lower)];

    /// <summary>What everyone ended with, as a reference for other runs.</summary>
    public ModelObserved LastModels(long round)
    {
        ModelObserved[] locals = [.. Log.Models.Where(pair => pair.Key.Round == round).Select(pair => pair.Value)];
        return locals[0] with { Locals = [.. locals] };
    }

    /// <summary>The mean over the participants after a round.</summary>
    public FlatVector MeanAt(long round)
    {
        IReadOnlyList<FlatVector> models = ModelsAt(round);
        return FlatVector.Combine([.. models.Select(model => new Term(1.0 / models.Count, model))]);
    }

    /// <summary>Root of the mean squared distance to the mean.</summary>
    public double ConsensusErrorAt(long round)
    {
        FlatVector mean = MeanAt(round);
        return Math.Sqrt(ModelsAt(round).Average(model => VectorMath.SquaredDistance(model.Span, mean.Span)));
    }
}
