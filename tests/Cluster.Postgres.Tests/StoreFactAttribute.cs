using ActorFed.Cluster.Postgres.Tests;
using Xunit;

namespace ActorFed.Tests.Shared;

/// <summary>A test of a run store in PostgreSQL, which this machine may lack.</summary>
internal sealed class StoreFactAttribute : FactAttribute
{
    public StoreFactAttribute() => Skip = PostgresServer.Absence;
}
