using ActorFed.Actors;
using ActorFed.Algorithms.Core;
using ActorFed.Engines.Simulation;
using Xunit;

namespace ActorFed.Engines.Tests;

public class RoleActorTests
{
    private static readonly ParticipantId Id = ParticipantId.Worker(0);
    private static readonly ParticipantId Sender = ParticipantId.Master;
    private static readonly TimeSpan Now = TimeSpan.FromSeconds(1);

    private readonly MemorySnapshotStore _snapshots = new();

    [Fact]
    public void Starts_the_first_incarnation_anew()
    {
        Snapshot? resumedFrom = null;
        RoleActor actor = Host((_, _, snapshot) =>
        {
            resumedFrom = snapshot;
            return new Scripted { OnStart = outbox => outbox.Send(Sender, new Note(1)) };
        });

        SupervisionDecision? decision = actor.Start(Now);

        Assert.Null(decision);
        Assert.Null(resumedFrom);
        Assert.Equal(1, actor.Incarnation);
        Assert.Equal(ActorState.Running, actor.State);
        Assert.Equal(new Note(1), actor.Outbox[0].Payload);
        Assert.Equal(8, actor.BytesSent);
        Assert.Equal(0, actor.Restarts);
    }

    [Fact]
    public void Follows_the_incarnation_that_took_the_stored_snapshot()
    {
        _snapshots.Store(Id, incarnation: 7, Scripted.SnapshotOf(42));
        long count = 0;
        RoleActor actor = Host((_, _, snapshot) =>
        {
            count = Scripted.CountIn(snapshot);
            return new Scripted();
        });

        actor.Start(Now);

        Assert.Equal(8, actor.Incarnation);
        Assert.Equal(42, count);
    }

    [Fact]
    public void Takes_the_number_that_a_shared_store_gives_it()
    {
        RoleActor actor = Host((_, _, _) => new Scripted(), new SharedStore());

        actor.Start(Now);
        int first = actor.Incarnation;
        actor.Crash();
        actor.Start(Now);

        Assert.Equal((10, 20), (first, actor.Incarnation));
    }

    [Fact]
    public void Stores_a_snapshot_of_the_state_after_the_call_that_asked_for_it()
    {
        Scripted? participant = null;
        RoleActor actor = Host((_, _, _) => participant = new Scripted
        {
            OnReceive = (_, message, outbox) =>
            {
                outbox.Save();
                participant!.Count = ((Note)message).Number;
            },
        });
        actor.Start(Now);

        actor.Receive(Now, Sender, new Note(5));

        StoredSnapshot stored = Assert.IsType<StoredSnapshot>(_snapshots.Latest(Id));
        Assert.Equal(1, stored.Incarnation);
        Assert.Equal(5, Scripted.CountIn(stored.Snapshot));
    }

    [Fact]
    public void Drops_a_rejected_message_and_its_effects_and_runs_on()
    {
        RoleActor actor = Host((_, _, _) => new Scripted
        {
            OnReceive = (sender, message, outbox) =>
            {
                outbox.Send(sender, message);
                throw new ProtocolViolationException(sender, message, "not due");
            },
        });
        actor.Start(Now);

        SupervisionDecision? decision = actor.Receive(Now, Sender, new Note(1));

        Assert.Equal(SupervisionAction.Dropped, decision!.Event.Action);
        Assert.Equal(0, actor.Outbox.Count);
        Assert.Equal(ActorState.Running, actor.State);
        Assert.Equal((1, 1, 0), (actor.Deliveries, actor.Violations, actor.BytesSent));
    }

    [Fact]
    public void Counts_a_violation_against_the_true_sender_whatever_the_exception_says()
    {
        RoleActor actor = Host((_, _, _) => new Scripted
        {
            OnReceive = (_, message, _) => throw new ProtocolViolationException(ParticipantId.Worker(9), message, "blames another"),
        });
        actor.Start(Now);

        SupervisionDecision? decision = actor.Receive(Now, Sender, new Note(1));

        Assert.Equal(Sender, decision!.Event.Sender);
    }

    [Fact]
    public void Is_rebuilt_from_the_last_snapshot_without_the_effects_of_the_failed_call()
    {
        List<(int Incarnation, long Count)> built = [];
        RoleActor actor = Host((_, incarnation, snapshot) =>
        {
            built.Add((incarnation, Scripted.CountIn(snapshot)));
            return new Scripted
            {
                OnReceive = (_, message, outbox) =>
                {
                    outbox.Send(Sender, message);
                    outbox.Save();
                    throw new InvalidOperationException("broken");
                },
            };
        });
        _snapshots.Store(Id, incarnation: 1, Scripted.SnapshotOf(3));
        actor.Start(Now);

        SupervisionDecision? decision = actor.Receive(Now, Sender, new Note(4));
        int effects = actor.Outbox.Count;
        ActorState between = actor.State;
        SupervisionDecision? restart = actor.Start(Now + decision!.Delay);

        Assert.Equal(SupervisionAction.Restarting, decision.Event.Action);
        Assert.Equal(0, effects);
        Assert.Equal(ActorState.Restarting, between);
        Assert.Null(restart);
        Assert.Equal([(2, 3L), (3, 3L)], built);
        Assert.Equal(1, actor.Restarts);
        Assert.Equal(ActorState.Running, actor.State);
    }

    [Fact]
    public void Counts_a_factory_that_fails_as_another_failure()
    {
        RoleActor actor = Host((_, incarnation, _) => incarnation < 3 ? throw new InvalidDataException("The snapshot ends too early.") : new Scripted());

        SupervisionDecision? first = actor.Start(Now);
        SupervisionDecision? second = actor.Start(Now);
        SupervisionDecision? third = actor.Start(Now);

        Assert.Equal(SupervisionAction.Restarting, first!.Event.Action);
        Assert.Equal(2 * first.Delay, second!.Delay);
        Assert.Null(third);
        Assert.Equal(3, actor.Incarnation);
        Assert.Equal(1, actor.Restarts);
    }

    [Fact]
    public void Counts_a_store_that_cannot_be_read_as_a_failure()
    {
        RoleActor actor = new(new ParticipantSpec(Id), new ScriptedFactory((_, _, _) => new Scripted()), new UnreadableStore(), new Supervisor(new SupervisionPolicy()));

        SupervisionDecision? decision = actor.Start(Now);

        Assert.Equal(SupervisionAction.Restarting, decision!.Event.Action);
        Assert.Contains("checksum", decision.Event.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Treats_a_violation_outside_of_a_message_as_a_failure(bool atStart)
    {
        ProtocolViolationException violation = new(Sender, new Note(1), "there is no message here");
        RoleActor actor = Host((_, _, _) => new Scripted
        {
            OnStart = _ => ThrowIf(atStart, violation),
            OnTimer = (_, _) => ThrowIf(!atStart, violation),
        });

        SupervisionDecision? decision = actor.Start(Now) ?? actor.TimerElapsed(Now, "ask-again");

        Assert.Equal(SupervisionAction.Restarting, decision!.Event.Action);
        Assert.Equal(0, actor.Violations);
    }

    [Fact]
    public void Restarts_a_participant_that_cannot_take_its_snapshot()
    {
        RoleActor actor = Host((_, _, _) => new BrokenSnapshot());
        actor.Start(Now);

        SupervisionDecision? decision = actor.Receive(Now, Sender, new Note(1));

        Assert.Equal(SupervisionAction.Restarting, decision!.Event.Action);
        Assert.Equal(0, actor.Outbox.Count);
    }

    [Fact]
    public void Is_rebuilt_from_the_last_good_snapshot_without_effects_when_one_cannot_be_stored()
    {
        SimulatedDisk disk = new();
        GenerationStore store = new(disk, _ => { });
        store.Store(Id, incarnation: 1, Scripted.SnapshotOf(3));
        List<(int Incarnation, long Count)> built = [];
        RoleActor actor = Host(
            (_, incarnation, snapshot) =>
            {
                built.Add((incarnation, Scripted.CountIn(snapshot)));
                return new Scripted
                {
                    Count = 4,
                    OnReceive = (sender, message, outbox) =>
                    {
                        outbox.Send(sender, message);
                        outbox.Save();
                    },
                };
            },
            store);
        actor.Start(Now);
        disk.FailNextWrite(Id);

        SupervisionDecision? decision = actor.Receive(Now, Sender, new Note(1));
        (int Effects, long Bytes, ActorState State) between = (actor.Outbox.Count, actor.BytesSent, actor.State);
        SupervisionDecision? restart = actor.Start(Now + decision!.Delay);
        SupervisionDecision? again = actor.Receive(Now, Sender, new Note(1));

        Assert.Equal(SupervisionAction.Restarting, decision.Event.Action);
        Assert.Contains("'worker-0.000002.2.snap'", decision.Event.Reason, StringComparison.Ordinal);
        Assert.Equal((0, 0L, ActorState.Restarting), between);
        Assert.Null(restart);
        Assert.Null(again);
        Assert.Equal([(2, 3L), (3, 3L)], built);
        Assert.Equal((3, 4L), (store.Latest(Id)!.Incarnation, Scripted.CountIn(store.Latest(Id)!.Snapshot)));
    }

    [Fact]
    public void Fails_the_run_when_snapshots_go_on_failing_and_keeps_the_last_good_one()
    {
        FullStore store = new();
        store.Kept.Store(Id, incarnation: 1, Scripted.SnapshotOf(3));
        RoleActor actor = Host((_, _, _) => new Scripted { OnStart = outbox => outbox.Save() }, store);

        SupervisionDecision?[] decisions = [.. Enumerable.Range(0, 6).Select(_ => actor.Start(Now))];

        Assert.All(decisions[..5], decision => Assert.Equal(SupervisionAction.Restarting, decision!.Event.Action));
        Assert.Equal(SupervisionAction.FailedRun, decisions[5]!.Event.Action);
        Assert.Contains("runs/full", decisions[5]!.Event.Reason, StringComparison.Ordinal);
        Assert.IsType<IOException>(decisions[5]!.Event.Failure);
        Assert.Equal(ActorState.Stopped, actor.State);
        Assert.Equal(3, Scripted.CountIn(store.Latest(Id)!.Snapshot));
    }

    [Theory]
    [InlineData(2, true)]
    [InlineData(3, false)]
    public void Tries_three_times_to_save_at_the_end(int failures, bool isStored)
    {
        FullStore store = new(failures);
        RoleActor actor = Host((_, _, _) => new Scripted { Count = 6 }, store);
        actor.Start(Now);

        SupervisionDecision? decision = actor.SaveAtEnd();

        Assert.Equal(isStored ? null : SupervisionAction.FailedRun, decision?.Event.Action);
        Assert.Equal(isStored ? 6 : 0, Scripted.CountIn(store.Latest(Id)?.Snapshot));
    }

    [Fact]
    public void Saves_at_the_end_only_while_it_runs()
    {
        RoleActor actor = Host((_, _, _) => new Scripted { Count = 6 });
        Assert.Null(actor.SaveAtEnd());
        Assert.Null(_snapshots.Latest(Id));
        actor.Start(Now);

        SupervisionDecision? decision = actor.SaveAtEnd();

        Assert.Null(decision);
        Assert.Equal(6, Scripted.CountIn(_snapshots.Latest(Id)!.Snapshot));
    }

    [Fact]
    public void Stores_nothing_for_a_participant_that_has_nothing_to_keep()
    {
        List<(int Incarnation, Snapshot? From)> built = [];
        RoleActor actor = Host((_, incarnation, from) =>
        {
            built.Add((incarnation, from));
            return new Soft();
        });
        actor.Start(Now);

        Assert.Null(actor.Receive(Now, Sender, new Note(1))); // it asks for a save
        Assert.Null(actor.SaveAtEnd());
        actor.TimerElapsed(Now, "fail");
        actor.Start(Now);

        Assert.Null(_snapshots.Latest(Id));
        Assert.Equal([(1, null), (2, null)], built);
    }

    [Fact]
    public void Cannot_be_entered_before_its_start_nor_after_its_stop()
    {
        RoleActor actor = Host((_, _, _) => new Scripted());
        Assert.Throws<InvalidOperationException>(() => actor.Receive(Now, Sender, new Note(1)));
        actor.Start(Now);

        actor.Stop();

        Assert.Throws<InvalidOperationException>(() => actor.TimerElapsed(Now, "late"));
        Assert.Throws<InvalidOperationException>(() => actor.Start(Now));
    }

    private RoleActor Host(Func<ParticipantSpec, int, Snapshot?, IParticipant> create, ISnapshotStore? store = null) =>
        new(new ParticipantSpec(Id), new ScriptedFactory(create), store ?? _snapshots, new Supervisor(new SupervisionPolicy()));

    private static void ThrowIf(bool condition, Exception exception)
    {
        if (condition)
        {
            throw exception;
        }
    }

    private sealed class UnreadableStore : ISnapshotStore
    {
        public void Store(ParticipantId participant, int incarnation, Snapshot snapshot) => throw new NotSupportedException();

        public StoredSnapshot? Latest(ParticipantId participant) => throw new InvalidDataException("The checksum of the snapshot is wrong.");
    }

    /// <summary>Others begin nine incarnations in between.</summary>
    private sealed class SharedStore : ISnapshotStore
    {
        public void Store(ParticipantId participant, int incarnation, Snapshot snapshot) => throw new NotSupportedException();

        public StoredSnapshot? Latest(ParticipantId participant) => null;

        public BegunIncarnation Begin(ParticipantId participant, int last) => new(last + 10, null);
    }

    private sealed class Soft : IParticipant
    {
        public void Start(Outbox outbox)
        {
        }

        public void Receive(ParticipantId sender, Message message, Outbox outbox) => outbox.Save();

        public void TimerElapsed(string timer, Outbox outbox) => throw new InvalidOperationException("told to fail");

        public Snapshot? TakeSnapshot() => null;
    }

    private sealed class BrokenSnapshot : IParticipant
    {
        public void Start(Outbox outbox)
        {
        }

        public void Receive(ParticipantId sender, Message message, Outbox outbox) => outbox.Save();

        public void TimerElapsed(string timer, Outbox outbox)
        {
        }

        public Snapshot TakeSnapshot() => throw new InvalidOperationException("no snapshot can be taken");
    }
}
