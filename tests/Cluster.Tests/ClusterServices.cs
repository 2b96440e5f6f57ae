using ActorFed.Cluster.Postgres.Tests;
using ActorFed.Cluster.RabbitMq.Tests;
using Xunit;

namespace ActorFed.Cluster.Tests;

/// <summary>A broker and a database of one's own, for any number of clusters, one after the other.</summary>
public sealed class ClusterServices : IAsyncLifetime
{
    public PrivateBroker Broker { get; } = new();

    public PostgresServer Database { get; } = new();

    public Task InitializeAsync() => Task.WhenAll(Broker.InitializeAsync(), Database.InitializeAsync());

    public Task DisposeAsync() => Task.WhenAll(Broker.DisposeAsync(), Database.DisposeAsync());
}

/// <summary>The tests that share the services; some of them kill these.</summary>
[CollectionDefinition(Name)]
public sealed class WithServices : ICollectionFixture<ClusterServices>
{
    public const string Name = "cluster";
}
