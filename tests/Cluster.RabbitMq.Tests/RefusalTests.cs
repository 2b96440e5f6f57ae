using System.Text;
using ActorFed.Actors;
using ActorFed.Algorithms.Core;
using ActorFed.Engines.Tests;
using ActorFed.Wire;
using RabbitMQ.Client;
using Xunit;

namespace ActorFed.Cluster.RabbitMq.Tests;

/// <summary>What the engine refuses, and what it says then.</summary>
[Collection(WithBroker.Name)]
public sealed class RefusalTests(PrivateBroker broker)
{
    private static readonly ParticipantId Worker = ParticipantId.Worker(0);

    private static readonly RunPlan Plan = new()
    {
        RunId = "refused",
        Seed = 1,
        Participants = [new ParticipantSpec(ParticipantId.Master), new ParticipantSpec(Worker, 0)],
        Limits = new RunLimits { WallTime = TimeSpan.FromSeconds(60) },
        Supervision = new SupervisionPolicy { MaxViolations = 2 },
    };

    private readonly string _prefix = TestEngine.NewPrefix();

    private string MasterQueue => $"{_prefix}.refused.master";

    [Fact]
    public async Task Sets_bytes_aside_that_are_no_frame_and_goes_on()
    {
        TaskCompletionSource dropped = new();
        RecordingObserver observer = new() { OnSupervised = _ => dropped.SetResult() };
        await using RabbitMqEngine engine = TestEngine.Create(broker, _prefix);

        Task<RunReport> run = RunAsync(engine, Waiting, observer);
        await observer.FirstEntry;
        await RawBroker.PublishAsync(broker, MasterQueue, "what is this?"u8.ToArray());
        await dropped.Task;
        await PublishAsync(ParticipantId.Master, Worker, "test.note.v1", [.. BitConverter.GetBytes(1L)]);
        RunReport report = await run;

        Assert.Equal(("noted", 1), (report.Reason, report.Violations));
        Assert.Contains("A frame from an unknown sender was rejected: its 13 bytes are no envelope", observer.Acts[0].Event.Reason, StringComparison.Ordinal);
        BasicGetResult letter = (await RawBroker.TakeAsync(broker, $"{_prefix}.refused.dead-letters"))!;
        Assert.Equal("what is this?", Encoding.UTF8.GetString(letter.Body.Span));
        Assert.Equal(observer.Acts[0].Event.Reason, Encoding.UTF8.GetString((byte[])letter.BasicProperties.Headers!["x-reason"]!));
        Assert.Equal("master", Encoding.UTF8.GetString((byte[])letter.BasicProperties.Headers["x-receiver"]!));
    }

    [Fact]
    public async Task Counts_poison_against_its_sender_and_stops_it()
    {
        RecordingObserver observer = new();
        await using RabbitMqEngine engine = TestEngine.Create(broker, _prefix);

        Task<RunReport> run = RunAsync(
            engine,
            _ => new Scripted
            {
                OnStart = outbox =>
                {
                    outbox.StartTimer("patience", TimeSpan.FromMinutes(1));
                    outbox.Watch(Worker);
                },
                OnReceive = (sender, message, outbox) => outbox.Complete($"{sender} {message.GetType().Name}"),
            },
            observer);
        await observer.FirstEntry;
        await PublishAsync(ParticipantId.Master, Worker, "test.note.v1", [1, 2, 3]);
        await PublishAsync(ParticipantId.Master, Worker, "test.note.v7", [], number: 2);
        RunReport report = await run;

        Assert.Equal("worker-0 ParticipantStopped", report.Reason);
        Assert.Equal(2, report.Violations);
        Assert.Equal([SupervisionAction.Dropped, SupervisionAction.Dropped, SupervisionAction.Stopped], observer.Actions);
        Assert.Contains("a note of 3 bytes is too short", observer.Acts[0].Event.Reason, StringComparison.Ordinal);
        Assert.Contains("version v7 of it is unknown here, and v1 known", observer.Acts[1].Event.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("worker-9", "its sender is not in the plan of the run")]
    [InlineData("worker-0", "it does not belong into the Data mailbox of master")]
    public async Task Does_not_hand_over_what_a_participant_must_not_get(string sender, string reason)
    {
        TaskCompletionSource dropped = new();
        RecordingObserver observer = new() { OnSupervised = _ => dropped.SetResult() };
        await using RabbitMqEngine engine = TestEngine.Create(broker, _prefix);
        using CancellationTokenSource enough = new();

        Task<RunReport> run = RunAsync(engine, Waiting, observer, enough.Token);
        await observer.FirstEntry;
        Assert.True(ParticipantId.TryParse(sender, out ParticipantId id));
        await PublishAsync(ParticipantId.Master, id, "control.run-ended.v1", []);
        await dropped.Task;
        await enough.CancelAsync();

        Assert.Equal((RunOutcome.Cancelled, 0), ((await run).Outcome, (await run).Deliveries));
        Assert.Contains(reason, observer.Acts[0].Event.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fails_when_a_message_is_too_large()
    {
        RabbitMqOptions options = TestEngine.Options(broker, _prefix) with { Wire = new WireLimits { MaxPayloadBytes = 10_000, MaxIncompleteBytes = 10_000 } };
        await using RabbitMqEngine engine = new(options, PrivateBroker.Password, TestEngine.Codec);

        RunReport report = await RunAsync(engine, _ => new Scripted { OnStart = outbox => outbox.Send(Worker, new Note(1, new string('x', 10_000))) });

        Assert.Equal(RunOutcome.Failed, report.Outcome);
        Assert.Contains("its payload is 10008 bytes long, and at most 10000 are allowed", report.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fails_when_a_message_has_no_wire_name()
    {
        await using RabbitMqEngine engine = new(TestEngine.Options(broker, _prefix), PrivateBroker.Password, WireCatalog.Codec);

        RunReport report = await RunAsync(engine, _ => new Scripted { OnStart = outbox => outbox.Send(Worker, new Note(1)) });

        Assert.Equal(RunOutcome.Failed, report.Outcome);
        Assert.Contains("Note has no wire name", report.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fails_when_a_mailbox_is_there_with_other_limits()
    {
        await using RabbitMqEngine engine = TestEngine.Create(broker, _prefix);
        RunPlan other = Plan with { Limits = Plan.Limits with { MailboxCapacity = 7 } };
        using CancellationTokenSource enough = new();
        RecordingObserver observer = new();

        Task<RunReport> run = RunAsync(engine, Waiting, observer, enough.Token);
        await observer.FirstEntry;
        RunReport report = await engine.RunAsync(
            other, new ScriptedFactory((spec, _, _) => Waiting(spec)), new RecordingObserver(), new MemorySnapshotStore(), CancellationToken.None);
        await enough.CancelAsync();
        await run;

        Assert.Equal(RunOutcome.Failed, report.Outcome);
        Assert.Contains("All nodes of a run need the same limits", report.Reason, StringComparison.Ordinal);
        Assert.Contains("x-max-length", report.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Refuses_to_host_whom_the_plan_does_not_know()
    {
        await using RabbitMqEngine engine = TestEngine.Hosting(broker, _prefix, [ParticipantId.Worker(4)]);

        ArgumentException error = await Assert.ThrowsAsync<ArgumentException>(() => RunAsync(engine, Waiting));

        Assert.Contains("Hosted are worker-4; they must be some of the 2 participants of run 'refused'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Refuses_a_run_id_that_is_too_long_for_a_queue()
    {
        await using RabbitMqEngine engine = TestEngine.Create(broker, _prefix);

        await Assert.ThrowsAsync<ArgumentException>(() => engine.RunAsync(
            Plan with { RunId = new string('x', 129) },
            new ScriptedFactory((spec, _, _) => Waiting(spec)),
            new RecordingObserver(),
            new MemorySnapshotStore(),
            CancellationToken.None));
    }

    private static Scripted Waiting(ParticipantSpec spec) => new()
    {
        OnStart = outbox => outbox.StartTimer("patience", TimeSpan.FromMinutes(1)),
        OnReceive = (_, _, outbox) => outbox.Complete("noted"),
    };

    private static Task<RunReport> RunAsync(
        RabbitMqEngine engine, Func<ParticipantSpec, IParticipant> create, RecordingObserver? observer = null, CancellationToken cancellation = default) =>
        engine.RunAsync(
            Plan, new ScriptedFactory((spec, _, _) => create(spec)), observer ?? new RecordingObserver(), new MemorySnapshotStore(), cancellation);

    private async Task PublishAsync(ParticipantId receiver, ParticipantId sender, string name, byte[] payload, long number = 1)
    {
        Packet packet = new() { RunId = Plan.RunId, Id = new PacketId(sender, 1, 1, number), Receiver = receiver, Name = name, Payload = new(payload) };
        await RawBroker.PublishAsync(broker, MasterQueue, new FrameWriter(new WireLimits()).Split(packet).Single());
    }
}
