using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Globalization;
using ActorFed.Actors;
using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Oracles;
using ActorFed.Engines;
using ActorFed.Host.Data;
using ActorFed.Host.Experiments;
using ActorFed.Host.Observability;

namespace ActorFed.Benchmarks;

/// <summary>
/// What it costs that a run can be observed: the processor time of a run with everything laid over it, divided by that of the bare run.
/// Processor time, since a difference this small is lost in what else the machine does.
/// </summary>
internal static class ObservationBenchmarks
{
    private const int Repetitions = 15;

    public static async Task RunAsync(TextWriter output, string file, long steps)
    {
        Experiment experiment = Experiment.Load(file, [$"stop.steps={steps}", "run.snapshot-every=1h"]);
        DataLocator locator = new(null, Environment.GetEnvironmentVariable);
        IProblem problem = PreparedExperiment.Prepare(experiment, locator, _ => { }).Problem;
        using Instruments instruments = new();
        using ObservedRun observed = new(instruments, RunLog.Silent, "benchmark", LinkDetail.Role);
        List<double> unheard = [];
        List<double> heard = [];
        for (int repetition = -2; repetition < Repetitions; repetition++) // the first two compile
        {
            double bare = await RunOnceAsync(experiment, problem, null);
            double silent = await RunOnceAsync(experiment, problem, observed);
            double listened;
            using (ListenTo(instruments))
            {
                listened = await RunOnceAsync(experiment, problem, observed);
            }

            if (repetition >= 0)
            {
                unheard.Add(silent / bare);
                heard.Add(listened / bare);
            }
        }

        output.WriteLine($"{file}: {steps} master steps, {Environment.ProcessorCount} processors; medians of {Repetitions} (quartiles)");
        output.WriteLine($"  observable, nobody listens / bare        {Describe(unheard)}");
        output.WriteLine(FormattableString.Invariant($"  a turn that does nothing, in ns: bare {Turn(new Idle()):0.0}, observable {Turn(observed.Over(new IdleFactory()).Create(new ParticipantSpec(ParticipantId.Master), 1, null)):0.0}"));
        output.WriteLine($"  observable, all metrics listened / bare  {Describe(heard)}");
    }

    private static MeterListener ListenTo(Instruments instruments)
    {
        MeterListener listener = new()
        {
            InstrumentPublished = (instrument, listening) =>
            {
                if (instrument.Meter == instruments.Steps.Meter)
                {
                    listening.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.Start();
        return listener;
    }

    private static async Task<double> RunOnceAsync(Experiment experiment, IProblem problem, ObservedRun? observed)
    {
        ExperimentFactory factory = new(experiment.Algorithm, experiment.AlgorithmOptions, experiment.ToSetup(observed?.Over(problem) ?? problem));
        ISnapshotStore snapshots = new MemorySnapshotStore();
        IRunObserver observer = new Silence();
        await using InProcessEngine engine = new();
        TimeSpan before = Environment.CpuUsage.TotalTime;
        RunReport report = await engine.RunAsync(
            experiment.ToPlan("benchmark"),
            observed?.Over((IParticipantFactory)factory) ?? factory,
            observed?.Over(observer) ?? observer,
            observed?.Over(snapshots) ?? snapshots,
            CancellationToken.None);
        return report.Outcome == RunOutcome.Completed
            ? (Environment.CpuUsage.TotalTime - before).TotalSeconds
            : throw new InvalidOperationException($"The run did not complete: {report.Reason}", report.Failure);
    }

    /// <summary>Nanoseconds of a call; the shortest of several measurements.</summary>
    private static double Turn(IParticipant participant)
    {
        const int Calls = 1_000_000;
        Outbox outbox = new();
        Message message = new Nothing();
        double shortest = double.MaxValue;
        for (int repetition = 0; repetition < Repetitions; repetition++)
        {
            long begun = Stopwatch.GetTimestamp();
            for (int i = 0; i < Calls; i++)
            {
                participant.Receive(ParticipantId.Master, message, outbox);
            }

            shortest = Math.Min(shortest, Stopwatch.GetElapsedTime(begun).TotalNanoseconds / Calls);
        }

        return shortest;
    }

    private static string Describe(List<double> ratios)
    {
        double[] sorted = [.. ratios.Order()];
        return string.Create(CultureInfo.InvariantCulture, $"{sorted[sorted.Length / 2],6:0.000} ({sorted[sorted.Length / 4]:0.000} to {sorted[sorted.Length * 3 / 4]:0.000})");
    }

    private sealed class Silence : IRunObserver
    {
        public void Observed(ParticipantId source, TimeSpan at, Observation observation)
        {
        }

        public void Supervised(TimeSpan at, SupervisionEvent supervisionEvent)
        {
        }
    }

    private sealed record Nothing : Message;

    private sealed class Idle : IParticipant
    {
        public void Start(Outbox outbox)
        {
        }

        public void Receive(ParticipantId sender, Message message, Outbox outbox)
        {
        }

        public void TimerElapsed(string timer, Outbox outbox)
        {
        }

        public Snapshot? TakeSnapshot() => null;
    }

    private sealed class IdleFactory : IParticipantFactory
    {
        public IParticipant Create(ParticipantSpec spec, int incarnation, Snapshot? resumeFrom) => new Idle();
    }
}
