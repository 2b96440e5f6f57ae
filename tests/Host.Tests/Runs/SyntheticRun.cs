using System.Collections.Immutable;
using ActorFed.Actors;
using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Numerics;
using ActorFed.Host.Runs;
using ActorFed.Problems.Data;

namespace ActorFed.Host.Tests.Runs;

/// <summary>Observations such as an asynchronous run with a slow worker, a crash and a lost worker would give.</summary>
internal static class SyntheticRun
{
    public const int Slow = 7;
    public const int Crashing = 3;
    public const int LostOne = 11;

    public static RunHead Head(int workers = 18, long? stepLimit = 4000) => new()
    {
        RunId = "20261121-0942-adbo-hyperclean-7f3a",
        Algorithm = "adbo",
        Problem = "hyperclean",
        Engine = "in-process",
        Seed = 42,
        Build = "0.1.0+1196735",
        Workers = workers,
        StartedAt = new DateTimeOffset(2026, 11, 21, 9, 42, 0, TimeSpan.Zero),
        Plan = "actorfed {\n  seed = 42\n  adbo { staleness-bound = 15, min-active-workers = 9 }\n  note = \"a < b & c\"\n}\n",
        Command = "actorfed run examples/hyperclean.conf --set actorfed.seed=42",
        StepLimit = stepLimit,
        GapDefinition = "Euclidean norm of the gradients of the regularised Lagrangian",
        Environment = [new("Runtime", ".NET 10.0.0"), new("Processors", "16"), new("Operating system", "Linux x64")],
        Labels = Labels(workers, 10),
        ClassNames = [.. Enumerable.Range(0, 9).Select(c => $"digit {c}")],
    };

    public static LabelHistogram Labels(int shards, int classes) => new(
    [
        .. Enumerable.Range(0, shards).Select(shard => Enumerable.Range(0, classes).Select(label =>
            (int)(400 * Math.Exp(-1.3 * Math.Abs((shard * classes / (double)shards) - label))) + (((shard * 7) + (label * 13)) % 9)).ToImmutableArray()),
    ]);

    public static RunReport Report(RunOutcome outcome = RunOutcome.Completed, Exception? failure = null) => new()
    {
        Outcome = outcome,
        Reason = "step limit of 4000 reached",
        Failure = failure,
        Elapsed = TimeSpan.FromSeconds(61.25),
        Deliveries = 72_412,
        BytesSent = 912_345_678,
        Restarts = 2,
        Violations = 3,
    };

    /// <summary>Tells <paramref name="observer"/> a run of <paramref name="steps"/> steps.</summary>
    public static void Play(IRunObserver observer, long steps, int workers = 18, int measureEvery = 5, Action<long>? afterStep = null)
    {
        SeededRandom random = new(7, "synthetic run");
        int[] heard = new int[workers];
        double seconds = 0;
        for (int worker = 0; worker < workers; worker++)
        {
            observer.Observed(ParticipantId.Master, TimeSpan.Zero, new WorkerObserved(worker, WorkerChange.Joined, 0));
        }

        for (int step = 1; step <= steps; step++)
        {
            seconds += 0.012 + (0.006 * random.NextDouble());
            TimeSpan at = TimeSpan.FromSeconds(seconds);
            double done = (double)step / steps;
            bool isLost = done is > 0.45 and < 0.6;
            Failures(observer, at, step, done, steps, workers);
            ImmutableArray<int> active = [.. Enumerable.Range(0, workers).Where(w =>
                !(w == LostOne && isLost) && !(w == Crashing && done is > 0.3 and < 0.34)
                && (random.NextDouble() < (w == Slow ? 0.12 : 0.55) || step - heard[w] >= 15))];
            ImmutableArray<int> staleness = [.. active.Select(w => step - 1 - heard[w])];
            foreach (int worker in active)
            {
                heard[worker] = step;
            }

            observer.Observed(ParticipantId.Master, at, new StepObserved
            {
                Step = step,
                Active = active,
                Staleness = staleness,
                WorkersAlive = workers - (isLost ? 1 : 0),
                Measures = [new(MeasureNames.Planes, Math.Min(8, Math.Floor(done * 30)) - (done is > 0.6 and < 0.7 ? 2 : 0))],
            });
            if (step % measureEvery == 0 || step == 1)
            {
                observer.Observed(ParticipantId.Master, at, new MeasuresObserved(step, Measures(random, done)));
            }

            if (step % 50 == 0 || step == steps)
            {
                observer.Observed(ParticipantId.Master, at, new ModelObserved { Step = step, Upper = FlatVector.Of(done, 1), Lower = FlatVector.Of(done) });
            }

            afterStep?.Invoke(step);
        }
    }

    /// <summary>A test metric of the models of <see cref="Play"/>.</summary>
    public static ImmutableArray<Measure> Evaluate(ModelObserved model) =>
    [
        new("test-accuracy", 0.93 - (0.83 * Math.Exp(-6 * model.Upper[0]))),
        new("clean-recall", 0.88 - (0.6 * Math.Exp(-3 * model.Lower[0]))),
        new("test-loss", 0.24 + (2.1 * Math.Exp(-7 * model.Upper[0]))),
    ];

    public static RunRecord Record(long steps, int workers = 18)
    {
        RunRecord record = new(workers);
        Play(new Direct(record), steps, workers);
        return record;
    }

    private static ImmutableArray<Measure> Measures(SeededRandom random, double done)
    {
        double noise = random.NextDouble() - 0.5;
        return
        [
            new(MeasureNames.UpperObjective, 5.3 + (36 * Math.Exp(-7 * done)) + (1.2 * noise)),
            new(MeasureNames.LowerObjective, 7.1 + (30 * Math.Exp(-5 * done)) + (0.8 * noise)),
            new(MeasureNames.StationarityGap, Math.Exp((-9 * done) + noise)),
        ];
    }

    private static void Failures(IRunObserver observer, TimeSpan at, int step, double done, long steps, int workers)
    {
        ParticipantId crashing = ParticipantId.Worker(Crashing);
        if (workers <= LostOne || steps < 100)
        {
            return;
        }

        if (step == (int)(0.30 * steps))
        {
            observer.Supervised(at, new SupervisionEvent(SupervisionAction.Restarting, crashing, "IOException: the disk is gone"));
        }
        else if (step == (int)(0.34 * steps))
        {
            observer.Supervised(at, new SupervisionEvent(SupervisionAction.Restarted, crashing, "from its snapshot"));
        }
        else if (step == (int)(0.40 * steps) || step == (int)(0.42 * steps))
        {
            observer.Observed(ParticipantId.Master, at, new WorkerObserved(LostOne, WorkerChange.AskedAgain, step));
        }
        else if (step == (int)(0.45 * steps))
        {
            observer.Observed(ParticipantId.Master, at, new WorkerObserved(LostOne, WorkerChange.Lost, step));
        }
        else if (step == (int)(0.60 * steps))
        {
            observer.Observed(ParticipantId.Master, at, new WorkerObserved(LostOne, WorkerChange.Returned, step));
        }
    }

    private sealed class Direct(RunRecord record) : IRunObserver
    {
        public void Observed(ParticipantId source, TimeSpan at, Observation observation)
        {
            switch (observation)
            {
                case StepObserved step: record.Step(at, step); break;
                case MeasuresObserved measured: record.Measured(measured.Step, at, measured.Measures); break;
                case WorkerObserved worker: record.Worker(at, worker); break;
                case ModelObserved model: record.Evaluated(model.Step, at, Evaluate(model)); break;
                default: throw new NotSupportedException();
            }
        }

        public void Supervised(TimeSpan at, SupervisionEvent supervisionEvent) => record.Supervised(at, supervisionEvent);
    }
}
