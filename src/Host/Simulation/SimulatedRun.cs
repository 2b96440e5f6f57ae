using ActorFed.Actors;
using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Graph;
using ActorFed.Algorithms.Star;
using ActorFed.Engines.Simulation;
using ActorFed.Engines.Simulation.Faults;
using ActorFed.Host.Experiments;
using ActorFed.Host.Runs;

namespace ActorFed.Host.Simulation;

/// <summary>What came of one simulated run.</summary>
/// <param name="Report">How it ended; failed with a <see cref="CheckerException"/> where a rule was broken.</param>
/// <param name="Struck">The faults that struck, as a plan that makes the same run.</param>
/// <param name="Model">The model observed last; null when there was none.</param>
/// <param name="Checks">How often each rule was looked at.</param>
internal sealed record SimulatedOutcome(
    RunReport Report, FaultPlan Struck, ModelObserved? Model, IReadOnlyList<(string Checker, long Checks)> Checks)
{
    /// <summary>Whether the run did not complete, or broke a rule.</summary>
    public bool IsViolation => Report.Outcome is not (RunOutcome.Completed or RunOutcome.Cancelled);

    /// <summary>The rule that was broken; of a run whose numbers ran away, <c>divergence</c>; of one that failed by itself else, <c>completion</c>.</summary>
    public string Rule => Report.Failure switch
    {
        CheckerException broken => broken.Checker,
        ArithmeticException => "divergence",
        _ => "completion",
    };
}

/// <summary>Runs experiments in simulation with faults, on a disk that can fail, watched by all checkers.</summary>
internal static class SimulatedRun
{
    /// <summary>Runs an experiment.</summary>
    /// <param name="prepared">The experiment, ready to run.</param>
    /// <param name="faults">What goes wrong; null: what the experiment says.</param>
    /// <param name="reference">The run whose model this one must end with; null for none. One that failed gives no model to reach.</param>
    /// <param name="inner">Told of everything too.</param>
    /// <param name="cancellation">Ends the run.</param>
    /// <exception cref="ArgumentException">A fault does not fit the experiment.</exception>
    public static SimulatedOutcome Execute(
        PreparedExperiment prepared, IFaultSource? faults, SimulatedOutcome? reference, ISimulationObserver? inner, CancellationToken cancellation)
    {
        Experiment experiment = prepared.Experiment;
        SimulatedDisk disk = new();
        SimulatedEngine simulated = SimulatedEngine.Of(prepared, showsState: true);
        SimulationSetup setup = simulated.Setup with { Disk = disk };
        setup = faults is null ? setup : setup with { Faults = faults };
        FaultLog log = new();
        LastModel last = new(log, inner);
        ModelObserved? target = reference is { IsViolation: false } ? reference.Model : null;
        IRunObserver summed = experiment.Summed(last);
        Checkers checkers = experiment.IsGraph ? new(GraphSettingsOf(experiment, target), summed) : new(SettingsOf(experiment, target), summed);
        SnapshotChecker watched = checkers.Watch(simulated.Factory, new GenerationStore(disk, _ => { }));
        RunReport report = new SimulationEngine(setup)
            .RunAsync(experiment.ToPlan("simulated"), watched, checkers, watched, cancellation).GetAwaiter().GetResult();
        (summed as NeighbourSummary)?.Finish(report.Elapsed);
        report = report.Failure is ArithmeticException ? report : checkers.Conclude(report); // a run that diverged broke no rule of the protocol
        return new SimulatedOutcome(report, log.Plan, last.Model, checkers.Counts);
    }

    /// <summary>The run without faults, whose model every synchronous run must end with; null when participation is asynchronous.</summary>
    public static SimulatedOutcome? WithoutFaults(PreparedExperiment prepared, CancellationToken cancellation) =>
        IsSynchronous(prepared.Experiment)
            ? Execute(prepared, new NoFaults(), reference: null, inner: null, cancellation)
            : null;

    private static bool IsSynchronous(Experiment experiment) => experiment.IsGraph
        ? experiment.Options.Graph.StalenessBound == 0
        : experiment.Options.Participation.Policy == ParticipationPolicyKind.Synchronous;

    private static GraphCheckerSettings GraphSettingsOf(Experiment experiment, ModelObserved? reference)
    {
        ExperimentOptions options = experiment.Options;
        GraphSetup graph = experiment.Graph;
        return new GraphCheckerSettings
        {
            Neighbours = options.Workers,
            RoundLimit = options.Stop.Steps,
            StalenessBound = graph.StalenessBound,
            IsCoupled = experiment.Algorithm.IsCoupled,
            IsSymmetric = graph.Lower.IsSymmetric && graph.Upper.IsSymmetric && graph.Auxiliary.IsSymmetric,
            QuietFrom = QuietFrom(options.Simulation.Faults),
            Patience = options.Supervision.MaxBackOff + (2 * options.Patience.LostAfter)
                + (options.Run.RecordEvery * ((5 * options.Patience.AskAgainAfter) + (MaxStages * options.Simulation.LongRoundTrip()))),
            Reference = reference?.Locals.Length == options.Workers ? reference : null,
        };
    }

    private static CheckerSettings SettingsOf(Experiment experiment, ModelObserved? reference)
    {
        ExperimentOptions options = experiment.Options;
        ParticipationOptions participation = options.Participation;
        StarMasterOptions star = experiment.ToStar();
        CheckerSettings settings = participation.Policy switch
        {
            ParticipationPolicyKind.Asynchronous => new()
            {
                Workers = options.Workers,
                MinActive = participation.MinActive,
                StalenessBound = participation.StalenessBound,
            },
            ParticipationPolicyKind.Buffered => new()
            {
                Workers = options.Workers,
                MinActive = participation.Buffer,
                MostUnderWay = participation.Concurrency,
                Buffer = participation.Refill == Refill.PerArrival ? participation.Buffer : null,
            },
            _ when experiment.Algorithm.DrawsWorkers => new() { Workers = options.Workers, MinActive = 1 },
            _ when participation.Cohort is int cohort => new() { Workers = options.Workers, MinActive = cohort, MostUnderWay = cohort },
            _ => new() { Workers = options.Workers, MinActive = options.Workers, StalenessBound = 1 },
        };
        return settings with
        {
            MaxPlanes = experiment.Algorithm.MaxPlanes(experiment.AlgorithmOptions),
            QuietFrom = QuietFrom(options.Simulation.Faults),
            Patience = LivenessChecker.PatienceFor(star, options.Supervision, MaxStages, settings.StalenessBound ?? 1, options.Simulation.LongRoundTrip()),
            Reference = reference,
        };
    }

    private static TimeSpan QuietFrom(FaultOptions faults)
    {
        TimeSpan planned = FaultPlan.Parse(faults.Plan).Faults.OfType<TimedFault>().Select(fault => fault.Until).DefaultIfEmpty().Max();
        TimeSpan drawn = faults.ToProfile().DrawsNothing ? TimeSpan.Zero : faults.ToProfile().Until;
        return planned > drawn ? planned : drawn;
    }

    /// <summary>More than any algorithm's barrier has: patience may be generous, a run that stands still is found all the same.</summary>
    private const int MaxStages = 64;

    /// <summary>Keeps the newest model, and tells two more observers of all.</summary>
    private sealed class LastModel(FaultLog log, ISimulationObserver? inner) : ISimulationObserver
    {
        public ModelObserved? Model { get; private set; }

        public void Began(ISimulationView view) => inner?.Began(view);

        public void Entered(TimeSpan at, in Entry entry) => inner?.Entered(at, entry);

        public void Sent(in Sending sending) => inner?.Sent(sending);

        public void Struck(TimeSpan at, Fault fault)
        {
            log.Struck(at, fault);
            inner?.Struck(at, fault);
        }

        public void Observed(ParticipantId source, TimeSpan at, Observation observation)
        {
            Model = observation as ModelObserved ?? Model;
            inner?.Observed(source, at, observation);
        }

        public void Supervised(TimeSpan at, SupervisionEvent supervisionEvent) => inner?.Supervised(at, supervisionEvent);
    }
}
