using System.Diagnostics;
using ActorFed.Actors;
using ActorFed.Algorithms.Core;
using ActorFed.Engines.Tests;
using Akka.Actor;

namespace ActorFed.Engines.Benchmarks;

/// <summary>
/// Messages per second within one process: pairs that pass a note to each other, by the in-process engine and by bare actors of Akka.NET.
/// The engine does on top what an engine does: bounded mailboxes, supervision, counts, an observer that is told of every call and its time.
/// Of these, Akka.NET can do the first when asked, which is measured, too.
/// </summary>
internal static class LocalMessages
{
    private const int Hops = 2_000_000; // some 0.2 s and more, so that starting counts for nothing

    private const string Bounded = "bounded { mailbox-type = \"Akka.Dispatch.BoundedMailbox, Akka\", mailbox-capacity = 1024, mailbox-push-timeout-time = 10s }";

    public static async Task RunAsync(TextWriter output)
    {
        List<string> rows = [];
        foreach (int pairs in (int[])[1, 2 * Environment.ProcessorCount, 16 * Environment.ProcessorCount])
        {
            int hops = Hops / pairs;
            foreach (bool isBounded in (bool[])[false, true])
            {
                string what = $"{pairs} pairs{(isBounded ? ", its mailboxes bounded, too" : "")}";
                rows.Add(await Turns.MeasureAsync(output, what, () => EngineAsync(output, pairs, hops), () => BareAsync(output, pairs, hops, isBounded)));
            }
        }

        Turns.Write(output, "in-process engine", rows);
    }

    private static async Task<double> EngineAsync(TextWriter output, int pairs, int hops)
    {
        int left = pairs;
        RunPlan plan = new()
        {
            RunId = "bench",
            Seed = 1,
            Participants = [.. Enumerable.Range(0, 2 * pairs).Select(index => new ParticipantSpec(new ParticipantId(Role.Neighbour, index), index))],
        };
        TimeSpan before = Environment.CpuUsage.TotalTime;
        await using InProcessEngine engine = new();
        RunReport report = await engine.RunAsync(
            plan,
            new ScriptedFactory((spec, _, _) => new Scripted
            {
                OnStart = outbox =>
                {
                    if (spec.Id.Index % 2 == 0)
                    {
                        outbox.Send(new ParticipantId(Role.Neighbour, spec.Id.Index + 1), new Note(hops));
                    }
                },
                OnReceive = (sender, message, outbox) =>
                {
                    long number = ((Note)message).Number;
                    if (number > 0)
                    {
                        outbox.Send(sender, new Note(number - 1));
                    }
                    else if (Interlocked.Decrement(ref left) == 0)
                    {
                        outbox.Complete("all hops made");
                    }
                },
            }),
            new Unobserved(),
            new MemorySnapshotStore(),
            CancellationToken.None);
        TellCost(output, "ours", before, report.Deliveries);
        return report.Outcome == RunOutcome.Completed
            ? report.Deliveries / report.Elapsed.TotalSeconds
            : throw new InvalidOperationException($"{report.Outcome}: {report.Reason}");
    }

    private static async Task<double> BareAsync(TextWriter output, int pairs, int hops, bool isBounded)
    {
        using ActorSystem system = ActorSystem.Create("bare", $"akka.loglevel = ERROR\n{Bounded}");
        using CountdownEvent left = new(pairs);
        TaskCompletionSource done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Props props = Props.Create(() => new Relay(left, done));
        Props relay = isBounded ? props.WithMailbox("bounded") : props;
        (IActorRef, IActorRef)[] actors = [.. Enumerable.Range(0, pairs).Select(_ => (system.ActorOf(relay), system.ActorOf(relay)))];
        TimeSpan before = Environment.CpuUsage.TotalTime;
        long start = Stopwatch.GetTimestamp();
        foreach ((IActorRef one, IActorRef other) in actors)
        {
            other.Tell(new Note(hops), one);
        }

        await done.Task;
        double perSecond = pairs * (hops + 1L) / Stopwatch.GetElapsedTime(start).TotalSeconds;
        TellCost(output, "bare", before, pairs * (hops + 1L));
        await system.Terminate();
        return perSecond;
    }

    /// <summary>What a message costs in processor time: less disturbed by what else the machine does than messages per second are.</summary>
    private static void TellCost(TextWriter output, string what, TimeSpan before, long messages) =>
        output.WriteLine($"  {what}: {(Environment.CpuUsage.TotalTime - before).TotalNanoseconds / messages:0} ns of processor time per message");

    private sealed class Relay : UntypedActor
    {
        private readonly CountdownEvent _left;
        private readonly TaskCompletionSource _done;

        public Relay(CountdownEvent left, TaskCompletionSource done) => (_left, _done) = (left, done);

        protected override void OnReceive(object message)
        {
            long number = ((Note)message).Number;
            if (number > 0)
            {
                Sender.Tell(new Note(number - 1), Self);
            }
            else if (_left.Signal())
            {
                _done.SetResult();
            }
        }
    }

    /// <summary>Nobody watches.</summary>
    private sealed class Unobserved : IRunObserver
    {
        public void Observed(ParticipantId source, TimeSpan at, Observation observation)
        {
        }

        public void Supervised(TimeSpan at, SupervisionEvent supervisionEvent)
        {
        }
    }
}
