using ActorFed.Actors;
using ActorFed.Algorithms.Core;
using ActorFed.Engines.Tests;
using ActorFed.Wire;
using Xunit;

namespace ActorFed.Cluster.RabbitMq.Tests;

/// <summary>Runs whose participants are hosted by several engines.</summary>
[Collection(WithBroker.Name)]
public sealed class SharedRunTests(PrivateBroker broker)
{
    private static readonly ParticipantId Master = ParticipantId.Master;
    private static readonly ParticipantId Worker = ParticipantId.Worker(0);

    private readonly string _prefix = TestEngine.NewPrefix();

    [Fact]
    public async Task Ends_everywhere_when_one_participant_completes_it()
    {
        await using RabbitMqEngine first = TestEngine.Hosting(broker, _prefix, [Master]);
        await using RabbitMqEngine second = TestEngine.Hosting(broker, _prefix, [Worker]);

        RunReport[] reports = await Task.WhenAll(RunAsync(first, CountDown), RunAsync(second, CountDown));

        Assert.All(reports, report => Assert.Equal((RunOutcome.Completed, "counted down"), (report.Outcome, report.Reason)));
        Assert.Equal(10, reports.Sum(report => report.Deliveries));
        Assert.False(await RawBroker.ExistsAsync(broker, $"{_prefix}.shared.master"));
        Assert.False(await RawBroker.ExistsAsync(broker, $"{_prefix}.shared.worker-0.control"));
    }

    [Fact]
    public async Task Fails_everywhere_when_it_fails_somewhere()
    {
        await using RabbitMqEngine first = TestEngine.Hosting(broker, _prefix, [Master]);
        await using RabbitMqEngine second = TestEngine.Hosting(broker, _prefix, [Worker]);
        IParticipant Create(ParticipantSpec spec) =>
            new Scripted { OnStart = outbox => outbox.StartTimer("wait", TimeSpan.FromMinutes(1)), OnReceive = (_, _, outbox) => outbox.Fail("too hot") };

        Task<RunReport> waiting = RunAsync(first, Create);
        Task<RunReport> failing = RunAsync(second, _ => new Scripted { OnStart = outbox => outbox.Fail("too hot") });
        RunReport[] reports = await Task.WhenAll(waiting, failing);

        Assert.All(reports, report => Assert.Equal(RunOutcome.Failed, report.Outcome));
        Assert.Equal("too hot (said by the engine of worker-0)", reports[0].Reason);
        Assert.Equal("too hot", reports[1].Reason);
    }

    [Fact]
    public async Task Keeps_what_is_sent_to_one_whose_engine_begins_later()
    {
        await using RabbitMqEngine early = TestEngine.Hosting(broker, _prefix, [Worker]);
        await using RabbitMqEngine late = TestEngine.Hosting(broker, _prefix, [Master]);
        TaskCompletionSource sent = new();
        RecordingObserver observer = new() { OnObserved = _ => sent.SetResult() };

        Task<RunReport> sending = RunAsync(
            early,
            _ => new Scripted
            {
                OnStart = outbox =>
                {
                    outbox.Send(Master, new Note(1));
                    outbox.StartTimer("say so", TimeSpan.FromMilliseconds(1));
                },
                OnTimer = (_, outbox) => outbox.Observe(new Said("sent and confirmed")),
            },
            observer);
        await sent.Task;
        RunReport received = await RunAsync(late, _ => new Scripted { OnReceive = (sender, message, outbox) => outbox.Complete($"{message} of {sender}") });

        Assert.Equal($"{new Note(1)} of worker-0", received.Reason);
        Assert.Equal(RunOutcome.Completed, (await sending).Outcome);
    }

    [Fact]
    public async Task Hears_of_the_end_though_its_mailbox_is_full_of_messages_that_must_wait()
    {
        RunPlan plan = Plan with { Supervision = new SupervisionPolicy { InitialBackOff = TimeSpan.FromHours(1), MaxBackOff = TimeSpan.FromHours(1) } };
        await using RabbitMqEngine first = TestEngine.Hosting(broker, _prefix, [Master]);
        await using RabbitMqEngine second = TestEngine.Hosting(broker, _prefix, [Worker]);
        int heard = 0;

        Task<RunReport> waiting = RunAsync(
            second,
            _ => new Scripted
            {
                OnReceive = (_, _, outbox) =>
                {
                    heard++;
                    throw new InvalidOperationException("broken: the others wait for the rebuild");
                },
            },
            plan: plan);
        RunReport ended = await RunAsync(
            first,
            _ => new Scripted
            {
                OnStart = outbox =>
                {
                    for (int i = 0; i < 50; i++)
                    {
                        outbox.Send(Worker, new Note(i));
                    }

                    outbox.StartTimer("sent", TimeSpan.FromMilliseconds(1));
                },
                OnTimer = (_, outbox) => outbox.Complete("enough"),
            },
            plan: plan);

        Assert.Equal(RunOutcome.Completed, ended.Outcome);
        Assert.Equal((RunOutcome.Completed, "enough"), ((await waiting).Outcome, (await waiting).Reason));
        Assert.InRange(heard, 0, 1);
    }

    [Fact]
    public async Task Cancellation_ends_one_part_and_what_it_left_is_handled_when_it_comes_back()
    {
        await using RabbitMqEngine first = TestEngine.Hosting(broker, _prefix, [Master]);
        await using RabbitMqEngine second = TestEngine.Hosting(broker, _prefix, [Worker]);
        using CancellationTokenSource leave = new();
        RecordingObserver leaver = new() { OnEntered = entry => leave.Cancel() };
        MemorySnapshotStore snapshots = new();
        static IParticipant Create(ParticipantSpec spec) => new Scripted
        {
            OnStart = outbox =>
            {
                if (spec.Id == Worker)
                {
                    outbox.Send(Master, new Note(7));
                }
            },
            OnReceive = (_, message, outbox) => outbox.Complete($"{message}"),
        };

        Task<RunReport> staying = RunAsync(second, Create);
        RunReport left = await RunAsync(first, Create, leaver, snapshots, leave.Token);
        RunReport back = await RunAsync(first, Create, snapshots: snapshots);

        Assert.Equal(RunOutcome.Cancelled, left.Outcome);
        Assert.Equal((RunOutcome.Completed, $"{new Note(7)}"), (back.Outcome, back.Reason));
        Assert.Equal(RunOutcome.Completed, (await staying).Outcome);
    }

    [Fact]
    public async Task Drops_a_message_that_finds_a_mailbox_full_for_too_long_and_says_so()
    {
        RunPlan plan = Plan with { Limits = Plan.Limits with { MailboxCapacity = 2, SendTimeout = TimeSpan.FromMilliseconds(20) } };
        await using RabbitMqEngine first = TestEngine.Hosting(broker, _prefix, [Master]); // nobody hosts the worker
        RecordingObserver observer = new();

        RunReport report = await RunAsync(
            first,
            _ => new Scripted
            {
                OnStart = outbox =>
                {
                    for (int i = 0; i < 500; i++) // the broker tells of its limit a little late, after a burst of some dozens
                    {
                        outbox.Send(Worker, new Note(i));
                    }

                    outbox.StartTimer("sent", TimeSpan.FromMilliseconds(1));
                },
                OnTimer = (_, outbox) => outbox.Complete("sent"),
            },
            observer,
            plan: plan);

        Assert.Equal(RunOutcome.Completed, report.Outcome);
        Assert.InRange(report.SendTimeouts, 1, 498);
        Assert.Equal(report.SendTimeouts, observer.Actions.Count);
        Assert.Contains(
            "test.note.v1 from master to worker-0 was dropped: the mailbox, of capacity 2, stayed full for 00:00:00.02",
            observer.Acts[0].Event.Reason,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Carries_a_message_in_chunks()
    {
        string text = string.Concat(Enumerable.Range(0, 100_000).Select(i => (char)('a' + (i % 23))));
        RabbitMqOptions options = TestEngine.Options(broker, _prefix) with { Wire = new WireLimits { MaxChunkBytes = 4096 } };
        await using RabbitMqEngine engine = new(options, PrivateBroker.Password, TestEngine.Codec);

        RunReport report = await RunAsync(engine, spec => new Scripted
        {
            OnStart = outbox =>
            {
                foreach (long number in spec.Id == Worker ? [1, 2, 3] : Array.Empty<long>())
                {
                    outbox.Send(Master, new Note(number, text));
                }
            },
            OnReceive = (_, message, outbox) =>
            {
                if (message is Note { Number: 3 } note)
                {
                    outbox.Complete(note.Text == text ? "unaltered" : "altered");
                }
            },
        });

        Assert.Equal("unaltered", report.Reason);
    }

    private static RunPlan Plan { get; } = new()
    {
        RunId = "shared",
        Seed = 1,
        Participants = [new ParticipantSpec(Master), new ParticipantSpec(Worker, 0)],
        Limits = new RunLimits { WallTime = TimeSpan.FromSeconds(60) },
    };

    private static IParticipant CountDown(ParticipantSpec spec) => new Scripted
    {
        OnStart = outbox =>
        {
            if (spec.Id == Master)
            {
                outbox.Send(Worker, new Note(9));
            }
        },
        OnReceive = (sender, message, outbox) =>
        {
            long number = ((Note)message).Number;
            if (number == 0)
            {
                outbox.Complete("counted down");
            }
            else
            {
                outbox.Send(sender, new Note(number - 1));
            }
        },
    };

    private static Task<RunReport> RunAsync(
        RabbitMqEngine engine,
        Func<ParticipantSpec, IParticipant> create,
        RecordingObserver? observer = null,
        ISnapshotStore? snapshots = null,
        CancellationToken cancellation = default,
        RunPlan? plan = null) => engine.RunAsync(
            plan ?? Plan, new ScriptedFactory((spec, _, _) => create(spec)), observer ?? new RecordingObserver(), snapshots ?? new MemorySnapshotStore(), cancellation);
}
