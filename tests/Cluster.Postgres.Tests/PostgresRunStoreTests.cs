using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using ActorFed.Actors;
using ActorFed.Algorithms.Core;
using ActorFed.Host.Configuration;
using ActorFed.Host.Plugins;
using ActorFed.Tests.Shared;
using Xunit;

namespace ActorFed.Cluster.Postgres.Tests;

[Collection(PostgresCollection.Name)]
public sealed class PostgresRunStoreTests(PostgresServer server) : RunStoreConformance
{
    private readonly Lazy<PostgresOptions> _database = new(server.NewDatabase);

    [PostgresFact]
    public void Takes_a_run_from_a_holder_that_can_then_write_nothing()
    {
        using IRunStore store = Open();
        using IRunStore other = Open();
        using IOpenRun lost = store.Create("run", "");
        IMetricsLog metrics = lost.OpenMetrics();

        using IOpenRun taken = other.Resume("run", takesOver: true);
        metrics.Write(1, TimeSpan.Zero, [new Measure("planes", 1)]);
        OvertakenException[] refusals =
        [
            Assert.Throws<OvertakenException>(metrics.Dispose), // what waits is void, and said so
            Assert.Throws<OvertakenException>(() => lost.ReplacePlan("other")),
            Assert.Throws<OvertakenException>(() => lost.ReplaceFile("model", stream => stream.Write("x"u8))),
        ];
        taken.ReplacePlan("mine");

        Assert.All(refusals, refusal => Assert.Contains("taken over by process", refusal.Message, StringComparison.Ordinal));
        Assert.Equal("mine", store.Find("run").ReadPlan());
        Assert.Empty(store.Find("run").ReadMetrics().Rows);
    }

    [PostgresFact]
    public async Task Of_many_that_make_the_same_run_at_once_one_does()
    {
        PostgresOptions options = server.NewDatabase();
        using PostgresRunStore store = PostgresRunStore.Connect(options, PostgresServer.Password);

        Task<string>[] creating = [.. Enumerable.Range(0, 8).Select(i => Task.Run(() =>
        {
            try
            {
                store.Create("run", $"plan {i}").Dispose();
                return $"plan {i}";
            }
            catch (RunExistsException taken)
            {
                return taken.Message;
            }
        }))];
        string[] made = await Task.WhenAll(creating);

        Assert.Equal([store.Find("run").ReadPlan()], made.Where(answer => answer.StartsWith("plan ", StringComparison.Ordinal)));
        Assert.Equal(7, made.Count(answer => answer.StartsWith("There already is a run 'run' in", StringComparison.Ordinal)));
    }

    [PostgresFact]
    public void Says_where_it_looked_when_nobody_answers()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        int free = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();

        RunStoreException refusal = Refusal(server.Options("any") with { Port = free });

        Assert.Contains($"Cannot open the run store in database 'any' on 127.0.0.1:{free}", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("Check that it runs, and store.postgres.host and store.postgres.port", refusal.Message, StringComparison.Ordinal);
    }

    [PostgresFact]
    public void Says_so_when_there_is_no_such_host() => Assert.Contains(
        "on no-such-host.invalid:", Refusal(server.Options("any") with { Host = "no-such-host.invalid", Tls = TlsMode.Off }).Message, StringComparison.Ordinal);

    [PostgresFact]
    public void Refuses_a_wrong_password_and_a_missing_one_without_showing_any()
    {
        RunStoreException wrong = Refusal(server.Options("postgres"), "wrong-secret-1");
        RunStoreException missing = Refusal(server.Options("postgres"), null);

        Assert.Contains("Check store.postgres.user, which is 'actorfed', and its password in store.postgres.password-file", wrong.Message, StringComparison.Ordinal);
        Assert.Contains("ACTORFED_STORE_PASSWORD", missing.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("wrong-secret-1", wrong.ToString(), StringComparison.Ordinal);
    }

    [PostgresFact]
    public void Says_how_to_make_a_database_that_is_missing()
    {
        RunStoreException refusal = Refusal(server.Options("absent"));

        Assert.Contains("database \"absent\" does not exist. Create the database (createdb)", refusal.Message, StringComparison.Ordinal);
    }

    [PostgresFact]
    public void Says_so_when_its_user_may_make_no_tables()
    {
        PostgresOptions options = server.NewDatabase();
        PostgresServer.Execute(options, $"CREATE ROLE guest_{options.Database} LOGIN PASSWORD '{PostgresServer.Password}'");

        RunStoreException refusal = Refusal(options with { User = $"guest_{options.Database}" });

        Assert.Contains("permission denied", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("the right to create a schema", refusal.Message, StringComparison.Ordinal);
    }

    [PostgresFact]
    public void Refuses_tables_of_a_newer_program_and_leaves_them_alone()
    {
        Open().Dispose();
        PostgresServer.Execute(_database.Value, "INSERT INTO versions (version, name) VALUES (999, 'from the future')");

        RunStoreException refusal = Refusal(_database.Value);

        Assert.Contains("are of version 999, and this program knows versions up to 2", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("Use that one, or another database", refusal.Message, StringComparison.Ordinal);
    }

    [PostgresFact]
    public async Task Makes_its_tables_once_when_many_processes_start_at_a_time()
    {
        PostgresOptions options = server.NewDatabase();
        using Barrier together = new(6);

        await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Task.Factory.StartNew(
            () =>
            {
                together.SignalAndWait();
                PostgresRunStore.Connect(options, PostgresServer.Password).Dispose();
            },
            TaskCreationOptions.LongRunning)));

        Assert.Equal(["1|0001-runs.sql", "2|0002-cluster.sql"], PostgresServer.Rows(options, "SELECT version, name FROM versions ORDER BY version"));
    }

    [PostgresFact]
    public void Verifies_the_certificate_unless_the_server_is_on_this_machine()
    {
        PostgresOptions verified = server.NewDatabase() with { Host = "localhost", Tls = TlsMode.Verify, RootCertificate = server.Authority };

        Connect(verified).Dispose();
        RunStoreException otherName = Refusal(verified with { Host = "127.0.0.1" });
        RunStoreException unknownAuthority = Refusal(verified with { RootCertificate = null });
        Connect(verified with { RootCertificate = null, Tls = TlsMode.VerifyUnlessLoopback }).Dispose();
        Connect(verified with { RootCertificate = null, Tls = TlsMode.Unverified }).Dispose();

        Assert.All([otherName, unknownAuthority], refusal => Assert.Contains("store.postgres.root-certificate", refusal.Message, StringComparison.Ordinal));
    }

    [PostgresFact]
    public async Task Refuses_a_certificate_that_has_expired()
    {
        PostgresOptions options = server.NewDatabase() with { Host = "localhost", Tls = TlsMode.Verify, RootCertificate = server.Authority };
        await server.StopAsync();
        await server.StartAsync("expired.crt");
        RunStoreException refusal;
        try
        {
            refusal = Refusal(options);
        }
        finally
        {
            await server.StopAsync();
            await server.StartAsync();
        }

        Connect(options).Dispose(); // the same authority and name
        Assert.IsType<AuthenticationException>(refusal.InnerException!.InnerException);
        Assert.Contains("The server's certificate has expired, is of an unknown authority or names another host", refusal.Message, StringComparison.Ordinal);
    }

    [PostgresFact]
    public void Encrypts_and_verifies_by_default_what_leaves_this_machine()
    {
        PostgresOptions far = MachineOptions.OfThisMachine(null, ["store.postgres.host=db.example.org"], Catalogue.BuiltIn).Store.Postgres;

        Assert.False(far.IsLoopback);
        Assert.Equal("VerifyFull", Access.ModeOf(far).ToString());
        Assert.Equal("VerifyFull", Access.ModeOf(far with { Tls = TlsMode.Verify }).ToString());
        Assert.All(["localhost", "127.0.0.1", "::1", "/run/postgresql"], host => Assert.True((far with { Host = host }).IsLoopback));
    }

    protected override IRunStore Open() => Connect(_database.Value);

    private static PostgresRunStore Connect(PostgresOptions options) => PostgresRunStore.Connect(options, PostgresServer.Password);

    private static RunStoreException Refusal(PostgresOptions options, string? password = PostgresServer.Password) =>
        Assert.Throws<RunStoreException>(() => PostgresRunStore.Connect(options, password));
}
