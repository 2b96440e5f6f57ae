using System.Diagnostics;
using System.Globalization;
using ActorFed.Actors;
using ActorFed.Algorithms.Core;
using ActorFed.Engines.Simulation;
using ActorFed.Host.Configuration;
using ActorFed.Problems.Counting;

namespace ActorFed.Host.Experiments;

/// <summary>One run of an experiment in simulation, ready to go: made anew for every run.</summary>
/// <param name="Setup">Times and faults.</param>
/// <param name="Factory">Makes the participants, whose oracle calls are counted.</param>
/// <param name="Counter">Counts them.</param>
internal sealed record SimulatedEngine(SimulationSetup Setup, IParticipantFactory Factory, OracleCounter Counter)
{
    private const long CallsBeforeMeasuring = 40; // the first ones compile
    private const long CallsMeasured = 200;

    /// <summary>Sets up a run as the experiment describes it.</summary>
    /// <exception cref="ArgumentException">Times or faults do not fit the experiment.</exception>
    /// <param name="prepared">The experiment.</param>
    /// <param name="showsState">Whether neighbours show their state, for checkers.</param>
    public static SimulatedEngine Of(PreparedExperiment prepared, bool showsState = false)
    {
        ExperimentOptions options = prepared.Experiment.Options;
        OracleCounter counter = new();
        SimulationSetup setup = new()
        {
            Time = new SimulatedTime(options.Simulation.ToTime(), options.Workers, options.Seed, () => counter.Calls.Total),
            Nodes = options.Simulation.Nodes,
        };
        setup = setup with
        {
            Faults = options.Simulation.Faults.ToSource(
                options.Seed,
                setup.Place(prepared.Experiment.ToPlan("simulated").Participants.Select(participant => participant.Id)),
                options.Supervision.MaxViolations),
        };
        PreparedExperiment counted = prepared with { Problem = counter.Count(prepared.Problem) };
        return new SimulatedEngine(setup, showsState ? counted.ShowingFactory : counted.Factory, counter);
    }

    /// <summary>
    /// Where the experiment asks for it, measures what an oracle call takes on this machine, the algorithm's own arithmetic
    /// included, and puts the time into the experiment: from then on it is constant and part of the plan.
    /// </summary>
    public static PreparedExperiment Measure(PreparedExperiment prepared, Action<string> tell)
    {
        if (prepared.Experiment.Options.Simulation.Computing.Model != DurationModel.MeasuredOnce)
        {
            return prepared;
        }

        Origin origin = new("the time measured");
        OracleCounter counter = new();
        using CancellationTokenSource enough = new();
        Measurement measurement = new(counter, enough);
        new SimulationEngine(new SimulationSetup()).RunAsync(
            prepared.Experiment.ToPlan("measured"),
            (prepared with { Problem = counter.Count(prepared.Problem) }).Factory,
            measurement,
            new MemorySnapshotStore(),
            enough.Token).GetAwaiter().GetResult();
        string perCall = measurement.PerCall.TotalMicroseconds.ToString("0.0", CultureInfo.InvariantCulture) + "us";
        tell($"computing: {perCall} per oracle call, measured here over {measurement.Calls} calls; in the plan as simulation.computing.per-oracle-call");
        return prepared with
        {
            Experiment = prepared.Experiment
                .With("simulation.computing.per-oracle-call", new HoconScalar(origin, perCall))
                .With("simulation.computing.model", new HoconScalar(origin, "constant")),
        };
    }

    /// <summary>Takes the time from one number of oracle calls to another, or to the end of the run.</summary>
    private sealed class Measurement(OracleCounter counter, CancellationTokenSource enough) : IRunObserver
    {
        private long _start;
        private long _callsAtStart = -1;

        public long Calls { get; private set; }

        public TimeSpan PerCall { get; private set; }

        public void Entered(TimeSpan at, in Entry entry)
        {
            long calls = counter.Calls.Total;
            if (_callsAtStart < 0 && calls >= CallsBeforeMeasuring)
            {
                (_start, _callsAtStart) = (Stopwatch.GetTimestamp(), calls);
            }
            else if (_callsAtStart >= 0 && calls > _callsAtStart)
            {
                Calls = calls - _callsAtStart;
                PerCall = Stopwatch.GetElapsedTime(_start) / Calls;
                if (Calls >= CallsMeasured)
                {
                    enough.Cancel();
                }
            }
        }

        public void Observed(ParticipantId source, TimeSpan at, Observation observation)
        {
        }

        public void Supervised(TimeSpan at, SupervisionEvent supervisionEvent)
        {
        }
    }
}
