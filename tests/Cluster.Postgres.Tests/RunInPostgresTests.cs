using System.Globalization;
using System.Text;
using System.Text.Json;
using ActorFed.Actors;
using ActorFed.Host;
using ActorFed.Host.Tests.Data;
using ActorFed.Host.Tests.Experiments;
using Xunit;

namespace ActorFed.Cluster.Postgres.Tests;

[Collection(PostgresCollection.Name)]
public sealed class RunInPostgresTests(PostgresServer server) : IDisposable
{
    private readonly TemporaryFolder _temporary = new();

    public void Dispose() => _temporary.Dispose();

    [PostgresFact]
    public async Task Comes_to_the_bits_of_a_run_in_a_folder_also_when_resumed()
    {
        (_, string store) = NewStore();
        CliResult inFolder = (await Cli.RunAsync(Cli.Run(_temporary.At("folder"), 60))).MustEnd(ExitCodes.Success);
        CliResult first = (await RunAsync(store, 25)).MustEnd(ExitCodes.Success);
        string id = Id(first);

        CliResult resumed = (await Cli.RunAsync(["run", "--resume", id, "--cluster", store, .. Cli.Set("stop.steps=60"), "--json"])).MustEnd(ExitCodes.Success);
        CliResult replayed = (await Cli.RunAsync("replay", id, "--cluster", store, "--json")).MustEnd(ExitCodes.Success);
        (await Cli.RunAsync("report", id, "--cluster", store, "--out", _temporary.At("out"))).MustEnd(ExitCodes.Success);

        Assert.Equal(Numbers(inFolder), Numbers(resumed));
        Assert.True(replayed.Json.GetProperty("model").GetProperty("identical").GetBoolean());
        Assert.Equal(Tensors("folder"), Tensors("out"));
        Assert.Equal(MetricsOf("folder"), MetricsOf("out"));
        Assert.Equal(
            ["deliveries-1.bin", "deliveries-2.bin", "events.jsonl", "metrics.csv", "model.safetensors", "plan.conf", "report.html", "result.json"],
            Directory.GetFiles(_temporary.At("out")).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal));
    }

    [PostgresFact]
    public async Task Lists_shows_and_follows_runs()
    {
        (_, string store) = NewStore();
        string[] ids = [Id(await RunAsync(store, 20)), Id(await RunAsync(store, 30))];

        JsonElement list = (await Cli.RunAsync("list", "runs", "--cluster", store, "--json")).MustEnd(ExitCodes.Success).Json;
        JsonElement status = (await Cli.RunAsync("status", ids[1], "--cluster", store, "--json")).MustEnd(ExitCodes.Success).Json;
        CliResult logs = (await Cli.RunAsync("logs", ids[1], "--follow", "--cluster", store)).MustEnd(ExitCodes.Success);
        CliResult text = (await Cli.RunAsync("list", "runs", "--cluster", store)).MustEnd(ExitCodes.Success);

        Assert.Equal([ids[1], ids[0]], list.GetProperty("runs").EnumerateArray().Select(run => run.GetProperty("run").GetString()));
        Assert.Equal(("completed", 30L), (status.GetProperty("state").GetString(), status.GetProperty("steps").GetInt64()));
        Assert.Equal("adbo", status.GetProperty("algorithm").GetString());
        Assert.True(status.GetProperty("measures").TryGetProperty("upper-objective", out _));
        Assert.Contains("run-started", logs.Output.Split('\n')[0], StringComparison.Ordinal);
        Assert.Contains("run-ended", logs.Output.TrimEnd().Split('\n')[^1], StringComparison.Ordinal);
        Assert.Contains("adbo on quadratic", text.Output, StringComparison.Ordinal);
    }

    [PostgresFact]
    public async Task Tells_a_run_whose_process_was_killed_from_one_that_goes_on()
    {
        (PostgresOptions options, string store) = NewStore();
        using PostgresRunStore runs = PostgresRunStore.Connect(options, PostgresServer.Password);
        IOpenRun run = runs.Create("mine", "");

        string[] states = new string[2];
        states[0] = await StateAsync("mine", store);
        run.Dispose();
        states[1] = await StateAsync("mine", store);

        Assert.Equal(["running", "interrupted"], states);
    }

    [PostgresFact]
    public async Task Waits_for_a_database_that_restarts_and_comes_to_the_same_bits()
    {
        const int Steps = 3000;
        (_, string store) = NewStore();
        CliResult undisturbed = (await Cli.RunAsync(Cli.Run(_temporary.At("folder"), Steps))).MustEnd(ExitCodes.Success);
        (Task<CliResult> running, Task isRunning) = Begin(store, Steps);

        await isRunning;
        await server.StopAsync();
        Assert.False(running.IsCompleted); // without the database it cannot end
        await server.StartAsync();
        for (int crash = 0; crash < 3; crash++)
        {
            await server.StopAsync(); // wherever that strikes
            await server.StartAsync();
        }

        CliResult disturbed = (await running).MustEnd(ExitCodes.Success);
        (await Cli.RunAsync("report", Id(disturbed), "--cluster", store, "--out", _temporary.At("out"))).MustEnd(ExitCodes.Success);

        Assert.Equal(Numbers(undisturbed), Numbers(disturbed));
        Assert.Equal(MetricsOf("folder"), MetricsOf("out"));
    }

    [PostgresFact]
    public async Task Fails_with_the_cause_when_the_database_stays_away_and_can_be_resumed_later()
    {
        const int Steps = 3000;
        (PostgresOptions options, string store) = NewStore("retry-for = 200ms");
        CliResult undisturbed = (await Cli.RunAsync(Cli.Run(_temporary.At("folder"), Steps))).MustEnd(ExitCodes.Success);
        (Task<CliResult> running, Task isRunning) = Begin(store, Steps);

        await isRunning;
        await server.StopAsync();
        CliResult failed = await running;
        await server.StartAsync();
        string id = PostgresServer.Rows(options, "SELECT id FROM runs").Single();
        string state = await StateAsync(id, store);
        CliResult resumed = (await Cli.RunAsync("run", "--resume", id, "--cluster", store, "--json")).MustEnd(ExitCodes.Success);

        failed.MustEnd(ExitCodes.Failed);
        Assert.Contains("It stayed away for store.postgres.retry-for", failed.Error, StringComparison.Ordinal);
        Assert.Equal("interrupted", state);
        Assert.Equal(Numbers(undisturbed), Numbers(resumed));
    }

    [PostgresFact]
    public async Task Shows_the_password_nowhere()
    {
        (PostgresOptions options, string store) = NewStore();
        StringBuilder shown = new();
        CliResult run = (await RunAsync(store, 20)).MustEnd(ExitCodes.Success);
        string[][] commands =
        [
            ["status", Id(run), "--cluster", store], ["logs", Id(run), "--cluster", store], ["list", "runs", "--cluster", store, "--json"],
            ["report", Id(run), "--cluster", store, "--out", _temporary.At("out")], ["report", "none", "--cluster", store],
        ];
        foreach (CliResult result in (CliResult[])[run, .. await Task.WhenAll(commands.Select(Cli.RunAsync))])
        {
            shown.Append(result.Output).Append(result.Error);
        }

        foreach (string file in Directory.GetFiles(_temporary.At("out")))
        {
            shown.Append(Encoding.Latin1.GetString(await File.ReadAllBytesAsync(file)));
        }

        foreach (string table in PostgresServer.Rows(options, "SELECT tablename FROM pg_tables WHERE schemaname = 'actorfed'"))
        {
            shown.AppendJoin('\n', PostgresServer.Rows(options, $"SELECT {table}::text FROM {table}"));
        }

        Assert.Contains(Id(run), shown.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(PostgresServer.Password, shown.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("store.", await File.ReadAllTextAsync(_temporary.At("out/plan.conf")), StringComparison.Ordinal);
    }

    [PostgresFact]
    public async Task Takes_the_password_from_the_environment()
    {
        (_, string store) = NewStore();
        string bare = _temporary.At("bare.conf");
        await File.WriteAllLinesAsync(bare, (await File.ReadAllLinesAsync(store)).Where(line => !line.Contains("password-file", StringComparison.Ordinal)));

        int with = await CodeAsync(variable => variable == "ACTORFED_STORE_PASSWORD" ? PostgresServer.Password : null);
        int without = await CodeAsync(_ => null);

        Assert.Equal((ExitCodes.Success, ExitCodes.BadInput), (with, without));

        async Task<int> CodeAsync(Func<string, string?> environment)
        {
            using StringWriter output = new();
            return await new CommandLine(output, output, environment).InvokeAsync(["list", "runs", "--cluster", bare]);
        }
    }

    [PostgresFact]
    public async Task Is_looked_at_by_the_doctor()
    {
        (_, string store) = NewStore();
        string wrong = _temporary.Write("wrong.conf", Encoding.UTF8.GetBytes(File.ReadAllText(store) + "\nstore.postgres.database = absent\n"));

        CliResult well = await Cli.RunAsync("doctor", "--cluster", store);
        CliResult ill = (await Cli.RunAsync("doctor", "--cluster", wrong)).MustEnd(ExitCodes.Failed);

        Assert.Contains("kept in database 'test", well.Output, StringComparison.Ordinal);
        Assert.Contains("Create the database", ill.Output, StringComparison.Ordinal);
    }

    [PostgresFact]
    public async Task Starts_nothing_when_the_store_cannot_be_used()
    {
        (_, string store) = NewStore();
        string[] settings = ["store.postgres.password=word-in-clear", "store.postgres.password-file=/nowhere/secret", "store.postgres.database=absent", "run.folder=here", "store.postgres.host=\"u:p@h\""];

        CliResult[] results = await Task.WhenAll(settings.Select(setting => RunAsync(store, 20, setting)));

        Assert.All(results, result => result.MustEnd(ExitCodes.BadInput));
        Assert.Contains("store.postgres.password", results[0].Error, StringComparison.Ordinal);
        Assert.DoesNotContain("word-in-clear", results[0].Error, StringComparison.Ordinal);
        Assert.Contains("'/nowhere/secret' (store.postgres.password-file) cannot be read", results[1].Error, StringComparison.Ordinal);
        Assert.Contains("Create the database", results[2].Error, StringComparison.Ordinal);
        Assert.Contains("Leave run.folder out", results[3].Error, StringComparison.Ordinal);
        Assert.Contains("store.postgres.host", results[4].Error, StringComparison.Ordinal);
        Assert.Empty((await Cli.RunAsync("list", "runs", "--cluster", store, "--json")).Json.GetProperty("runs").EnumerateArray());
    }

    private static string[] Arguments(string store, int steps, params string[] settings) =>
        [.. Cli.Run("unused", steps, ["run.folder=none", .. settings]), "--cluster", store];

    private static Task<CliResult> RunAsync(string store, int steps, params string[] settings) => Cli.RunAsync(Arguments(store, steps, settings));

    private static string Id(CliResult result) => result.Json.GetProperty("runId").GetString()!;

    private static string Numbers(CliResult result) =>
        $"{result.Json.GetProperty("steps")} {result.Json.GetProperty("objectives")} {result.Json.GetProperty("metrics")}";

    private static async Task<string> StateAsync(string run, string store) =>
        (await Cli.RunAsync("status", run, "--cluster", store, "--json")).MustEnd(ExitCodes.Success).Json.GetProperty("state").GetString()!;

    /// <summary>Begins a run; the second task is done when the engine is about to start.</summary>
    private static (Task<CliResult> Running, Task IsRunning) Begin(string store, int steps)
    {
        SignallingWriter output = new("store database");
        StringWriter error = new();
        Task<CliResult> running = Task.Run(async () =>
        {
            int code = await new CommandLine(TextWriter.Synchronized(output), TextWriter.Synchronized(error), _ => null).InvokeAsync(Arguments(store, steps, "run.record-every=1"));
            return new CliResult(code, output.ToString(), error.ToString());
        });
        return (running, output.HasCome);
    }

    /// <summary>An empty database, and a file that names it as the store.</summary>
    private (PostgresOptions Options, string File) NewStore(string more = "")
    {
        PostgresOptions options = server.NewDatabase();
        string text = PostgresServer.StoreFile(options, _temporary, more);
        return (options, _temporary.Write("store.conf", Encoding.UTF8.GetBytes(text)));
    }

    /// <summary>The values of the model, without what says which run it is of.</summary>
    private byte[] Tensors(string run)
    {
        byte[] file = File.ReadAllBytes(_temporary.At($"{run}/model.safetensors"));
        return file[(8 + (int)BitConverter.ToInt64(file))..];
    }

    /// <summary>Steps and objectives, which do not depend on time.</summary>
    private string[] MetricsOf(string run) => [.. File.ReadLines(_temporary.At($"{run}/metrics.csv")).Skip(1)
        .Select(line => line.Split(','))
        .Where(fields => fields[2].Length > 0 && int.Parse(fields[0], CultureInfo.InvariantCulture) % 10 == 0)
        .Select(fields => $"{fields[0]} {fields[2]} {fields[3]}")
        .Distinct()];

    /// <summary>Says when a line has come.</summary>
    private sealed class SignallingWriter(string awaited) : StringWriter
    {
        private readonly TaskCompletionSource _come = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task HasCome => _come.Task;

        public override void WriteLine(string? value)
        {
            base.WriteLine(value);
            if (value?.StartsWith(awaited, StringComparison.Ordinal) == true)
            {
                _come.SetResult();
            }
        }
    }
}
