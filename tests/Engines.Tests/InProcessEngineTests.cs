using ActorFed.Actors;
using ActorFed.Algorithms.Core;
using Xunit;

namespace ActorFed.Engines.Tests;

/// <summary>The conformance suite on real threads, and what only this engine promises.</summary>
public sealed class InProcessEngineTests : EngineConformance
{
    protected override IEngine CreateEngine() => new InProcessEngine();

    [Fact]
    public async Task Keeps_the_order_of_one_sender_even_when_it_waits_for_room()
    {
        const int Notes = 20_000;
        long expected = 0;
        RunPlan plan = Plan(1) with { Limits = Bounded with { MailboxCapacity = 3 } };

        RunReport report = await RunAsync(plan, spec => spec.Id == Master
            ? new Scripted
            {
                OnReceive = (_, message, outbox) =>
                {
                    if (((Note)message).Number != expected++)
                    {
                        outbox.Complete($"{message} came as number {expected - 1}");
                    }
                    else if (expected == Notes)
                    {
                        outbox.Complete("in order");
                    }
                },
            }
            : new Scripted { OnStart = outbox => SendNotes(outbox, Master, Notes) });

        AssertCompleted(report);
        Assert.Equal("in order", report.Reason);
    }

    [Fact]
    public async Task Drops_a_message_when_two_full_mailboxes_wait_for_each_other()
    {
        RecordingObserver observer = new();
        RunPlan plan = Plan(1) with { Limits = new RunLimits { MailboxCapacity = 1, SendTimeout = TimeSpan.FromSeconds(7) } };
        await using IEngine engine = new InProcessEngine(new JumpingTimeProvider());

        RunReport report = await engine.RunAsync(
            plan,
            new ScriptedFactory((spec, _, _) => new Scripted
            {
                OnStart = outbox => SendNotes(outbox, spec.Id == Master ? Worker : Master, 4), // more than 1 in each box, 1 in each hand
                OnReceive = (_, _, outbox) => outbox.Complete("freed"),
            }),
            observer,
            new MemorySnapshotStore(),
            CancellationToken.None);

        AssertCompleted(report);
        Assert.InRange(report.SendTimeouts, 1, 6);
        Assert.Equal(report.SendTimeouts, observer.Acts.Count);
        SupervisionEvent dropped = observer.Acts[0].Event;
        Assert.Equal(SupervisionAction.Dropped, dropped.Action);
        Assert.Null(dropped.Sender);
        Assert.Contains("Note from ", dropped.Reason, StringComparison.Ordinal);
        Assert.Contains("master", dropped.Reason, StringComparison.Ordinal);
        Assert.Contains("worker-0", dropped.Reason, StringComparison.Ordinal);
        Assert.Contains("capacity 1", dropped.Reason, StringComparison.Ordinal);
        Assert.Contains("00:00:07", dropped.Reason, StringComparison.Ordinal);
        Assert.All(
            observer.EntriesOf(Master).Concat(observer.EntriesOf(Worker)).Where(entry => entry.What is Note),
            entry => Assert.Equal(((Note)entry.What!).Number + 1, entry.Number)); // those that were dropped keep their numbers
    }

    [Fact]
    public async Task Ends_although_senders_wait_for_room()
    {
        RunPlan plan = Plan(1) with
        {
            Limits = new RunLimits { MailboxCapacity = 1, SendTimeout = TimeSpan.FromHours(1), WallTime = TimeSpan.FromMilliseconds(5) },
        };

        RunReport report = await RunAsync(
            plan, spec => new Scripted { OnStart = outbox => SendNotes(outbox, spec.Id == Master ? Worker : Master, 4) });

        Assert.Equal(RunOutcome.TimeLimit, report.Outcome);
        Assert.Equal((0L, 0L), (report.Deliveries, report.SendTimeouts));
    }

    [Fact]
    public async Task Waits_exactly_the_back_off_on_the_clock_it_is_given()
    {
        RecordingObserver observer = new();
        RunPlan plan = Plan(0) with
        {
            Supervision = new SupervisionPolicy { InitialBackOff = TimeSpan.FromSeconds(10), MaxBackOff = TimeSpan.FromSeconds(25) },
            Limits = new RunLimits(),
        };
        await using IEngine engine = new InProcessEngine(new JumpingTimeProvider());

        RunReport report = await engine.RunAsync(
            plan,
            new ScriptedFactory((_, incarnation, _) => new Scripted
            {
                OnStart = outbox => outbox.StartTimer("step", TimeSpan.FromSeconds(1)),
                OnTimer = (_, outbox) =>
                {
                    outbox.Complete("started");
                    ThrowIf(incarnation <= 3, new InvalidOperationException("broken"));
                },
            }),
            observer,
            new MemorySnapshotStore(),
            CancellationToken.None);

        AssertCompleted(report);
        Assert.Equal(TimeSpan.FromSeconds(1 + 10 + 1 + 20 + 1 + 25 + 1), report.Elapsed);
        Assert.Equal(3, report.Restarts);
    }

    [Fact]
    public async Task Lets_others_run_while_pairs_wake_each_other_for_ever()
    {
        int workers = 4 * Environment.ProcessorCount;
        RunReport report = await RunAsync(Plan(workers), spec => new Scripted
        {
            OnStart = outbox =>
            {
                if (spec.Id == Master)
                {
                    outbox.StartTimer("turn", TimeSpan.FromMilliseconds(5));
                }
                else
                {
                    outbox.Send(ParticipantId.Worker(spec.Id.Index ^ 1), new Note(0));
                }
            },
            OnReceive = (sender, message, outbox) => outbox.Send(sender, message),
            OnTimer = (_, outbox) => outbox.Complete("had its turn"),
        });

        AssertCompleted(report);
    }

    [Fact]
    public async Task Fails_the_run_and_not_the_process_when_its_clock_throws()
    {
        RunPlan plan = Plan(0) with { Limits = new RunLimits() };
        await using IEngine engine = new InProcessEngine(new BrokenClock());

        RunReport report = await engine.RunAsync(
            plan,
            new ScriptedFactory((_, _, _) => new Scripted { OnStart = outbox => outbox.StartTimer("step", TimeSpan.FromSeconds(1)) }),
            new RecordingObserver(),
            new MemorySnapshotStore(),
            CancellationToken.None);

        Assert.Equal(RunOutcome.Failed, report.Outcome);
        Assert.IsType<NotSupportedException>(report.Failure);
        Assert.Contains("The engine failed at master", report.Reason, StringComparison.Ordinal);
    }

    private sealed class BrokenClock : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            throw new NotSupportedException("This clock has no timers.");
    }
}
