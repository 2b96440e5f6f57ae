using Xunit;

namespace ActorFed.Cluster.Postgres.Tests;

/// <summary>A test that needs PostgreSQL on this machine.</summary>
internal sealed class PostgresFactAttribute : FactAttribute
{
    public PostgresFactAttribute() => Skip = PostgresServer.Absence;
}
