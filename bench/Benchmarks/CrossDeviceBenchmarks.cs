using System.Diagnostics;
using System.Globalization;
using ActorFed.Actors;
using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Federated;
using ActorFed.Algorithms.Federated.FedOpt;
using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Oracles;
using ActorFed.Engines;
using ActorFed.Host.Data;
using ActorFed.Host.Experiments;
using ActorFed.Problems.Data;

namespace ActorFed.Benchmarks;

/// <summary>
/// Clients per hour and core of FedAvg across devices in the in-process engine, next to a bare loop over the same oracles that does the same
/// arithmetic, in turns. <c>bench/torch_cross_device.py</c> trains the same clients on the same batches with PyTorch.
/// </summary>
internal static class CrossDeviceBenchmarks
{
    private const string File = "hocon/experiments/fedavg-cross-device.conf";
    private const int Repetitions = 5;

    /// <param name="output">Takes the figures.</param>
    /// <param name="rounds">Rounds of a run; at least 1.</param>
    /// <param name="folder">Takes what PyTorch needs; null: it is not written.</param>
    public static async Task RunAsync(TextWriter output, long rounds, string? folder)
    {
        bool hasData = Environment.GetEnvironmentVariable("ACTORFED_DATA") is not null;
        string set = hasData ? "mnist" : "synthetic-digits";
        Experiment experiment = Experiment.Load(File, [$"stop.steps={rounds}", $"data.set={set}", "run.snapshot-every=1h"]);
        ShardedData data = (ShardedData)DataSetLoader.LoadFor(experiment, new DataLocator(null, Environment.GetEnvironmentVariable));
        ILossProblem problem = (ILossProblem)experiment.CreateProblem(data);
        ExperimentFactory factory = new(experiment.Algorithm, experiment.AlgorithmOptions, experiment.ToSetup(problem));
        RunPlan plan = experiment.ToPlan("benchmark");
        ClientOptions client = ((FedOptOptions)experiment.AlgorithmOptions).Client;
        output.WriteLine($"{File}, {set}: {rounds} rounds, {problem.Length} parameters, {Environment.ProcessorCount} processors; medians of {Repetitions}");

        Cohorts cohorts = new();
        (List<Effort> engine, List<Effort> bare) = ([], []);
        BareLoop? loop = null;
        for (int repetition = -1; repetition < Repetitions; repetition++)
        {
            cohorts.Clear();
            Effort ofEngine = await Effort.OfAsync(() => RunOnceAsync(plan, factory, cohorts));
            loop = new BareLoop(problem, client, experiment.Options.Seed, cohorts.Rounds);
            Effort ofLoop = await Effort.OfAsync(() => Task.Run(loop.Run));
            loop.RequireSame(cohorts.Model!);
            if (repetition >= 0)
            {
                engine.Add(ofEngine);
                bare.Add(ofLoop);
            }
        }

        double clients = cohorts.Rounds.Sum(cohort => cohort.Length);
        Report(output, "in-process engine", engine, clients);
        Report(output, "bare loop", bare, clients);
        output.WriteLine(Line("tax: engine / bare loop, processor time", Median([.. engine.Zip(bare, (a, b) => a.Processor / b.Processor)]), ""));
        output.WriteLine(Line("the same of wall time", Median([.. engine.Zip(bare, (a, b) => a.Wall / b.Wall)]), ""));
        output.WriteLine(Line("mean loss of clients in the first round", loop!.Losses[0], "nats"));
        output.WriteLine(Line("mean loss of clients in the last round", loop.Losses[^1], "nats"));
        output.WriteLine(Line("peak working set", Process.GetCurrentProcess().PeakWorkingSet64 / 1e6, "MB"));
        if (folder is not null)
        {
            FlatVector start = problem.Initial(new SeededRandom(experiment.Options.Seed, BareLoop.StartStream));
            CrossDeviceFiles.Write(folder, data, start, client, cohorts.Rounds, loop);
        }
    }

    private static void Report(TextWriter output, string name, List<Effort> efforts, double clients)
    {
        output.WriteLine(Line($"{name}: clients per hour of processor time", 3600 * clients / Median([.. efforts.Select(effort => effort.Processor)]), "1/h"));
        output.WriteLine(Line($"{name}: processor time / wall time", Median([.. efforts.Select(effort => effort.Processor / effort.Wall)]), ""));
    }

    private static string Line(string what, double value, string unit) => string.Create(CultureInfo.InvariantCulture, $"  {what,-58}{value,14:N3} {unit}");

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

    private static async Task RunOnceAsync(RunPlan plan, ExperimentFactory factory, Cohorts cohorts)
    {
        await using InProcessEngine engine = new();
        RunReport report = await engine.RunAsync(plan, factory, cohorts, new MemorySnapshotStore(), CancellationToken.None);
        if (report.Outcome != RunOutcome.Completed)
        {
            throw new InvalidOperationException($"The run did not complete: {report.Reason}", report.Failure);
        }
    }

    /// <summary>What something took, in seconds: on the clock, and of all threads of the process together.</summary>
    private readonly record struct Effort(double Wall, double Processor)
    {
        public static async Task<Effort> OfAsync(Func<Task> action)
        {
            GC.Collect(); // what others left behind
            TimeSpan processor = Environment.CpuUsage.TotalTime;
            long start = Stopwatch.GetTimestamp();
            await action();
            return new Effort(Stopwatch.GetElapsedTime(start).TotalSeconds, (Environment.CpuUsage.TotalTime - processor).TotalSeconds);
        }
    }

    /// <summary>Keeps who took part in each round, and the last model.</summary>
    private sealed class Cohorts : IRunObserver
    {
        public List<int[]> Rounds { get; } = [];

        public FlatVector? Model { get; private set; }

        public void Clear() => Rounds.Clear();

        public void Observed(ParticipantId source, TimeSpan at, Observation observation)
        {
            if (observation is StepObserved step)
            {
                Rounds.Add([.. step.Active]);
            }

            Model = observation is ModelObserved model ? model.Lower : Model;
        }

        public void Supervised(TimeSpan at, SupervisionEvent supervisionEvent)
        {
        }
    }
}
