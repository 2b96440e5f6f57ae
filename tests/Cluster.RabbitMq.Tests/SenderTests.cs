using System.Text;
using ActorFed.Actors;
using ActorFed.Algorithms.Core;
using ActorFed.Engines.Tests;
using ActorFed.Wire;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;
using RabbitMQ.Client.Exceptions;
using Xunit;

namespace ActorFed.Cluster.RabbitMq.Tests;

/// <summary>Who may say what, and use which mailbox, with the users and permissions of docs/security.md.</summary>
public sealed class SenderTests(BrokerWithRoles roles) : IClassFixture<BrokerWithRoles>
{
    private static readonly ParticipantId Master = ParticipantId.Master;
    private static readonly ParticipantId Stranger = ParticipantId.Worker(0);
    private static readonly ParticipantId Edge = ParticipantId.Worker(3);
    private static int _runs;

    private readonly RunPlan _plan = new()
    {
        RunId = $"run-{Interlocked.Increment(ref _runs)}",
        Seed = 1,
        Participants = [new ParticipantSpec(Master), new ParticipantSpec(Stranger, 0), new ParticipantSpec(Edge, 1)],
        Limits = new RunLimits { WallTime = TimeSpan.FromSeconds(60) },
        Supervision = new SupervisionPolicy { MaxViolations = 1 },
    };

    [Fact]
    public async Task An_edge_worker_takes_part_with_the_permissions_of_its_role()
    {
        await using RabbitMqEngine edge = Engine(roles.EdgeOptions(), Edge);
        await using RabbitMqEngine node = Engine(roles.NodeOptions(), Master, Stranger);
        TaskCompletionSource started = new();
        RecordingObserver entered = new() { OnEntered = _ => started.TrySetResult() };

        Task<RunReport> atEdge = RunAsync(
            edge,
            spec => new Scripted
            {
                OnStart = outbox => outbox.Send(Master, new Note(1)), // nobody has made the master's mailbox yet
                OnReceive = (_, message, outbox) => outbox.Send(Master, new Note(((Note)message).Number + 1)),
            },
            entered);
        await started.Task;
        RecordingObserver observer = new();
        RunReport atNode = await RunAsync(
            node,
            spec => new Scripted
            {
                OnReceive = (sender, message, outbox) =>
                {
                    if (((Note)message).Number >= 5)
                    {
                        outbox.Complete($"counted with {sender}");
                    }
                    else
                    {
                        outbox.Send(sender, message);
                    }
                },
            },
            observer);

        Assert.Equal("counted with worker-3", atNode.Reason);
        Assert.Equal((RunOutcome.Completed, "counted with worker-3"), ((await atEdge).Outcome, (await atEdge).Reason));
        Assert.Empty(observer.Acts);
        Assert.Equal(0, atNode.Violations);
    }

    [Fact]
    public async Task An_edge_user_is_kept_from_mailboxes_of_others()
    {
        string others = await MakeMailboxOfAsync(Stranger);
        (string What, Func<IChannel, Task> Try)[] attempts =
        [
            ("receive", channel => channel.BasicConsumeAsync(others, autoAck: false, new AsyncEventingBasicConsumer(channel))),
            ("take", channel => channel.BasicGetAsync(others, autoAck: true)),
            ("empty", channel => channel.QueuePurgeAsync(others)),
            ("delete", channel => channel.QueueDeleteAsync(others)),
            ("declare", channel => channel.QueueDeclareAsync(others, durable: true, exclusive: false, autoDelete: false)),
            ("declare a new one", channel => channel.QueueDeclareAsync($"{others}0", durable: true, exclusive: false, autoDelete: false)),
            ("declare dead letters", channel => channel.QueueDeclareAsync("actorfed.other.dead-letters", durable: true, exclusive: false, autoDelete: false)),
            ("look alike", channel => channel.QueueDeclareAsync("actorfed.run-1.worker-3.worker-0", durable: true, exclusive: false, autoDelete: false)),
            ("publish through another exchange", async channel => await channel.BasicPublishAsync("amq.direct", others, mandatory: false, new BasicProperties(), new byte[1])),
        ];
        foreach ((string what, Func<IChannel, Task> attempt) in attempts)
        {
            Assert.True(await CodeOfAsync(attempt) == 403, what);
        }
    }

    [Fact]
    public async Task An_edge_user_cannot_publish_as_a_user_that_it_is_not()
    {
        string masters = await MakeMailboxOfAsync(Master);

        ushort? code = await CodeOfAsync(async channel => await channel.BasicPublishAsync(
            "", masters, mandatory: true, new BasicProperties { UserId = BrokerWithRoles.NodeUser }, new byte[1]));

        Assert.Equal((ushort?)406, code);
    }

    [Theory]
    [InlineData("worker-0", "test.note.v1", BrokerWithRoles.EdgeUser, "user 'hospital-3' of the broker published it and may not speak for worker-0; broker.edge-users says who may")]
    [InlineData("master", "test.note.v1", BrokerWithRoles.EdgeUser, "user 'hospital-3' of the broker published it and may not speak for master")]
    [InlineData("worker-3", "test.note.v1", null, "not which user of the broker published it (property user-id), which broker.verify-sender asks for")]
    [InlineData("worker-3", "control.run-ended.v1", BrokerWithRoles.EdgeUser, "user 'hospital-3' of the broker, an edge worker's, published it, and only nodes may say that")]
    [InlineData("worker-3", "control.stop-asked.v1", BrokerWithRoles.EdgeUser, "only nodes may say that")]
    public async Task What_is_not_believed_becomes_a_dead_letter_and_counts_against_nobody(string sender, string name, string? user, string reason)
    {
        TaskCompletionSource dropped = new();
        RecordingObserver observer = new() { OnSupervised = _ => dropped.TrySetResult() };
        await using RabbitMqEngine node = Engine(roles.NodeOptions(), Master, Stranger, Edge);

        Task<RunReport> run = RunAsync(node, Waiting, observer);
        await observer.FirstEntry;
        Assert.True(ParticipantId.TryParse(sender, out ParticipantId claimed));
        bool isControl = name.StartsWith("control.", StringComparison.Ordinal);
        await PublishAsync(claimed, name, user, isControl ? ".control" : "");
        await dropped.Task;
        await PublishAsync(Edge, "test.note.v1", BrokerWithRoles.EdgeUser);
        RunReport report = await run;

        Assert.Equal("worker-3 noted", report.Reason);
        SupervisionEvent only = Assert.Single(observer.Acts).Event;
        Assert.Equal((SupervisionAction.Dropped, Master, null), (only.Action, only.Participant, only.Sender));
        Assert.Contains(reason, only.Reason, StringComparison.Ordinal);
        BasicGetResult letter = await LetterAsync();
        Assert.Equal(only.Reason, Encoding.UTF8.GetString((byte[])letter.BasicProperties.Headers!["x-reason"]!));
    }

    [Fact]
    public async Task A_forged_chunk_does_no_harm_to_the_message_that_it_claims_to_belong_to()
    {
        TaskCompletionSource dropped = new();
        RecordingObserver observer = new() { OnSupervised = _ => dropped.TrySetResult() };
        await using RabbitMqEngine node = Engine(roles.NodeOptions(), Master, Stranger, Edge);
        byte[][] frames = [.. Frames(Stranger, "test.note.v1", [.. BitConverter.GetBytes(1L), .. new byte[6000]])];
        byte[] forged = Frames(Stranger, "test.other.v1", new byte[6000]).Last();

        Task<RunReport> run = RunAsync(node, Waiting, observer);
        await observer.FirstEntry;
        await PublishAsync(frames[0], BrokerWithRoles.NodeUser);
        await PublishAsync(forged, BrokerWithRoles.EdgeUser);
        await dropped.Task;
        await PublishAsync(frames[1], BrokerWithRoles.NodeUser);

        Assert.Equal("worker-0 noted", (await run).Reason);
    }

    [Fact]
    public async Task A_system_that_trusts_all_users_believes_them()
    {
        RecordingObserver observer = new();
        await using RabbitMqEngine node = Engine(roles.NodeOptions() with { VerifySender = false }, Master, Stranger, Edge);

        Task<RunReport> run = RunAsync(node, Waiting, observer);
        await observer.FirstEntry;
        await PublishAsync(Stranger, "test.note.v1", user: null);

        Assert.Equal("worker-0 noted", (await run).Reason);
    }

    [Theory]
    [InlineData(2_000_000, "it is 200", "bytes long, and at most 1049600 are allowed")] // larger than any frame
    [InlineData(20_000, "its payload is of 20000 bytes", "it must be in [0, 10000]")] // larger than any message
    public async Task What_is_too_large_is_set_aside_by_its_receiver(int bytes, string what, string limit)
    {
        TaskCompletionSource dropped = new();
        RecordingObserver observer = new() { OnSupervised = _ => dropped.TrySetResult() };
        RabbitMqOptions options = roles.NodeOptions() with { Wire = new WireLimits { MaxPayloadBytes = 10_000 } };
        await using RabbitMqEngine node = Engine(options, Master, Stranger, Edge);
        WireLimits larger = new() { MaxChunkBytes = 4_000_000 };

        Task<RunReport> run = RunAsync(node, Waiting, observer);
        await observer.FirstEntry;
        await PublishAsync(Frames(Edge, "test.note.v1", new byte[bytes], larger).First(), BrokerWithRoles.EdgeUser);
        await dropped.Task;
        await PublishAsync(Stranger, "test.note.v1", BrokerWithRoles.NodeUser);
        RunReport report = await run;

        Assert.Equal("worker-0 noted", report.Reason);
        Assert.Contains(what, observer.Acts[0].Event.Reason, StringComparison.Ordinal);
        Assert.Contains(limit, observer.Acts[0].Event.Reason, StringComparison.Ordinal);
        Assert.InRange((await LetterAsync()).Body.Length, WireLimits.MinChunkBytes, Broker.MaxDeadLetterBytes);
    }

    [Fact]
    public async Task What_is_whole_and_no_message_is_set_aside_with_its_first_bytes()
    {
        TaskCompletionSource dropped = new();
        RecordingObserver observer = new() { OnSupervised = _ => dropped.TrySetResult() };
        await using RabbitMqEngine node = Engine(roles.NodeOptions(), Master, Stranger, Edge);

        Task<RunReport> run = RunAsync(node, Waiting, observer);
        await observer.FirstEntry;
        foreach (byte[] frame in Frames(Edge, "test.note.v9", new byte[3_000_000], new WireLimits()))
        {
            await PublishAsync(frame, BrokerWithRoles.EdgeUser);
        }

        await dropped.Task;
        BasicGetResult letter = await LetterAsync();
        await PublishAsync(Stranger, "test.note.v1", BrokerWithRoles.NodeUser);

        Assert.Equal("worker-0 noted", (await run).Reason);
        Assert.Equal(Broker.MaxDeadLetterBytes, letter.Body.Length);
        Assert.Equal(Edge, observer.Acts[0].Event.Sender); // it was believed, and is to blame
    }

    [Fact]
    public async Task Clusters_share_a_broker_with_virtual_hosts_or_prefixes_of_their_own()
    {
        RabbitMqOptions elsewhere = TestEngine.Options(roles.Broker, "actorfed");
        (RabbitMqOptions Options, string Password, string Name)[] clusters =
        [
            (roles.NodeOptions(), BrokerWithRoles.Password, "one"),
            (elsewhere, PrivateBroker.Password, "two"),
            (elsewhere with { Prefix = "other" }, PrivateBroker.Password, "three"),
        ];
        using Barrier all = new(clusters.Length); // each is under way when any of them ends

        RunReport[] reports = await Task.WhenAll(clusters.Select(cluster => Task.Run(async () =>
        {
            await using RabbitMqEngine engine = new(cluster.Options, cluster.Password, TestEngine.Codec);
            return await RunAsync(engine, spec => new Scripted
            {
                OnStart = outbox =>
                {
                    if (spec.Id == Stranger)
                    {
                        all.SignalAndWait(TimeSpan.FromSeconds(30));
                        outbox.Send(Master, new Note(1, cluster.Name));
                    }
                },
                OnReceive = (_, message, outbox) => outbox.Complete(((Note)message).Text),
            });
        })));

        Assert.Equal(["one", "two", "three"], reports.Select(report => report.Reason));
    }

    private static RabbitMqEngine Engine(RabbitMqOptions options, params ParticipantId[] hosted) =>
        new(options, BrokerWithRoles.Password, TestEngine.Codec, hosted.ToHashSet());

    private static Scripted Waiting(ParticipantSpec spec) => new()
    {
        OnStart = outbox => outbox.StartTimer("patience", TimeSpan.FromMinutes(1)),
        OnReceive = (sender, _, outbox) => outbox.Complete($"{sender} noted"),
    };

    private Task<RunReport> RunAsync(RabbitMqEngine engine, Func<ParticipantSpec, IParticipant> create, RecordingObserver? observer = null) => engine.RunAsync(
        _plan, new ScriptedFactory((spec, _, _) => create(spec)), observer ?? new RecordingObserver(), new MemorySnapshotStore(), CancellationToken.None);

    private string Queue(ParticipantId of, string ending = "") => $"actorfed.{_plan.RunId}.{of}{ending}";

    private IEnumerable<byte[]> Frames(ParticipantId sender, string name, byte[] payload, WireLimits? limits = null) =>
        new FrameWriter(limits ?? new WireLimits { MaxChunkBytes = WireLimits.MinChunkBytes }).Split(new Packet
        {
            RunId = _plan.RunId,
            Id = new PacketId(sender, 1, 1, 1),
            Receiver = Master,
            Name = name,
            Payload = new(payload),
        });

    private Task PublishAsync(ParticipantId sender, string name, string? user, string ending = "") =>
        PublishAsync(Frames(sender, name, [.. BitConverter.GetBytes(1L)]).Single(), user, ending);

    /// <summary>Publishes as the user that it says, or as the edge user, and does not say so.</summary>
    private Task PublishAsync(byte[] frame, string? user, string ending = "") => RawBroker.UseAsync(
        roles.Broker,
        async channel =>
        {
            BasicProperties properties = new() { UserId = user };
            await channel.BasicPublishAsync("", Queue(Master, ending), mandatory: true, properties, frame);
            return true;
        },
        user ?? BrokerWithRoles.EdgeUser,
        BrokerWithRoles.Password,
        BrokerWithRoles.VirtualHost);

    private async Task<BasicGetResult> LetterAsync() => (await RawBroker.UseAsync(
        roles.Broker,
        channel => channel.BasicGetAsync($"actorfed.{_plan.RunId}.dead-letters", autoAck: true),
        BrokerWithRoles.NodeUser,
        BrokerWithRoles.Password,
        BrokerWithRoles.VirtualHost))!;

    private async Task<string> MakeMailboxOfAsync(ParticipantId participant)
    {
        string queue = Queue(participant);
        await RawBroker.UseAsync(
            roles.Broker,
            channel => channel.QueueDeclareAsync(queue, durable: true, exclusive: false, autoDelete: false),
            BrokerWithRoles.NodeUser,
            BrokerWithRoles.Password,
            BrokerWithRoles.VirtualHost);
        return queue;
    }

    /// <summary>With what the broker ends a channel on which the edge user attempts something; null when it does not.</summary>
    private async Task<ushort?> CodeOfAsync(Func<IChannel, Task> attempt)
    {
        try
        {
            await RawBroker.UseAsync(
                roles.Broker,
                async channel =>
                {
                    await attempt(channel);
                    return true;
                },
                BrokerWithRoles.EdgeUser,
                BrokerWithRoles.Password,
                BrokerWithRoles.VirtualHost);
            return null;
        }
        catch (OperationInterruptedException refused)
        {
            return refused.ShutdownReason?.ReplyCode;
        }
    }
}
