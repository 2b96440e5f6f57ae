using ActorFed.Actors;
using ActorFed.Algorithms.Core;
using Xunit;

namespace ActorFed.Engines.Tests;

/// <content>E4: every row of the supervision table, and what watchers are told.</content>
public abstract partial class EngineConformance
{
    [Fact]
    public async Task E4_Drops_a_violating_message_and_keeps_the_state()
    {
        RecordingObserver observer = new();
        int heard = 0;
        RunReport report = await RunAsync(
            Plan(1),
            spec => spec.Id == Master
                ? new Scripted
                {
                    OnReceive = (sender, message, outbox) =>
                    {
                        if (((Note)message).Number < 0)
                        {
                            outbox.Complete("effects of a rejected message are discarded");
                            throw new ProtocolViolationException(sender, message, "numbers are at least 0");
                        }

                        if (++heard == 2)
                        {
                            outbox.Complete("heard two");
                        }
                    },
                }
                : new Scripted
                {
                    OnStart = outbox =>
                    {
                        outbox.Send(Master, new Note(1));
                        outbox.Send(Master, new Note(-1));
                        outbox.Send(Master, new Note(2));
                    },
                },
            observer);

        AssertCompleted(report);
        Assert.Equal("heard two", report.Reason);
        Assert.Equal((0, 1L), (report.Restarts, report.Violations));
        SupervisionEvent dropped = Assert.Single(observer.Acts).Event;
        Assert.Equal((SupervisionAction.Dropped, Master, (ParticipantId?)Worker), (dropped.Action, dropped.Participant, dropped.Sender));
        Assert.Contains("numbers are at least 0", dropped.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task E4_Stops_a_sender_at_its_limit_of_violations_and_tells_its_watchers()
    {
        RecordingObserver observer = new();
        RunReport report = await RunAsync(
            Plan(1),
            spec => spec.Id == Master
                ? new Scripted { OnStart = outbox => outbox.Watch(Worker), OnReceive = RejectAndAwaitStop }
                : new Scripted { OnStart = outbox => SendNotes(outbox, Master, Policy.MaxViolations) },
            observer);

        AssertCompleted(report);
        Assert.StartsWith("worker-0 was stopped: ", report.Reason, StringComparison.Ordinal);
        Assert.Equal(Policy.MaxViolations, report.Violations);
        Assert.Contains(observer.Acts, act => act.Event.Action == SupervisionAction.Stopped && act.Event.Participant == Worker);
    }

    [Fact]
    public async Task E4_Fails_the_run_at_the_masters_limit_of_violations()
    {
        RecordingObserver observer = new();
        RunReport report = await RunAsync(
            Plan(1),
            spec => spec.Id == Master
                ? new Scripted { OnStart = outbox => SendNotes(outbox, Worker, Policy.MaxViolations) }
                : new Scripted { OnReceive = RejectAndAwaitStop },
            observer);

        Assert.Equal(RunOutcome.Failed, report.Outcome);
        Assert.Contains("master", report.Reason, StringComparison.Ordinal);
        Assert.IsType<ProtocolViolationException>(report.Failure);
        Assert.Equal(SupervisionAction.FailedRun, observer.Actions[^1]);
    }

    [Fact]
    public async Task E4_Rebuilds_a_participant_that_throws_from_its_last_snapshot()
    {
        List<(int Incarnation, long Count)> built = [];
        RecordingObserver observer = new();
        RunReport report = await RunAsync(
            Plan(1),
            (spec, incarnation, snapshot) => spec.Id == Master
                ? new Scripted
                {
                    OnStart = outbox =>
                    {
                        outbox.Watch(Worker);
                        SendNotes(outbox, Worker, 4);
                    },
                    OnReceive = (_, message, outbox) => outbox.Complete(message.ToString()),
                }
                : SavesOddCountsAndThrowsAtFour(incarnation, snapshot, built),
            observer);

        AssertCompleted(report);
        Assert.Equal([(1, 0L), (2, 3L)], built);
        Assert.Contains("Incarnation = 2", report.Reason, StringComparison.Ordinal);
        Assert.Equal(1, report.Restarts);
        Assert.Equal([SupervisionAction.Restarting, SupervisionAction.Restarted], observer.Actions);
    }

    [Fact]
    public async Task E4_Keeps_messages_that_arrive_during_the_back_off()
    {
        RunPlan plan = Plan(1) with { Limits = Bounded with { MailboxCapacity = 4 } };
        int heard = 0;
        RunReport report = await RunAsync(plan, (spec, incarnation, _) => spec.Id == Master
            ? new Scripted { OnStart = outbox => SendNotes(outbox, Worker, 50) }
            : new Scripted
            {
                OnReceive = (_, _, outbox) =>
                {
                    ThrowIf(incarnation == 1, new InvalidOperationException("broken"));
                    if (++heard == 49)
                    {
                        outbox.Complete("heard all but the one that broke it");
                    }
                },
            });

        AssertCompleted(report);
        Assert.Equal(1, report.Restarts);
    }

    [Fact]
    public async Task E4_Rebuilds_a_participant_whose_snapshot_cannot_be_stored_and_sends_nothing_of_what_it_lost()
    {
        FullStore store = new(failures: 2);
        RecordingObserver observer = new();
        RunReport report = await RunAsync(
            Plan(1),
            (spec, incarnation, _) => spec.Id == Master
                ? new Scripted { OnReceive = (_, message, outbox) => outbox.Complete(message.ToString()) }
                : new Scripted
                {
                    OnStart = outbox =>
                    {
                        outbox.Send(Master, new Note(incarnation));
                        outbox.Save();
                    },
                },
            observer,
            store);

        AssertCompleted(report);
        Assert.Equal(new Note(3).ToString(), report.Reason);
        Assert.Equal(3, store.Latest(Worker)!.Incarnation);
        Assert.Equal([SupervisionAction.Restarting, SupervisionAction.Restarting], observer.Actions.Take(2));
    }

    [Fact]
    public async Task E4_Waits_twice_as_long_before_each_further_restart()
    {
        RecordingObserver observer = new();
        RunReport report = await RunAsync(
            Plan(0),
            (_, incarnation, _) => new Scripted
            {
                OnStart = outbox =>
                {
                    ThrowIf(incarnation <= 3, new InvalidOperationException("broken"));
                    outbox.Complete("started");
                },
            },
            observer);

        AssertCompleted(report);
        Assert.Equal(1, report.Restarts);
        Assert.Equal([.. Enumerable.Repeat(SupervisionAction.Restarting, 3), SupervisionAction.Restarted], observer.Actions);
        Assert.True(report.Elapsed >= 7 * Policy.InitialBackOff, $"1 + 2 + 4 ms were over after {report.Elapsed}.");
    }

    [Fact]
    public async Task E4_Forgets_the_timers_of_a_failed_incarnation()
    {
        List<string> fired = [];
        RunReport report = await RunAsync(Plan(0), (_, incarnation, _) => new Scripted
        {
            OnStart = outbox =>
            {
                outbox.StartTimer(incarnation == 1 ? "old" : "new", TimeSpan.FromMilliseconds(incarnation == 1 ? 4 : 8));
                if (incarnation == 1)
                {
                    outbox.StartTimer("break", TimeSpan.FromMilliseconds(1)); // due before the other, however late the engine looks
                }
            },
            OnTimer = (timer, outbox) =>
            {
                ThrowIf(timer == "break", new InvalidOperationException("broken"));
                fired.Add(timer);
                outbox.Complete("fired");
            },
        });

        AssertCompleted(report);
        Assert.Equal(["new"], fired);
    }

    [Theory]
    [InlineData(1, RunOutcome.Completed)]
    [InlineData(2, RunOutcome.Failed)]
    public async Task E4_Fails_the_run_at_the_second_arithmetic_exception(int failures, RunOutcome outcome)
    {
        RunReport report = await RunAsync(Plan(0), (_, incarnation, _) => new Scripted
        {
            OnStart = outbox => outbox.StartTimer("compute", TimeSpan.FromMilliseconds(1)),
            OnTimer = (_, outbox) =>
            {
                ThrowIf(incarnation <= failures, new ArithmeticException("the gradient is NaN"));
                outbox.Complete("computed");
            },
        });

        Assert.Equal(outcome, report.Outcome);
        Assert.Equal(1, report.Restarts);
        Assert.Equal(outcome == RunOutcome.Failed, report.Failure is ArithmeticException);
    }

    [Fact]
    public async Task E4_Stops_a_participant_it_gives_up_on_and_goes_on_without_it()
    {
        RecordingObserver observer = new();
        RunPlan plan = Plan(1) with { Supervision = Policy with { OnGiveUp = GiveUpAction.Stop } };
        RunReport report = await RunAsync(
            plan,
            spec => spec.Id == Master
                ? new Scripted { OnStart = outbox => outbox.Watch(Worker), OnReceive = RejectAndAwaitStop }
                : new Scripted { OnStart = _ => throw new InvalidOperationException("broken for good") },
            observer);

        AssertCompleted(report);
        Assert.Contains("broken for good", report.Reason, StringComparison.Ordinal);
        Assert.Equal(0, report.Restarts);
        Assert.Equal(
            [.. Enumerable.Repeat(SupervisionAction.Restarting, Policy.MaxRestarts), SupervisionAction.Stopped], observer.Actions);
    }

    [Fact]
    public async Task E4_Discards_messages_to_a_stopped_participant()
    {
        RunPlan plan = Plan(1) with
        {
            Supervision = Policy with { MaxRestarts = 0, OnGiveUp = GiveUpAction.Stop },
            Limits = Bounded with { MailboxCapacity = 2 },
        };
        RunReport report = await RunAsync(plan, spec => spec.Id == Master
            ? new Scripted
            {
                OnStart = outbox =>
                {
                    SendNotes(outbox, Worker, 100);
                    outbox.Send(Master, new Note(0));
                },
                OnReceive = (_, _, outbox) => outbox.Complete("not held up"),
            }
            : new Scripted { OnStart = _ => throw new InvalidOperationException("broken for good") });

        AssertCompleted(report);
        Assert.Equal(0, report.SendTimeouts);
    }

    [Theory]
    [InlineData(GiveUpAction.FailRun, 0)]
    [InlineData(GiveUpAction.Stop, 1)] // the master is never stopped
    public async Task E4_Fails_the_run_when_it_gives_up(GiveUpAction onGiveUp, int workers)
    {
        InvalidOperationException failure = new("broken for good");
        RunPlan plan = Plan(workers) with { Supervision = Policy with { OnGiveUp = onGiveUp } };
        RunReport report = await RunAsync(
            plan, spec => new Scripted { OnStart = _ => ThrowIf(spec.Id == Master, failure) });

        Assert.Equal(RunOutcome.Failed, report.Outcome);
        Assert.Same(failure, report.Failure);
        Assert.Contains("master threw InvalidOperationException: broken for good", report.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task E4_Counts_a_snapshot_that_cannot_be_read_as_a_failure()
    {
        MemorySnapshotStore snapshots = new();
        snapshots.Store(Master, incarnation: 1, new Snapshot("damaged.v1", new byte[] { 1, 2, 3 }));
        RunReport report = await RunAsync(
            Plan(0), (_, _, snapshot) => new Scripted { Count = Scripted.CountIn(snapshot) }, snapshots: snapshots);

        Assert.Equal(RunOutcome.Failed, report.Outcome);
        Assert.IsType<InvalidDataException>(report.Failure);
        Assert.Contains("damaged.v1", report.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tells_one_who_watches_too_late_that_the_participant_was_stopped()
    {
        RunPlan plan = Plan(2) with { Supervision = Policy with { MaxRestarts = 0, OnGiveUp = GiveUpAction.Stop } };
        ParticipantId late = ParticipantId.Worker(1);
        RunReport report = await RunAsync(plan, spec => spec.Id == Worker
            ? new Scripted { OnStart = _ => throw new InvalidOperationException("broken for good") }
            : new Scripted
            {
                OnStart = outbox =>
                {
                    if (spec.Id == Master)
                    {
                        outbox.Watch(Worker);
                    }
                },
                OnReceive = (_, message, outbox) =>
                {
                    if (spec.Id == late && message is Note)
                    {
                        outbox.Watch(Worker);
                    }
                    else if (spec.Id == late)
                    {
                        outbox.Complete($"{message.GetType().Name}");
                    }
                    else
                    {
                        outbox.Send(late, new Note(0)); // the worker is stopped by now
                    }
                },
            });

        AssertCompleted(report);
        Assert.Equal(nameof(LifecycleMessage.ParticipantStopped), report.Reason);
    }

    private static void RejectAndAwaitStop(ParticipantId sender, Message message, Outbox outbox)
    {
        if (message is LifecycleMessage.ParticipantStopped stopped)
        {
            outbox.Complete($"{sender} was stopped: {stopped.Reason}");
            return;
        }

        throw new ProtocolViolationException(sender, message, "nothing is accepted here");
    }

    private static Scripted SavesOddCountsAndThrowsAtFour(int incarnation, Snapshot? snapshot, List<(int, long)> built)
    {
        Scripted? self = null;
        self = new Scripted
        {
            Count = Scripted.CountIn(snapshot),
            OnReceive = (_, _, outbox) =>
            {
                self!.Count++;
                ThrowIf(self.Count == 4, new InvalidOperationException("broken at four"));
                if (self.Count % 2 == 1)
                {
                    outbox.Save();
                }
            },
        };
        built.Add((incarnation, self.Count));
        return self;
    }

    private protected static void ThrowIf(bool condition, Exception exception)
    {
        if (condition)
        {
            throw exception;
        }
    }
}
