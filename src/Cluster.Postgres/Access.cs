using System.Net.Sockets;
using System.Security.Authentication;
using ActorFed.Actors;
using Npgsql;

namespace ActorFed.Cluster.Postgres;

/// <summary>The way to the database: makes connections, tries again what a lost one has interrupted, and words what cannot be healed.</summary>
/// <remarks>
/// Time without the database is counted for all calls together: when <see cref="PostgresOptions.RetryFor"/> is spent, each further call
/// tries once and fails at once, until one succeeds. Nothing is tried again before the first success: that would be a wrong address.
/// </remarks>
internal sealed class Access : IDisposable
{
    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(5);

    // A process that stands still, or is cut off, in the middle of a transaction keeps the rows locked that others need to go on: the
    // server ends its session. One that comes back finds a lost connection, and tries again.
    private const string EndOfSilentSessions =
        "-c idle_in_transaction_session_timeout=3s -c tcp_keepalives_idle=5 -c tcp_keepalives_interval=1 -c tcp_keepalives_count=3";

    private const string SilentWithinTransaction = "25P03"; // idle_in_transaction_session_timeout

    private readonly NpgsqlDataSource _source;
    private readonly PostgresOptions _options;
    private readonly TimeProvider _clock;
    private readonly CancellationTokenSource _closing = new();
    private readonly Lock _gate = new();   // guards the two below
    private bool _wasConnected;
    private long? _failingSince;

    public Access(PostgresOptions options, string? password, TimeProvider clock)
    {
        _options = options;
        _clock = clock;
        _source = NpgsqlDataSource.Create(Settings(options, password));
    }

    /// <summary>Name of the schema with all tables.</summary>
    public const string Schema = "actorfed";

    /// <summary>The database in words, without credentials.</summary>
    public string Place => $"database '{_options.Database}' on {_options.Host}:{_options.Port}";

    /// <summary>Carries out one transaction, which may be tried again, on a connection of its own.</summary>
    /// <param name="purpose">What it is for, such as <c>store a snapshot</c>.</param>
    /// <param name="work">The statements; they have the same effect when repeated.</param>
    public T Do<T>(string purpose, Func<NpgsqlConnection, T> work) => Persist(purpose, () =>
    {
        using NpgsqlConnection connection = Open();
        using NpgsqlTransaction transaction = connection.BeginTransaction();
        T result = work(connection);
        transaction.Commit();
        return result;
    });

    /// <summary>A connection; the caller closes it.</summary>
    public NpgsqlConnection Open() => _source.OpenConnection();

    /// <summary>Closes the connections that nobody uses: they may be as dead as one of them was.</summary>
    public void DropIdle() => _source.Clear();

    /// <summary>Tries something again while the connection is lost.</summary>
    /// <exception cref="RunStoreException">The database stayed away, or refuses.</exception>
    public T Persist<T>(string purpose, Func<T> attempt)
    {
        for (TimeSpan delay = FirstDelay; ; delay = delay * 2 < LongestDelay ? delay * 2 : LongestDelay)
        {
            try
            {
                T result = attempt();
                lock (_gate)
                {
                    (_wasConnected, _failingSince) = (true, null);
                }

                return result;
            }
            catch (Exception failure) when (IsOfDatabase(failure))
            {
                if (!IsTransient(failure) || !MayTryAgain() || _closing.Token.WaitHandle.WaitOne(delay))
                {
                    throw Explain(purpose, failure);
                }

                DropIdle();
            }
        }
    }

    public void Dispose()
    {
        _closing.Cancel();
        _source.Dispose();
    }

    /// <summary>Whether another attempt may succeed where this one failed.</summary>
    public static bool IsTransient(Exception failure) => failure switch
    {
        // Also while it stops or starts (57P), and while a standby is not yet what it shall become.
        PostgresException refused => refused.IsTransient
            || refused.SqlState.StartsWith("57P", StringComparison.Ordinal)
            || refused.SqlState is PostgresErrorCodes.ReadOnlySqlTransaction or SilentWithinTransaction,
        NpgsqlException lost => lost.IsTransient && lost.InnerException is not AuthenticationException,
        _ => failure is SocketException or TimeoutException,
    };

    private static bool IsOfDatabase(Exception failure) => failure is NpgsqlException or SocketException or TimeoutException;

    private static NpgsqlConnectionStringBuilder Settings(PostgresOptions options, string? password) => new()
    {
        Host = options.Host,
        Port = options.Port,
        Database = options.Database,
        Username = options.User,
        Password = password,
        SslMode = ModeOf(options),
        RootCertificate = options.RootCertificate,
        Timeout = (int)Math.Ceiling(options.ConnectTimeout.TotalSeconds),
        CommandTimeout = (int)Math.Ceiling(options.CommandTimeout.TotalSeconds),
        KeepAlive = 10,
        MaxPoolSize = options.MaxConnections,
        SearchPath = Schema,
        Options = EndOfSilentSessions,
        ApplicationName = "actorfed",
        PersistSecurityInfo = false,
        IncludeErrorDetail = false,
    };

    /// <summary>How a connection is protected.</summary>
    public static SslMode ModeOf(PostgresOptions options) => options.Tls switch
    {
        TlsMode.VerifyUnlessLoopback when options.IsLoopback => SslMode.Prefer,
        TlsMode.VerifyUnlessLoopback or TlsMode.Verify => SslMode.VerifyFull,
        TlsMode.Unverified => SslMode.Require,
        _ => SslMode.Disable,
    };

    private bool MayTryAgain()
    {
        lock (_gate)
        {
            _failingSince ??= _clock.GetTimestamp();
            return _wasConnected && _clock.GetElapsedTime(_failingSince.Value) < _options.RetryFor;
        }
    }

    private RunStoreException Explain(string purpose, Exception failure)
    {
        string wayOut = failure switch
        {
            PostgresException { SqlState: PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification } =>
                $"Check store.postgres.user, which is '{_options.User}', and its password in store.postgres.password-file or ACTORFED_STORE_PASSWORD.",
            PostgresException { SqlState: PostgresErrorCodes.InvalidCatalogName } =>
                "Create the database (createdb), or correct store.postgres.database.",
            PostgresException { SqlState: PostgresErrorCodes.InsufficientPrivilege } =>
                $"Give '{_options.User}' the right to create a schema in this database, or let its owner run actorfed once.",
            PostgresException { SqlState: PostgresErrorCodes.DiskFull } => "Make room on the database's disk, then resume the run.",
            PostgresException => "Look at the database's own log.",
            NpgsqlException { InnerException: AuthenticationException } =>
                "The server's certificate has expired, is of an unknown authority or names another host: renew it, or set store.postgres.root-certificate to "
                + "the certificate of its authority, or store.postgres.host to the name in it; store.postgres.tls = unverified trusts anybody who answers.",
            NpgsqlException when failure.Message.Contains("password", StringComparison.OrdinalIgnoreCase) =>
                "Put the password into a file and name it in store.postgres.password-file, or set ACTORFED_STORE_PASSWORD.",
            NpgsqlException when failure.Message.Contains("SSL", StringComparison.Ordinal) =>
                "Let the server offer TLS (ssl = on); store.postgres.tls = off speaks in clear.",
            _ when WasConnected() => $"It stayed away for store.postgres.retry-for, {_options.RetryFor.TotalSeconds:0} s. Start it again, then resume the run.",
            _ => "Check that it runs, and store.postgres.host and store.postgres.port.",
        };
        string cause = failure is PostgresException answer ? answer.MessageText : $"{failure.Message}{(failure.InnerException is Exception inner ? $" ({inner.Message})" : "")}";
        return new RunStoreException($"Cannot {purpose} in {Place}: {cause.TrimEnd('.')}. {wayOut}", failure);
    }

    private bool WasConnected()
    {
        lock (_gate)
        {
            return _wasConnected;
        }
    }
}
