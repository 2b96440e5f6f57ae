using System.Data;
using System.Text.Json;
using ActorFed.Actors;
using ActorFed.Actors.Membership;
using Npgsql;

namespace ActorFed.Cluster.Postgres;

/// <summary>Membership and wishes in a PostgreSQL database, the one that holds the runs.</summary>
public sealed class PostgresCluster : ICluster
{
    private const long JoiningLock = 0x4143_544F_524A_4F49; // any number that nobody else takes; runs have locks of two numbers

    private static readonly TimeSpan RememberFor = TimeSpan.FromDays(1);

    private readonly Access _access;
    private readonly bool _isShared;

    /// <param name="access">The database.</param>
    /// <param name="isShared">Whether somebody else gives it up.</param>
    internal PostgresCluster(Access access, bool isShared) => (_access, _isShared) = (access, isShared);

    /// <inheritdoc/>
    public string Place => _access.Place;

    /// <summary>Connects, and brings the tables to this program's version; for those who want other patience than a run store's.</summary>
    /// <param name="options">Where the database is.</param>
    /// <param name="password">The password of its user; null where none is needed.</param>
    /// <exception cref="RunStoreException">It cannot be reached, refuses, or holds tables of a newer program.</exception>
    public static PostgresCluster Connect(PostgresOptions options, string? password) =>
        new(PostgresRunStore.Prepare(options, password, TimeProvider.System), isShared: false);

    /// <inheritdoc/>
    public ClusterView Look() => _access.Do("look at the cluster", Read);

    /// <inheritdoc/>
    public bool Want(string run, RunWish wish) => _access.Do("say what is wanted of a run", connection =>
    {
        bool isSaid = connection.Execute("UPDATE runs SET wish = $2 WHERE id = $1 AND ($2 <> 'stop' OR wish = 'run')", run, Word(wish)) == 1;
        return isSaid || connection.Scalar("SELECT number FROM runs WHERE id = $1", run) is not null
            ? isSaid
            : throw new RunStoreException($"There is no run '{run}' in {Place}. Look for it with: actorfed list runs");
    });

    /// <inheritdoc/>
    public RunWish? WishOf(string run) => _access.Do("look what is wanted of a run", connection => connection.Scalar("SELECT wish FROM runs WHERE id = $1", run)) switch
    {
        "run" => RunWish.Run,
        "stop" => RunWish.Stop,
        "ended" => RunWish.Ended,
        _ => null,
    };

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, string> HoldersOf(string run) => _access.Do("look who holds participants", connection => connection.Query(
        row => (Participant: row.GetString(0), Node: row.GetString(1)),
        "SELECT participant, node FROM placements JOIN runs ON number = run WHERE id = $1 AND node IS NOT NULL",
        run).ToDictionary(row => row.Participant, row => row.Node));

    /// <inheritdoc/>
    public void Drain(string node)
    {
        if (_access.Do("drain a node", connection => connection.Execute("UPDATE nodes SET is_draining = true WHERE name = $1 AND seen_at + suspect_after > clock_timestamp()", node)) == 0)
        {
            string known = string.Join(", ", Look().Nodes.Where(other => other.IsAlive).Select(other => other.Identity.Name));
            throw new RunStoreException($"No node '{node}' is alive in {Place}; {(known.Length == 0 ? "nobody is" : $"there are: {known}")}.");
        }
    }

    /// <inheritdoc/>
    public INodeSeat Join(NodeIdentity node)
    {
        long instance = Random.Shared.NextInt64(1, long.MaxValue);
        _access.Do("join the cluster", connection =>
        {
            connection.Execute("SELECT pg_advisory_xact_lock($1)", JoiningLock); // one joins at a time, while the others give signs of life
            connection.Execute("DELETE FROM nodes WHERE seen_at < clock_timestamp() - $1", RememberFor);
            foreach (NodeView other in ReadNodes(connection).Where(other => other.IsAlive))
            {
                RequireCompatible(node, other);
            }

            connection.Execute("UPDATE placements SET node = NULL, since = clock_timestamp() WHERE node = $1", node.Name); // what its former process held
            return connection.Execute(
                "INSERT INTO nodes (name, instance, process, capacity, build, wire_version, suspect_after) VALUES ($1, $2, $3, $4, $5, $6, $7) "
                + "ON CONFLICT (name) DO UPDATE SET instance = $2, process = $3, capacity = $4, build = $5, wire_version = $6, suspect_after = $7, "
                + "joined_at = clock_timestamp(), seen_at = clock_timestamp(), is_draining = false, ailment = NULL, refused = '{}'",
                node.Name,
                instance,
                node.Process,
                node.Capacity,
                node.Build,
                node.WireVersion,
                node.SuspectAfter);
        });
        return new Seat(this, node.Name, instance);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_isShared)
        {
            _access.Dispose();
        }
    }

    private void RequireCompatible(NodeIdentity node, NodeView other)
    {
        if (other.Identity.Name == node.Name)
        {
            throw new NameTakenException(
                $"A node '{node.Name}' ({other.Identity.Process}) is in the cluster in {Place} already. Choose another name: node.name.", other.Identity.SuspectAfter);
        }

        if (other.Identity.WireVersion != node.WireVersion)
        {
            throw new RunStoreException(
                $"The nodes in {Place} speak version {other.Identity.WireVersion} of the wire contract ('{other.Identity.Name}' is of build {other.Identity.Build}), and this "
                + $"program, build {node.Build}, speaks version {node.WireVersion}. Use the same release on all nodes; to change it, drain the old ones first.");
        }
    }

    private static ClusterView Read(NpgsqlConnection connection)
    {
        List<(int Number, string Id, int Plan)> wanted = connection.Query(
            row => (row.GetInt32(0), row.GetString(1), row.GetInt32(2)),
            "SELECT number, id, (SELECT coalesce(max(part), 0) FROM plans WHERE run = number) FROM runs WHERE wish = 'run' ORDER BY number");
        ILookup<int, (string Participant, string Node)> held = connection.Query(
            row => (Run: row.GetInt32(0), Participant: row.GetString(1), Node: row.GetString(2)),
            "SELECT run, participant, node FROM placements WHERE run = ANY($1) AND node IS NOT NULL", // of those wanted above, whatever was said since
            wanted.Select(run => run.Number).ToArray())
            .ToLookup(row => row.Run, row => (row.Participant, row.Node));
        return new ClusterView(
            ReadNodes(connection), [.. wanted.Select(run => new RunView(run.Id, run.Plan, held[run.Number].ToDictionary(row => row.Participant, row => row.Node)))]);
    }

    private static List<NodeView> ReadNodes(NpgsqlConnection connection) => connection.Query(
        row => new NodeView(
            new NodeIdentity(row.GetString(0), row.GetString(1), row.GetDouble(2), row.GetString(3), row.GetInt32(4), row.GetTimeSpan(5)),
            new NodeCondition(
                row.GetBoolean(6),
                row.IsDBNull(7) ? null : row.GetString(7),
                JsonSerializer.Deserialize<Dictionary<string, string>>(row.GetString(8))!),
            row.GetBoolean(9),
            row.GetTimeSpan(10),
            row.GetFieldValue<DateTimeOffset>(11)),
        "SELECT name, process, capacity, build, wire_version, suspect_after, is_draining, ailment, refused::text, "
        + "seen_at + suspect_after > clock_timestamp(), clock_timestamp() - seen_at, joined_at FROM nodes ORDER BY name");

    private static string Word(RunWish wish) => wish switch { RunWish.Run => "run", RunWish.Stop => "stop", _ => "ended" };

    /// <summary>A seat, over two sessions: signs of life must not wait while a claim does.</summary>
    private sealed class Seat(PostgresCluster cluster, string name, long instance) : INodeSeat
    {
        private readonly Session _beating = new(cluster._access, "SET synchronous_commit = off"); // a sign of life need not wait until the snapshots before it are on the disk
        private readonly Session _placing = new(cluster._access);

        public ClusterView Beat(NodeCondition condition) => _beating.Do("tell that this node is alive", connection =>
        {
            int isSeated = connection.Execute(
                "UPDATE nodes SET seen_at = clock_timestamp(), is_draining = is_draining OR $3, ailment = nullif($4, ''), refused = $5::json WHERE name = $1 AND instance = $2",
                name,
                instance,
                condition.IsDraining,
                condition.Ailment ?? "",
                JsonSerializer.Serialize(condition.Refused));
            return isSeated == 1
                ? Read(connection)
                : throw new OvertakenException($"The seat of node '{name}' in {cluster.Place} was given to another process, while this one was not heard of. Start it again, under another name if both shall run: node.name.");
        });

        public IReadOnlyList<string> Claim(string run, IReadOnlyCollection<string> participants) => _placing.Do("take hold of participants", connection => connection.Query(
            row => row.GetString(0),
            "INSERT INTO placements (run, participant, node) SELECT number, participant, $3 FROM runs, unnest($2::text[]) participant WHERE id = $1 AND wish = 'run' "
            + "AND EXISTS (SELECT FROM nodes WHERE name = $3 AND instance = $4) "
            + "ON CONFLICT (run, participant) DO UPDATE SET node = excluded.node, since = clock_timestamp() "
            + "WHERE placements.node IS NULL OR placements.node = excluded.node "
            + "OR NOT EXISTS (SELECT FROM nodes WHERE name = placements.node AND seen_at + suspect_after > clock_timestamp()) RETURNING participant",
            run,
            participants.ToArray(),
            name,
            instance));

        public void Release(string run, string participant) => _placing.Do("let go of a participant", connection => connection.Execute(
            "UPDATE placements SET node = NULL, since = clock_timestamp() FROM runs WHERE number = run AND id = $1 AND participant = $2 AND node = $3 "
            + "AND EXISTS (SELECT FROM nodes WHERE name = $3 AND instance = $4)",
            run,
            participant,
            name,
            instance));

        public void Dispose()
        {
            try
            {
                _beating.Do("leave the cluster", connection => connection.Execute("DELETE FROM nodes WHERE name = $1 AND instance = $2", name, instance));
            }
            catch (RunStoreException)
            {
                // It cannot be told; the others notice by themselves that this node is not heard of any more.
            }
            finally
            {
                _beating.Dispose();
                _placing.Dispose();
            }
        }
    }

    /// <summary>A connection that is kept, and made again when it is lost; one transaction at a time.</summary>
    private sealed class Session(Access access, string? setting = null) : IDisposable
    {
        private readonly Lock _gate = new();
        private NpgsqlConnection? _connection;

        public T Do<T>(string purpose, Func<NpgsqlConnection, T> work)
        {
            lock (_gate)
            {
                return access.Persist(purpose, () =>
                {
                    bool wasKept = _connection is not null;
                    try
                    {
                        return Attempt(work);
                    }
                    catch (Exception dead) when (wasKept && Access.IsTransient(dead) && dead.InnerException is not TimeoutException)
                    {
                        access.DropIdle();
                        return Attempt(work); // it was lost while nobody used it, which says nothing of the database now
                    }
                });
            }
        }

        public void Dispose()
        {
            lock (_gate)
            {
                _connection?.Dispose();
            }
        }

        private T Attempt<T>(Func<NpgsqlConnection, T> work)
        {
            try
            {
                if (_connection is null)
                {
                    _connection = access.Open();
                    if (setting is not null)
                    {
                        _connection.Execute(setting);
                    }
                }

                using NpgsqlTransaction transaction = _connection.BeginTransaction();
                T result = work(_connection);
                transaction.Commit();
                return result;
            }
            catch (Exception failure) when (failure is not RunStoreException)
            {
                bool wasLost = _connection is { State: not ConnectionState.Open } && failure is InvalidOperationException;
                _connection?.Dispose();
                _connection = null;
                if (wasLost)
                {
                    throw new NpgsqlException("The session was lost.", new IOException(failure.Message));
                }

                throw;
            }
        }
    }
}
