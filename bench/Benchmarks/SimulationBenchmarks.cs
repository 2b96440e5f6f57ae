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
    private const long MessagesPerRun = 4_000_000;

    /// <param name="output">Takes the figures.</param>
    /// <param name="workers">Numbers of workers to simulate; each at least 2.</param>
    public static void Run(TextWriter output, IReadOnlyList<int> workers)
    {
        RunNull(workers: 100, messages: 100_000); // compiles
        output.WriteLine($"{"simulation, one thread",-26}{"workers",9}{"events",12}{"seconds",9}{"events/s",13}{"ns/event",10}{"bytes/worker",14}{"virtual s",11}");
        foreach (int n in workers)
        {
            Report(output, "null rules, S = N/2", n, () => RunNull(n, MessagesPerRun));
            Report(output, "ADBO quadratic, S = N/2", n, () => RunQuadratic(n, MessagesPerRun / 4));
        }
    }

    private static void Report(TextWriter output, string name, int workers, Func<RunReport> run)
    {
        long before = GC.GetTotalMemory(forceFullCollection: true);
        using Process process = Process.GetCurrentProcess();
        TimeSpan cpuBefore = process.TotalProcessorTime;
        long start = Stopwatch.GetTimestamp();
        RunReport report = run();
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        process.Refresh();
        long peak = process.PeakWorkingSet64;
        if (report.Outcome != RunOutcome.Completed)
        {
            throw new InvalidOperationException($"{name} with {workers} workers ended as {report.Outcome}: {report.Reason}", report.Failure);
        }

        output.WriteLine(FormattableString.Invariant(
            $"{name,-26}{workers,9}{report.Events,12}{seconds,9:0.00}{report.Events / seconds,13:N0}{seconds / report.Events * 1e9,10:0}{(peak - before) / workers,14:N0}{report.Elapsed.TotalSeconds,11:0.0}   cpu {(process.TotalProcessorTime - cpuBefore).TotalSeconds:0.00} s"));
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
