using System.Diagnostics;
using System.Globalization;
using ActorFed.Actors;
using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Graph;
using ActorFed.Algorithms.Numerics;
using ActorFed.Cluster.RabbitMq;
using ActorFed.Cluster.RabbitMq.Tests;
using ActorFed.Cluster.Tests;
using ActorFed.Wire;

namespace ActorFed.Cluster.Benchmarks;

/// <summary>
/// What it takes to carry vectors of 64 MB and nothing else: one process that sends the one that it has, whenever it is asked, and one that
/// asks for the next when it has read the last. The most memory that each took, with what the runtime takes itself.
/// </summary>
internal sealed class Transport(ClusterServices services, TextWriter output)
{
    private const int Length = 8_000_000;
    private const double VectorBytes = (double)Length * sizeof(double);
    private const int Prefetch = 16;

    private static readonly ParticipantId Source = ParticipantId.Worker(0);

    /// <param name="messages">Vectors that travel.</param>
    /// <param name="limit">Most megabytes of each heap; null: the runtime's choice.</param>
    public async Task RunAsync(int messages, int? limit)
    {
        string run = $"transport-{Guid.NewGuid():N}";
        Dictionary<string, string> peaks = [];
        await Task.WhenAll(((string[])["sends", "receives"]).Select(async side => peaks[side] = await ChildAsync(side, run, messages, limit)));
        output.WriteLine(Figures.Row("process that", "vectors", "heap limit, MB", "peak memory, MB", "in vectors of 64 MB", "MB/s"));
        output.WriteLine("|---|---:|---:|---:|---:|---:|");
        foreach ((string side, string said) in peaks.OrderBy(entry => entry.Key))
        {
            double[] figures = [.. said.Split(' ').Select(text => double.Parse(text, CultureInfo.InvariantCulture))];
            output.WriteLine(Figures.Row(side, messages, limit?.ToString(CultureInfo.InvariantCulture) ?? "none", figures[0] / 1e6, figures[0] / VectorBytes, messages * VectorBytes / 1e6 / figures[1]));
        }
    }

    /// <summary>One of the two processes; says its peak and the seconds that it took.</summary>
    public static async Task CarryAsync(string side, int port, string run, int messages)
    {
        RunPlan plan = new() { RunId = run, Seed = 1, Participants = [new(ParticipantId.Master), new(Source)] };
        ParticipantId here = side == "sends" ? Source : ParticipantId.Master;
        await using RabbitMqEngine engine = new(BrokerOptions.Of(port, Prefetch), PrivateBroker.Password, WireCatalog.Codec, new HashSet<ParticipantId> { here });
        long start = Stopwatch.GetTimestamp();
        RunReport report = await engine.RunAsync(plan, new Factory(messages), new NoObserver(), new MemorySnapshotStore(), CancellationToken.None);
        if (report.Outcome != RunOutcome.Completed)
        {
            throw new InvalidOperationException(report.Reason);
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{ProcessMemory.Peak(Environment.ProcessId)} {Stopwatch.GetElapsedTime(start).TotalSeconds}"));
    }

    private async Task<string> ChildAsync(string side, string run, int messages, int? limit)
    {
        ProcessStartInfo start = new(Environment.ProcessPath!, [typeof(Transport).Assembly.Location, "carry", side, $"{services.Broker.Port}", run, $"{messages}"])
        {
            RedirectStandardOutput = true,
        };
        if (limit is not null)
        {
            start.Environment["DOTNET_GCHeapHardLimit"] = (1_000_000L * limit.Value).ToString("x", CultureInfo.InvariantCulture);
        }

        using Process child = Process.Start(start)!;
        string said = await child.StandardOutput.ReadToEndAsync();
        await child.WaitForExitAsync();
        return child.ExitCode == 0 ? said.Trim() : throw new InvalidOperationException($"The process that {side} ended with code {child.ExitCode}.");
    }

    private sealed class Factory(int messages) : IParticipantFactory
    {
        public IParticipant Create(ParticipantSpec spec, int incarnation, Snapshot? resumeFrom) => spec.Id == Source ? new Sender() : new Receiver(messages);
    }

    private sealed class Sender : IParticipant
    {
        private readonly FlatVector _vector = FlatVector.Zeros(Length);

        public void Start(Outbox outbox)
        {
        }

        public void Receive(ParticipantId sender, Message message, Outbox outbox) =>
            outbox.Send(sender, new GraphMessage.VectorsSent { At = new Position(1, 0), Packets = [new DensePacket(_vector)], Restarts = [] });

        public void TimerElapsed(string timer, Outbox outbox) => throw new InvalidOperationException($"There is no timer '{timer}'.");

        public Snapshot? TakeSnapshot() => null;
    }

    private sealed class Receiver(int messages) : IParticipant
    {
        private static readonly GraphMessage.VectorsAsked Ask = new(new Position(1, 0), 0);
        private int _received;

        public void Start(Outbox outbox) => outbox.Send(Source, Ask);

        public void Receive(ParticipantId sender, Message message, Outbox outbox)
        {
            if (++_received == messages)
            {
                outbox.Complete("all are here");
            }
            else
            {
                outbox.Send(Source, Ask);
            }
        }

        public void TimerElapsed(string timer, Outbox outbox) => throw new InvalidOperationException($"There is no timer '{timer}'.");

        public Snapshot? TakeSnapshot() => null;
    }
}
