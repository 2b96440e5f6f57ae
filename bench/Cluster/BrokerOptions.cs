using System.Collections.Immutable;
using ActorFed.Actors;
using ActorFed.Algorithms.Core;
using ActorFed.Cluster.RabbitMq;
using ActorFed.Cluster.RabbitMq.Tests;

namespace ActorFed.Cluster.Benchmarks;

/// <summary>Settings of engines that this program runs itself.</summary>
internal static class BrokerOptions
{
    public static RabbitMqOptions Of(int port, int prefetch) => new()
    {
        Host = "127.0.0.1",
        Port = port,
        VirtualHost = "/",
        User = PrivateBroker.User,
        PasswordFile = null,
        Tls = TlsMode.Off,
        RootCertificate = null,
        VerifySender = true,
        NodeUser = null,
        EdgeUsers = ImmutableDictionary<string, ImmutableArray<ParticipantId>>.Empty,
        Prefix = "bench",
        Prefetch = prefetch,
    };
}

/// <summary>Watches nothing; supervision has nothing to do in these runs.</summary>
internal sealed class NoObserver : IRunObserver
{
    public void Observed(ParticipantId source, TimeSpan at, Observation observation)
    {
    }

    public void Supervised(TimeSpan at, SupervisionEvent supervisionEvent) => throw new InvalidOperationException(supervisionEvent.Reason);
}
