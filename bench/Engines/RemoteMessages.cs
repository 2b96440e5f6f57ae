using System.Diagnostics;
using System.Globalization;
using ActorFed.Actors;
using ActorFed.Algorithms.Core;
using ActorFed.Cluster.Akka.Tests;
using ActorFed.Engines.Tests;
using ActorFed.Wire;
using Akka.Actor;
using Akka.Configuration;

namespace ActorFed.Engines.Benchmarks;

/// <summary>
/// Messages per second from one actor system to another over loopback: by the Akka engine, from a worker on one node to the master on the
/// other, and by bare Akka.Remote. Each message is answered by a small one, and so many are under way.
/// </summary>
internal static class RemoteMessages
{
    private const int UnderWay = 32;

    private static readonly WireCodec Codec = new([.. WireCatalog.All, WireFormat.Of<Blob>("bench.blob.v1", blob => blob.Bytes, bytes => new Blob(bytes.ToArray()))]);

    /// <summary>Bytes, whatever they are.</summary>
    private sealed record Blob(byte[] Bytes) : Message
    {
        public override long PayloadBytes => Bytes.Length;
    }

    public static async Task RunAsync(TextWriter output)
    {
        List<string> rows = [];
        foreach ((int bytes, int messages) in ((int, int)[])[(100, 20_000), (1_000_000, 300)])
        {
            rows.Add(await Turns.MeasureAsync(
                output, string.Create(CultureInfo.InvariantCulture, $"{bytes} bytes"), () => EngineAsync(bytes, messages), () => BareAsync(bytes, messages)));
        }

        Turns.Write(output, "akka engine", rows);
    }

    private static async Task<double> EngineAsync(int bytes, int messages)
    {
        Blob blob = new(new byte[bytes]);
        Blob answer = new(new byte[8]);
        int sent = 0;
        int heard = 0;
        long start = 0;
        double seconds = 0;
        RunPlan plan = new()
        {
            RunId = $"bench-{Guid.NewGuid():N}",
            Seed = 1,
            Participants = [new ParticipantSpec(ParticipantId.Master), new ParticipantSpec(ParticipantId.Worker(0), 0)],
        };
        await using TwoNodes nodes = await TwoNodes.StartAsync();
        RunReport report = await nodes.RunAsync(
            plan,
            Codec,
            new ScriptedFactory((spec, _, _) => spec.Id == ParticipantId.Master
                ? new Scripted
                {
                    OnReceive = (sender, _, outbox) =>
                    {
                        start = start == 0 ? Stopwatch.GetTimestamp() : start;
                        outbox.Send(sender, answer);
                        if (++heard == messages)
                        {
                            seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
                            outbox.Complete("heard all");
                        }
                    },
                }
                : new Scripted
                {
                    OnStart = outbox =>
                    {
                        for (; sent < Math.Min(UnderWay, messages); sent++)
                        {
                            outbox.Send(ParticipantId.Master, blob);
                        }
                    },
                    OnReceive = (sender, _, outbox) =>
                    {
                        if (sent++ < messages)
                        {
                            outbox.Send(sender, blob);
                        }
                    },
                }),
            new MemorySnapshotStore(),
            new RecordingObserver());
        return report.Outcome == RunOutcome.Completed ? messages / seconds : throw new InvalidOperationException($"{report.Outcome}: {report.Reason}");
    }

    private static async Task<double> BareAsync(int bytes, int messages)
    {
        Config config = ConfigurationFactory.ParseString("""
            akka.loglevel = WARNING
            akka.actor.provider = remote
            akka.remote.dot-netty.tcp { hostname = "127.0.0.1", port = 0, maximum-frame-size = 8000000b, send-buffer-size = 1000000b, receive-buffer-size = 1000000b }
            """);
        using ActorSystem near = ActorSystem.Create("near", config);
        using ActorSystem far = ActorSystem.Create("far", config);
        IActorRef echo = far.ActorOf(Props.Create(() => new Echo()), "echo");
        Address address = ((ExtendedActorSystem)far).Provider.DefaultAddress;
        IActorRef remote = await near.ActorSelection($"{address}/user/{echo.Path.Name}").ResolveOne(TimeSpan.FromSeconds(10));
        TaskCompletionSource done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        long start = Stopwatch.GetTimestamp();
        near.ActorOf(Props.Create(() => new Source(remote, new byte[bytes], messages, done)));
        await done.Task;
        double perSecond = messages / Stopwatch.GetElapsedTime(start).TotalSeconds;
        await Task.WhenAll(near.Terminate(), far.Terminate());
        return perSecond;
    }

    private sealed class Echo : UntypedActor
    {
        private static readonly byte[] Answer = new byte[8];

        protected override void OnReceive(object message) => Sender.Tell(Answer, Self);
    }

    private sealed class Source : UntypedActor
    {
        private readonly IActorRef _target;
        private readonly byte[] _bytes;
        private readonly int _messages;
        private readonly TaskCompletionSource _done;
        private int _sent;
        private int _heard;

        public Source(IActorRef target, byte[] bytes, int messages, TaskCompletionSource done) => (_target, _bytes, _messages, _done) = (target, bytes, messages, done);

        protected override void PreStart()
        {
            for (; _sent < Math.Min(UnderWay, _messages); _sent++)
            {
                _target.Tell(_bytes, Self);
            }
        }

        protected override void OnReceive(object message)
        {
            if (_sent++ < _messages)
            {
                _target.Tell(_bytes, Self);
            }

            if (++_heard == _messages)
            {
                _done.SetResult();
            }
        }
    }
}
