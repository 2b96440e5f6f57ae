using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using ActorFed.Actors;
using ActorFed.Algorithms.Core;
using ActorFed.Engines.Tests;
using ActorFed.Host.Tests.Data;
using ActorFed.Tests.Shared;
using Akka.Actor;
using Akka.Configuration;
using Akka.Remote.Transport;
using Xunit;

namespace ActorFed.Cluster.Akka.Tests;

/// <summary>Nodes that show certificates to each other, over loopback, and those that have none that counts.</summary>
public sealed class AkkaTlsTests : IDisposable
{
    private const string Quick = "actorfed.look-every = 200ms\nactorfed.remind-every = 1s\nakka.coordinated-shutdown.phases.cluster-sharding-shutdown-region.timeout = 5s";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly TemporaryFolder _ours = new();
    private readonly TemporaryFolder _theirs = new();

    public AkkaTlsTests()
    {
        TestCertificates.Write(_ours.At(""));
        TestCertificates.Write(_theirs.At(""));
    }

    [Fact]
    public async Task Carries_a_run_between_nodes_with_certificates_of_one_authority()
    {
        RunPlan plan = new()
        {
            RunId = "run-1",
            Seed = 1,
            Participants = [new ParticipantSpec(ParticipantId.Master), new ParticipantSpec(ParticipantId.Worker(0), 0)],
            Limits = new RunLimits { WallTime = TimeSpan.FromMinutes(4) },
        };
        string large = new('x', 3_000_000);
        await using TwoNodes nodes = await TwoNodes.StartAsync(Quick, Of(_ours));

        RunReport report = await nodes.RunAsync(
            plan,
            TestCodec.Instance,
            new ScriptedFactory((spec, _, _) => spec.Id == ParticipantId.Master
                ? new Scripted
                {
                    OnStart = outbox => outbox.Send(ParticipantId.Worker(0), new Note(1, large)),
                    OnReceive = (_, message, outbox) => outbox.Complete(((Note)message).Text == large ? "unaltered" : "altered"),
                }
                : new Scripted { OnReceive = (sender, message, outbox) => outbox.Send(sender, message) }),
            new MemorySnapshotStore(),
            new RecordingObserver());

        Assert.Equal("unaltered", report.Reason);
        Assert.StartsWith("akka.tls://", nodes.First.Address, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Lets_nobody_in_without_a_certificate_of_its_authority()
    {
        await using TwoNodes nodes = await TwoNodes.StartAsync(Quick, Of(_ours));

        AkkaException stranger = await Assert.ThrowsAsync<AkkaException>(() => JoinAsync(nodes.Seed, Of(_theirs)));
        AkkaException inClear = await Assert.ThrowsAsync<AkkaException>(() => JoinAsync(nodes.Seed, null));

        Assert.All((AkkaException[])[stranger, inClear], refused => Assert.Contains("was not let into the cluster", refused.Message, StringComparison.Ordinal));
        Assert.Equal(2, nodes.First.Members);
    }

    [Fact]
    public async Task Hears_nobody_who_trusts_it_and_shows_nothing_that_it_trusts()
    {
        using ActorSystem system = ActorSystem.Create("test", "akka.loglevel = ERROR");
        TlsTransport transport = Transport(system);
        (Address address, TaskCompletionSource<IAssociationEventListener> listening) = await transport.Listen();
        Callers callers = new();
        listening.SetResult(callers);

        await CallAsync(address, "theirs");
        await CallAsync(address, null);
        Assert.Equal(0, callers.Count);
        _ = CallAsync(address, "ours"); // goes on until the transport is shut down
        await callers.First.WaitAsync(Patience);

        Assert.Equal(1, callers.Count);
        await transport.Shutdown();
    }

    [Fact]
    public async Task Refuses_to_begin_with_a_certificate_that_others_would_refuse()
    {
        AkkaTls tls = Of(_ours);
        (AkkaTls Tls, string Host, string Problem)[] cases =
        [
            (tls with { Certificate = _ours.At("none.crt") }, "localhost", "akka.tls.certificate is"),
            (tls with { Certificate = _ours.At("expired.crt") }, "localhost", "it has expired or is not valid yet"),
            (tls with { Key = _theirs.At("server.key") }, "localhost", "akka.tls.key is"),
            (tls with { Key = _ours.At("none.key") }, "localhost", "akka.tls.key is"),
            (tls with { RootCertificate = _theirs.At("authority.crt") }, "localhost", "it is of the authority 'CN=test authority', and not of one in akka.tls.root-certificate"),
            (tls with { RootCertificate = _ours.At("server.key") }, "localhost", "akka.tls.root-certificate is"),
            (tls, "127.0.0.1", "does not name '127.0.0.1'"),
        ];

        foreach ((AkkaTls wrong, string host, string problem) in cases)
        {
            AkkaException refused = await Assert.ThrowsAsync<AkkaException>(() => JoinAsync($"{host}:1", wrong));
            Assert.Contains(problem, refused.Message, StringComparison.Ordinal);
        }
    }

    public void Dispose()
    {
        _ours.Dispose();
        _theirs.Dispose();
    }

    private static AkkaTls Of(TemporaryFolder folder) => new()
    {
        Certificate = folder.At("server.crt"),
        Key = folder.At("server.key"),
        RootCertificate = folder.At("authority.crt"),
    };

    private TlsTransport Transport(ActorSystem system) => new(
        system,
        ConfigurationFactory.ParseString(TlsTransport.Keys(
            new AkkaOptions { Cluster = "test", Host = "localhost", Port = 0, Seeds = [], Roles = [] }, Of(_ours), 1 << 20)).GetConfig("akka.remote.tls"));

    /// <summary>Calls and believes whoever answers; ends when the other end closes the connection.</summary>
    private async Task CallAsync(Address address, string? shown)
    {
        TemporaryFolder folder = shown == "ours" ? _ours : _theirs;
        using X509Certificate2 certificate = X509Certificate2.CreateFromPemFile(folder.At("server.crt"), folder.At("server.key"));
        using TcpClient client = new();
        await client.ConnectAsync(address.Host, address.Port!.Value);
        await using SslStream stream = new(client.GetStream(), leaveInnerStreamOpen: false, (_, _, _, _) => true);
        try
        {
            await stream.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "localhost", ClientCertificates = shown is null ? [] : [certificate] });
            await stream.ReadExactlyAsync(new byte[1]).AsTask().WaitAsync(Patience);
        }
        catch (Exception closed) when (closed is IOException or AuthenticationException)
        {
            // as it must be: nothing is said to anybody who says nothing
        }
    }

    private static Task<AkkaNode> JoinAsync(string seed, AkkaTls? tls) => AkkaNode.JoinAsync(
        new AkkaOptions
        {
            Cluster = "test",
            Host = seed.Split(':')[0],
            Port = 0,
            Seeds = [seed],
            Roles = [Role.Worker],
            Tls = tls,
            Config = $"{Quick}\nactorfed.join-within = 6s",
        },
        () => [],
        () => { },
        CancellationToken.None);

    /// <summary>Counts who is let in.</summary>
    private sealed class Callers : IAssociationEventListener
    {
        private readonly TaskCompletionSource _first = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _count;

        public int Count => Volatile.Read(ref _count);

        public Task First => _first.Task;

        public void Notify(IAssociationEvent ev)
        {
            Interlocked.Increment(ref _count);
            _first.TrySetResult();
        }
    }
}
