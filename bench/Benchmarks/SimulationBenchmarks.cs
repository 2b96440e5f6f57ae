using System.Diagnostics;
using ActorFed.Actors;
using ActorFed.Algorithms;
using ActorFed.Algorithms.Bilevel.Adbo;
using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Star;
using ActorFed.Engines.Simulation;
using ActorFed.Problems;

namespace ActorFed.Benchmarks;

/// <summary>
/// What the simulation costs per event and per worker: the star protocol with null rules, and ADBO on the quadratic problem, both
/// with lognormal delays of 30 ms. The cost per event must grow no faster than the logarithm of the number of workers.
/// </summary>
internal static class SimulationBenchmarks
{
    private const long Messages = 2_000_000;

    /// <param name="output">Takes the figures.</param>
    /// <param name="workers">Numbers of workers to simulate; each at least 2.</param>
    public static void Run(TextWriter output, IReadOnlyList<int> workers)
    {
        RunNull(workers: 100, messages: 100_000); // compiles
        RunQuadratic(workers: 100, messages: 100_000);
        output.WriteLine("simulation, one thread; events of a longer run less those of a shorter one, so without setting up");
        output.WriteLine($"{"",-25}{"workers",9}{"events",11}{"events/s",12}{"ns/event",10}{"set-up s",10}{"peak bytes/worker",19}");
        foreach (int n in workers)
        {
            Report(output, "null rules, S = N/2", n, messages => RunNull(n, messages), Messages);
            Report(output, "ADBO quadratic, S = N/2", n, messages => RunQuadratic(n, messages), Messages / 4);
        }
    }

    private static void Report(TextWriter output, string name, int workers, Func<long, RunReport> run, long messages)
    {
        long before = GC.GetTotalMemory(forceFullCollection: true);
        (long shortEvents, double shortSeconds) = Time(run, messages);
        (long longEvents, double longSeconds) = Time(run, 4 * messages);
        using Process process = Process.GetCurrentProcess();
        double perEvent = (longSeconds - shortSeconds) / (longEvents - shortEvents);
        output.WriteLine(FormattableString.Invariant(
            $"{name,-25}{workers,9}{longEvents,11}{1 / perEvent,12:N0}{perEvent * 1e9,10:0}{shortSeconds - (shortEvents * perEvent),10:0.00}{(process.PeakWorkingSet64 - before) / workers,19:N0}"));
    }

    private static (long Events, double Seconds) Time(Func<long, RunReport> run, long messages)
    {
        GC.Collect();
        long start = Stopwatch.GetTimestamp();
        RunReport report = run(messages);
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        return report.Outcome == RunOutcome.Completed
            ? (report.Events, seconds)
            : throw new InvalidOperationException($"The run ended as {report.Outcome}: {report.Reason}", report.Failure);
    }

    private static RunReport RunNull(int workers, long messages) => Simulate(workers, new NullFactory(workers, steps: messages / workers));

    private static RunReport RunQuadratic(int workers, long messages)
    {
        AlgorithmSetup setup = new()
        {
            Problem = new QuadraticProblem(
                new QuadraticOptions { UpperLength = 4, LowerLength = 4, Heterogeneity = 0.5, UpperCurvature = 0.1 }, workers, seed: 1),
            Participation = new AsynchronousParticipation(workers / 2, stalenessBound: 15),
            Star = new StarMasterOptions { StepLimit = messages / workers, ModelEvery = int.MaxValue },
            Seed = 1,
        };
        return Simulate(workers, new QuadraticFactory(setup, workers));
    }

    private static RunReport Simulate(int workers, IParticipantFactory factory)
    {
        RunPlan plan = new()
        {
            RunId = "bench",
            Seed = 1,
            Participants = [new ParticipantSpec(ParticipantId.Master), .. Enumerable.Range(0, workers).Select(i => new ParticipantSpec(ParticipantId.Worker(i), i))],
        };
        SimulatedTimeOptions time = new()
        {
            Uplink = new LinkOptions { Model = DurationModel.Lognormal, Median = TimeSpan.FromMilliseconds(30) },
            Downlink = new LinkOptions { Median = TimeSpan.Zero },
        };
        SimulationEngine engine = new(new SimulationSetup { Time = new SimulatedTime(time, workers, seed: 1) });
        return engine.RunAsync(plan, factory, new Deaf(), new MemorySnapshotStore(), CancellationToken.None).GetAwaiter().GetResult();
    }

    private sealed class NullFactory(int workers, long steps) : IParticipantFactory
    {
        private readonly StarMasterOptions _options = new() { StepLimit = steps, ModelEvery = int.MaxValue };

        public IParticipant Create(ParticipantSpec spec, int incarnation, Snapshot? resumeFrom) => spec.Id.Role == Role.Master
            ? new StarMaster(
                new NullMasterRule(workers, hasBarriers: false), new AsynchronousParticipation(workers / 2, 15), _options, incarnation, resumeFrom)
            : new StarWorker(new NullWorkerRule(), incarnation, _options.AskAgainAfter);
    }

    private sealed class QuadraticFactory(AlgorithmSetup setup, int workers) : IParticipantFactory
    {
        private readonly AdboAlgorithm _adbo = new();
        private readonly AdboOptions _options = new()
        {
            StepUpper = 0.05,
            StepLower = 0.05,
            StepUpperConsensus = 0.2 / workers, // the sums over all workers grow with their number
            StepLowerConsensus = 0.2 / workers, // the sums over all workers grow with their number
            StepPlaneDual = 1.0 / workers,
            StepConsensusDual = 0.5,
            InnerStepLower = 0.1,
            InnerStepConsensus = 0.2 / workers, // the sums over all workers grow with their number
            InnerStepDual = 0.5,
            RefreshEvery = 10,
            MaxPlanes = 5,
        };

        public IParticipant Create(ParticipantSpec spec, int incarnation, Snapshot? resumeFrom) =>
            _adbo.Create(setup, _options, spec.Id, incarnation, resumeFrom);
    }

    private sealed class Deaf : IRunObserver
    {
        public void Observed(ParticipantId source, TimeSpan at, Observation observation)
        {
        }

        public void Supervised(TimeSpan at, SupervisionEvent supervisionEvent)
        {
        }
    }
}
