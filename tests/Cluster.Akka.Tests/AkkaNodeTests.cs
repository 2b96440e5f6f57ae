using ActorFed.Actors;
using ActorFed.Actors.Membership;
using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Graph;
using ActorFed.Engines.Tests;
using Xunit;

namespace ActorFed.Cluster.Akka.Tests;

/// <summary>Two nodes of a cluster over loopback, with sharding, the coordinator and remoting as on many machines.</summary>
public sealed class AkkaNodeTests
{
    private const string Quick = "actorfed.look-every = 200ms\nactorfed.remind-every = 1s";
    private const int Hops = 200;

    private static readonly ParticipantId Worker = ParticipantId.Worker(0);

    private static readonly RunPlan Plan = new()
    {
        RunId = "run-1",
        Seed = 1,
        Participants = [new ParticipantSpec(ParticipantId.Master), new ParticipantSpec(Worker, 0)],
        Limits = new RunLimits { WallTime = TimeSpan.FromMinutes(4) },
    };

    [Fact]
    public async Task Carries_a_run_between_two_nodes_and_records_it_where_its_lead_is()
    {
        await using TwoNodes nodes = await TwoNodes.StartAsync(Quick);
        RecordingObserver recorder = new();

        RunReport report = await nodes.RunAsync(Plan, TestCodec.Instance, new ScriptedFactory((spec, _, _) => PingPong(spec)), new MemorySnapshotStore(), recorder);

        Assert.Equal((RunOutcome.Completed, "all hops made"), (report.Outcome, report.Reason));
        Assert.Equal([new EdgeObserved(0, EdgeChange.AskedAgain, 100)], recorder.Observations);
        Assert.Equal((2, 2), (nodes.First.Members, nodes.Second.Members));
    }

    [Fact]
    public async Task A_worker_goes_on_from_its_snapshot_on_a_node_that_takes_over_from_one_that_leaves()
    {
        using ManualResetEventSlim departs = new();
        MemorySnapshotStore snapshots = new();
        TaskCompletionSource begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Dictionary<int, long> startedWith = [];
        ScriptedFactory factory = new((spec, incarnation, snapshot) => spec.Id == Worker ? Counting(incarnation, snapshot) : new Scripted
        {
            OnStart = outbox => outbox.Send(Worker, new Note(0)),
            OnReceive = (_, message, outbox) =>
            {
                outbox.Send(Worker, message);
                if (((Note)message).Number == 50)
                {
                    begun.TrySetResult();
                }

                if (((Note)message).Text == "2")
                {
                    outbox.Complete("the second incarnation answered");
                }
            },
        });
        await using TwoNodes nodes = await TwoNodes.StartAsync(Quick);
        await using AkkaNode third = await nodes.JoinAnotherAsync();
        Task<RunReport> running = nodes.RunAsync(Plan, TestCodec.Instance, factory, snapshots, new RecordingObserver());
        await using IRunPart part = TwoNodes.Join(third, Plan, TestCodec.Instance, factory, snapshots);
        using CancellationTokenSource over = new();
        Task hosting = TwoNodes.TakeUpAsync(third, part, Plan, new RecordingObserver(), over.Token);
        await begun.Task;

        AkkaNode hosts = nodes.Second.Runs.Count > 0 ? nodes.Second : third;
        nodes.Changed += () =>
        {
            if (hosts.Departing(Plan.RunId).Count > 0)
            {
                departs.Set();
            }
        };
        await hosts.LeaveAsync();
        RunReport report = await running;
        await over.CancelAsync();
        await hosting;

        Assert.Equal("the second incarnation answered", report.Reason);
        Assert.True(startedWith[2] >= 50, $"The second incarnation began with {startedWith[2]}.");

        Scripted Counting(int incarnation, Snapshot? snapshot)
        {
            startedWith[incarnation] = Scripted.CountIn(snapshot);
            Scripted? self = null;
            return self = new Scripted
            {
                Count = Scripted.CountIn(snapshot),
                OnReceive = (sender, _, outbox) =>
                {
                    if (self!.Count == 60)
                    {
                        departs.Wait(); // this turn is the last one here, and its answer must get out
                    }

                    outbox.Send(sender, new Note(++self.Count, $"{incarnation}"));
                },
            };
        }
    }

    [Fact]
    public async Task Carries_vectors_that_are_larger_than_a_message()
    {
        byte[] text = new byte[3_000_000];
        Array.Fill(text, (byte)'x');
        string large = System.Text.Encoding.ASCII.GetString(text);
        await using TwoNodes nodes = await TwoNodes.StartAsync(Quick);

        RunReport report = await nodes.RunAsync(
            Plan,
            TestCodec.Instance,
            new ScriptedFactory((spec, _, _) => spec.Id == Worker
                ? new Scripted { OnReceive = (sender, message, outbox) => outbox.Send(sender, message) }
                : new Scripted
                {
                    OnStart = outbox => outbox.Send(Worker, new Note(1, large)),
                    OnReceive = (_, message, outbox) => outbox.Complete(((Note)message).Text == large ? "unaltered" : "altered"),
                }),
            new MemorySnapshotStore(),
            new RecordingObserver());

        Assert.Equal((RunOutcome.Completed, "unaltered"), (report.Outcome, report.Reason));
    }

    [Fact]
    public async Task Says_what_to_look_at_when_no_seed_answers()
    {
        AkkaOptions options = new()
        {
            Cluster = "test",
            Host = "127.0.0.1",
            Port = 0,
            Seeds = ["127.0.0.1:1"],
            Roles = [Role.Worker],
            Config = "actorfed.join-within = 1s",
        };

        AkkaException refused = await Assert.ThrowsAsync<AkkaException>(() => AkkaNode.JoinAsync(options, () => [], () => { }, CancellationToken.None));

        Assert.Contains("127.0.0.1:1", refused.Message, StringComparison.Ordinal);
        Assert.Contains("within actorfed.join-within, 1 s", refused.Message, StringComparison.Ordinal);
    }

    /// <summary>Master and worker pass a note whose number counts down; the worker shows one of them.</summary>
    private static Scripted PingPong(ParticipantSpec spec) => new()
    {
        OnStart = outbox =>
        {
            if (spec.Id == ParticipantId.Master)
            {
                outbox.Send(Worker, new Note(Hops));
            }
        },
        OnReceive = (sender, message, outbox) =>
        {
            long number = ((Note)message).Number;
            if (spec.Id == Worker && number == 100)
            {
                outbox.Observe(new EdgeObserved(0, EdgeChange.AskedAgain, number)); // anything that can leave the process
            }

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
