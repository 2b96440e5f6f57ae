using System.Diagnostics;
using ActorFed.Actors;
using ActorFed.Algorithms.Core;
using ActorFed.Engines.Tests;
using Akka.Actor;

namespace ActorFed.Engines.Benchmarks;

/// <summary>
/// Messages per second within one process: pairs that pass a note to each other, by the in-process engine and by bare actors of Akka.NET.
/// The engine does on top what an engine does: bounded mailboxes, supervision, counts, an observer that is told of every call.
/// </summary>
internal static class LocalMessages
{
    private const int Hops = 200_000;

    public static async Task RunAsync(TextWriter output)
    {
        List<string> rows = [];
        foreach (int pairs in (int[])[1, 2 * Environment.ProcessorCount, 16 * Environment.ProcessorCount])
        {
            int hops = Hops / pairs;
            rows.Add(await Turns.MeasureAsync(output, $"{pairs} pairs", () => EngineAsync(pairs, hops), () => BareAsync(pairs, hops)));
        }

        Turns.Write(output, "in-process engine", rows);
    }

    private static async Task<double> EngineAsync(int pairs, int hops)
    {
        int left = pairs;
        RunPlan plan = new()
        {
            RunId = "bench",
            Seed = 1,
            Participants = [.. Enumerable.Range(0, 2 * pairs).Select(index => new ParticipantSpec(new ParticipantId(Role.Neighbour, index), index))],
        };
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
        return report.Outcome == RunOutcome.Completed
            ? report.Deliveries / report.Elapsed.TotalSeconds
            : throw new InvalidOperationException($"{report.Outcome}: {report.Reason}");
    }

    private static async Task<double> BareAsync(int pairs, int hops)
    {
        using ActorSystem system = ActorSystem.Create("bare", "akka.loglevel = WARNING");
        using CountdownEvent left = new(pairs);
        TaskCompletionSource done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        (IActorRef, IActorRef)[] actors = [.. Enumerable.Range(0, pairs).Select(_ => (
            system.ActorOf(Props.Create(() => new Relay(left, done))), system.ActorOf(Props.Create(() => new Relay(left, done)))))];
        long start = Stopwatch.GetTimestamp();
        foreach ((IActorRef one, IActorRef other) in actors)
        {
            other.Tell(new Note(hops), one);
        }

        await done.Task;
        double perSecond = pairs * (hops + 1L) / Stopwatch.GetElapsedTime(start).TotalSeconds;
        await system.Terminate();
        return perSecond;
    }

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
