using ActorFed.Actors;
using ActorFed.Actors.Membership;
using ActorFed.Cluster.Postgres;
using ActorFed.Host.Configuration;
using ActorFed.Host.Plugins;
using ActorFed.Host.Runs;

namespace ActorFed.Host.Cluster;

/// <summary>Opens what a cluster shares: its run store and its membership, both in one database.</summary>
/// <param name="environment">Looks up an environment variable.</param>
/// <param name="file">A file with the sections of <see cref="MachineOptions"/>; null: the environment has them.</param>
/// <param name="catalogue">What else may stand among the settings.</param>
internal sealed class ClusterAccess(Func<string, string?> environment, string? file, Catalogue catalogue)
{
    /// <summary>The sections, as file and environment say.</summary>
    public MachineOptions Machine { get; } = MachineOptions.OfThisMachine(file, [], catalogue);

    /// <summary>The run store.</summary>
    /// <exception cref="RunStoreException">It cannot be used, or is not one that nodes can share.</exception>
    public IRunStore OpenStore()
    {
        RequireShared();
        return PostgresRunStore.Connect(Machine.Store.Postgres, Password());
    }

    /// <summary>The membership, to be one of it: without patience, since who waits gives no sign of life.</summary>
    /// <exception cref="RunStoreException">As above.</exception>
    public ICluster OpenClusterAsMember()
    {
        RequireShared();
        TimeSpan patience = TimeSpan.FromSeconds(Math.Max(1, Math.Ceiling(Machine.Node.SuspectAfter.TotalSeconds)));
        return PostgresCluster.Connect(
            Machine.Store.Postgres with { ConnectTimeout = patience, CommandTimeout = patience, RetryFor = TimeSpan.Zero }, Password());
    }

    private string? Password() =>
        Secrets.Read(Machine.Store.Postgres.PasswordFile, "store.postgres.password-file", RunStores.PasswordVariable, environment);

    private void RequireShared()
    {
        if (Machine.Store.Kind != StoreKind.Postgres)
        {
            throw new RunStoreException(
                "A cluster keeps its runs in a database that all nodes reach, and store.kind is folder. Name the database in a file, store { kind = postgres, postgres { host = ... } }, "
                + "and give it to every command of the cluster: --cluster FILE.");
        }
    }
}
