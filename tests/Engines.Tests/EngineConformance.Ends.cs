using ActorFed.Actors;
using ActorFed.Algorithms.Core;
using Xunit;

namespace ActorFed.Engines.Tests;

/// <content>E5: all the ways in which a run ends, and how the next one resumes.</content>
public abstract partial class EngineConformance
{
    [Fact]
    public async Task E5_Ends_at_the_first_complete()
    {
        Scripted alone = new()
        {
            OnStart = outbox =>
            {
                outbox.Send(Master, new Note(1));
                outbox.Complete("the first");
                outbox.Complete("the second");
            },
        };

        RunReport report = await RunAsync(Plan(0), _ => alone);

        AssertCompleted(report);
        Assert.Equal("the first", report.Reason);
        Assert.Equal(0, report.Deliveries);
        Assert.Null(report.Failure);
    }

    [Fact]
    public async Task E5_Fails_for_the_reason_that_a_participant_gives()
    {
        RecordingObserver observer = new();
        Scripted alone = new()
        {
            OnStart = outbox =>
            {
                outbox.Fail("too few workers are left");
                outbox.Complete("too late");
            },
        };

        RunReport report = await RunAsync(Plan(0), _ => alone, observer);

        Assert.Equal(RunOutcome.Failed, report.Outcome);
        Assert.Equal("too few workers are left", report.Reason);
        Assert.Equal([SupervisionAction.FailedRun], observer.Actions);
    }

    [Fact]
    public async Task E5_Ends_at_the_wall_time()
    {
        TimeSpan limit = TimeSpan.FromMilliseconds(20);
        RunPlan plan = Plan(1) with { Limits = Bounded with { WallTime = limit } };

        RunReport report = await RunAsync(plan, spec => PingPong(spec, hops: -1));

        Assert.Equal(RunOutcome.TimeLimit, report.Outcome);
        Assert.True(report.Elapsed >= limit, $"The limit of {limit} was over after {report.Elapsed}.");
    }

    [Fact]
    public async Task E5_Stores_every_snapshot_when_it_is_cancelled_and_resumes_from_them()
    {
        MemorySnapshotStore snapshots = new();
        using CancellationTokenSource cancel = new();
        RecordingObserver canceller = new() { OnObserved = _ => cancel.Cancel() };

        RunReport cancelled = await RunAsync(Plan(1), CountsAndSays, canceller, snapshots, cancel.Token);
        Dictionary<ParticipantId, (int Incarnation, long Count)> resumed = [];
        RunReport completed = await RunAsync(
            Plan(1),
            (spec, incarnation, snapshot) =>
            {
                lock (resumed)
                {
                    resumed[spec.Id] = (incarnation, Scripted.CountIn(snapshot));
                }

                return PingPong(spec, hops: 1);
            },
            snapshots: snapshots);

        Assert.Equal(RunOutcome.Cancelled, cancelled.Outcome);
        Assert.Null(cancelled.Failure);
        AssertCompleted(completed);
        Assert.Equal(2, resumed[Master].Incarnation);
        Assert.Equal(2, resumed[Worker].Incarnation);
        Assert.True(resumed[Master].Count >= 5, $"{resumed[Master].Count} of 5 deliveries are in the snapshot.");
        Assert.Equal(cancelled.Deliveries, resumed[Master].Count + resumed[Worker].Count);
    }

    [Fact]
    public async Task E5_Ends_at_once_when_it_is_cancelled_before_it_begins()
    {
        RunReport report = await RunAsync(
            Plan(1), (spec, _, _) => PingPong(spec, hops: -1), cancellation: new CancellationToken(canceled: true));

        Assert.Equal(RunOutcome.Cancelled, report.Outcome);
    }

    [Fact]
    public async Task E5_Fails_when_a_snapshot_cannot_be_stored_at_cancellation()
    {
        using CancellationTokenSource cancel = new();
        RecordingObserver canceller = new() { OnObserved = _ => cancel.Cancel() };

        RunReport report = await RunAsync(Plan(1), CountsAndSays, canceller, new FullStore(), cancel.Token);

        Assert.Equal(RunOutcome.Failed, report.Outcome);
        Assert.Contains("runs/full", report.Reason, StringComparison.Ordinal);
        Assert.IsType<IOException>(report.Failure);
        Assert.Contains(SupervisionAction.FailedRun, canceller.Actions);
    }

    [Fact]
    public async Task E5_Fails_when_a_snapshot_cannot_be_stored_after_all_restarts()
    {
        RecordingObserver observer = new();
        RunReport report = await RunAsync(
            Plan(1),
            (spec, _, _) => spec.Id == Master
                ? new Scripted { OnStart = outbox => outbox.StartTimer("patience", TimeSpan.FromSeconds(30)) }
                : new Scripted { OnStart = outbox => outbox.Save() },
            observer,
            new FullStore());

        Assert.Equal(RunOutcome.Failed, report.Outcome);
        Assert.Contains("The snapshot of worker-0 could not be stored: No space is left in the folder 'runs/full'.", report.Reason, StringComparison.Ordinal);
        Assert.IsType<IOException>(report.Failure);
        Assert.Equal(
            [.. Enumerable.Repeat(SupervisionAction.Restarting, Policy.MaxRestarts), SupervisionAction.FailedRun], observer.Actions);
    }

    [Fact]
    public async Task E5_Fails_when_nothing_is_left_to_happen()
    {
        RunReport report = await RunAsync(Plan(1), spec => new Scripted
        {
            OnStart = outbox =>
            {
                if (spec.Id == Master)
                {
                    SendNotes(outbox, Worker, 3);
                    outbox.StartTimer("never", TimeSpan.FromHours(1));
                    outbox.CancelTimer("never");
                }
            },
            OnReceive = (_, _, _) => { },
        });

        Assert.Equal(RunOutcome.Failed, report.Outcome);
        Assert.StartsWith("Nothing is left to happen:", report.Reason, StringComparison.Ordinal);
        Assert.Equal(3, report.Deliveries);
    }

    [Fact]
    public async Task E5_Goes_on_while_a_timer_or_a_back_off_runs()
    {
        RunReport report = await RunAsync(Plan(1), (spec, incarnation, _) => new Scripted
        {
            OnStart = outbox =>
            {
                ThrowIf(spec.Id == Worker && incarnation == 1, new InvalidOperationException("broken"));
                if (spec.Id == Worker)
                {
                    outbox.StartTimer("wait", TimeSpan.FromMilliseconds(2));
                }
            },
            OnTimer = (_, outbox) => outbox.Complete("waited"),
        });

        AssertCompleted(report);
        Assert.Equal("waited", report.Reason);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task E5_Fails_when_a_participant_names_one_that_is_not_in_the_plan(bool sends)
    {
        ParticipantId unknown = ParticipantId.Worker(7);
        RunReport report = await RunAsync(Plan(1), spec => new Scripted
        {
            OnStart = outbox =>
            {
                if (spec.Id == Worker && sends)
                {
                    outbox.Send(unknown, new Note(1));
                }
                else if (spec.Id == Worker)
                {
                    outbox.Watch(unknown);
                }
            },
        });

        Assert.Equal(RunOutcome.Failed, report.Outcome);
        Assert.Contains("worker-0", report.Reason, StringComparison.Ordinal);
        Assert.Contains("worker-7, which is not among the 2 participants", report.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task E5_Fails_with_the_exception_of_an_observer_that_throws()
    {
        InvalidOperationException failure = new("the observer is broken");
        RecordingObserver observer = new() { OnObserved = _ => throw failure };

        RunReport report = await RunAsync(Plan(1), CountsAndSays, observer);

        Assert.Equal(RunOutcome.Failed, report.Outcome);
        Assert.Same(failure, report.Failure);
    }

    [Fact]
    public async Task E5_Fails_with_the_exception_of_an_observer_that_throws_at_supervision()
    {
        InvalidOperationException failure = new("the observer is broken");
        RecordingObserver observer = new() { OnSupervised = _ => throw failure };

        RunReport report = await RunAsync(
            Plan(0), _ => new Scripted { OnStart = _ => throw new InvalidDataException("broken") }, observer);

        Assert.Equal(RunOutcome.Failed, report.Outcome);
        Assert.Same(failure, report.Failure);
    }

    [Fact]
    public async Task E5_Reports_the_cause_and_not_the_observer_that_throws_when_it_is_told()
    {
        InvalidDataException cause = new("broken");
        RunPlan plan = Plan(0) with { Supervision = Policy with { MaxRestarts = 0 } };
        RecordingObserver observer = new() { OnSupervised = _ => throw new InvalidOperationException("the observer is broken") };

        RunReport report = await RunAsync(plan, _ => new Scripted { OnStart = _ => throw cause }, observer);

        Assert.Equal(RunOutcome.Failed, report.Outcome);
        Assert.Same(cause, report.Failure);
    }

    [Fact]
    public async Task Refuses_a_plan_that_is_out_of_range()
    {
        RunPlan plan = Plan(0) with { Participants = [] };

        await Assert.ThrowsAsync<ArgumentException>(() => RunAsync(plan, _ => new Scripted()));
    }

    [Fact]
    public async Task Carries_several_runs_at_the_same_time()
    {
        await using IEngine engine = CreateEngine();

        RunReport[] reports = await Task.WhenAll(Enumerable.Range(1, 5).Select(hops => engine.RunAsync(
            Plan(1) with { RunId = $"conformance-{hops}" },
            new ScriptedFactory((spec, _, _) => PingPong(spec, hops)),
            new RecordingObserver(),
            new MemorySnapshotStore(),
            CancellationToken.None)));

        Assert.All(reports, AssertCompleted);
        Assert.Equal([2, 3, 4, 5, 6], reports.Select(report => report.Deliveries));
    }

    /// <summary>Master and worker pass a note for ever and count; from its fifth on, the master tells the observer.</summary>
    private static Scripted CountsAndSays(ParticipantSpec spec, int incarnation, Snapshot? snapshot)
    {
        Scripted? self = null;
        return self = new Scripted
        {
            Count = Scripted.CountIn(snapshot),
            OnStart = outbox =>
            {
                if (spec.Id == Master)
                {
                    outbox.Send(Worker, new Note(incarnation));
                }
            },
            OnReceive = (sender, message, outbox) =>
            {
                self!.Count++;
                outbox.Send(sender, message);
                if (spec.Id == Master && self.Count >= 5)
                {
                    outbox.Observe(new Said($"{self.Count}"));
                }
            },
        };
    }
}
