using System.Data;
using ActorFed.Actors;
using Npgsql;

namespace ActorFed.Cluster.Postgres;

/// <summary>A run that this process holds.</summary>
/// <remarks>
/// <para>Two things hold it. An advisory lock of one session, over which all writing goes, shows others that it is in use; it ends with the
/// session, however that dies, and is taken again by the next one. The number of the part fences: every writing transaction first makes
/// sure that its part is still the newest one, so that a holder that was cut off and overtaken changes nothing.</para>
/// <para>What is written carries its number, so that a transaction of which nobody knows whether it came through can be repeated.</para>
/// </remarks>
internal sealed class PostgresOpenRun : PostgresRun, IOpenRun
{
    private readonly object _gate = new(); // one transaction at a time; guards the session
    private readonly int _part;
    private NpgsqlConnection? _session;
    private bool _isDisposed;

    private PostgresOpenRun(Access access, string id, int number, int part, NpgsqlConnection session)
        : base(access, id, number)
    {
        _part = part;
        _session = session;
    }

    /// <inheritdoc/>
    public bool IsResumed => _part > 1;

    /// <inheritdoc/>
    public override bool IsOpen => !_isDisposed;

    /// <summary>Takes hold of a run.</summary>
    /// <param name="access">The database.</param>
    /// <param name="id">Its id.</param>
    /// <param name="number">Its number.</param>
    /// <param name="part">The part that was just made; null: makes the next one.</param>
    /// <param name="takesOver">Whether to take it from its holder.</param>
    public static PostgresOpenRun Hold(Access access, string id, int number, int? part, bool takesOver) => access.Persist("hold the run", () =>
    {
        NpgsqlConnection session = access.Open();
        try
        {
            if (!TryLock(session, number) && !takesOver)
            {
                string holder = (string?)session.Scalar("SELECT holder FROM runs WHERE number = $1", number) ?? "nobody";
                throw new RunStoreException(
                    $"The run '{id}' in {access.Place} is in use by {holder}. Wait for it to end or stop it; a node that is gone is noticed when its connection ends.");
            }

            int held = part ?? (int)session.Scalar(
                "UPDATE runs SET part = part + 1, holder = $2 WHERE number = $1 RETURNING part", number, PostgresRunStore.Holder)!;
            return new PostgresOpenRun(access, id, number, held, session);
        }
        catch
        {
            session.Dispose();
            throw;
        }
    });

    /// <inheritdoc/>
    public void ReplacePlan(string plan) => Write("store the plan", connection => connection.Execute(
        "INSERT INTO plans (run, part, plan) VALUES ($1, $2, $3) ON CONFLICT (run, part) DO UPDATE SET plan = excluded.plan", Number, _part, plan));

    /// <inheritdoc/>
    public IMetricsLog OpenMetrics() => new PostgresMetrics(this, Number);

    /// <inheritdoc/>
    public IEventLog OpenEvents() => new PostgresEvents(this, Number);

    /// <inheritdoc/>
    public void ReplaceFile(string name, Action<Stream> write) => Write($"store {name}", connection =>
    {
        connection.Execute("DELETE FROM pieces WHERE run = $1 AND file = $2", Number, name);
        using PieceStream stream = new((piece, content) => InsertPiece(connection, name, piece, content));
        write(stream);
        return true;
    });

    /// <inheritdoc/>
    public Stream AppendFile(string name)
    {
        if (FileNames().Contains(name))
        {
            throw new RunStoreException($"There already is a file {name} in {Place}; one that grows must be new.");
        }

        return new PieceStream((piece, content) => Write($"store {name}", connection => InsertPiece(connection, name, piece, content)), isPatient: false);
    }

    /// <inheritdoc/>
    public void MarkEnded() => Write("mark the run as ended", connection =>
        connection.Execute("UPDATE runs SET wish = 'ended' WHERE number = $1 AND wish IS NOT NULL", Number));

    /// <summary>Writes in one transaction, as the holder of the run.</summary>
    /// <param name="purpose">What it is for.</param>
    /// <param name="work">The statements; they have the same effect when repeated.</param>
    /// <exception cref="OvertakenException">Somebody else holds the run by now.</exception>
    public T Write<T>(string purpose, Func<NpgsqlConnection, T> work)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            return Access.Persist(purpose, () =>
            {
                try
                {
                    NpgsqlConnection session = Session();
                    using NpgsqlTransaction transaction = session.BeginTransaction();
                    MustStillHold(session);
                    T result = work(session);
                    transaction.Commit();
                    return result;
                }
                catch (Exception failure) when (Access.IsTransient(failure))
                {
                    Drop();
                    throw;
                }
                catch (InvalidOperationException lost) when (_session?.State != ConnectionState.Open)
                {
                    // Looking after an idle session found it dead, just now: as good as losing it in the middle.
                    Drop();
                    throw new NpgsqlException("The session was lost.", new IOException(lost.Message));
                }
            });
        }
    }

    /// <summary>Lets the run go.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_isDisposed)
            {
                return;
            }

            _isDisposed = true;
            try
            {
                if (_session?.State == ConnectionState.Open)
                {
                    _session.Execute("SELECT pg_advisory_unlock($1, $2)", LockSpace, Number);
                }
            }
            catch (Exception failure) when (failure is NpgsqlException or InvalidOperationException)
            {
                // The session is gone, and the lock with it.
            }

            Drop();
        }
    }

    private static bool TryLock(NpgsqlConnection session, int number) => (bool)session.Scalar("SELECT pg_try_advisory_lock($1, $2)", LockSpace, number)!;

    private int InsertPiece(NpgsqlConnection connection, string name, int piece, ReadOnlyMemory<byte> content) => connection.Execute(
        "INSERT INTO pieces (run, file, number, content) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING", Number, name, piece, content);

    private NpgsqlConnection Session()
    {
        if (_session is not null && _session.State != ConnectionState.Open)
        {
            Drop(); // found dead while it was idle
        }

        if (_session is null)
        {
            _session = Access.Open();
            TryLock(_session, Number); // the server may not know yet that the session before is dead; the part says whose the run is
        }

        return _session;
    }

    private void MustStillHold(NpgsqlConnection session)
    {
        (int part, string holder) = session.Query(
            row => (row.GetInt32(0), row.GetString(1)), "SELECT part, holder FROM runs WHERE number = $1 FOR SHARE", Number).SingleOrDefault();
        if (part != _part)
        {
            throw new OvertakenException(part == 0
                ? $"The run in {Place} was deleted while it went on; nothing more of it can be stored."
                : $"The run in {Place} was taken over by {holder}, as part {part}; this process held part {_part} and can store nothing more.");
        }
    }

    private void Drop()
    {
        _session?.Dispose();
        _session = null;
    }
}
