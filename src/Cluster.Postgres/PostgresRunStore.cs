using System.Globalization;
using ActorFed.Actors;
using ActorFed.Actors.Membership;
using Npgsql;

namespace ActorFed.Cluster.Postgres;

/// <summary>Runs in a PostgreSQL database, shared by all processes that know it.</summary>
/// <remarks>
/// What a lost connection interrupts is tried again with growing delays for <see cref="PostgresOptions.RetryFor"/>, without effect twice;
/// then the call throws.
/// </remarks>
public sealed class PostgresRunStore : IRunStore
{
    private readonly Access _access;

    private PostgresRunStore(Access access) => _access = access;

    /// <inheritdoc/>
    public string Place => _access.Place;

    /// <summary>Connects, and brings the tables to this program's version.</summary>
    /// <param name="options">Where the database is.</param>
    /// <param name="password">The password of its user; null where none is needed.</param>
    /// <param name="clock">Measures how long the database stays away; null: the machine's.</param>
    /// <exception cref="RunStoreException">It cannot be reached, refuses, or holds tables of a newer program.</exception>
    public static PostgresRunStore Connect(PostgresOptions options, string? password, TimeProvider? clock = null)
    {
        return new PostgresRunStore(Prepare(options, password, clock ?? TimeProvider.System));
    }

    /// <summary>The way to a database whose tables are of this program's version.</summary>
    internal static Access Prepare(PostgresOptions options, string? password, TimeProvider clock)
    {
        Access access = new(options, password, clock);
        try
        {
            access.Persist("open the run store", () =>
            {
                using NpgsqlConnection connection = access.Open();
                Schema.Migrate(connection, access.Place, Schema.Steps);
                return true;
            });
            return access;
        }
        catch
        {
            access.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public ICluster Cluster => new PostgresCluster(_access, isShared: true);

    /// <inheritdoc/>
    public IReadOnlyList<string> List() => _access.Do(
        "list the runs", connection => connection.Query(row => row.GetString(0), "SELECT id FROM runs ORDER BY number DESC"));

    /// <inheritdoc/>
    public IStoredRun Find(string run) => new PostgresRun(_access, run, NumberOf(run));

    /// <inheritdoc/>
    public IOpenRun Create(string id, string plan)
    {
        if (id.Length == 0 || id.Contains('/', StringComparison.Ordinal))
        {
            throw new RunStoreException($"A run cannot be called '{id}': its id has at least one character, and no slash.");
        }

        try
        {
            int number = _access.Do("create a run", connection =>
            {
                int made = (int)connection.Scalar("INSERT INTO runs (id, part, holder) VALUES ($1, 1, $2) RETURNING number", id, Holder)!;
                connection.Execute("INSERT INTO plans (run, part, plan) VALUES ($1, 1, $2)", made, plan);
                return made;
            });
            return PostgresOpenRun.Hold(_access, id, number, part: 1, takesOver: false);
        }
        catch (RunStoreException failure) when (failure.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation })
        {
            throw new RunExistsException($"There already is a run '{id}' in {Place}. Resume it, or choose another id.", failure);
        }
    }

    /// <inheritdoc/>
    public IOpenRun Resume(string run, bool takesOver = false)
    {
        int number = NumberOf(run);
        if (!takesOver && Cluster.WishOf(run) == RunWish.Run)
        {
            throw new RunStoreException($"The run '{run}' in {Place} is the cluster's to carry out. Take it from it first: actorfed stop {run}");
        }

        return PostgresOpenRun.Hold(_access, run, number, part: null, takesOver);
    }

    /// <inheritdoc/>
    public void Dispose() => _access.Dispose();

    /// <summary>This process, as others read it.</summary>
    internal static string Holder { get; } = string.Create(CultureInfo.InvariantCulture, $"process {Environment.ProcessId} on {Environment.MachineName}");

    private int NumberOf(string run) => _access.Do(
        "find a run", connection => (int?)connection.Scalar("SELECT number FROM runs WHERE id = $1", run))
        ?? throw new RunStoreException($"There is no run '{run}' in {Place}. Look for it with: actorfed list runs");
}
