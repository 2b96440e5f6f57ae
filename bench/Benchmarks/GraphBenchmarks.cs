using System.Diagnostics;
using ActorFed.Actors;
using ActorFed.Algorithms;
using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Decentralized.Dsgd;
using ActorFed.Algorithms.Graph;
using ActorFed.Algorithms.Graph.Topologies;
using ActorFed.Engines;
using ActorFed.Engines.Simulation;
using ActorFed.Host.Experiments;
using ActorFed.Host.Runs;
using ActorFed.Problems;

namespace ActorFed.Benchmarks;

/// <summary>
/// What a round costs per edge among neighbours: decentralized SGD on the quadratic problem of one level, summed up as in a run, in simulation
/// and on threads. The cost per edge and round must not depend on the number of neighbours, beyond what their memory costs the caches.
/// </summary>
internal static class GraphBenchmarks
{
    private const long Messages = 300_000; // of the shorter run
    private const int Length = 10;
    private const int MostOnThreads = 1000;

    /// <param name="output">Takes the figures.</param>
    /// <param name="counts">Numbers of neighbours; each at least 16.</param>
    public static void Run(TextWriter output, IReadOnlyList<int> counts)
    {
        Simulate(Create("random-regular", 100), rounds: 50); // compiles
        OnThreads(Create("random-regular", 100), rounds: 50);
        output.WriteLine("neighbours, decentralized SGD; a longer run less a shorter one, so without setting up; an edge is counted in both directions; real and processor time per edge and round");
        output.WriteLine($"{"",-38}{"n",8}{"edges",10}{"rounds/s",11}{"ns/edge/round",15}{"processor ns",14}{"set-up s",10}{"bytes/neighbour",17}");
        foreach (int n in counts)
        {
            foreach (string name in (string[])["random-regular", "symmetric-exponential", "random-matching"])
            {
                Topology topology = Create(name, n);
                Report(output, $"simulation, {name}", topology, rounds => Simulate(topology, rounds));
                if (n <= MostOnThreads)
                {
                    Report(output, $"threads, {name}", topology, rounds => OnThreads(topology, rounds));
                }
            }
        }
    }

    private static Topology Create(string name, int count) =>
        TopologyCatalog.Create(new TopologyOptions { Topology = name, Degree = 8, Base = "random-regular" }, count, seed: 1);

    private static void Report(TextWriter output, string name, Topology topology, Func<long, long> run)
    {
        int edges = Enumerable.Range(0, topology.Count).Sum(i => topology.At(0).Row(i).Length);
        long rounds = Math.Max(10, Messages / edges);
        (double shortSeconds, double shortWork, _) = Time(run, rounds);
        (double longSeconds, double longWork, long bytes) = Time(run, 4 * rounds);
        double perRound = (longSeconds - shortSeconds) / (3 * rounds);
        double work = (longWork - shortWork) / (3 * rounds);
        output.WriteLine(FormattableString.Invariant(
            $"{name,-38}{topology.Count,8}{edges,10}{1 / perRound,11:N1}{perRound / edges * 1e9,15:N0}{work / edges * 1e9,14:N0}{shortSeconds - (rounds * perRound),10:0.00}{bytes / topology.Count,17:N0}"));
    }

    /// <summary>Real time, and that of processors, which others that use the machine do not stretch.</summary>
    private static (double Seconds, double Work, long Bytes) Time(Func<long, long> run, long rounds)
    {
        GC.Collect();
        long start = Stopwatch.GetTimestamp();
        TimeSpan before = Environment.CpuUsage.TotalTime;
        long bytes = run(rounds);
        return (Stopwatch.GetElapsedTime(start).TotalSeconds, (Environment.CpuUsage.TotalTime - before).TotalSeconds, bytes);
    }

    /// <returns>Bytes in use in the last round.</returns>
    private static long Simulate(Topology topology, long rounds)
    {
        SimulationEngine engine = new(new SimulationSetup { Time = new ConstantTime(TimeSpan.FromMilliseconds(10)) });
        return RunOn(engine, topology, rounds).GetAwaiter().GetResult();
    }

    private static long OnThreads(Topology topology, long rounds)
    {
        InProcessEngine engine = new();
        try
        {
            return RunOn(engine, topology, rounds).GetAwaiter().GetResult();
        }
        finally
        {
            engine.DisposeAsync().AsTask().GetAwaiter().GetResult();
        }
    }

    private static async Task<long> RunOn(IEngine engine, Topology topology, long rounds)
    {
        GraphSetup setup = new() { Lower = topology, Upper = topology, Auxiliary = topology, RoundLimit = rounds, Seed = 1, LostAfter = TimeSpan.FromHours(1) };
        AlgorithmSetup algorithm = new()
        {
            Problem = new SingleLevelQuadratic(new SingleLevelQuadraticOptions { Length = Length }, topology.Count, seed: 1),
            Graph = setup,
            Seed = 1,
        };
        RunPlan plan = new()
        {
            RunId = "bench",
            Seed = 1,
            Participants = [.. Enumerable.Range(0, topology.Count).Select(i => new ParticipantSpec(new ParticipantId(Role.Neighbour, i), i))],
        };
        Last last = new(rounds);
        NeighbourSummary summary = GraphExperiment.Summarise(setup, last, joins: false);
        RunReport report = await engine.RunAsync(plan, new Factory(algorithm), summary, new MemorySnapshotStore(), CancellationToken.None);
        return report.Outcome == RunOutcome.Completed
            ? last.Bytes
            : throw new InvalidOperationException($"The run ended as {report.Outcome}: {report.Reason}", report.Failure);
    }

    private sealed class Factory(AlgorithmSetup setup) : IParticipantFactory
    {
        private readonly DsgdAlgorithm _dsgd = new();
        private readonly DsgdOptions _options = new() { Step = 0.05 };

        public IParticipant Create(ParticipantSpec spec, int incarnation, Snapshot? resumeFrom) =>
            _dsgd.Create(setup, _options, spec.Id, incarnation, resumeFrom);
    }

    /// <summary>Looks at the memory when all have made the last round.</summary>
    private sealed class Last(long round) : IRunObserver
    {
        private readonly long _before = GC.GetTotalMemory(forceFullCollection: true);

        public long Bytes { get; private set; }

        public void Observed(ParticipantId source, TimeSpan at, Observation observation) =>
            Bytes = observation is ModelObserved model && model.Step == round ? GC.GetTotalMemory(forceFullCollection: true) - _before : Bytes;

        public void Supervised(TimeSpan at, SupervisionEvent supervisionEvent)
        {
        }
    }
}
