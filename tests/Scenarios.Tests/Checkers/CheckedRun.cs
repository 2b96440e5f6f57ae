using ActorFed.Actors;
using ActorFed.Algorithms;
using ActorFed.Algorithms.Bilevel.Adbo;
using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Star;
using ActorFed.Engines.Simulation;
using ActorFed.Problems;
using Xunit;

namespace ActorFed.Scenarios.Tests;

/// <summary>A simulated run of ADBO on a quadratic problem with all checkers watching.</summary>
internal sealed record CheckedRun
{
    public const int Workers = 4;

    public required ulong Seed { get; init; }

    public bool IsSynchronous { get; init; }

    public AdboOptions Options { get; init; } = Cases.Paper;

    public long Steps { get; init; } = 150;

    public IFaultSource Faults { get; init; } = new NoFaults();

    /// <summary>The disk under the snapshots; null keeps them in memory.</summary>
    public SimulatedDisk? Disk { get; init; }

    public int Nodes { get; init; } = 1;

    public ITimeModel Time { get; init; } = new ConstantTime(TimeSpan.FromMilliseconds(1));

    public SupervisionPolicy Supervision { get; init; } = new() { MaxRestarts = 1000, MaxViolations = 1_000_000 };

    public TimeSpan LostAfter { get; init; } = TimeSpan.FromMilliseconds(300);

    public TimeSpan? QuietFrom { get; init; }

    public ModelObserved? Reference { get; init; }

    /// <summary>Policy of the master, where it is not what the checkers were promised.</summary>
    public IParticipationPolicy? Participation { get; init; }

    /// <summary>Stands between the engine and a participant.</summary>
    public Func<ParticipantId, IParticipant, IParticipant> Participant { get; init; } = (_, participant) => participant;

    public CheckerSettings Settings => new()
    {
        Workers = Workers,
        MinActive = IsSynchronous ? Workers : 2,
        StalenessBound = IsSynchronous ? 1 : 5,
        MaxPlanes = Options.MaxPlanes,
        QuietFrom = QuietFrom,
        Patience = LivenessChecker.PatienceFor(
            Star, Supervision, stages: Options.InnerRounds + 3, stalenessBound: 5, roundTrip: TimeSpan.FromMilliseconds(30)),
        Reference = Reference,
    };

    private StarMasterOptions Star => new()
    {
        StepLimit = Steps,
        AskAgainAfter = TimeSpan.FromMilliseconds(50),
        LostAfter = LostAfter,
        SnapshotEvery = TimeSpan.FromMilliseconds(70),
    };

    public CheckedEnd Run()
    {
        QuadraticProblem problem = Cases.Quadratic(Seed, Workers);
        AlgorithmSetup setup = new()
        {
            Problem = problem,
            Participation = Participation ?? (IsSynchronous ? new SynchronousParticipation() : new AsynchronousParticipation(2, 5)),
            Star = Star,
            Seed = Seed,
        };
        RunPlan plan = new()
        {
            RunId = "checked",
            Seed = Seed,
            Participants =
            [
                new ParticipantSpec(ParticipantId.Master),
                .. Enumerable.Range(0, Workers).Select(i => new ParticipantSpec(ParticipantId.Worker(i), i)),
            ],
            Supervision = Supervision,
            Limits = new RunLimits { WallTime = TimeSpan.FromMinutes(5) },
        };
        RunLog log = new();
        Checkers checkers = new(Settings, log);
        SnapshotChecker watched = checkers.Watch(new Factory(this, setup), Disk is null ? new MemorySnapshotStore() : new GenerationStore(Disk, _ => { }));
        SimulationEngine engine = new(new SimulationSetup { Faults = Faults, Time = Time, Disk = Disk, Nodes = Nodes });
        RunReport report = engine.RunAsync(plan, watched, checkers, watched, CancellationToken.None).GetAwaiter().GetResult();
        return new CheckedEnd(checkers.Conclude(report), log, checkers);
    }

    private sealed class Factory(CheckedRun run, AlgorithmSetup setup) : IParticipantFactory
    {
        public IParticipant Create(ParticipantSpec spec, int incarnation, Snapshot? resumeFrom) => run.Participant(
            spec.Id, new AdboAlgorithm().Create(setup, run.Options, spec.Id, incarnation, resumeFrom));
    }
}

/// <summary>How a checked run ended.</summary>
internal sealed record CheckedEnd(RunReport Report, RunLog Log, Checkers Checkers)
{
    /// <summary>The rule that was broken; null when none was.</summary>
    public CheckerException? Broken => Report.Failure as CheckerException;

    public ModelObserved Model => Log.Of<ModelObserved>()[^1];

    public CheckedEnd MustHaveCompleted(ulong seed)
    {
        Assert.True(Report.Outcome == RunOutcome.Completed, $"seed {seed}: {Report.Outcome} at {Report.Elapsed}: {Report.Reason}");
        return this;
    }
}
