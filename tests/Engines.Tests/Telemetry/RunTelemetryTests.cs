using ActorFed.Actors;
using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Graph;
using ActorFed.Tests.Shared;
using Xunit;

namespace ActorFed.Engines.Tests.Telemetry;

public sealed class RunTelemetryTests
{
    private static readonly ParticipantId Master = ParticipantId.Master;
    private static readonly ParticipantId Worker = ParticipantId.Worker(0);

    [Fact]
    public async Task Counts_turns_and_bytes_as_the_report_of_the_run_does()
    {
        using Meters meters = new();

        RunReport report = await RunAsync(meters, Relay(hops: 20));

        Assert.Equal(RunOutcome.Completed, report.Outcome);
        Assert.Equal(20, report.Deliveries);
        Assert.Equal(report.Deliveries, meters.Of("actorfed.turn.duration").Count(turn => turn[Attributes.Entry] == "received"));
        Assert.Equal(2, meters.Of("actorfed.turn.duration").Count(turn => turn[Attributes.Entry] == "started"));
        Assert.Equal(160, report.BytesSent);
        Assert.Equal(report.BytesSent, meters.Sum("actorfed.sent.size"));
        Assert.Equal(80, meters.Of("actorfed.sent.size").Where(sent => (sent[Attributes.Sender], sent[Attributes.Receiver]) == ("master", "worker")).Sum(sent => sent.Value));
        Assert.All(meters.All, measured => Assert.Equal("run-1", measured[Attributes.Run]));
    }

    [Fact]
    public async Task Counts_restarts_and_violations_as_the_report_of_the_run_does()
    {
        using Meters meters = new();
        int failures = 0;

        RunReport report = await RunAsync(meters, spec => spec.Id == Master
            ? new Scripted
            {
                OnStart = outbox => outbox.Send(Worker, new Note(1)),
                OnReceive = (sender, message, outbox) =>
                {
                    if (message is Note { Number: 7 })
                    {
                        outbox.Complete("done");
                        return;
                    }

                    throw new ProtocolViolationException(sender, message, "it is wrong");
                },
            }
            : new Scripted
            {
                OnStart = outbox =>
                {
                    if (failures == 1)
                    {
                        outbox.Send(Master, new Note(6));
                        outbox.Send(Master, new Note(7));
                    }
                },
                OnReceive = (_, _, _) =>
                {
                    failures++;
                    throw new InvalidOperationException("broken");
                },
            });

        Assert.Equal((RunOutcome.Completed, 1, 1), (report.Outcome, report.Restarts, report.Violations));
        Assert.Equal("worker", Assert.Single(meters.Of("actorfed.participant.restarts"))[Attributes.Role]);
        Assert.Equal("master", Assert.Single(meters.Of("actorfed.violations"))[Attributes.Role]);
        Assert.Equal(
            [typeof(InvalidOperationException).FullName, typeof(ProtocolViolationException).FullName],
            meters.Of("actorfed.turn.duration").Select(turn => turn[Attributes.Error]).Where(error => error is not null));
    }

    [Theory]
    [InlineData(SupervisionAction.Restarting, false, null)]
    [InlineData(SupervisionAction.Restarted, false, "actorfed.participant.restarts")]
    [InlineData(SupervisionAction.Stopped, false, "actorfed.participant.stops")]
    [InlineData(SupervisionAction.Dropped, true, "actorfed.violations")]
    [InlineData(SupervisionAction.Dropped, false, "actorfed.send.timeouts")]
    public void Counts_each_act_of_supervision_once(SupervisionAction action, bool hasFailure, string? metric)
    {
        using Meters meters = new();
        using RunTelemetry telemetry = new(meters.Instruments, "run-1");
        RecordingObserver inner = new();
        SupervisionEvent act = new(action, Worker, "why", Failure: hasFailure ? new InvalidOperationException() : null);

        telemetry.Over(inner).Supervised(TimeSpan.Zero, act);

        Assert.Equal(metric, meters.All.SingleOrDefault()?.Name);
        Assert.Equal(act, Assert.Single(inner.Acts).Event);
    }

    [Fact]
    public void Counts_steps_with_their_staleness_and_keeps_the_newest_measures()
    {
        using Meters meters = new();
        using RunTelemetry telemetry = new(meters.Instruments, "run-1");
        RecordingObserver inner = new();
        StepObserved step = new() { Step = 1, Active = [0, 2], Staleness = [0, 3], WorkersAlive = 4, Measures = [new("upper-objective", 0.5)] };

        telemetry.Over(inner).Observed(Master, TimeSpan.Zero, step);
        telemetry.Over(inner).Observed(Master, TimeSpan.Zero, new MeasuresObserved(1, [new("stationarity-gap", 0.25)]));

        Assert.Equal("master", Assert.Single(meters.Of("actorfed.steps"))[Attributes.Role]);
        Assert.Equal([0d, 3d], meters.Of("actorfed.staleness").Select(age => age.Value));
        Assert.Equal(4, Assert.Single(meters.Of("actorfed.workers.alive")).Value);
        Assert.Equal([("upper-objective", 0.5), ("stationarity-gap", 0.25)], meters.Of("actorfed.measure").Select(measure => (measure[Attributes.Measure]!, measure.Value)));
        Assert.Equal(2, inner.Observations.Count);
    }

    [Fact]
    public void Counts_the_rounds_of_each_neighbour()
    {
        using Meters meters = new();
        using RunTelemetry telemetry = new(meters.Instruments, "run-1");
        RoundObserved round = new() { Round = 1, Heard = [1], Staleness = [2], Candidates = 1, Accepted = 1, Measures = [] };

        telemetry.Over(new RecordingObserver()).Observed(new ParticipantId(Role.Neighbour, 0), TimeSpan.Zero, round);

        Assert.Equal("neighbour", Assert.Single(meters.Of("actorfed.steps"))[Attributes.Role]);
        Assert.Equal(2, Assert.Single(meters.Of("actorfed.staleness")).Value);
    }

    [Fact]
    public void Measures_stored_snapshots()
    {
        using Meters meters = new();
        using RunTelemetry telemetry = new(meters.Instruments, "run-1");
        MemorySnapshotStore kept = new();
        Snapshot snapshot = Scripted.SnapshotOf(5);

        telemetry.Over(kept).Store(Worker, 1, snapshot);

        Assert.Equal(snapshot, kept.Latest(Worker)!.Snapshot);
        Assert.Equal(snapshot.Content.Length, Assert.Single(meters.Of("actorfed.snapshot.size")).Value);
        Measured duration = Assert.Single(meters.Of("actorfed.snapshot.duration"));
        Assert.Equal(("worker", null), (duration[Attributes.Role], duration[Attributes.Error]));
    }

    [Fact]
    public void Tells_of_a_snapshot_that_could_not_be_stored()
    {
        using Meters meters = new();
        using RunTelemetry telemetry = new(meters.Instruments, "run-1");

        Assert.Throws<IOException>(() => telemetry.Over(new FullStore()).Store(Worker, 1, Scripted.SnapshotOf(5)));

        Assert.Empty(meters.Of("actorfed.snapshot.size"));
        Assert.Equal(typeof(IOException).FullName, Assert.Single(meters.Of("actorfed.snapshot.duration"))[Attributes.Error]);
    }

    [Fact]
    public void Leaves_the_counting_of_incarnations_to_the_store()
    {
        using Meters meters = new();
        using RunTelemetry telemetry = new(meters.Instruments, "run-1");

        BegunIncarnation begun = telemetry.Over(new FencingStore()).Begin(Worker, 3);

        Assert.Equal(40, begun.Incarnation);
    }

    [Fact]
    public void Shows_the_deepest_mailbox_of_each_role_until_the_run_is_over()
    {
        using Meters meters = new();
        using RunTelemetry telemetry = new(meters.Instruments, "run-1");
        telemetry.Over(new RecordingObserver()).MailboxesOpened(() => [new(Master, 9), new(Worker, 2), new(ParticipantId.Worker(1), 5)]);

        meters.Observe();
        telemetry.Dispose();
        meters.Observe();

        Assert.Equal([("master", 9), ("worker", 5)], meters.Of("actorfed.mailbox.depth").Select(depth => (depth[Attributes.Role]!, (int)depth.Value)));
    }

    [Fact]
    public async Task Looks_into_the_mailboxes_of_the_in_process_engine()
    {
        using Meters meters = new();
        using RunTelemetry telemetry = new(meters.Instruments, "run-1");

        await RunAsync(meters, telemetry, spec => spec.Id == Master
            ? new Scripted
            {
                OnStart = outbox =>
                {
                    outbox.Send(Master, new Note(1));
                    outbox.Send(Master, new Note(2));
                    outbox.Send(Master, new Note(3));
                },
                OnReceive = (_, _, outbox) =>
                {
                    meters.Observe(); // two more are waiting
                    outbox.Complete("seen");
                },
            }
            : new Scripted());

        Assert.Equal(2, meters.Of("actorfed.mailbox.depth").First(depth => depth[Attributes.Role] == "master").Value);
    }

    [Fact]
    public async Task Tells_participants_apart_when_asked_to()
    {
        using Meters meters = new();
        using RunTelemetry telemetry = new(meters.Instruments, "run-1", tellsParticipantsApart: true);

        await RunAsync(meters, telemetry, Relay(hops: 2));

        Assert.Equal(
            [("master", "worker-0"), ("worker-0", "master")],
            meters.Of("actorfed.sent.size").Select(sent => (sent[Attributes.Sender]!, sent[Attributes.Receiver]!)));
    }

    [Fact]
    public void Allocates_nothing_while_nobody_listens()
    {
        using Meters meters = new(measures: false);
        using RunTelemetry telemetry = new(meters.Instruments, "run-1");
        Scripted participant = new() { OnReceive = static (_, _, _) => { } };
        IParticipant measured = telemetry.Over(new ScriptedFactory((_, _, _) => participant)).Create(new ParticipantSpec(Worker, null), 1, null);
        Outbox outbox = new();
        Note note = new(1);
        measured.Receive(Master, note, outbox);

        long bytes = Allocated.Fewest(() => measured.Receive(Master, note, outbox));

        Assert.Equal(0, bytes);
    }

    private static Task<RunReport> RunAsync(Meters meters, Func<ParticipantSpec, IParticipant> create)
    {
        using RunTelemetry telemetry = new(meters.Instruments, "run-1");
        return RunAsync(meters, telemetry, create);
    }

    private static async Task<RunReport> RunAsync(Meters meters, RunTelemetry telemetry, Func<ParticipantSpec, IParticipant> create)
    {
        RunPlan plan = new()
        {
            RunId = "run-1",
            Seed = 1,
            Participants = [new ParticipantSpec(Master, null), new ParticipantSpec(Worker, null)],
            Supervision = new SupervisionPolicy { InitialBackOff = TimeSpan.FromMilliseconds(1) },
            Limits = new RunLimits { WallTime = TimeSpan.FromMinutes(1) },
        };
        await using InProcessEngine engine = new();
        return await engine.RunAsync(
            plan,
            telemetry.Over(new ScriptedFactory((spec, _, _) => create(spec))),
            telemetry.Over(new RecordingObserver()),
            telemetry.Over(new MemorySnapshotStore()),
            CancellationToken.None);
    }

    /// <summary>Master and worker pass a note to and fro.</summary>
    private static Func<ParticipantSpec, IParticipant> Relay(int hops) => spec => new Scripted
    {
        OnStart = outbox =>
        {
            if (spec.Id == Master)
            {
                outbox.Send(Worker, new Note(1));
            }
        },
        OnReceive = (sender, message, outbox) =>
        {
            Note note = (Note)message;
            if (note.Number == hops)
            {
                outbox.Complete("there and back");
            }
            else
            {
                outbox.Send(sender, new Note(note.Number + 1));
            }
        },
    };

    private sealed class FencingStore : ISnapshotStore
    {
        public void Store(ParticipantId participant, int incarnation, Snapshot snapshot) => throw new NotSupportedException();

        public StoredSnapshot? Latest(ParticipantId participant) => throw new NotSupportedException();

        public BegunIncarnation Begin(ParticipantId participant, int last) => new(last * 10 + 10, null);
    }
}
