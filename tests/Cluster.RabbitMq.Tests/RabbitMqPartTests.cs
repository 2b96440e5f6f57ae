using ActorFed.Actors;
using ActorFed.Algorithms.Core;
using ActorFed.Cluster.Tests;
using ActorFed.Engines.Tests;
using Xunit;

namespace ActorFed.Cluster.RabbitMq.Tests;

/// <summary>Participants that come and go while a run goes on.</summary>
[Collection(WithBroker.Name)]
public sealed class RabbitMqPartTests(PrivateBroker broker)
{
    private static readonly ParticipantId Master = ParticipantId.Master;
    private static readonly ParticipantId Worker = ParticipantId.Worker(0);

    private static readonly RunPlan Plan = new()
    {
        RunId = "part",
        Seed = 1,
        Participants = [new ParticipantSpec(Master), new ParticipantSpec(Worker, 0)],
    };

    private readonly string _prefix = TestEngine.NewPrefix();
    private readonly SharedSnapshots _snapshots = new();
    private readonly TaskCompletionSource<(ParticipantId Who, string Why)> _givenUp = new(TaskCreationOptions.RunContinuationsAsynchronously);

    [Fact]
    public async Task A_participant_that_moves_goes_on_from_its_snapshot_and_hears_all()
    {
        await using RabbitMqPart first = await JoinAsync(Adding(until: 100));
        await using RabbitMqPart second = await JoinAsync(Adding(until: 100));
        RecordingObserver recorder = new();
        await first.TakeUpAsync(Worker);
        await second.TakeUpAsync(Master, recorder);

        for (int move = 0; move < 4; move++)
        {
            (RabbitMqPart from, RabbitMqPart to) = move % 2 == 0 ? (first, second) : (second, first);
            Assert.Null(await from.LetGoAsync(Worker, saves: true));
            Assert.DoesNotContain(Worker, from.Hosted);
            await to.TakeUpAsync(Worker);
        }

        RunReport report = await second.Ended;

        Assert.Equal((RunOutcome.Completed, "100 counted"), (report.Outcome, report.Reason));
    }

    [Fact]
    public async Task Counts_what_another_program_sends_where_it_arrives()
    {
        const int notes = 3;
        IParticipant Create() => new Scripted
        {
            OnStart = outbox => Next(outbox, 1),
            OnReceive = (_, message, outbox) => Next(outbox, ((Note)message).Number + 1),
        };
        void Next(Outbox outbox, long number)
        {
            if (number > notes)
            {
                outbox.Complete("counted");
            }
            else
            {
                outbox.Send(Worker, new Note(number));
            }
        }

        IParticipant Echo() => new Scripted { OnReceive = (sender, message, outbox) => outbox.Send(sender, message) };
        await using RabbitMqPart node = await JoinAsync((_, _, _) => Create(), external: [Worker]);
        await using RabbitMqEngine other = TestEngine.Hosting(broker, _prefix, [Worker]); // to the part a program like any other
        await node.TakeUpAsync(Master, new RecordingObserver());

        Task<RunReport> serving = other.RunAsync(
            Plan, new ScriptedFactory((_, _, _) => Echo()), new RecordingObserver(), new MemorySnapshotStore(), CancellationToken.None);
        RunReport report = await node.Ended;
        await node.RemoveMailboxesAsync(new HashSet<ParticipantId> { Worker }, report);
        RunReport served = await serving;

        Assert.Equal(RunOutcome.Completed, report.Outcome);
        Assert.Equal(notes * sizeof(long), served.BytesSent);
        Assert.Equal(2 * notes * sizeof(long), report.BytesSent);
    }

    [Fact]
    public async Task The_one_that_leads_moves_with_its_record()
    {
        RecordingObserver before = new();
        RecordingObserver after = new();
        TaskCompletionSource begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
        IParticipant Create(ParticipantSpec spec, int incarnation, Snapshot? from) => spec.Id == Master
            ? new Scripted
            {
                OnStart = outbox =>
                {
                    outbox.Observe(new Said($"led by incarnation {incarnation}"));
                    outbox.StartTimer("go", TimeSpan.FromMilliseconds(1));
                },
                OnTimer = (_, outbox) =>
                {
                    begun.TrySetResult();
                    if (incarnation > 1)
                    {
                        outbox.Complete("led to the end");
                    }
                },
            }
            : new Scripted();
        await using RabbitMqPart first = await JoinAsync(Create);
        await using RabbitMqPart second = await JoinAsync(Create);

        await first.TakeUpAsync(Master, before);
        await begun.Task;
        await first.LetGoAsync(Master, saves: true);
        await second.TakeUpAsync(Master, after);
        RunReport report = await second.Ended;

        Assert.Equal("led to the end", report.Reason);
        Assert.Equal(["led by incarnation 1"], before.Texts);
        Assert.Equal(["led by incarnation 2"], after.Texts);
        Assert.False(first.Ended.IsCompleted); // a part ends with the run only where that is recorded
    }

    [Fact]
    public async Task Who_was_overtaken_is_given_up_and_void_is_what_it_says_from_then_on()
    {
        TaskCompletionSource late = new(TaskCreationOptions.RunContinuationsAsynchronously);
        List<string> heard = [];
        IParticipant Create(ParticipantSpec spec, int incarnation, Snapshot? from) => spec.Id == Master
            ? new Scripted
            {
                OnReceive = (_, message, outbox) =>
                {
                    Note note = (Note)message;
                    heard.Add(note.Text);
                    if (note.Number == 3)
                    {
                        outbox.Complete("done");
                    }
                },
            }
            : new Scripted
            {
                OnStart = outbox => outbox.StartTimer(incarnation == 1 ? "late" : "soon", TimeSpan.FromMilliseconds(1)),
                OnTimer = (timer, outbox) =>
                {
                    switch (timer)
                    {
                        case "late":
                            late.Task.Wait(); // as one that is paused in the middle of a turn
                            outbox.Send(Master, new Note(1, "of the one that was overtaken"));
                            outbox.StartTimer("store", TimeSpan.FromMilliseconds(1));
                            break;
                        case "store":
                            outbox.Save();
                            break;
                        case "soon":
                            outbox.Send(Master, new Note(2, "of the newest"));
                            outbox.StartTimer("end", TimeSpan.FromMilliseconds(1));
                            break;
                        default:
                            if (_givenUp.Task.IsCompleted)
                            {
                                outbox.Send(Master, new Note(3, "the end"));
                            }
                            else
                            {
                                outbox.StartTimer("end", TimeSpan.FromMilliseconds(5));
                            }

                            break;
                    }
                },
            };
        TaskCompletionSource newest = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using RabbitMqPart paused = await JoinAsync(Create);
        await using RabbitMqPart next = await JoinAsync(Create, new RecordingObserver { OnEntered = entry => Reached(entry, newest) });
        await next.TakeUpAsync(Master, new RecordingObserver());
        await paused.TakeUpAsync(Worker);

        await next.TakeUpAsync(Worker);
        await newest.Task; // the master has heard of the newest incarnation
        late.SetResult();
        (ParticipantId who, string why) = await _givenUp.Task;
        RunReport report = await next.Ended;

        Assert.Equal(RunOutcome.Completed, report.Outcome);
        Assert.Equal(["of the newest", "the end"], heard);
        Assert.Equal(Worker, who);
        Assert.Contains("was overtaken by incarnation 2", why, StringComparison.Ordinal);
        Assert.Empty(paused.Hosted);
    }

    [Fact]
    public async Task Who_records_the_run_is_told_of_acts_counts_and_ends_elsewhere()
    {
        RecordingObserver recorder = new();
        IParticipant Create(ParticipantSpec spec, int incarnation, Snapshot? from) => spec.Id == Master
            ? new Scripted { OnReceive = (_, _, _) => { } }
            : new Scripted
            {
                OnStart = outbox =>
                {
                    if (incarnation == 1)
                    {
                        throw new InvalidOperationException("broken");
                    }

                    outbox.Send(Master, new Note(1));
                    outbox.StartTimer("end", TimeSpan.FromSeconds(1.2)); // counts are told once a second
                },
                OnTimer = (_, outbox) => outbox.Complete("the worker is done"),
            };
        await using RabbitMqPart leading = await JoinAsync(Create);
        await using RabbitMqPart other = await JoinAsync(Create);
        await leading.TakeUpAsync(Master, recorder);
        await other.TakeUpAsync(Worker);

        RunReport report = await leading.Ended;

        Assert.Equal((RunOutcome.Completed, "the worker is done"), (report.Outcome, report.Reason));
        Assert.Equal([SupervisionAction.Restarting, SupervisionAction.Restarted], recorder.Actions);
        Assert.All(recorder.Acts, act => Assert.Equal(Worker, act.Event.Participant));
        Assert.Equal(8, report.BytesSent);
        Assert.Equal(1, report.Restarts);
    }

    [Fact]
    public async Task A_part_that_is_suspended_leaves_messages_to_others()
    {
        TaskCompletionSource<string> heard = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Func<ParticipantSpec, int, Snapshot?, IParticipant> Named(string name) => (spec, _, _) => spec.Id == Master
            ? new Scripted { OnStart = outbox => outbox.StartTimer("send", TimeSpan.FromSeconds(0.2)), OnTimer = (_, outbox) => outbox.Send(Worker, new Note(1)) }
            : new Scripted { OnReceive = (_, _, _) => heard.TrySetResult(name) };
        await using RabbitMqPart suspended = await JoinAsync(Named("suspended"));
        await using RabbitMqPart other = await JoinAsync(Named("other"));
        await suspended.TakeUpAsync(Worker);

        await suspended.SuspendAsync();
        await other.TakeUpAsync(Worker);
        await other.TakeUpAsync(Master, new RecordingObserver());

        Assert.Equal("other", await heard.Task);
    }

    [Fact]
    public async Task What_one_that_stands_still_has_in_hand_comes_to_the_next_when_the_broker_has_missed_its_heartbeats()
    {
        await using TcpRelay wire = new(broker.Port);
        await using RabbitMqPart still = await JoinAsync((_, _, _) => new Scripted(), port: wire.Port);
        await using RabbitMqPart next = await JoinAsync((spec, _, _) => spec.Id == Master
            ? new Scripted { OnStart = outbox => outbox.Send(Worker, new Note(1)), OnReceive = (_, message, outbox) => outbox.Complete($"{message}") }
            : new Scripted { OnReceive = (sender, message, outbox) => outbox.Send(sender, message) });
        await still.TakeUpAsync(Worker);

        wire.Cut();
        await next.TakeUpAsync(Master, new RecordingObserver());
        await next.TakeUpAsync(Worker);
        RunReport report = await next.Ended.WaitAsync(TimeSpan.FromSeconds(45)); // three heartbeats are 3 s; without one of ours the broker waits for minutes
        wire.Mend();

        Assert.Equal($"{new Note(1)}", report.Reason);
    }

    [Fact]
    public async Task Who_is_handed_over_and_given_up_at_the_same_moment_leaves_once()
    {
        TaskCompletionSource begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
        TaskCompletionSource late = new(TaskCreationOptions.RunContinuationsAsynchronously);
        IParticipant Create(ParticipantSpec spec, int incarnation, Snapshot? from) => spec.Id == Master
            ? new Scripted { OnStart = outbox => outbox.Send(Worker, new Note(1)) }
            : new Scripted
            {
                OnReceive = (_, _, _) =>
                {
                    begun.TrySetResult();
                    late.Task.Wait(); // in the middle of a turn
                },
            };
        await using RabbitMqPart leading = await JoinAsync(Create);
        await using RabbitMqPart part = await JoinAsync(Create);
        await leading.TakeUpAsync(Master, new RecordingObserver());
        await part.TakeUpAsync(Worker);
        await begun.Task;

        Task<SupervisionEvent?> handedOver = part.LetGoAsync(Worker, saves: true);
        Task<SupervisionEvent?> givenUp = part.LetGoAsync(Worker, saves: false);
        late.SetResult();
        Assert.Equal((null, null), (await handedOver, await givenUp));

        Assert.Empty(part.Hosted);
        part.Cancel("seen");
        Assert.Equal(1, (await part.Ended).Deliveries); // counted once, too
    }

    [Fact]
    public async Task A_part_that_has_ended_can_still_be_suspended_and_resumed()
    {
        await using RabbitMqPart part = await JoinAsync((_, _, _) => new Scripted());
        await part.TakeUpAsync(Worker);
        await part.SuspendAsync();
        part.Cancel("seen");
        await part.Ended;

        await part.ResumeAsync(); // its node cannot know, and has others to resume
        await part.SuspendAsync();

        Assert.Equal((false, null), (await part.TakeUpAsync(Master, new RecordingObserver()), await part.LetGoAsync(Worker, saves: true)));
    }

    [Fact]
    public async Task Mailboxes_are_removed_when_the_run_is_over()
    {
        await using RabbitMqPart part = await JoinAsync((spec, _, _) => new Scripted { OnStart = outbox => outbox.Complete("at once") });
        await part.TakeUpAsync(Master, new RecordingObserver());
        RunReport report = await part.Ended;

        await part.RemoveMailboxesAsync(new HashSet<ParticipantId>(), report);

        Assert.False(await RawBroker.ExistsAsync(broker, $"{_prefix}.part.master"));
        Assert.False(await RawBroker.ExistsAsync(broker, $"{_prefix}.part.master.control"));
    }

    [Fact]
    public async Task A_recorder_goes_with_the_one_that_leads_and_with_nobody_else()
    {
        await using RabbitMqPart part = await JoinAsync((_, _, _) => new Scripted());

        await Assert.ThrowsAsync<ArgumentException>(() => part.TakeUpAsync(Master));
        await Assert.ThrowsAsync<ArgumentException>(() => part.TakeUpAsync(Worker, new RecordingObserver()));
    }

    private static void Reached(Entry entry, TaskCompletionSource newest)
    {
        if (entry is { Participant.Role: Role.Master, What: Note { Number: 2 } })
        {
            newest.TrySetResult();
        }
    }

    /// <summary>The worker counts, and keeps how far it has come; the master asks for the next number.</summary>
    private static Func<ParticipantSpec, int, Snapshot?, IParticipant> Adding(int until) => (spec, _, from) =>
    {
        Scripted self = null!;
        self = new Scripted
        {
            Count = Scripted.CountIn(from),
            OnStart = outbox =>
            {
                if (spec.Id == Master)
                {
                    outbox.Send(Worker, new Note(1));
                    outbox.StartTimer("ask again", TimeSpan.FromMilliseconds(200));
                }
            },
            OnTimer = (_, outbox) =>
            {
                outbox.Send(Worker, new Note(self.Count + 1));
                outbox.StartTimer("ask again", TimeSpan.FromMilliseconds(200));
            },
            OnReceive = (sender, message, outbox) =>
            {
                long number = ((Note)message).Number;
                if (number == self.Count + 1) // else it came twice
                {
                    self.Count = number;
                    outbox.Save();
                }

                if (spec.Id == Worker)
                {
                    outbox.Send(sender, new Note(self.Count));
                }
                else if (number == until)
                {
                    outbox.Complete($"{number} counted");
                }
                else
                {
                    outbox.Send(Worker, new Note(self.Count + 1));
                }
            },
        };
        return self;
    };

    private Task<RabbitMqPart> JoinAsync(
        Func<ParticipantSpec, int, Snapshot?, IParticipant> create, RecordingObserver? observer = null, HashSet<ParticipantId>? external = null, int? port = null) => RabbitMqPart.JoinAsync(
        Plan,
        TestEngine.Options(broker, _prefix) with { Port = port ?? broker.Port, Heartbeat = TimeSpan.FromSeconds(1) },
        PrivateBroker.Password,
        TestEngine.Codec,
        new ScriptedFactory(create),
        observer ?? new RecordingObserver(),
        _snapshots,
        (who, why) => _givenUp.TrySetResult((who, why)),
        external);

    /// <summary>A store that counts incarnations itself, and fences.</summary>
    private sealed class SharedSnapshots : ISnapshotStore
    {
        private readonly Lock _gate = new();
        private readonly Dictionary<ParticipantId, (int Incarnation, Snapshot? Snapshot)> _newest = [];

        public void Store(ParticipantId participant, int incarnation, Snapshot snapshot)
        {
            lock (_gate)
            {
                int newest = _newest.GetValueOrDefault(participant).Incarnation;
                _newest[participant] = incarnation >= newest
                    ? (incarnation, snapshot)
                    : throw new OvertakenException($"Incarnation {incarnation} of {participant} was overtaken by incarnation {newest}.");
            }
        }

        public StoredSnapshot? Latest(ParticipantId participant)
        {
            lock (_gate)
            {
                return _newest.GetValueOrDefault(participant) is { Snapshot: { } snapshot } newest ? new StoredSnapshot(newest.Incarnation, snapshot) : null;
            }
        }

        public BegunIncarnation Begin(ParticipantId participant, int last)
        {
            lock (_gate)
            {
                (int incarnation, Snapshot? snapshot) = _newest.GetValueOrDefault(participant);
                _newest[participant] = (Math.Max(last, incarnation) + 1, snapshot);
                return new BegunIncarnation(_newest[participant].Incarnation, snapshot);
            }
        }
    }
}
