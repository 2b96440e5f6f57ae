using ActorFed.Actors;
using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Star;
using ActorFed.Wire;
using RabbitMQ.Client;
using Xunit;

namespace ActorFed.Cluster.RabbitMq.Tests;

/// <summary>The worker in Python as it would be out there: over TLS, with a user of its own who may do no more than docs/wire.md asks for.</summary>
public sealed class PythonWorkerAccessTests(PrivateTlsBroker broker, PythonExample python) : IClassFixture<PrivateTlsBroker>, IClassFixture<PythonExample>
{
    private const string Secret = "swordfish-4711";

    private string Encrypted => $"amqps://localhost:{broker.TlsPort}/";

    [Fact]
    public async Task Takes_part_over_tls_with_the_least_permissions()
    {
        const string user = "edge-least";
        EdgeRun run = new(broker, python, "least") { EdgeUsers = TestEngine.EdgeUser(user, EdgeRun.Worker) };
        await AddUserAsync(user, run, configure: $"^{run.Queue("worker-3")}(\\.control)?$");
        await using PythonWorker worker = run.StartWorkerAt(Encrypted, user, Secret, "--root-certificate", broker.Authority, "--node-user", PrivateBroker.User);

        RunReport report = await run.RunAsync(new SynchronousParticipation(), 3, worker);

        Assert.True(report.Outcome == RunOutcome.Completed, $"{report.Reason}\n{worker.Output}");
        Assert.Equal(0, report.Violations);
        Assert.Equal(0, await worker.Ended);
        Assert.False(await RawBroker.ExistsAsync(broker, run.Queue("worker-3")));
        Assert.DoesNotContain(Secret, worker.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Goes_on_after_the_broker_was_away()
    {
        TaskCompletionSource half = new();
        EdgeRun run = new(broker, python, "away")
        {
            OnStep = step =>
            {
                if (step == 10)
                {
                    half.SetResult();
                }
            },
        };
        await using PythonWorker worker = run.StartWorker();

        Task<RunReport> running = run.RunAsync(new SynchronousParticipation(), 20, worker);
        await Task.WhenAny(half.Task, running);
        await broker.StopAsync();
        await broker.StartAsync();
        RunReport report = await running;

        Assert.True(report.Outcome == RunOutcome.Completed, $"{report.Reason}\n{worker.Output}");
        Assert.Equal(0, await worker.Ended);
        Assert.Contains("the connection was lost", worker.Output, StringComparison.Ordinal);
        Assert.Equal(20, run.Last!.Step);
    }

    [Fact]
    public async Task Believes_nobody_but_the_nodes()
    {
        const string user = "edge-wary";
        EdgeRun run = new(broker, python, "wary") { EdgeUsers = TestEngine.EdgeUser(user, EdgeRun.Worker) };
        await AddUserAsync(user, run, configure: ".*");
        await using PythonWorker worker = run.StartWorkerAt(Encrypted, user, Secret, "--root-certificate", broker.Authority, "--node-user", PrivateBroker.User);
        await worker.Connected;
        (string name, byte[] payload) = TestEngine.Codec.Encode(new ControlMessage.RunEnded(true, "forged"));
        Packet forged = new() { RunId = "wary", Id = new PacketId(ParticipantId.Master, 1, 1, 1), Receiver = EdgeRun.Worker, Name = name, Payload = new(payload) };
        await RawBroker.UseAsync(
            broker,
            async channel =>
            {
                await channel.BasicPublishAsync(
                    "", run.Queue("worker-3.control"), mandatory: true, new BasicProperties { UserId = user }, new FrameWriter(new WireLimits()).Split(forged).Single());
                return true;
            },
            user,
            Secret);

        RunReport report = await run.RunAsync(new SynchronousParticipation(), 3, worker);
        BasicGetResult? deadLetter = await RawBroker.TakeAsync(broker, run.Queue("dead-letters"));

        Assert.True(report.Outcome == RunOutcome.Completed, $"{report.Reason}\n{worker.Output}");
        Assert.Contains($"user '{user}' of the broker published it, and the nodes' user is 'guest'", worker.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("forged", worker.Output, StringComparison.Ordinal);
        Assert.NotNull(deadLetter);
    }

    [Fact]
    public async Task Refuses_a_broker_that_it_cannot_be_sure_of()
    {
        await IsRefusedAsync("certificate was not accepted", Encrypted, PrivateBroker.User, Secret);
        await IsRefusedAsync("certificate was not accepted", $"amqps://127.0.0.1:{broker.TlsPort}/", PrivateBroker.User, Secret, "--root-certificate", broker.Authority);
        await IsRefusedAsync("is not encrypted", "amqp://broker.example.org/", PrivateBroker.User, Secret);
        await IsRefusedAsync("must not hold user or password", $"amqps://ada:{Secret}@localhost/", PrivateBroker.User, Secret);
    }

    [Fact]
    public async Task Ends_at_once_when_it_is_not_let_in()
    {
        const string user = "edge-lost";
        EdgeRun run = new(broker, python, "refused");
        await AddUserAsync(user, run, configure: "^$");

        await IsRefusedAsync("does not let this user in", $"amqp://127.0.0.1:{broker.Port}/", "nobody", Secret);
        await IsRefusedAsync("ACCESS_REFUSED", $"amqp://127.0.0.1:{broker.Port}/", user, Secret);
    }

    private async Task IsRefusedAsync(string words, string address, string user, string password, params string[] more)
    {
        await using PythonWorker worker = new EdgeRun(broker, python, "refused").StartWorkerAt(address, user, password, more);

        Assert.Equal(2, await worker.Ended);
        Assert.Contains(words, worker.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, worker.Output, StringComparison.Ordinal);
    }

    private async Task AddUserAsync(string user, EdgeRun run, string configure)
    {
        await broker.ControlAsync("add_user", user, Secret);
        await broker.ControlAsync("set_permissions", user, configure, "^amq\\.default$", $"^{run.Queue("worker-3")}(\\.control)?$");
    }
}
