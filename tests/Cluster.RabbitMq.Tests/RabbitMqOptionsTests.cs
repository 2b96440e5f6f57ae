using System.Collections.Immutable;
using ActorFed.Actors;
using ActorFed.Algorithms.Core;
using ActorFed.Host.Configuration;
using ActorFed.Host.Plugins;
using ActorFed.Wire;
using Xunit;

namespace ActorFed.Cluster.RabbitMq.Tests;

public sealed class RabbitMqOptionsTests
{
    private static readonly RabbitMqOptions Valid = Bind();

    [Fact]
    public void Has_the_defaults_of_the_reference()
    {
        RabbitMqOptions inCode = new()
        {
            Host = "localhost",
            Port = 5672,
            VirtualHost = "/",
            User = "guest",
            PasswordFile = null,
            Tls = TlsMode.VerifyUnlessLoopback,
            RootCertificate = null,
            VerifySender = true,
            NodeUser = null,
            EdgeUsers = Valid.EdgeUsers,
        };

        Assert.Equal(inCode, Valid);
        Assert.Empty(Valid.EdgeUsers);
    }

    [Fact]
    public void Takes_edge_users_with_their_participants()
    {
        RabbitMqOptions options = Bind("broker.edge-users { hospital-3 = [worker-3], \"b.c\" = [worker-1, worker-2] }");

        Assert.Equal(["b.c", "hospital-3"], options.EdgeUsers.Keys.Order(StringComparer.Ordinal));
        Assert.Equal([ParticipantId.Worker(1), ParticipantId.Worker(2)], options.EdgeUsers["b.c"].AsEnumerable());
    }

    [Theory]
    [InlineData("broker.host = \"a,b\"", "broker.host is no name or address of one machine")]
    [InlineData("broker.host = \"\"", "broker.host")]
    [InlineData("broker.port = 0", "broker.port is 0; it must be between 1 and 65535")]
    [InlineData("broker.prefix = \"\"", "broker.prefix")]
    [InlineData("broker.prefetch = 65536", "broker.prefetch is 65536; it must be between 1 and 65535")]
    [InlineData("broker.heartbeat = 999ms", "broker.heartbeat is 999ms; it must be at least 1s, and at most 1h")]
    [InlineData("broker.expiry = 59s", "broker.expiry is 59s; it must be at least 1m")]
    [InlineData("broker.max-outage = 0s", "broker.max-outage")]
    [InlineData("broker.initial-back-off = 0s", "broker.initial-back-off")]
    [InlineData("broker.max-redeliveries = 0", "broker.max-redeliveries is 0; it must be at least 1")]
    [InlineData("broker.wire.max-payload-bytes = 0", "broker.wire.max-payload-bytes is 0; it must be in [1,")]
    [InlineData("broker.wire.max-incomplete-bytes = 1MiB", "broker.wire.max-incomplete-bytes is 1048576; it must be at least")]
    [InlineData("broker.edge-users { a = worker-3 }", "broker.edge-users.a: expected a list, found worker-3")]
    [InlineData("broker.edge-users = all", "broker.edge-users is a section and not one value")]
    [InlineData("broker.tls = perhaps", "verify-unless-loopback, verify, unverified, off")]
    public void Refuses_with_the_key_what_is_out_of_range(string setting, string words)
    {
        ConfigurationException refusal = Assert.Throws<ConfigurationException>(() => Bind(setting));

        Assert.Contains(words, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Refuses_the_same_from_code()
    {
        RabbitMqOptions[] wrong = [Valid with { Port = 0 }, Valid with { Host = "amqp://h" }, Valid with { Expiry = TimeSpan.Zero }, Valid with { Wire = new WireLimits { MaxChunkBytes = 1 } }];

        Assert.Equal(
            ["Port", "Host", "Expiry", "MaxChunkBytes"],
            wrong.Select(options => Assert.Throws<ArgumentException>(options.Validate).Message.Split(':', ' ')[0]));
        Valid.Validate();
    }

    [Theory]
    [InlineData("localhost", TlsMode.VerifyUnlessLoopback, false)]
    [InlineData("127.0.0.1", TlsMode.VerifyUnlessLoopback, false)]
    [InlineData("127.0.0.1", TlsMode.Verify, true)]
    [InlineData("broker.example.org", TlsMode.VerifyUnlessLoopback, true)]
    [InlineData("broker.example.org", TlsMode.Unverified, true)]
    [InlineData("broker.example.org", TlsMode.Off, false)]
    public void Is_in_clear_only_on_this_machine_or_where_it_is_asked_for(string host, TlsMode tls, bool isEncrypted) =>
        Assert.Equal(isEncrypted, (Valid with { Host = host, Tls = tls }).IsEncrypted);

    [Theory]
    [InlineData(null, false)]
    [InlineData("guest", false)]
    [InlineData("actorfed-node", true)]
    public void Is_of_an_edge_worker_where_the_nodes_have_another_user(string? nodeUser, bool isEdge) =>
        Assert.Equal(isEdge, (Valid with { NodeUser = nodeUser }).IsEdge);

    [Theory]
    [InlineData("node", "worker-3", "star.work-reported.v1", true)]
    [InlineData("hospital", "worker-3", "star.work-reported.v1", true)]
    [InlineData("hospital", "worker-3", "lifecycle.participant-stopped.v1", true)]
    [InlineData("hospital", "worker-3", "control.watch-asked.v1", true)]
    [InlineData("hospital", "worker-3", "control.watch-asked-of-others.v1", false)]
    [InlineData("hospital", "worker-3", "control.run-ended.v1", false)]
    [InlineData("hospital", "worker-3", "control.observed.v1", false)]
    [InlineData("hospital", "worker-3", "control.of-a-later-version.v1", false)]
    [InlineData("hospital", "worker-4", "star.work-reported.v1", false)]
    [InlineData("stranger", "worker-3", "star.work-reported.v1", false)]
    [InlineData(null, "worker-3", "star.work-reported.v1", false)]
    public void Says_for_whom_a_publisher_may_speak(string? user, string sender, string name, bool isBelieved)
    {
        RabbitMqOptions options = Valid with
        {
            User = "node",
            EdgeUsers = ImmutableDictionary<string, ImmutableArray<ParticipantId>>.Empty.Add("hospital", [ParticipantId.Worker(3)]),
        };
        Assert.True(ParticipantId.TryParse(sender, out ParticipantId id));

        Assert.Equal(isBelieved, new Publisher(user, options).ObjectionTo(id, name) is null);
        Assert.Null(new Publisher(user, options with { VerifySender = false }).ObjectionTo(id, name));
    }

    [Fact]
    public void An_edge_worker_believes_the_nodes_and_itself()
    {
        RabbitMqOptions options = Valid with { User = "hospital", NodeUser = "node" };

        Assert.All(["node", "hospital"], user => Assert.Null(new Publisher(user, options).ObjectionTo(ParticipantId.Master, "control.run-ended.v1")));
        Assert.NotNull(new Publisher("practice", options).ObjectionTo(ParticipantId.Worker(1), "star.work-reported.v1"));
    }

    private static RabbitMqOptions Bind(params string[] settings) => MachineOptions.OfThisMachine(null, settings, Catalogue.BuiltIn).Broker;
}
