using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using ActorFed.Actors;
using ActorFed.Host.Tests.Data;
using ActorFed.Tests.Shared;
using Npgsql;
using Xunit;

namespace ActorFed.Cluster.Postgres.Tests;

/// <summary>A server of its own for the tests of this assembly: in a temporary folder, on a free port of the loopback address.</summary>
/// <remarks>
/// It runs under a shell that waits for the end of its input, which is a pipe from here: so it ends with the tests, however they end.
/// PostgreSQL refuses to be root; started by root it runs as postgres or nobody.
/// </remarks>
public sealed class PostgresServer : IAsyncLifetime
{
    public const string User = "actorfed";
    public const string Password = "pass-4711-word";

    private const int Attempts = 3; // another process may take the port in between
    private const string UntilInputEnds = "\"$0\" \"$@\" & server=$!; read -r _; kill -QUIT $server; wait $server";

    private readonly string _folder = Path.Combine(Path.GetTempPath(), $"actorfed-postgres-{Environment.ProcessId}");
    private Process? _process;
    private int _databases;

    /// <summary>The folder of PostgreSQL's programs; null where there are none.</summary>
    public static string? Programs { get; } = FindPrograms();

    /// <summary>Why tests are skipped; null where PostgreSQL is.</summary>
    public static string? Absence { get; } = Programs is null ? "It needs PostgreSQL's initdb and postgres (Debian: apt-get install postgresql)." : null;

    public int Port { get; private set; }

    /// <summary>The certificate of the authority that signed the server's, which names localhost.</summary>
    public string Authority => Path.Combine(_folder, "authority.crt");

    private string Data => Path.Combine(_folder, "data");

    private static string? OtherUser => Environment.UserName != "root" ? null
        : File.ReadLines("/etc/passwd").Any(line => line.StartsWith("postgres:", StringComparison.Ordinal)) ? "postgres" : "nobody";

    public async Task InitializeAsync()
    {
        if (Programs is null)
        {
            return; // every test is skipped
        }

        Directory.CreateDirectory(_folder);
        string secret = Path.Combine(_folder, "secret");
        await File.WriteAllTextAsync(secret, Password);
        TestCertificates.Write(_folder);
        if (OtherUser is string user)
        {
            await RunAsync("chown", "-R", user, _folder);
        }

        await RunAsync([.. AsUser("initdb"), "-D", Data, "-U", User, $"--pwfile={secret}", "--auth=scram-sha-256", "--encoding=UTF8", "--no-locale", "--no-sync"]);
        for (int attempt = 1; ; attempt++)
        {
            Port = FreePort();
            try
            {
                await StartAsync();
                return;
            }
            catch (InvalidOperationException) when (attempt < Attempts)
            {
                await StopAsync();
            }
        }
    }

    public async Task DisposeAsync()
    {
        await StopAsync();
        if (Directory.Exists(_folder))
        {
            Directory.Delete(_folder, recursive: true);
        }
    }

    /// <summary>Starts the server; it accepts connections on return.</summary>
    /// <param name="certificate">The certificate that it shows.</param>
    public async Task StartAsync(string certificate = "server.crt")
    {
        string[] settings =
        [
            "listen_addresses=127.0.0.1", $"port={Port}", $"unix_socket_directories={_folder}", "fsync=off", "full_page_writes=off", "shared_buffers=16MB",
            "ssl=on", $"ssl_cert_file={_folder}/{certificate}", $"ssl_key_file={_folder}/server.key",
        ];
        string[] command = [.. AsUser("postgres"), "-D", Data, .. settings.SelectMany(setting => (string[])["-c", setting])];
        int program = Array.FindIndex(command, word => word.EndsWith("/postgres", StringComparison.Ordinal));
        ProcessStartInfo start = new() { RedirectStandardInput = true, RedirectStandardError = true, RedirectStandardOutput = true };
        string[] words = [.. command[..program], "sh", "-c", UntilInputEnds, .. command[program..]];
        start.FileName = words[0];
        Array.ForEach(words[1..], start.ArgumentList.Add);
        TaskCompletionSource isReady = new(TaskCreationOptions.RunContinuationsAsynchronously);
        List<string> log = [];
        _process = Process.Start(start)!;
        _process.ErrorDataReceived += (_, line) =>
        {
            if (line.Data is null)
            {
                isReady.TrySetException(new InvalidOperationException($"postgres did not start:\n{string.Join('\n', log)}"));
            }
            else if (line.Data.Contains("ready to accept connections", StringComparison.Ordinal))
            {
                isReady.TrySetResult();
            }
            else if (!isReady.Task.IsCompleted)
            {
                log.Add(line.Data);
            }
        };
        _process.BeginErrorReadLine();
        _process.BeginOutputReadLine();
        Task first = await Task.WhenAny(isReady.Task, _process.WaitForExitAsync());
        await (first == isReady.Task ? isReady.Task : Task.FromException(new InvalidOperationException($"postgres ended:\n{string.Join('\n', log)}")));
    }

    /// <summary>Ends the server at once, as a crash would.</summary>
    public async Task StopAsync()
    {
        if (_process is not null)
        {
            _process.StandardInput.Close();
            await _process.WaitForExitAsync();
            _process.Dispose();
            _process = null;
        }
    }

    /// <summary>How to reach an empty database that is nobody else's.</summary>
    public PostgresOptions NewDatabase()
    {
        PostgresOptions options = Options($"test{Interlocked.Increment(ref _databases).ToString(CultureInfo.InvariantCulture)}");
        Execute(Options("postgres"), $"CREATE DATABASE {options.Database}");
        return options;
    }

    /// <summary>How to reach a database that need not exist.</summary>
    public PostgresOptions Options(string database) => new()
    {
        Host = "127.0.0.1",
        Port = Port,
        Database = database,
        User = User,
        PasswordFile = null,
        Tls = TlsMode.Off,
        RootCertificate = null,
        ConnectTimeout = TimeSpan.FromSeconds(10),
        CommandTimeout = TimeSpan.FromSeconds(30),
        RetryFor = TimeSpan.FromSeconds(30),
        MaxConnections = 8,
    };

    /// <summary>The text of a file that names a database as the run store.</summary>
    internal static string StoreFile(PostgresOptions options, TemporaryFolder folder, string more = "")
    {
        string secret = folder.Write("secret", Encoding.UTF8.GetBytes(Password + "\n"));
        return string.Create(CultureInfo.InvariantCulture, $$"""
            store.kind = postgres
            store.postgres {
              host = "{{options.Host}}"
              port = {{options.Port}}
              database = {{options.Database}}
              user = {{options.User}}
              password-file = "{{secret}}"
              {{more}}
            }

            """);
    }

    /// <summary>Carries out a statement behind the program's back.</summary>
    public static int Execute(PostgresOptions options, string statement, params object[] values)
    {
        using NpgsqlConnection connection = Connect(options);
        return connection.Execute(statement, values);
    }

    /// <summary>The rows of a query, each as text.</summary>
    public static List<string> Rows(PostgresOptions options, string query)
    {
        using NpgsqlConnection connection = Connect(options);
        return connection.Query(row => string.Join('|', Enumerable.Range(0, row.FieldCount).Select(column => row.GetValue(column))), query);
    }

    /// <summary>A connection beside the program's.</summary>
    public static NpgsqlConnection Connect(PostgresOptions options)
    {
        NpgsqlConnection connection = new(
            $"Host={options.Host};Port={options.Port};Database={options.Database};Username={User};Password={Password};Search Path=actorfed;Pooling=false");
        connection.Open();
        return connection;
    }

    private static string[] AsUser(string program)
    {
        string path = Path.Combine(Programs!, program);
        return OtherUser is string user ? ["setpriv", $"--reuid={user}", $"--regid={user switch { "nobody" => "nogroup", _ => user }}", "--clear-groups", path] : [path];
    }

    private static async Task RunAsync(params string[] command)
    {
        ProcessStartInfo start = new(command[0], command[1..]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        string error = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"{string.Join(' ', command)} ended with {process.ExitCode}:\n{error}\n{await output}");
    }

    private static int FreePort()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static string? FindPrograms()
    {
        const string Debian = "/usr/lib/postgresql";
        IEnumerable<string> versions = Directory.Exists(Debian)
            ? Directory.GetDirectories(Debian).OrderByDescending(folder => int.TryParse(Path.GetFileName(folder), out int version) ? version : 0).Select(folder => Path.Combine(folder, "bin"))
            : [];
        string[] onPath = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        return versions.Concat(onPath).FirstOrDefault(folder => folder.Length > 0 && File.Exists(Path.Combine(folder, "initdb")) && File.Exists(Path.Combine(folder, "postgres")));
    }
}

/// <summary>Tests of one server run one after the other: some of them restart it.</summary>
[CollectionDefinition(Name)]
public sealed class PostgresCollection : ICollectionFixture<PostgresServer>
{
    public const string Name = "postgres";
}
