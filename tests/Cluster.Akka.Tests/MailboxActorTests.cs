using System.Buffers;
using ActorFed.Actors;
using ActorFed.Algorithms.Core;
using ActorFed.Engines.Tests;
using ActorFed.Wire;
using Akka.Actor;
using Akka.TestKit;
using Akka.TestKit.Xunit2;
using Xunit;

namespace ActorFed.Cluster.Akka.Tests;

/// <summary>A mailbox, its supervision and its participant, in virtual time; probes stand for the others.</summary>
public sealed class MailboxActorTests : TestKit
{
    private static readonly ParticipantId Worker = ParticipantId.Worker(0);
    private static readonly FrameWriter Frames = new(new WireLimits());

    private readonly TestProbe _others;
    private readonly RecordingObserver _observer = new();
    private readonly MemorySnapshotStore _snapshots = new();
    private readonly SchedulerClock _clock;

    public MailboxActorTests()
        : base(TestRun.VirtualTime)
    {
        _others = CreateTestProbe();
        _others.IgnoreMessages(message => message is Frame { IsControl: true }); // what engines tell each other about counts and supervision
        DateTimeOffset start = Scheduler.Now;
        _clock = new SchedulerClock(Scheduler, () => Scheduler.Now - start);
    }

    private TestScheduler Scheduler => (TestScheduler)Sys.Scheduler;

    [Fact]
    public void Says_that_a_message_was_handled_when_its_turn_is_over_and_again_when_it_comes_again()
    {
        int heard = 0;
        IActorRef mailbox = Host((_, _, _) => new Scripted { OnReceive = (_, _, _) => heard++ });

        mailbox.Tell(Note(1), _others);
        Acknowledged first = _others.ExpectMsg<Acknowledged>();
        mailbox.Tell(Note(1), _others);
        Acknowledged again = _others.ExpectMsg<Acknowledged>();

        Assert.Equal(first, again);
        Assert.Equal(("master@run-1", "worker-0", 1L), (first.Address, first.Receiver, first.Number));
        Assert.Equal(1, heard);
    }

    [Fact]
    public void Sends_again_what_was_not_said_to_be_handled_after_twice_as_long_each_time_until_it_is()
    {
        IActorRef mailbox = Host((_, _, _) => new Scripted { OnStart = outbox => outbox.Send(ParticipantId.Master, new Note(5)) });
        Frame first = _others.ExpectMsg<Frame>();

        Scheduler.Advance(TimeSpan.FromSeconds(3.1));
        Frame second = _others.ExpectMsg<Frame>();
        Scheduler.Advance(TimeSpan.FromSeconds(3.1));
        _others.ExpectNoMsg(TimeSpan.FromMilliseconds(100));
        Scheduler.Advance(TimeSpan.FromSeconds(3.1));
        _others.ExpectMsg<Frame>();
        PacketId id = IdOf(first);
        mailbox.Tell(new Acknowledged("worker-0@run-1", "master", IsControl: false, id.Instance, id.Number), _others);
        Scheduler.Advance(TimeSpan.FromMinutes(2));

        _others.ExpectNoMsg(TimeSpan.FromMilliseconds(100));
        Assert.Equal(first.Bytes, second.Bytes);
    }

    [Fact]
    public void Waits_for_room_and_drops_the_message_that_waits_for_too_long()
    {
        Host((_, _, _) => new Scripted
        {
            OnStart = outbox =>
            {
                for (int i = 0; i < 3; i++)
                {
                    outbox.Send(ParticipantId.Master, new Note(i));
                }

                outbox.Observe(new Said("sent")); // not reached while the third waits
            },
        });
        _others.ExpectMsg<Frame>();
        _others.ExpectMsg<Frame>(); // a capacity of 4, and 2 participants
        Assert.Empty(_observer.Texts);

        Scheduler.Advance(TestRun.Plan.Limits.SendTimeout + TimeSpan.FromSeconds(1));

        AwaitCondition(() => _observer.Texts.SequenceEqual(["sent"]));
        SupervisionEvent dropped = Assert.Single(_observer.Acts).Event;
        Assert.Equal(SupervisionAction.Dropped, dropped.Action);
        Assert.Contains("stayed full for 00:00:30", dropped.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Resumes_a_participant_that_rejects_a_message()
    {
        List<long> heard = [];
        IActorRef mailbox = Host((_, incarnation, _) => new Scripted
        {
            OnReceive = (sender, message, _) =>
            {
                heard.Add(((Note)message).Number);
                if (heard.Count == 1)
                {
                    throw new ProtocolViolationException(sender, message, "not due");
                }
            },
        });

        mailbox.Tell(Note(1), _others);
        ExpectAcknowledged(1);
        mailbox.Tell(Note(2), _others);
        ExpectAcknowledged(2);

        Assert.Equal([1, 2], heard);
        Assert.Equal([SupervisionAction.Dropped], _observer.Actions);
    }

    [Fact]
    public void Restarts_a_participant_that_throws_after_its_back_off_and_keeps_what_came_meanwhile()
    {
        List<(int Incarnation, long Number)> heard = [];
        IActorRef mailbox = Host((_, incarnation, _) => new Scripted
        {
            OnReceive = (_, message, _) =>
            {
                heard.Add((incarnation, ((Note)message).Number));
                if (incarnation == 1)
                {
                    throw new InvalidOperationException("broken");
                }
            },
        });
        mailbox.Tell(Note(1), _others);
        ExpectAcknowledged(1);

        mailbox.Tell(Note(2), _others);
        Scheduler.Advance(TimeSpan.FromSeconds(9));
        Assert.Equal([(1, 1L)], heard);
        Scheduler.Advance(TimeSpan.FromSeconds(1.1));
        ExpectAcknowledged(2);

        Assert.Equal([(1, 1L), (2, 2L)], heard);
        Assert.Equal([SupervisionAction.Restarting, SupervisionAction.Restarted], _observer.Actions);
    }

    [Fact]
    public void Counts_what_is_no_message_against_its_sender_and_goes_on()
    {
        IActorRef mailbox = Host((_, _, _) => new Scripted { OnReceive = (_, _, _) => { } });

        mailbox.Tell(new Frame("worker-0@run-1", IsControl: false, [1, 2, 3]), _others);
        mailbox.Tell(Note(1), _others);
        ExpectAcknowledged(1);

        Assert.Equal([SupervisionAction.Dropped], _observer.Actions);
    }

    [Fact]
    public void Sends_to_where_a_receiver_lives_and_at_once_to_where_it_is_by_now_when_it_left()
    {
        TestProbe home = CreateTestProbe();
        IActorRef mailbox = Host((_, _, _) => new Scripted
        {
            OnStart = outbox => outbox.Send(ParticipantId.Master, new Note(1)),
            OnReceive = (_, _, outbox) => outbox.Send(ParticipantId.Master, new Note(2)),
        });
        PacketId id = IdOf(_others.ExpectMsg<Frame>());
        mailbox.Tell(new Acknowledged("worker-0@run-1", "master", IsControl: false, id.Instance, id.Number), home);
        mailbox.Tell(Note(1), home);
        Frame second = (Frame)home.FishForMessage(message => message is Frame);

        Sys.Stop(home);

        Assert.Equal(second.Bytes, _others.ExpectMsg<Frame>().Bytes);
    }

    private void ExpectAcknowledged(long number) => _others.FishForMessage<Acknowledged>(acknowledged => acknowledged.Number == number && !acknowledged.IsControl);

    private IActorRef Host(Func<ParticipantSpec, int, Snapshot?, IParticipant> create)
    {
        AkkaRun run = TestRun.Part(Sys, _others, create, _snapshots, _observer, _clock);
        Resident resident = new(new RoleActor(TestRun.Plan.Participants[1], new ScriptedFactory(create), _snapshots, run.Supervisor));
        return Sys.ActorOf(MailboxActor.Of(run, resident));
    }

    /// <summary>What the master sends to the worker.</summary>
    private static Frame Note(long number)
    {
        (string name, byte[] payload) = TestCodec.Instance.Encode(new Note(number));
        Packet packet = new() { RunId = "run-1", Id = new PacketId(ParticipantId.Master, 1, 99, number), Receiver = Worker, Name = name, Payload = new ReadOnlySequence<byte>(payload) };
        return new Frame("worker-0@run-1", IsControl: false, Frames.Split(packet).Single());
    }

    private static PacketId IdOf(Frame frame) =>
        new FrameReader("run-1", ParticipantId.Master, _ => true, new WireLimits(), _ => { }).Add(frame.Bytes)!.Id;
}
