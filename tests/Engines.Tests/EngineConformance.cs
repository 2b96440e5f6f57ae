using ActorFed.Actors;
using ActorFed.Algorithms.Core;
using Xunit;

namespace ActorFed.Engines.Tests;

/// <summary>
/// What every engine promises, E1 to E5 of <see cref="IEngine"/>. A new engine is one subclass. Nothing here sleeps, polls
/// or counts on real time: participants drive each run to its end, and a run that hangs ends at its wall time and fails.
/// </summary>
public abstract partial class EngineConformance
{
    private protected static readonly ParticipantId Master = ParticipantId.Master;
    private protected static readonly ParticipantId Worker = ParticipantId.Worker(0);

    private protected static readonly SupervisionPolicy Policy = new()
    {
        MaxRestarts = 3,
        MaxArithmeticRestarts = 1,
        MaxViolations = 5,
        InitialBackOff = TimeSpan.FromMilliseconds(1),
        MaxBackOff = TimeSpan.FromMilliseconds(4),
    };

    /// <summary>Messages that a sender floods a small mailbox with: more than the engine holds anywhere.</summary>
    protected virtual int FloodNotes => 100_000;

    /// <summary>The engine under test.</summary>
    protected abstract IEngine CreateEngine();

    [Fact]
    public async Task E1_Enters_a_participant_by_one_call_at_a_time()
    {
        const int Workers = 8;
        const int Notes = 500;
        int inside = 0;
        int overlaps = 0;
        int heard = 0;

        void Enter(Outbox outbox)
        {
            overlaps += Interlocked.Increment(ref inside) == 1 ? 0 : 1;
            outbox.StartTimer("busy", TimeSpan.FromMilliseconds(1));
            Interlocked.Decrement(ref inside);
        }

        Scripted master = new()
        {
            OnStart = Enter,
            OnTimer = (_, outbox) => Enter(outbox),
            OnReceive = (_, _, outbox) =>
            {
                Enter(outbox);
                if (++heard == Workers * Notes)
                {
                    outbox.Complete("heard all");
                }
            },
        };

        RunReport report = await RunAsync(
            Plan(Workers), spec => spec.Id == Master ? master : new Scripted { OnStart = outbox => SendNotes(outbox, Master, Notes) });

        AssertCompleted(report);
        Assert.Equal(0, overlaps);
        Assert.Equal(Workers * Notes, heard);
    }

    [Fact]
    public async Task E1_Calls_Start_first_and_once_per_incarnation()
    {
        const int Workers = 20;
        int startedBefore = 0;
        int heard = 0;
        RunReport report = await RunAsync(Plan(Workers), spec =>
        {
            int starts = 0;
            return new Scripted
            {
                OnStart = outbox =>
                {
                    starts++;
                    foreach (int other in Enumerable.Range(0, spec.Id == Master ? 0 : Workers))
                    {
                        outbox.Send(other == 0 ? Master : ParticipantId.Worker(other), new Note(1));
                    }
                },
                OnReceive = (_, _, outbox) =>
                {
                    Interlocked.Add(ref startedBefore, starts);
                    if (Interlocked.Increment(ref heard) == Workers * Workers)
                    {
                        outbox.Complete("heard all");
                    }
                },
            };
        });

        AssertCompleted(report);
        Assert.Equal(heard, startedBefore);
    }

    [Fact]
    public async Task E2_Delivers_a_message_unaltered_with_its_sender()
    {
        List<(ParticipantId, Message)> heard = [];
        RunReport report = await RunAsync(Plan(1), spec => spec.Id == Master
            ? new Scripted
            {
                OnReceive = (sender, message, outbox) =>
                {
                    heard.Add((sender, message));
                    outbox.Complete("heard");
                },
            }
            : new Scripted { OnStart = outbox => outbox.Send(Master, new Note(long.MinValue, "a note – ünaltered")) });

        AssertCompleted(report);
        Assert.Equal([(Worker, new Note(long.MinValue, "a note – ünaltered"))], heard);
    }

    [Fact]
    public async Task E3_Delivers_every_send_through_a_small_mailbox()
    {
        bool[] heard = new bool[FloodNotes];
        int left = FloodNotes;
        RunPlan plan = Plan(1) with { Limits = Bounded with { MailboxCapacity = 8 } };

        RunReport report = await RunAsync(plan, spec => spec.Id == Master
            ? new Scripted
            {
                OnReceive = (_, message, outbox) =>
                {
                    ref bool isHeard = ref heard[((Note)message).Number];
                    left -= isHeard ? 0 : 1;
                    isHeard = true;
                    if (left == 0)
                    {
                        outbox.Complete("heard all");
                    }
                },
            }
            : new Scripted { OnStart = outbox => SendNotes(outbox, Master, FloodNotes) });

        AssertCompleted(report);
        Assert.DoesNotContain(false, heard);
        Assert.Equal(0, report.SendTimeouts);
    }

    [Fact]
    public async Task E3_Delivers_what_a_participant_sends_to_itself()
    {
        Scripted alone = new()
        {
            OnStart = outbox => outbox.Send(Master, new Note(3)),
            OnReceive = (sender, message, outbox) =>
            {
                long number = ((Note)message).Number;
                if (number == 0)
                {
                    outbox.Complete($"counted down by {sender}");
                }
                else
                {
                    outbox.Send(sender, new Note(number - 1));
                }
            },
        };

        RunReport report = await RunAsync(Plan(0), _ => alone);

        AssertCompleted(report);
        Assert.Equal("counted down by master", report.Reason);
        Assert.Equal(4, report.Deliveries);
    }

    [Fact]
    public async Task Fires_a_timer_once_and_not_too_early()
    {
        List<string> fired = [];
        TimeSpan delay = TimeSpan.FromMilliseconds(5);
        Scripted alone = new()
        {
            OnStart = outbox => outbox.StartTimer("first", delay),
            OnTimer = (timer, outbox) =>
            {
                fired.Add(timer);
                if (timer == "first")
                {
                    outbox.StartTimer("second", delay);
                }
                else
                {
                    outbox.Complete("both fired");
                }
            },
        };

        RunReport report = await RunAsync(Plan(0), _ => alone);

        AssertCompleted(report);
        Assert.Equal(["first", "second"], fired);
        Assert.True(report.Elapsed >= 2 * delay, $"Two timers of {delay} were over after {report.Elapsed}.");
    }

    [Fact]
    public async Task Never_fires_a_timer_that_was_cancelled_or_replaced()
    {
        List<string> fired = [];
        Scripted alone = new()
        {
            OnStart = outbox =>
            {
                outbox.StartTimer("cancelled", TimeSpan.FromMilliseconds(1));
                outbox.StartTimer("replaced", TimeSpan.FromMilliseconds(1));
                outbox.StartTimer("replaced", TimeSpan.FromMilliseconds(8));
                outbox.CancelTimer("cancelled");
                outbox.CancelTimer("never started");
                outbox.StartTimer("between", TimeSpan.FromMilliseconds(4));
            },
            OnTimer = (timer, outbox) =>
            {
                fired.Add(timer);
                if (timer == "replaced")
                {
                    outbox.StartTimer("end", TimeSpan.FromMilliseconds(4));
                }
                else if (timer == "end")
                {
                    outbox.Complete("over");
                }
            },
        };

        RunReport report = await RunAsync(Plan(0), _ => alone);

        AssertCompleted(report);
        Assert.Equal(["between", "replaced", "end"], fired);
    }

    [Fact]
    public async Task Tells_the_observer_in_the_order_of_one_participant()
    {
        RecordingObserver observer = new();
        Scripted alone = new()
        {
            OnStart = outbox =>
            {
                outbox.Observe(new Said("one"));
                outbox.Observe(new Said("two"));
                outbox.Complete("said");
                outbox.Observe(new Said("too late"));
            },
        };

        RunReport report = await RunAsync(Plan(0), _ => alone, observer);

        AssertCompleted(report);
        Assert.Equal(["one", "two"], observer.Texts);
    }

    [Fact]
    public async Task Counts_deliveries_and_payload_bytes()
    {
        RunReport report = await RunAsync(Plan(1), spec => PingPong(spec, hops: 9));

        AssertCompleted(report);
        Assert.Equal(10, report.Deliveries);
        Assert.Equal(10 * sizeof(long), report.BytesSent);
        Assert.Equal((0, 0L), (report.Restarts, report.Violations));
    }

    /// <summary>Limits under which a hanging run ends by itself.</summary>
    private protected static RunLimits Bounded => new() { WallTime = TimeSpan.FromSeconds(60) };

    private protected static RunPlan Plan(int workers) => new()
    {
        RunId = "conformance",
        Seed = 1,
        Participants = [new ParticipantSpec(Master), .. Enumerable.Range(0, workers).Select(i => new ParticipantSpec(ParticipantId.Worker(i), i))],
        Supervision = Policy,
        Limits = Bounded,
    };

    private protected Task<RunReport> RunAsync(RunPlan plan, Func<ParticipantSpec, IParticipant> create, IRunObserver? observer = null) =>
        RunAsync(plan, (spec, _, _) => create(spec), observer);

    private protected async Task<RunReport> RunAsync(
        RunPlan plan,
        Func<ParticipantSpec, int, Snapshot?, IParticipant> create,
        IRunObserver? observer = null,
        ISnapshotStore? snapshots = null,
        CancellationToken cancellation = default)
    {
        await using IEngine engine = CreateEngine();
        return await engine.RunAsync(
            plan, new ScriptedFactory(create), observer ?? new RecordingObserver(), snapshots ?? new MemorySnapshotStore(), cancellation);
    }

    private protected static void AssertCompleted(RunReport report) =>
        Assert.True(report.Outcome == RunOutcome.Completed, $"{report.Outcome}: {report.Reason} {report.Failure}");

    private protected static void SendNotes(Outbox outbox, ParticipantId receiver, int count)
    {
        for (int i = 0; i < count; i++)
        {
            outbox.Send(receiver, new Note(i));
        }
    }

    /// <summary>Master and worker pass a note whose number counts down; at 0 its holder completes the run. Below 0 it never ends.</summary>
    private protected static IParticipant PingPong(ParticipantSpec spec, long hops) => new Scripted
    {
        OnStart = outbox =>
        {
            if (spec.Id == Master)
            {
                outbox.Send(Worker, new Note(hops));
            }
        },
        OnReceive = (sender, message, outbox) =>
        {
            long number = ((Note)message).Number;
            if (number == 0)
            {
                outbox.Complete("all hops made");
            }
            else
            {
                outbox.Send(sender, new Note(number - 1));
            }
        },
    };
}
