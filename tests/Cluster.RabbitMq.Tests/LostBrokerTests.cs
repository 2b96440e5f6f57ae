using ActorFed.Actors;
using ActorFed.Algorithms.Core;
using ActorFed.Engines.Tests;
using ActorFed.Wire;
using Xunit;

namespace ActorFed.Cluster.RabbitMq.Tests;

/// <summary>The broker is killed under a run and comes back with its data.</summary>
public sealed class LostBrokerTests(PrivateBroker broker) : IClassFixture<PrivateBroker>
{
    private const int Notes = 400;

    [Theory]
    [InlineData(true, 10_000)] // three chunks each
    [InlineData(false, 0)]
    public async Task Loses_no_message_when_the_broker_goes_and_comes_back(bool isKilled, int textLength)
    {
        string text = new('n', textLength);
        TaskCompletionSource half = new();
        RecordingObserver observer = new() { OnObserved = _ => half.TrySetResult() };
        bool[] heard = new bool[Notes];
        int left = Notes;
        Scripted master = new()
        {
            OnReceive = (_, message, outbox) =>
            {
                Note note = (Note)message;
                left -= heard[note.Number] ? 0 : 1;
                heard[note.Number] = true;
                if (left == Notes / 2)
                {
                    outbox.Observe(new Said("half"));
                }
                else if (left == 0)
                {
                    outbox.Complete(note.Text == text ? "heard all" : "altered");
                }
            },
        };
        RabbitMqOptions options = TestEngine.Options(broker, TestEngine.NewPrefix()) with { Wire = new WireLimits { MaxChunkBytes = 4096 } };
        await using RabbitMqEngine engine = new(options, PrivateBroker.Password, TestEngine.Codec);
        await MakeMailboxesAsync(engine);

        Task<RunReport> run = engine.RunAsync(
            Plan,
            new ScriptedFactory((spec, _, _) => spec.Id == ParticipantId.Master ? master : Sender(text)),
            observer,
            new MemorySnapshotStore(),
            CancellationToken.None);
        await half.Task;
        await (isKilled ? broker.KillAsync() : broker.StopAsync());
        await broker.StartAsync();
        RunReport report = await run;

        Assert.True(report.Outcome == RunOutcome.Completed, $"{report.Outcome}: {report.Reason} {report.Failure}");
        Assert.Equal("heard all", report.Reason);
        Assert.Equal(0, report.SendTimeouts);
        Assert.Equal(0, report.Violations);
    }

    [Fact]
    public async Task Fails_when_the_broker_stays_away_for_too_long()
    {
        RabbitMqOptions options = TestEngine.Options(broker, TestEngine.NewPrefix()) with { MaxOutage = TimeSpan.FromMilliseconds(300) };
        RecordingObserver observer = new();
        await using RabbitMqEngine engine = new(options, PrivateBroker.Password, TestEngine.Codec);

        Task<RunReport> run = engine.RunAsync(
            Plan,
            new ScriptedFactory((_, _, _) => new Scripted { OnStart = outbox => outbox.StartTimer("wait", TimeSpan.FromMinutes(1)) }),
            observer,
            new MemorySnapshotStore(),
            CancellationToken.None);
        await observer.FirstEntry;
        await broker.StopAsync();
        RunReport report = await run;
        await broker.StartAsync();

        Assert.Equal(RunOutcome.Failed, report.Outcome);
        Assert.Matches("^The broker stayed away for .*, and broker.max-outage is 00:00:00.3000000. Cannot connect to the broker at 127.0.0.1:", report.Reason);
        Assert.IsType<BrokerException>(report.Failure);
    }

    /// <summary>
    /// Leaves the mailboxes of a cancelled run, and restarts the broker in order: one that is killed within a second of making a
    /// quorum queue has been seen to forget that it made it, and then nobody can use the queue.
    /// </summary>
    private async Task MakeMailboxesAsync(RabbitMqEngine engine)
    {
        using CancellationTokenSource cancel = new();
        RunReport report = await engine.RunAsync(
            Plan,
            new ScriptedFactory((_, _, _) => new Scripted { OnStart = outbox => outbox.StartTimer("wait", TimeSpan.FromMinutes(1)) }),
            new RecordingObserver { OnEntered = _ => cancel.Cancel() },
            new MemorySnapshotStore(),
            cancel.Token);
        Assert.Equal(RunOutcome.Cancelled, report.Outcome);
        await broker.StopAsync();
        await broker.StartAsync();
    }

    private static RunPlan Plan => new()
    {
        RunId = "lost",
        Seed = 1,
        Participants = [new ParticipantSpec(ParticipantId.Master), new ParticipantSpec(ParticipantId.Worker(0), 0)],
        Limits = new RunLimits { WallTime = TimeSpan.FromMinutes(2), MailboxCapacity = 64 },
    };

    private static Scripted Sender(string text) => new()
    {
        OnStart = outbox =>
        {
            for (int i = 0; i < Notes; i++)
            {
                outbox.Send(ParticipantId.Master, new Note(i, text));
            }
        },
    };
}
