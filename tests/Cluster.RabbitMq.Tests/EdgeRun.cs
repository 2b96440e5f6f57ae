using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using ActorFed.Actors;
using ActorFed.Algorithms;
using ActorFed.Algorithms.Bilevel.Adbo;
using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Star;
using ActorFed.Engines.Tests;
using ActorFed.Problems;
using ActorFed.Problems.Data;
using ActorFed.Wire;

namespace ActorFed.Cluster.RabbitMq.Tests;

/// <summary>
/// An ADBO run on hyper-cleaning whose last worker is served by the Python program, and the master and the other workers by an engine here.
/// </summary>
/// <param name="broker">Where.</param>
/// <param name="python">The program.</param>
/// <param name="id">The run's id.</param>
internal sealed class EdgeRun(PrivateBroker broker, PythonExample python, string id)
{
    private const int Workers = 4;
    private const ulong Seed = 5;
    private const int ChunkBytes = 16 << 10; // below the 62,720 bytes of a lower variable, so that chunks travel both ways

    public static ParticipantId Worker { get; } = ParticipantId.Worker(Workers - 1);

    public static AdboOptions Adbo { get; } = new()
    {
        StepUpper = 100,
        StepLower = 0.05,
        StepUpperConsensus = 1,
        StepLowerConsensus = 0.05,
        StepPlaneDual = 1,
        StepConsensusDual = 0.001,
        InitialPlaneDual = 1,
        InnerRounds = 3,
        InnerStepLower = 0.1,
        InnerStepConsensus = 0.05,
        InnerStepDual = 0.05,
        InnerPenalty = 0.5,
        RefreshEvery = 5,
        MaxPlanes = 3,
    };

    public static HyperCleaningOptions Cleaning { get; } = new() { WeightDecay = 0.002, InitialUpperDeviation = 1 };

    public static ShardedData Data { get; } = Sharding.Build(
        SyntheticDigits.Generate(200, Seed, new SyntheticDigitsOptions()),
        SyntheticDigits.Generate(20, Seed, new SyntheticDigitsOptions(), "test"),
        new ShardingOptions { LabelNoiseRate = 0.3 },
        Workers,
        Seed);

    private readonly string _prefix = TestEngine.NewPrefix();

    /// <summary>For which participants other users of the broker than the nodes' may speak.</summary>
    public ImmutableDictionary<string, ImmutableArray<ParticipantId>> EdgeUsers { get; init; } = ImmutableDictionary<string, ImmutableArray<ParticipantId>>.Empty;

    /// <summary>What happens at each step.</summary>
    public Action<long> OnStep { get; set; } = _ => { };

    /// <summary>The last model.</summary>
    public ModelObserved? Last { get; private set; }

    public RunPlan Plan { get; } = new()
    {
        RunId = id,
        Seed = Seed,
        Participants =
        [
            new ParticipantSpec(ParticipantId.Master),
            .. Enumerable.Range(0, Workers).Select(i => new ParticipantSpec(ParticipantId.Worker(i), i)),
        ],
        Limits = new RunLimits { WallTime = TimeSpan.FromMinutes(2) },
    };

    /// <summary>The name of one of the run's queues.</summary>
    public string Queue(string ending) => $"{_prefix}.{id}.{ending}";

    /// <summary>Starts the Python program.</summary>
    public PythonWorker StartWorker(params string[] more) => StartWorkerAt($"amqp://127.0.0.1:{broker.Port}/", PrivateBroker.User, PrivateBroker.Password, more);

    /// <summary>Starts the Python program at an address, as a user.</summary>
    public PythonWorker StartWorkerAt(string address, string user, string password, params string[] more) => python.Start(user, password,
    [
        "--broker", address, "--prefix", _prefix, "--run", id, "--participant", Worker.ToString(),
        "--shard", python.Write($"{id}.csv", writer => ShardCsv.Write(writer, Data, Worker.Index)), "--settings", WriteSettings(python, $"{id}.json"),
        "--max-chunk-bytes", ChunkBytes.ToString(CultureInfo.InvariantCulture), .. more,
    ]);

    /// <summary>Makes the rest of the run, to its end; not longer than until the worker fails, where it is one that must not.</summary>
    public async Task<RunReport> RunAsync(IParticipationPolicy participation, int steps, PythonWorker? worker)
    {
        using CancellationTokenSource failed = new();
        await using RabbitMqEngine others = new(
            TestEngine.Options(broker, _prefix) with { Wire = new WireLimits { MaxChunkBytes = ChunkBytes }, EdgeUsers = EdgeUsers },
            PrivateBroker.Password,
            WireCatalog.Codec,
            new HashSet<ParticipantId>(Plan.Participants.Select(spec => spec.Id).Where(id => id != Worker)));
        Task<RunReport> run = others.RunAsync(Plan, Factory(participation, steps), new Observer(this), new MemorySnapshotStore(), failed.Token);
        if (worker is not null && await Task.WhenAny(run, worker.Ended) != run && await worker.Ended != 0)
        {
            await failed.CancelAsync(); // else it would wait for the worker until its wall time
        }

        return await run;
    }

    /// <summary>Makes the participants.</summary>
    public static ScriptedFactory Factory(IParticipationPolicy participation, int steps)
    {
        IAlgorithm algorithm = AlgorithmCatalog.All.Single(candidate => candidate.Name == "adbo");
        AlgorithmSetup setup = new()
        {
            Problem = new HyperCleaning(Data, Cleaning),
            Participation = participation,
            Star = new StarMasterOptions
            {
                StepLimit = steps,
                GapTolerance = -1,
                AskAgainAfter = TimeSpan.FromSeconds(5),
                LostAfter = TimeSpan.FromDays(1),
                OnLoss = OnLoss.Fail,
                ModelEvery = 1,
            },
            Seed = Seed,
        };
        return new ScriptedFactory((spec, incarnation, snapshot) => algorithm.Create(setup, Adbo, spec.Id, incarnation, snapshot));
    }

    /// <summary>Writes the settings of the Python program.</summary>
    /// <returns>Where they lie.</returns>
    public static string WriteSettings(PythonExample python, string name) => python.Write(name, writer => writer.Write(JsonSerializer.Serialize(
        new Dictionary<string, object>
        {
            ["adbo"] = new Dictionary<string, object>
            {
                ["step-upper"] = Adbo.StepUpper,
                ["step-lower"] = Adbo.StepLower,
                ["inner-step-lower"] = Adbo.InnerStepLower,
                ["inner-penalty"] = Adbo.InnerPenalty,
            },
            ["hyper-cleaning"] = new Dictionary<string, object> { ["weight-decay"] = Cleaning.WeightDecay },
        })));

    /// <summary>Keeps the last model, and does at each step what the run says.</summary>
    private sealed class Observer(EdgeRun run) : IRunObserver
    {
        public void Observed(ParticipantId source, TimeSpan at, Observation observation)
        {
            if (observation is ModelObserved model)
            {
                run.Last = model;
                run.OnStep(model.Step);
            }
        }

        public void Supervised(TimeSpan at, SupervisionEvent supervisionEvent)
        {
        }
    }
}
