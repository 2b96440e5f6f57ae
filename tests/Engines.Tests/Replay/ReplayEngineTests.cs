using ActorFed.Actors;
using ActorFed.Algorithms.Core;
using ActorFed.Engines.Replay;
using ActorFed.Tests.Shared;
using Xunit;

namespace ActorFed.Engines.Tests.Replay;

public sealed class ReplayEngineTests
{
    private const int Notes = 40;

    private static readonly ParticipantId Master = ParticipantId.Master;

    private static readonly RunPlan Plan = new()
    {
        RunId = "replay",
        Seed = 1,
        Participants = [new ParticipantSpec(Master), .. Enumerable.Range(0, 3).Select(i => new ParticipantSpec(ParticipantId.Worker(i), i))],
        Supervision = new SupervisionPolicy { InitialBackOff = TimeSpan.FromMilliseconds(1) },
        Limits = new RunLimits { WallTime = TimeSpan.FromMinutes(1) },
    };

    [Fact]
    public async Task Repeats_the_order_of_messages_timers_notices_and_restarts()
    {
        for (int i = 0; i < 20; i++)
        {
            List<string> heard = [];
            (RunReport run, DeliveryRecord record) = await RecordAsync(Chatter(heard, breaks: true));

            List<string> heardAgain = [];
            RunReport replay = await ReplayAsync(record, Chatter(heardAgain, breaks: true));

            Assert.True(run.Outcome == RunOutcome.Completed, run.Reason);
            Assert.Null(replay.Failure);
            Assert.Equal((run.Outcome, run.Reason, run.Deliveries, run.Restarts), (replay.Outcome, replay.Reason, replay.Deliveries, replay.Restarts));
            Assert.Equal(heard, heardAgain);
            Assert.Contains(heard, line => line.Contains(nameof(LifecycleMessage.ParticipantRestarted), StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task Rebuilds_where_the_run_did_though_nothing_throws_any_more()
    {
        List<string> heard = [];
        (_, DeliveryRecord record) = await RecordAsync(Chatter(heard, breaks: true));

        List<string> heardAgain = [];
        RunReport replay = await ReplayAsync(record, Chatter(heardAgain, breaks: false));

        Assert.Null(replay.Failure);
        Assert.Equal(heard, heardAgain);
    }

    [Fact]
    public async Task Names_the_entry_at_which_a_participant_throws_that_did_not()
    {
        (_, DeliveryRecord record) = await RecordAsync(Chatter([], breaks: false));

        RunReport replay = await ReplayAsync(record, Chatter([], breaks: true));

        ReplayDifferenceException difference = Assert.IsType<ReplayDifferenceException>(replay.Failure);
        Assert.Equal(ParticipantId.Worker(1), difference.Participant);
        Assert.Contains("now it fails, and in the run it did not: worker-1 threw InvalidOperationException: broken", replay.Reason, StringComparison.Ordinal);
        Assert.IsType<InvalidOperationException>(difference.InnerException);
    }

    [Fact]
    public async Task Names_the_entry_that_takes_a_message_which_is_never_sent()
    {
        (_, DeliveryRecord record) = await RecordAsync(Chatter([], breaks: false));

        RunReport replay = await ReplayAsync(
            record, (spec, incarnation) => spec.Id == ParticipantId.Worker(2) ? new Scripted { OnReceive = (_, _, _) => { } } : Chatter([], breaks: false)(spec, incarnation));

        Assert.Equal(RunOutcome.Failed, replay.Outcome);
        ReplayDifferenceException difference = Assert.IsType<ReplayDifferenceException>(replay.Failure);
        Assert.Equal((ParticipantId.Worker(2), 3L), (difference.Participant, difference.Entry));
        Assert.Contains("it takes message 2 of worker-2, which has sent 0 so far", replay.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Hands_over_again_and_late_what_a_broker_handed_out_so()
    {
        long[] numbers = [2, 1, 1, 3, 2, 2, 3];
        EntryEncoder[] encoders = [.. Plan.Participants.Select(_ => new EntryEncoder(id => Plan.Participants.TakeWhile(spec => spec.Id != id).Count()))];
        foreach ((ParticipantSpec spec, EntryEncoder encoder) in Plan.Participants.Zip(encoders))
        {
            encoder.Add(new Entry(spec.Id, EntryKind.Started, default, 0, null));
        }

        foreach (long number in numbers)
        {
            encoders[0].Add(new Entry(Master, EntryKind.Received, ParticipantId.Worker(0), number, new Note(number)));
        }

        Array.ForEach(encoders, encoder => encoder.Flush());
        DeliveryRecord record = new(
            [.. Plan.Participants.Select(spec => spec.Id)], [.. encoders.Select(encoder => encoder.Written)], new RecordedEnd(RunOutcome.Cancelled, "enough", [.. encoders.Select(_ => 0L)]));
        List<long> heard = [];

        RunReport replay = await ReplayAsync(record, (spec, _) => new Scripted
        {
            OnStart = outbox =>
            {
                foreach (long number in spec.Id == ParticipantId.Worker(0) ? [1L, 2, 3] : Array.Empty<long>())
                {
                    outbox.Send(Master, new Note(number));
                }
            },
            OnReceive = (_, message, _) => heard.Add(((Note)message).Number),
        });

        Assert.True(replay.Failure is null, replay.Reason);
        Assert.Equal(numbers, heard);
    }

    [Fact]
    public async Task Names_the_end_that_the_replay_does_not_come_to()
    {
        (_, DeliveryRecord record) = await RecordAsync((_, _) => new Scripted { OnStart = outbox => outbox.Complete("at once") });

        RunReport replay = await ReplayAsync(record, (_, _) => new Scripted());

        Assert.Equal(RunOutcome.Failed, replay.Outcome);
        Assert.Contains("the run was complete by then, and the replay is not", replay.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Observes_no_more_than_the_run_came_to()
    {
        RecordingObserver observer = new();
        (_, DeliveryRecord record) = await RecordAsync((spec, _) => new Scripted
        {
            OnStart = outbox =>
            {
                if (spec.Id == Master)
                {
                    outbox.Observe(new Said("in time"));
                    outbox.Complete("over");
                    outbox.Observe(new Said("too late"));
                }
            },
        });

        await ReplayAsync(
            record,
            (spec, _) => new Scripted
            {
                OnStart = outbox =>
                {
                    if (spec.Id == Master)
                    {
                        outbox.Observe(new Said("in time"));
                        outbox.Complete("over");
                        outbox.Observe(new Said("too late"));
                    }
                },
            },
            observer);

        Assert.Equal(["in time"], observer.Texts);
    }

    [Fact]
    public async Task Leaves_out_the_last_entry_of_each_participant_where_the_record_ends_early()
    {
        List<string> heard = [];
        (_, DeliveryRecord record) = await RecordAsync(Chatter(heard, breaks: false));

        List<string> heardAgain = [];
        RunReport replay = await ReplayAsync(record with { End = null }, Chatter(heardAgain, breaks: false));

        Assert.Equal(RunOutcome.Cancelled, replay.Outcome);
        Assert.Null(replay.Failure);
        Assert.InRange(heardAgain.Count, 1, heard.Count - 1);
        Assert.Equal(heard.Take(heardAgain.Count), heardAgain);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Stops_after_an_entry_and_shows_what_stands_there(bool ofMaster)
    {
        (_, DeliveryRecord record) = await RecordAsync(Chatter([], breaks: false));
        List<(long Entries, long OfMaster, ActorState State)> seen = [];
        ReplayStop stop = new(
            5, ofMaster ? Master : null, view => seen.Add((view.Entries, view.EntriesOf(Master), view.StateOf(Master))));

        RunReport replay = await ReplayAsync(record, Chatter([], breaks: false), stop: stop);

        (long entries, long masters, ActorState state) = Assert.Single(seen);
        Assert.Equal(5, ofMaster ? masters : entries);
        Assert.Equal(ActorState.Running, state);
        Assert.Equal(entries, replay.Events);
        Assert.Equal(RunOutcome.Cancelled, replay.Outcome);
    }

    [Fact]
    public async Task Stops_nowhere_when_there_are_fewer_entries()
    {
        (_, DeliveryRecord record) = await RecordAsync(Chatter([], breaks: false));

        RunReport replay = await ReplayAsync(
            record, Chatter([], breaks: false), stop: new ReplayStop(1_000_000, null, _ => Assert.Fail("there are not so many")));

        Assert.Equal(RunOutcome.Completed, replay.Outcome);
    }

    [Fact]
    public async Task Refuses_a_plan_with_other_participants()
    {
        (_, DeliveryRecord record) = await RecordAsync(Chatter([], breaks: false));
        await using ReplayEngine engine = new(record);

        ArgumentException refusal = await Assert.ThrowsAsync<ArgumentException>(() => engine.RunAsync(
            Plan with { Participants = [new ParticipantSpec(Master)] },
            new ScriptedFactory((_, _, _) => new Scripted()),
            new RecordingObserver(),
            new MemorySnapshotStore(),
            CancellationToken.None));

        Assert.Contains("The plan has 1 participants and the record 4", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ends_when_it_is_cancelled()
    {
        (_, DeliveryRecord record) = await RecordAsync(Chatter([], breaks: false));
        await using ReplayEngine engine = new(record);

        RunReport replay = await engine.RunAsync(
            Plan, Factory(Chatter([], breaks: false)), new RecordingObserver(), new MemorySnapshotStore(), new CancellationToken(canceled: true));

        Assert.Equal((RunOutcome.Cancelled, 0L), (replay.Outcome, replay.Events));
    }

    /// <summary>
    /// Each worker, once told, counts down in notes to itself and passes them on; then worker-1 breaks, once, or says so with -1. The master writes
    /// down what it hears, and completes when it has heard all.
    /// </summary>
    private static Func<ParticipantSpec, int, IParticipant> Chatter(List<string> heard, bool breaks) => (spec, incarnation) =>
        spec.Id == Master ? Listener(heard) : new Scripted
        {
            OnReceive = (_, message, outbox) =>
            {
                long number = ((Note)message).Number;
                if (number != 0)
                {
                    outbox.Send(Master, message);
                }

                if (number > 1 || (number >= 0 && spec.Id == ParticipantId.Worker(1)))
                {
                    outbox.Send(spec.Id, new Note(number - 1));
                }

                if (number == 0 && breaks && incarnation == 1)
                {
                    throw new InvalidOperationException("broken");
                }
            },
        };

    private static Scripted Listener(List<string> heard)
    {
        int left = (3 * Notes) + 1;
        return new Scripted
        {
            OnStart = outbox =>
            {
                outbox.StartTimer("tick", TimeSpan.FromMilliseconds(1));
                outbox.Watch(ParticipantId.Worker(1));
                foreach (int worker in Enumerable.Range(0, 3))
                {
                    outbox.Send(ParticipantId.Worker(worker), new Note(Notes));
                }
            },
            OnTimer = (timer, outbox) =>
            {
                heard.Add(timer);
                outbox.StartTimer("tick", TimeSpan.FromMilliseconds(1));
            },
            OnReceive = (sender, message, outbox) =>
            {
                heard.Add($"{sender}: {message}");
                if (--left == 0)
                {
                    outbox.Complete("heard all");
                }
            },
        };
    }

    private static ScriptedFactory Factory(Func<ParticipantSpec, int, IParticipant> create) => new((spec, incarnation, _) => create(spec, incarnation));

    private static async Task<(RunReport Report, DeliveryRecord Record)> RecordAsync(Func<ParticipantSpec, int, IParticipant> create)
    {
        MemoryDeliveries deliveries = new([.. Plan.Participants.Select(spec => spec.Id)], new RecordingObserver());
        await using InProcessEngine engine = new();
        RunReport report = await engine.RunAsync(
            Plan, Factory(create), deliveries, deliveries.Over(new MemorySnapshotStore()), CancellationToken.None);
        return (report, deliveries.ToRecord(report));
    }

    private static async Task<RunReport> ReplayAsync(
        DeliveryRecord record, Func<ParticipantSpec, int, IParticipant> create, IRunObserver? observer = null, ReplayStop? stop = null)
    {
        await using ReplayEngine engine = new(record, stop);
        return await engine.RunAsync(
            Plan, Factory(create), observer ?? new RecordingObserver(), new MemorySnapshotStore(), CancellationToken.None);
    }
}
