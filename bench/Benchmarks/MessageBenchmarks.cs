using System.Diagnostics;
using ActorFed.Actors;
using ActorFed.Algorithms.Core;
using ActorFed.Engines;

namespace ActorFed.Benchmarks;

/// <summary>What the in-process engine costs per message: throughput of pairs, latency of one ball, and a star of workers.</summary>
public static class MessageBenchmarks
{
    private const int Runs = 7;

    public static void Run(TextWriter output)
    {
        output.WriteLine($"in-process engine, {Environment.ProcessorCount} processors, median of {Runs} runs (smallest to largest)");
        foreach ((int pairs, int window) in new[] { (1, 1), (1, 64), (4, 16), (4, 64), (8, 16), (8, 64) })
        {
            long messages = window == 1 ? 400_000 : 6_000_000;
            long allocated = 0;
            double[] seconds = Measure(() =>
            {
                long before = GC.GetTotalAllocatedBytes(precise: true);
                PlayBalls(pairs, window, messages);
                allocated = GC.GetTotalAllocatedBytes(precise: true) - before;
            });
            string figure = window == 1
                ? Describe(seconds, s => s / messages * 1e9, "ns from one end to the other")
                : Describe(seconds, s => messages / s / 1e6, "million messages per second");
            output.WriteLine(FormattableString.Invariant($"{pairs} pairs, window {window,2}  {figure}, {(double)allocated / messages:0.000} bytes allocated per message"));
        }

        const long Steps = 20_000;
        double[] star = Measure(() => RunStar(workers: 18, Steps, loops: 0, out _));
        output.WriteLine($"star, 18 workers     {Describe(star, s => s / Steps * 1e6, "us per synchronous step of 36 messages")}");

        const int ComputingSteps = 20;
        const double ComputeSeconds = 0.005;
        long loops = (long)(ComputeSeconds / Measure(() => Compute(1_000_000)).Min() * 1_000_000);
        List<double> waits = [];
        double[] busy = Measure(() =>
        {
            RunStar(workers: 18, ComputingSteps, loops, out double wait);
            waits.Add(wait);
        });
        double ideal = 18 * ComputingSteps * ComputeSeconds / Math.Min(18, Environment.ProcessorCount);
        output.WriteLine($"star, 5 ms a report  {Describe(busy, s => s / ideal, "times the time of computing alone")}");
        output.WriteLine($"  report to master   {Describe([.. waits], s => s * 1e3, "ms mean wait until the master handles it")}");
    }

    private static double[] Measure(Action action)
    {
        action(); // compiles
        action();
        return [.. Enumerable.Range(0, Runs).Select(_ =>
        {
            long start = Stopwatch.GetTimestamp();
            action();
            return Stopwatch.GetElapsedTime(start).TotalSeconds;
        })];
    }

    private static string Describe(double[] seconds, Func<double, double> unit, string name)
    {
        double[] values = [.. seconds.Select(unit).Order()];
        return FormattableString.Invariant($"{values[values.Length / 2],10:0.00} {name} ({values[0]:0.00} to {values[^1]:0.00})");
    }

    private static void PlayBalls(int pairs, int window, long messages)
    {
        long returnsPerPair = messages / pairs / 2;
        ParticipantSpec[] specs = [new(ParticipantId.Master), .. Enumerable.Range(0, 2 * pairs).Select(i => new ParticipantSpec(ParticipantId.Worker(i)))];
        Carry(specs, spec =>
            spec.Id == ParticipantId.Master ? new Referee(pairs)
            : spec.Id.Index % 2 == 0 ? new Server(ParticipantId.Worker(spec.Id.Index + 1), window, returnsPerPair)
            : new Returner());
    }

    private static void RunStar(int workers, long steps, long loops, out double meanWaitSeconds)
    {
        StarMaster? master = null;
        ParticipantSpec[] specs = [new(ParticipantId.Master), .. Enumerable.Range(0, workers).Select(i => new ParticipantSpec(ParticipantId.Worker(i)))];
        Carry(specs, spec => spec.Id == ParticipantId.Master ? master = new StarMaster(workers, steps) : new StarWorker(loops));
        meanWaitSeconds = master!.TotalWait / Stopwatch.Frequency / (workers * steps);
    }

    private static void Carry(ParticipantSpec[] specs, Func<ParticipantSpec, IParticipant> create)
    {
        RunPlan plan = new() { RunId = "bench", Seed = 1, Participants = [.. specs] };
        RunReport report = new InProcessEngine()
            .RunAsync(plan, new Factory(create), new Silence(), new MemorySnapshotStore(), CancellationToken.None).GetAwaiter().GetResult();
        if (report.Outcome != RunOutcome.Completed)
        {
            throw new InvalidOperationException($"The benchmark ended with {report.Outcome}: {report.Reason}", report.Failure);
        }
    }

    /// <summary>A fixed amount of work: unlike a wait on the clock, it takes longer when threads share a processor.</summary>
    private static ulong Compute(long loops)
    {
        ulong x = 1;
        for (long i = 0; i < loops; i++)
        {
            x = (x * 6364136223846793005) + 1442695040888963407;
        }

        return x;
    }

    private sealed record Ball : Message;

    private sealed record Done : Message;

    private sealed record Iterate : Message;

    private sealed record Answer(long SentAt, ulong Result) : Message;

    private sealed class Factory(Func<ParticipantSpec, IParticipant> create) : IParticipantFactory
    {
        public IParticipant Create(ParticipantSpec spec, int incarnation, Snapshot? resumeFrom) => create(spec);
    }

    private sealed class Silence : IRunObserver
    {
        public void Observed(ParticipantId source, TimeSpan at, Observation observation)
        {
        }

        public void Supervised(TimeSpan at, SupervisionEvent supervisionEvent) =>
            throw new InvalidOperationException($"Unexpected in a benchmark: {supervisionEvent.Reason}");
    }

    private abstract class Participant : IParticipant
    {
        public virtual void Start(Outbox outbox)
        {
        }

        public abstract void Receive(ParticipantId sender, Message message, Outbox outbox);

        public void TimerElapsed(string timer, Outbox outbox) => throw new InvalidOperationException("No timer was started.");

        public Snapshot TakeSnapshot() => new("none.v1", ReadOnlyMemory<byte>.Empty);
    }

    private sealed class Server(ParticipantId opponent, int window, long returns) : Participant
    {
        private readonly Ball _ball = new();
        private long _returned;

        public override void Start(Outbox outbox)
        {
            for (int i = 0; i < window; i++)
            {
                outbox.Send(opponent, _ball);
            }
        }

        public override void Receive(ParticipantId sender, Message message, Outbox outbox)
        {
            if (++_returned == returns)
            {
                outbox.Send(ParticipantId.Master, new Done());
            }
            else if (_returned < returns)
            {
                outbox.Send(opponent, message);
            }
        }
    }

    private sealed class Returner : Participant
    {
        public override void Receive(ParticipantId sender, Message message, Outbox outbox) => outbox.Send(sender, message);
    }

    private sealed class Referee(int pairs) : Participant
    {
        private int _left = pairs;

        public override void Receive(ParticipantId sender, Message message, Outbox outbox)
        {
            if (--_left == 0)
            {
                outbox.Complete("all balls played");
            }
        }
    }

    /// <summary>Steps when all workers have answered.</summary>
    private sealed class StarMaster(int workers, long steps) : Participant
    {
        private readonly Iterate _iterate = new();
        private int _heard;
        private long _step;

        public double TotalWait { get; private set; } // in stopwatch ticks

        public override void Start(Outbox outbox) => Publish(outbox);

        public override void Receive(ParticipantId sender, Message message, Outbox outbox)
        {
            TotalWait += Stopwatch.GetTimestamp() - ((Answer)message).SentAt;
            if (++_heard < workers)
            {
                return;
            }

            _heard = 0;
            if (++_step == steps)
            {
                outbox.Complete("all steps made");
            }
            else
            {
                Publish(outbox);
            }
        }

        private void Publish(Outbox outbox)
        {
            for (int i = 0; i < workers; i++)
            {
                outbox.Send(ParticipantId.Worker(i), _iterate);
            }
        }
    }

    private sealed class StarWorker(long loops) : Participant
    {
        public override void Receive(ParticipantId sender, Message message, Outbox outbox)
        {
            ulong result = Compute(loops);
            outbox.Send(sender, new Answer(Stopwatch.GetTimestamp(), result));
        }
    }
}
