using ActorFed.Cluster.Postgres;

namespace ActorFed.Host.Runs;

internal enum StoreKind
{
    Folder,
    Postgres,
}

/// <summary>Where runs are kept.</summary>
internal sealed record StoreOptions
{
    public required StoreKind Kind { get; init; }

    public required PostgresOptions Postgres { get; init; }
}
