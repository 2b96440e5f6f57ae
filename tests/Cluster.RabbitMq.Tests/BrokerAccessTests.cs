using System.Text;
using ActorFed.Actors;
using ActorFed.Algorithms.Core;
using ActorFed.Engines.Tests;
using ActorFed.Tests.Shared;
using ActorFed.Wire;
using Xunit;

namespace ActorFed.Cluster.RabbitMq.Tests;

/// <summary>Who is let in, by whom, and what is said otherwise: at once, with the key to change, and never with the password.</summary>
public sealed class BrokerAccessTests(PrivateTlsBroker broker) : IClassFixture<PrivateTlsBroker>
{
    private const string Secret = "swordfish-4711";

    private readonly string _prefix = TestEngine.NewPrefix();

    private RabbitMqOptions Options => TestEngine.Options(broker, _prefix) with { MaxOutage = TimeSpan.FromDays(1) };

    private RabbitMqOptions OverTls => Options with { Host = "localhost", Port = broker.TlsPort, Tls = TlsMode.Verify, RootCertificate = broker.Authority };

    [Fact]
    public async Task Is_let_in_over_tls_with_the_certificate_of_its_authority()
    {
        Assert.Equal(RunOutcome.Completed, (await RunAsync(OverTls)).Outcome);
        Assert.Equal(RunOutcome.Completed, (await RunAsync(OverTls with { Tls = TlsMode.Unverified, RootCertificate = null, Host = "127.0.0.1" })).Outcome);
    }

    [Fact]
    public async Task Refuses_a_certificate_of_an_authority_that_is_not_trusted() => await IsRefusedAsync(
        OverTls with { RootCertificate = null },
        "The broker's certificate is of the authority 'CN=test authority', which is not one that this machine trusts: set broker.root-certificate");

    [Fact]
    public async Task Refuses_a_certificate_of_another_authority_of_the_same_name()
    {
        string folder = Directory.CreateTempSubdirectory("actorfed-authority-").FullName;
        TestCertificates.Write(folder);
        string other = Path.Combine(folder, "authority.crt");

        await IsRefusedAsync(OverTls with { RootCertificate = other }, $"which is not what '{other}' (broker.root-certificate) holds");
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task Refuses_a_certificate_that_names_another_host() => await IsRefusedAsync(
        OverTls with { Host = "127.0.0.1" },
        "The broker's certificate names 'localhost', and not '127.0.0.1': set broker.host to a name in it");

    [Fact]
    public async Task Refuses_a_certificate_that_has_expired()
    {
        await broker.StopAsync();
        await broker.StartAsync("expired.crt");

        await IsRefusedAsync(OverTls, "The broker's certificate, or one above it, has expired or is not valid yet");
        await broker.StopAsync();
        await broker.StartAsync();
    }

    [Fact]
    public async Task Says_when_one_side_speaks_tls_and_the_other_does_not()
    {
        await IsRefusedAsync(OverTls with { Port = broker.Port }, "broker.tls = off speaks in clear");
        await IsRefusedAsync(Options with { Port = broker.TlsPort }, "where it speaks TLS, set broker.tls = verify");
    }

    [Theory]
    [InlineData("/nowhere/root.crt", "'/nowhere/root.crt' (broker.root-certificate) cannot be read")]
    [InlineData("/dev/null", "'/dev/null' (broker.root-certificate) holds no certificate")]
    public async Task Names_a_root_certificate_that_cannot_be_used(string file, string words) => await IsRefusedAsync(OverTls with { RootCertificate = file }, words);

    [Fact]
    public async Task Names_the_key_to_change_when_nobody_answers()
    {
        await IsRefusedAsync(Options with { Host = "no-such-host.invalid", Tls = TlsMode.Off }, "Check that it runs, and broker.host and broker.port.");
        await IsRefusedAsync(Options with { Port = 1 }, Secret, "the broker at 127.0.0.1:1, virtual host '/'", "Check that it runs, and broker.host and broker.port.");
    }

    [Fact]
    public async Task Names_the_key_to_change_when_it_is_not_let_in()
    {
        await IsRefusedAsync(Options, Secret, "Check broker.user, which is 'guest', and its password in broker.password-file or ACTORFED_BROKER_PASSWORD.");
        await IsRefusedAsync(Options with { User = "nobody" }, "Check broker.user, which is 'nobody'");
        await IsRefusedAsync(Options with { VirtualHost = "absent" }, PrivateBroker.Password, "Create the virtual host (rabbitmqctl add_vhost)", "broker.virtual-host");
        await IsRefusedAsync(Options, null, "There is no password for user 'guest'", "broker.password-file", "ACTORFED_BROKER_PASSWORD");
    }

    [Theory]
    [InlineData("", ".*", ".*", "cannot be used")] // may not make its mailboxes
    [InlineData(".*", ".*", "", "access to queue")] // may not receive
    [InlineData(".*", "^[^a].*", ".*", "access to exchange 'amq.default'")] // may not send
    public async Task Says_which_permissions_a_user_lacks(string configure, string write, string read, string words)
    {
        string user = $"user-{_prefix}-{words.Length}";
        await broker.ControlAsync("add_user", user, Secret);
        await broker.ControlAsync("set_permissions", user, configure, write, read);

        await IsRefusedAsync(Options with { User = user }, Secret, words, $"Give user '{user}' (broker.user) the permissions of its role", "docs/security.md");
    }

    [Fact]
    public async Task Says_that_a_user_has_no_permissions_in_the_virtual_host()
    {
        string user = $"stranger-{_prefix}";
        await broker.ControlAsync("add_user", user, Secret);

        await IsRefusedAsync(Options with { User = user }, Secret, $"give user '{user}' permissions in it, or correct broker.virtual-host");
    }

    [Fact]
    public async Task Fails_at_once_when_it_loses_its_permissions_during_a_run()
    {
        string user = $"former-{_prefix}";
        await broker.ControlAsync("add_user", user, Secret);
        await broker.ControlAsync("set_permissions", user, ".*", ".*", ".*");
        RecordingObserver observer = new();

        Task<RunReport> run = RunAsync(Options with { User = user, VerifySender = false }, Secret, observer, spec => new Scripted
        {
            OnStart = outbox => outbox.StartTimer("wait", TimeSpan.FromMinutes(1)),
            OnReceive = (_, _, outbox) => outbox.Send(ParticipantId.Worker(0), new Note(2)),
        });
        await observer.FirstEntry;
        await broker.ControlAsync("set_permissions", user, ".*", "^$", ".*");
        Packet packet = new()
        {
            RunId = "access",
            Id = new PacketId(ParticipantId.Worker(0), 1, 1, 1),
            Receiver = ParticipantId.Master,
            Name = "test.note.v1",
            Payload = new(BitConverter.GetBytes(1L)),
        };
        await RawBroker.PublishAsync(broker, $"{_prefix}.access.master", new FrameWriter(new WireLimits()).Split(packet).Single());
        RunReport report = await run;

        Assert.Equal(RunOutcome.Failed, report.Outcome);
        Assert.Contains("ACCESS_REFUSED", report.Reason, StringComparison.Ordinal);
        Assert.Contains($"Give user '{user}' (broker.user) the permissions of its role", report.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fails_when_the_broker_takes_no_frames_as_large_as_its_own()
    {
        await broker.ControlAsync("eval", "application:set_env(rabbit, max_message_size, 8192).");

        RunReport report = await RunAsync(Options, create: _ => new Scripted
        {
            OnStart = outbox => outbox.Send(ParticipantId.Worker(0), new Note(1, new string('n', 20_000))),
            OnReceive = (_, _, outbox) => outbox.Complete("heard"),
        });
        await broker.ControlAsync("eval", "application:set_env(rabbit, max_message_size, 134217728).");

        Assert.Equal(RunOutcome.Failed, report.Outcome);
        Assert.Contains("message size", report.Reason, StringComparison.Ordinal);
        Assert.Contains("Set max_message_size of the broker to more than broker.wire.max-chunk-bytes", report.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("3.7.28", "is of version '3.7.28'")]
    [InlineData("", "is of version ''")]
    public void Refuses_a_broker_without_quorum_queues(string version, string words)
    {
        Dictionary<string, object?> properties = new() { ["version"] = Encoding.UTF8.GetBytes(version) };

        BrokerException refusal = Assert.Throws<BrokerException>(() => BrokerAccess.RequireQuorumQueues(properties, Options));

        Assert.Contains(words, refusal.Message, StringComparison.Ordinal);
        Assert.Contains("install a newer one", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("3.8.0")]
    [InlineData("4.1.0-rc.1")]
    public void Takes_a_broker_with_quorum_queues(string version) =>
        BrokerAccess.RequireQuorumQueues(new Dictionary<string, object?> { ["version"] = Encoding.UTF8.GetBytes(version) }, Options);

    [Fact]
    public async Task Says_its_version_when_it_is_asked() => Assert.Matches(@"^\d+\.\d+\.\d+", await BrokerVisit.CheckAsync(Options, PrivateBroker.Password, CancellationToken.None));

    private Task IsRefusedAsync(RabbitMqOptions options, string words) => IsRefusedAsync(options, Secret, words);

    /// <summary>It is refused before anything is tried again: the outage that may be waited out is a day.</summary>
    private static async Task IsRefusedAsync(RabbitMqOptions options, string? password, params string[] words)
    {
        RecordingObserver observer = new();

        RunReport report = await RunAsync(options, password, observer);

        Assert.Equal(RunOutcome.Failed, report.Outcome);
        Assert.IsType<BrokerException>(report.Failure);
        string[] texts = [report.Reason, report.ToString(), report.Failure.ToString(), options.ToString(), .. observer.Acts.Select(act => act.ToString()!)];
        Assert.All(words, word => Assert.Contains(word, report.Reason, StringComparison.Ordinal));
        Assert.All(texts, text => Assert.DoesNotContain(Secret, text, StringComparison.Ordinal));
    }

    private static async Task<RunReport> RunAsync(
        RabbitMqOptions options,
        string? password = PrivateBroker.Password,
        RecordingObserver? observer = null,
        Func<ParticipantSpec, IParticipant>? create = null)
    {
        RunPlan plan = new()
        {
            RunId = "access",
            Seed = 1,
            Participants = [new ParticipantSpec(ParticipantId.Master), new ParticipantSpec(ParticipantId.Worker(0), 0)],
            Limits = new RunLimits { WallTime = TimeSpan.FromSeconds(60) },
        };
        ScriptedFactory factory = new((spec, _, _) => create?.Invoke(spec) ?? new Scripted
        {
            OnStart = outbox => outbox.Send(spec.Id == ParticipantId.Master ? ParticipantId.Worker(0) : ParticipantId.Master, new Note(1)),
            OnReceive = (_, _, outbox) => outbox.Complete("heard"),
        });
        await using RabbitMqEngine engine = new(options, password, TestEngine.Codec);
        return await engine.RunAsync(plan, factory, observer ?? new RecordingObserver(), new MemorySnapshotStore(), CancellationToken.None);
    }
}
