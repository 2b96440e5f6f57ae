using ActorFed.Actors;
using ActorFed.Algorithms;
using ActorFed.Algorithms.Bilevel.Adbo;
using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Oracles;
using ActorFed.Algorithms.Star;
using ActorFed.Engines;
using ActorFed.Engines.Replay;
using ActorFed.Tests.Shared;

namespace ActorFed.Scenarios.Tests;

/// <summary>A whole run, of ADBO where nothing else is said, on the real in-process engine, with hooks for what a test disturbs.</summary>
internal sealed record Scenario
{
    public required IBilevelProblem Problem { get; init; }

    public IAlgorithm Algorithm { get; init; } = new AdboAlgorithm();

    /// <summary>Settings of the algorithm; of its options type.</summary>
    public required object Options { get; init; }

    public required long Steps { get; init; }

    public ulong Seed { get; init; } = 1;

    public IParticipationPolicy Participation { get; init; } = new SynchronousParticipation();

    /// <summary>Restarts follow at once: nothing here waits for a clock.</summary>
    public SupervisionPolicy Supervision { get; init; } = new() { InitialBackOff = TimeSpan.Zero };

    public TimeSpan AskAgainAfter { get; init; } = TimeSpan.FromMinutes(1);

    public OnLoss OnLoss { get; init; } = OnLoss.Continue;

    /// <summary>A run that hangs fails its test instead.</summary>
    public TimeSpan WallTime { get; init; } = TimeSpan.FromMinutes(4);

    /// <summary>Stands between a worker and its oracle.</summary>
    public Func<int, IBilevelOracle, IBilevelOracle> Oracle { get; init; } = (_, oracle) => oracle;

    /// <summary>Stands between the engine and a participant.</summary>
    public Func<ParticipantId, IParticipant, IParticipant> Participant { get; init; } = (_, participant) => participant;

    /// <summary>Told of every observation, while the run goes on.</summary>
    public Action<Observation> OnObserved { get; init; } = _ => { };

    public Task<Ended> RunAsync() => RunAsync(new MemorySnapshotStore(), CancellationToken.None);

    public async Task<Ended> RunAsync(ISnapshotStore snapshots, CancellationToken cancellation)
    {
        RunLog log = new() { OnObserved = OnObserved };
        await using InProcessEngine engine = new();
        RunReport report = await engine.RunAsync(Plan(), new Factory(this), log, snapshots, cancellation);
        return new Ended(report, log);
    }

    /// <summary>Runs, and records the deliveries.</summary>
    public async Task<(Ended Ended, DeliveryRecord Record)> RecordAsync(ISnapshotStore snapshots, CancellationToken cancellation = default)
    {
        RunLog log = new() { OnObserved = OnObserved };
        MemoryDeliveries deliveries = new([.. Plan().Participants.Select(spec => spec.Id)], log);
        await using InProcessEngine engine = new();
        RunReport report = await engine.RunAsync(Plan(), new Factory(this), deliveries, deliveries.Over(snapshots), cancellation);
        return (new Ended(report, log), deliveries.ToRecord(report));
    }

    /// <summary>Makes a recorded run again.</summary>
    public async Task<Ended> ReplayAsync(DeliveryRecord record)
    {
        RunLog log = new();
        await using ReplayEngine engine = new(record);
        RunReport report = await engine.RunAsync(Plan(), new Factory(this), log, new MemorySnapshotStore(), CancellationToken.None);
        return new Ended(report, log);
    }

    /// <summary>Runs to the end; anything else fails the test with the run's reason.</summary>
    public async Task<Ended> CompleteAsync()
    {
        Ended ended = await RunAsync();
        return ended.MustHaveCompleted();
    }

    private RunPlan Plan() => new()
    {
        RunId = "scenario",
        Seed = Seed,
        Participants =
        [
            new ParticipantSpec(ParticipantId.Master),
            .. Enumerable.Range(0, Problem.ShardCount).Select(i => new ParticipantSpec(ParticipantId.Worker(i), i)),
        ],
        Supervision = Supervision,
        Limits = new RunLimits { WallTime = WallTime },
    };

    private AlgorithmSetup Setup() => new()
    {
        Problem = new DisturbedProblem(Problem, Oracle),
        Participation = Participation,
        Star = new StarMasterOptions
        {
            StepLimit = Steps,
            GapTolerance = -1,
            AskAgainAfter = AskAgainAfter,
            LostAfter = TimeSpan.FromDays(1),
            OnLoss = OnLoss,
            ModelEvery = 1,
        },
        Seed = Seed,
    };

    private sealed class Factory(Scenario scenario) : IParticipantFactory
    {
        private readonly AlgorithmSetup _setup = scenario.Setup();

        public IParticipant Create(ParticipantSpec spec, int incarnation, Snapshot? resumeFrom) => scenario.Participant(
            spec.Id, scenario.Algorithm.Create(_setup, scenario.Options, spec.Id, incarnation, resumeFrom));
    }
}
