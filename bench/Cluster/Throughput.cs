using System.Diagnostics;
using ActorFed.Actors;
using ActorFed.Algorithms.Core;
using ActorFed.Cluster.RabbitMq;
using ActorFed.Cluster.RabbitMq.Tests;
using ActorFed.Cluster.Tests;
using ActorFed.Wire;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace ActorFed.Cluster.Benchmarks;

/// <summary>Messages per second from one participant to another through the engine, beside a loop over the bare client, in turns.</summary>
/// <remarks>Both publish with confirmation into a quorum queue and acknowledge each message when it was handled, with as many under way.</remarks>
internal sealed class Throughput(ClusterServices services, TextWriter output)
{
    private const int Repetitions = 5;
    private const int UnderWay = 32;
    private const int Prefetch = 16;

    private static readonly (int Bytes, int Messages)[] Loads = [(100, 20_000), (400_000, 1500), (4_000_000, 200)];

    public async Task RunAsync()
    {
        List<string> rows = [];
        foreach ((int bytes, int messages) in Loads)
        {
            List<double> engine = [];
            List<double> bare = [];
            for (int repetition = 0; repetition <= Repetitions; repetition++)
            {
                (double ofEngine, double ofBare) = (await EngineAsync(bytes, messages), await BareAsync(bytes, messages));
                output.WriteLine($"{bytes} B: engine {ofEngine:0} /s, bare client {ofBare:0} /s{(repetition == 0 ? " (to warm up)" : "")}");
                if (repetition > 0)
                {
                    engine.Add(ofEngine);
                    bare.Add(ofBare);
                }
            }

            double perSecond = Figures.Median(engine);
            double ratio = Figures.Median(engine.Zip(bare, (one, other) => one / other));
            rows.Add(Figures.Row(bytes, perSecond, perSecond * bytes / 1e6, Figures.Median(bare), ratio));
        }

        output.WriteLine();
        output.WriteLine(Figures.Row("bytes", "engine, messages/s", "engine, MB/s", "bare client, messages/s", "ratio"));
        output.WriteLine("|---:|---:|---:|---:|---:|");
        rows.ForEach(output.WriteLine);
    }

    private async Task<double> EngineAsync(int bytes, int messages)
    {
        ParticipantId source = ParticipantId.Worker(0);
        RunPlan plan = new() { RunId = $"throughput-{Guid.NewGuid():N}", Seed = 1, Participants = [new(ParticipantId.Master), new(source)] };
        WireCodec codec = new([WireFormat.Of<Block>("bench.block.v1", block => block.Bytes, content => new Block(content.ToArray()))]);
        await using RabbitMqEngine engine = new(BrokerOptions.Of(services.Broker.Port, Prefetch), PrivateBroker.Password, codec);
        Sink sink = new(source, messages);
        RunReport report = await engine.RunAsync(plan, new Factory(sink, new Source(bytes)), new NoObserver(), new MemorySnapshotStore(), CancellationToken.None);
        return report.Outcome == RunOutcome.Completed ? messages / sink.Elapsed.TotalSeconds : throw new InvalidOperationException(report.Reason);
    }

    private async Task<double> BareAsync(int bytes, int messages)
    {
        ConnectionFactory factory = new() { HostName = "127.0.0.1", Port = services.Broker.Port, UserName = PrivateBroker.User, Password = PrivateBroker.Password };
        await using IConnection receiving = await factory.CreateConnectionAsync();
        await using IConnection publishing = await factory.CreateConnectionAsync();
        await using IChannel consumer = await receiving.CreateChannelAsync();
        await using IChannel publisher = await publishing.CreateChannelAsync(new CreateChannelOptions(true, true, outstandingPublisherConfirmationsRateLimiter: null));
        string queue = $"throughput.{Guid.NewGuid():N}";
        await consumer.QueueDeclareAsync(queue, durable: true, exclusive: false, autoDelete: false, new Dictionary<string, object?> { ["x-queue-type"] = "quorum" });
        await consumer.BasicQosAsync(0, Prefetch, global: false);
        using SemaphoreSlim room = new(UnderWay);
        TaskCompletionSource all = new(TaskCreationOptions.RunContinuationsAsynchronously);
        int received = 0;
        AsyncEventingBasicConsumer handler = new(consumer);
        handler.ReceivedAsync += async (_, delivery) =>
        {
            await consumer.BasicAckAsync(delivery.DeliveryTag, multiple: false);
            room.Release();
            if (++received == messages)
            {
                all.SetResult();
            }
        };
        await consumer.BasicConsumeAsync(queue, autoAck: false, handler);
        byte[] content = new byte[bytes];
        BasicProperties properties = new() { Persistent = true };
        List<Task> confirms = [];
        long start = Stopwatch.GetTimestamp();
        for (int message = 0; message < messages; message++)
        {
            await room.WaitAsync();
            confirms.Add(publisher.BasicPublishAsync("", queue, mandatory: true, properties, content).AsTask());
        }

        await Task.WhenAll([.. confirms, all.Task]);
        double perSecond = messages / Stopwatch.GetElapsedTime(start).TotalSeconds;
        await consumer.QueueDeleteAsync(queue);
        return perSecond;
    }

    private sealed record Block(byte[] Bytes) : Message
    {
        public override long PayloadBytes => Bytes.Length;
    }

    /// <summary>Asks for as many as may be under way, and for more when half of them have come.</summary>
    private sealed class Sink(ParticipantId source, int messages) : IParticipant
    {
        private static readonly Block Ask = new([]);
        private long _start;
        private int _received;

        public TimeSpan Elapsed { get; private set; }

        public void Start(Outbox outbox)
        {
            _start = Stopwatch.GetTimestamp();
            outbox.Send(source, Ask);
            outbox.Send(source, Ask);
        }

        public void Receive(ParticipantId sender, Message message, Outbox outbox)
        {
            if (++_received == messages)
            {
                Elapsed = Stopwatch.GetElapsedTime(_start);
                outbox.Complete("all are here");
            }
            else if (_received % (UnderWay / 2) == 0)
            {
                outbox.Send(source, Ask);
            }
        }

        public void TimerElapsed(string timer, Outbox outbox) => throw new InvalidOperationException($"There is no timer '{timer}'.");

        public Snapshot? TakeSnapshot() => null;
    }

    private sealed class Source(int bytes) : IParticipant
    {
        private readonly Block _block = new(new byte[bytes]);

        public void Start(Outbox outbox)
        {
        }

        public void Receive(ParticipantId sender, Message message, Outbox outbox)
        {
            for (int i = 0; i < UnderWay / 2; i++)
            {
                outbox.Send(sender, _block);
            }
        }

        public void TimerElapsed(string timer, Outbox outbox) => throw new InvalidOperationException($"There is no timer '{timer}'.");

        public Snapshot? TakeSnapshot() => null;
    }

    private sealed class Factory(Sink sink, Source source) : IParticipantFactory
    {
        public IParticipant Create(ParticipantSpec spec, int incarnation, Snapshot? resumeFrom) => spec.Id == ParticipantId.Master ? sink : source;
    }
}
