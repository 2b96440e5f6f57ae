using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using ActorFed.Host;
using ActorFed.Host.Tests.Data;
using ActorFed.Host.Tests.Experiments;
using Xunit;

namespace ActorFed.Cluster.Postgres.Tests;

/// <summary>The real program, killed in the middle of a run that it keeps in the database.</summary>
[Collection(PostgresCollection.Name)]
public sealed class KilledRunTests(PostgresServer server)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2); // only a program that hangs needs it

    [PostgresFact]
    public async Task Goes_on_from_the_database_to_the_bits_of_a_run_that_was_not_killed()
    {
        const int Further = 20_000; // more than may wait unrecorded while snapshots are already stored
        using TemporaryFolder temporary = new();
        PostgresOptions options = server.NewDatabase();
        string[] store = ["--cluster", temporary.Write("store.conf", Encoding.UTF8.GetBytes(PostgresServer.StoreFile(options, temporary)))];
        using CancellationTokenSource patience = new(Patience);
        using Process program = Start([.. Cli.Run("unused", int.MaxValue, "run.folder=none", "run.snapshot-every=50ms", "run.record-every=1000"), .. store]);
        try
        {
            while (await program.StandardOutput.ReadLineAsync(patience.Token) is string line && (!line.StartsWith("step ", StringComparison.Ordinal) || line.StartsWith("step 0/", StringComparison.Ordinal)))
            {
            }
        }
        finally
        {
            program.Kill();
            await program.WaitForExitAsync(patience.Token);
        }

        string id = PostgresServer.Rows(options, "SELECT id FROM runs").Single();
        JsonElement status = (await Cli.RunAsync(["status", id, "--json", .. store])).MustEnd(ExitCodes.Success).Json;
        string steps = (status.GetProperty("steps").GetInt64() + Further).ToString(CultureInfo.InvariantCulture);
        CliResult resumed = (await Cli.RunAsync(["run", "--resume", id, .. Cli.Set($"stop.steps={steps}"), "--json", .. store])).MustEnd(ExitCodes.Success);
        CliResult undisturbed = (await Cli.RunAsync(
            Cli.Run(temporary.At("run"), int.Parse(steps, CultureInfo.InvariantCulture), "run.record-every=1000"))).MustEnd(ExitCodes.Success);

        Assert.Equal("interrupted", status.GetProperty("state").GetString());
        Assert.Equal(["2"], PostgresServer.Rows(options, "SELECT epoch FROM epochs WHERE participant = 'master'"));
        Assert.Equal(undisturbed.Json.GetProperty("objectives").GetRawText(), resumed.Json.GetProperty("objectives").GetRawText());
    }

    private static Process Start(string[] arguments) => Process.Start(new ProcessStartInfo(
        Environment.ProcessPath!, [Path.Combine(AppContext.BaseDirectory, "actorfed.dll"), .. arguments])
    {
        RedirectStandardOutput = true,
    })!;
}
