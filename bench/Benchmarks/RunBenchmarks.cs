using System.Diagnostics;
using System.Globalization;
using ActorFed.Actors;
using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Oracles;
using ActorFed.Engines;
using ActorFed.Host.Data;
using ActorFed.Host.Experiments;
using ActorFed.Problems.Counting;

namespace ActorFed.Benchmarks;

/// <summary>
/// Master steps per second of whole runs, and the framework tax: the wall time of a run divided by that of the same work without
/// actors. Three measures of "without": the same oracle calls in a bare loop on one thread; the same on all processors; and the very
/// same participants, arithmetic and all, called one after the other on one thread.
/// </summary>
internal static class RunBenchmarks
{
    private const int Repetitions = 5;

    public static async Task RunAsync(TextWriter output, string file, long steps, string? dataFolder)
    {
        Experiment experiment = Experiment.Load(file, [$"stop.steps={steps}", "run.snapshot-every=1h"]);
        DataLocator locator = new(dataFolder, Environment.GetEnvironmentVariable);
        ExperimentOptions options = experiment.Options;
        IProblem created = experiment.CreateProblem(experiment.Problem.NeedsData
            ? DataSetLoader.Load(options.Data, options.Workers, options.Seed, locator)
            : null);
        IBilevelProblem problem = created as IBilevelProblem ?? throw new ArgumentException(
            $"{file} has the problem '{options.Problem}', which is not of two levels; the calls of such oracles cannot be made again here. Choose another experiment.");
        OracleCounter counter = new();
        ExperimentFactory factory = new(experiment.Algorithm, experiment.AlgorithmOptions, experiment.ToSetup(counter.Count(problem)));
        RunPlan plan = experiment.ToPlan("benchmark");
        output.WriteLine($"{file}: {options.Workers} workers, {steps} master steps, {Environment.ProcessorCount} processors; medians of {Repetitions}");

        List<double> runs = [];
        List<double> oneThread = [];
        List<double> allThreads = [];
        List<double> withoutEngine = [];
        for (int repetition = -1; repetition < Repetitions; repetition++)
        {
            counter.Reset();
            double run = (await RunOnceAsync(plan, factory)).TotalSeconds;
            OracleCalls calls = counter.Calls;
            double one = Time(() => Repeat(problem, calls, threads: 1));
            double all = Time(() => Repeat(problem, calls, Environment.ProcessorCount));
            double direct = Time(() => new DirectStar(plan, factory).Run());
            if (repetition >= 0)
            {
                runs.Add(run);
                oneThread.Add(run / one);
                allThreads.Add(run / all);
                withoutEngine.Add(run / direct);
            }
        }

        string Line(string what, double value, string unit) => string.Create(CultureInfo.InvariantCulture, $"  {what,-62}{value,10:0.00} {unit}");
        output.WriteLine(Line("master steps per second", steps / Median(runs), "1/s"));
        output.WriteLine(Line("run / the same oracle calls in a bare loop, one thread", Median(oneThread), ""));
        output.WriteLine(Line("run / the same oracle calls in bare loops, all processors", Median(allThreads), ""));
        output.WriteLine(Line("run / the same participants called in turn, one thread", Median(withoutEngine), ""));
        output.WriteLine(Line("peak working set", Process.GetCurrentProcess().PeakWorkingSet64 / 1e6, "MB"));
    }

    private static async Task<TimeSpan> RunOnceAsync(RunPlan plan, ExperimentFactory factory)
    {
        await using InProcessEngine engine = new();
        RunReport report = await engine.RunAsync(plan, factory, new Silence(), new MemorySnapshotStore(), CancellationToken.None);
        return report.Outcome == RunOutcome.Completed
            ? report.Elapsed
            : throw new InvalidOperationException($"The run did not complete: {report.Reason}", report.Failure);
    }

    /// <summary>Makes the calls again, shard by shard, on that many threads.</summary>
    private static void Repeat(IBilevelProblem problem, OracleCalls calls, int threads)
    {
        double[] upper = new double[problem.UpperLength];
        double[] lower = new double[problem.LowerLength];
        Parallel.For(0, problem.ShardCount, new ParallelOptions { MaxDegreeOfParallelism = threads }, shard =>
        {
            IBilevelOracle oracle = problem.CreateOracle(shard);
            double[] upperGradient = new double[upper.Length];
            double[] lowerGradient = new double[lower.Length];
            for (long i = 0; i < calls.UpperLosses / problem.ShardCount; i++)
            {
                oracle.UpperLoss(upper, lower, [], lowerGradient);
            }

            for (long i = 0; i < calls.LowerLosses / problem.ShardCount; i++)
            {
                oracle.LowerLoss(upper, lower, [], lowerGradient);
            }

            for (long i = 0; i < calls.Products / problem.ShardCount; i++)
            {
                oracle.LowerCrossProduct(upper, lower, lower, upperGradient);
            }
        });
    }

    private static double Time(Action action)
    {
        long start = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

    private sealed class Silence : IRunObserver
    {
        public void Observed(ParticipantId source, TimeSpan at, Observation observation)
        {
        }

        public void Supervised(TimeSpan at, SupervisionEvent supervisionEvent)
        {
        }
    }

    /// <summary>A run's participants without engine: one queue, one thread, no timers.</summary>
    private sealed class DirectStar(RunPlan plan, IParticipantFactory factory)
    {
        private readonly Queue<(ParticipantId From, ParticipantId To, Message Message)> _messages = new();
        private readonly Outbox _outbox = new();
        private bool _isComplete;

        public void Run()
        {
            Dictionary<ParticipantId, IParticipant> participants = plan.Participants.ToDictionary(
                spec => spec.Id, spec => factory.Create(spec, 1, null));
            foreach ((ParticipantId id, IParticipant participant) in participants)
            {
                participant.Start(_outbox);
                Perform(id);
            }

            while (!_isComplete && _messages.TryDequeue(out (ParticipantId From, ParticipantId To, Message Message) next))
            {
                participants[next.To].Receive(next.From, next.Message, _outbox);
                Perform(next.To);
            }
        }

        private void Perform(ParticipantId source)
        {
            foreach (Effect effect in _outbox.Effects)
            {
                if (effect.Kind == EffectKind.Send)
                {
                    _messages.Enqueue((source, effect.Target, (Message)effect.Payload!));
                }

                _isComplete |= effect.Kind == EffectKind.Complete;
            }

            _outbox.Clear();
        }
    }
}
