using ActorFed.Cluster.Postgres.Tests;
using Xunit;

namespace ActorFed.Cluster.Tests;

/// <summary>A test of a whole cluster on several inputs; skipped, with the reason, where PostgreSQL is not at hand.</summary>
internal sealed class ClusterTheoryAttribute : TheoryAttribute
{
    public ClusterTheoryAttribute() => Skip = PostgresServer.Absence;
}
