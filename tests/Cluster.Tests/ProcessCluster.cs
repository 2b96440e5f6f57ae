using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using ActorFed.Cluster.Postgres;
using ActorFed.Cluster.Postgres.Tests;
using ActorFed.Host;
using ActorFed.Host.Runs;
using ActorFed.Host.Tests.Data;
using ActorFed.Host.Tests.Experiments;
using Xunit;

namespace ActorFed.Cluster.Tests;

/// <summary>A cluster of real processes on this machine, over a database of its own, and what happens in it.</summary>
/// <param name="server">The database server.</param>
/// <param name="tell">Takes what the nodes have said, in the end.</param>
internal abstract class ProcessCluster(PostgresServer server, Action<string> tell) : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly List<NodeProcess> _nodes = [];

    /// <summary>Its database.</summary>
    public PostgresOptions Database { get; } = server.NewDatabase();

    /// <summary>The section of the database in files for <c>--cluster</c>.</summary>
    protected string StoreSection => $$"""
        store { kind = postgres }
        store.postgres {
          host = 127.0.0.1
          port = {{server.Port}}
          database = {{Database.Database}}
          user = {{PostgresServer.User}}
          password-file = "{{Write("database.secret", PostgresServer.Password)}}"
          tls = off
        }
        """;

    /// <summary>The file for <c>--cluster</c> of those who command and are no node.</summary>
    protected abstract string FileOfCommands { get; }

    /// <summary>Carries out a command over the cluster, in this process.</summary>
    public Task<CliResult> RunAsync(params string[] command) => Cli.RunAsync([.. command, "--cluster", FileOfCommands]);

    /// <summary>Submits a run.</summary>
    /// <returns>Its id.</returns>
    public async Task<string> SubmitAsync(string experiment, params string[] settings) =>
        (await RunAsync(["submit", experiment, .. Cli.Set(settings)])).MustEnd(ExitCodes.Success).Output.Trim();

    /// <summary>The rows of a query over the database, each as text.</summary>
    public List<string> Rows(string query) => PostgresServer.Rows(Database, query);

    /// <summary>The newest step of a run that is recorded; -1 before the first.</summary>
    public long StepOf(string run) => long.Parse(Rows($"SELECT coalesce(max(step), -1) FROM metrics {Of(run)}").Single(), CultureInfo.InvariantCulture);

    /// <summary>Whether a run has come to an end, of whatever kind.</summary>
    public bool HasEnded(string run) => WishOf(run) == "ended";

    /// <summary>Waits until a run has made some more steps. It must not end before: machines differ in what they do meanwhile.</summary>
    /// <returns>The newest step.</returns>
    /// <exception cref="InvalidOperationException">The run has ended.</exception>
    public async Task<long> AdvancesAsync(string run, long steps = 20)
    {
        long before = StepOf(run);
        return await Until.TrueAsync(
            $"{run} is beyond step {before + steps}",
            () => HasEnded(run) && StepOf(run) < before + steps ? throw new InvalidOperationException($"{run} has ended at step {StepOf(run)}; step {before + steps} was waited for.") : StepOf(run),
            step => step >= before + steps);
    }

    /// <summary>The node that holds a participant, as told to the others; empty when nobody does.</summary>
    public string HolderOf(string run, string participant) =>
        Rows($"SELECT node FROM placements {Of(run)} AND participant = '{participant}' AND node IS NOT NULL").SingleOrDefault() ?? "";

    /// <summary>The nodes that hold participants of a run.</summary>
    public List<string> HoldersOf(string run) => Rows($"SELECT DISTINCT node FROM placements {Of(run)} AND node IS NOT NULL ORDER BY node");

    /// <summary>Waits until a participant is told to be on some node.</summary>
    public Task<string> IsHeldAsync(string run, string participant) =>
        Until.TrueAsync($"{participant} has a home", () => HolderOf(run, participant), holder => holder.Length > 0);

    /// <summary>The newest epoch of a participant.</summary>
    public int EpochOf(string run, string participant) =>
        int.Parse(Rows($"SELECT coalesce(max(epoch), 0) FROM epochs {Of(run)} AND participant = '{participant}'").Single(), CultureInfo.InvariantCulture);

    /// <summary>How a run stands.</summary>
    public async Task<JsonElement> StatusAsync(string run) => (await RunAsync("status", run, "--json")).MustEnd(ExitCodes.Success).Json;

    /// <summary>Waits until a run has ended and everybody has let go of it, and requires that it completed.</summary>
    /// <param name="run">Its id.</param>
    /// <param name="patience">How long; <see cref="Until.Patience"/> when null.</param>
    /// <returns>Its last model.</returns>
    public async Task<string> CompletesAsync(string run, TimeSpan? patience = null)
    {
        await Until.TrueAsync(
            $"{run} has ended",
            () => $"wish {WishOf(run)}, step {StepOf(run)}, held by {string.Join(", ", HoldersOf(run))}",
            state => state.StartsWith("wish ended", StringComparison.Ordinal) && state.EndsWith("held by ", StringComparison.Ordinal),
            patience);
        JsonElement status = await Until.TrueAsync($"{run} is in nobody's hands", () => StatusAsync(run), seen => seen.GetProperty("state").GetString() != "running");
        return status.GetProperty("state").GetString() == "completed"
            ? await ModelOfAsync(run)
            : throw new InvalidOperationException($"{run} did not complete: {status}");
    }

    /// <summary>Waits until a run that has no end goes on, gives it one some steps beyond where it is, and waits for that.</summary>
    /// <param name="run">Its id.</param>
    /// <returns>Its last model, and the setting that makes a run of as many steps.</returns>
    public async Task<(string Model, string Steps)> EndsAsync(string run)
    {
        await AdvancesAsync(run);
        (await RunAsync("stop", run)).MustEnd(ExitCodes.Success);
        await Until.TrueAsync("nobody hosts the run", () => string.Join(", ", HoldersOf(run)), holders => holders.Length == 0);
        string steps = $"stop.steps={(StepOf(run) + 20).ToString(CultureInfo.InvariantCulture)}";
        (await RunAsync("resume", run, "--set", steps)).MustEnd(ExitCodes.Success);
        return (await CompletesAsync(run), steps);
    }

    /// <summary>Ends a run as <see cref="EndsAsync"/> does, and requires that its last model has the bits of an undisturbed run of as many steps.</summary>
    public async Task EndsLikeAQuietRunAsync(string run, string experiment, params string[] settings)
    {
        (string model, string steps) = await EndsAsync(run);
        Assert.Equal(await UndisturbedAsync(experiment, [.. settings, steps]), model);
    }

    /// <summary>The model that <c>actorfed report</c> gives out.</summary>
    public async Task<string> ModelOfAsync(string run)
    {
        string folder = _folder.At($"report-{Guid.NewGuid():N}");
        (await RunAsync("report", run, "--out", folder)).MustEnd(ExitCodes.Success);
        return BitsOf(folder);
    }

    /// <summary>The last model of the same experiment, undisturbed in this process.</summary>
    public async Task<string> UndisturbedAsync(string experiment, params string[] settings)
    {
        string folder = _folder.At($"undisturbed-{Guid.NewGuid():N}");
        (await Cli.RunAsync(["run", experiment, .. Cli.Set([.. settings, $"run.folder=\"{folder}\""])])).MustEnd(ExitCodes.Success);
        return BitsOf(folder);
    }

    public virtual async ValueTask DisposeAsync()
    {
        foreach (NodeProcess node in _nodes)
        {
            await node.DisposeAsync();
            tell($"--- node {node.Name}, process {node.Number}\n{node.Log}");
        }

        _folder.Dispose();
    }

    /// <summary>Starts the process of a node, which ends with this cluster.</summary>
    protected async Task<NodeProcess> BeginAsync(string name, string file, IReadOnlyDictionary<string, string> environment, params string[] arguments)
    {
        NodeProcess node = await NodeProcess.StartAsync(name, file, environment, arguments);
        _nodes.Add(node);
        return node;
    }

    /// <summary>Writes a file that goes with this cluster.</summary>
    /// <returns>Its path.</returns>
    protected string Write(string name, string text) => _folder.Write(name, Encoding.UTF8.GetBytes(text));

    private static string Of(string run) => $"JOIN runs ON run = runs.number WHERE id = '{run}'";

    /// <summary>Name, shape and bits of each tensor of a model; the rest of the file names the run, and so differs from run to run.</summary>
    private static string BitsOf(string folder) => string.Join('\n', SafeTensors.Read(Path.Combine(folder, "model.safetensors")).Tensors.Select(
        tensor => $"{tensor.Name} [{string.Join(", ", tensor.Shape)}] {Convert.ToHexString(MemoryMarshal.AsBytes(tensor.Values.Span))}"));

    private string WishOf(string run) => Rows($"SELECT wish FROM runs WHERE id = '{run}'").Single();
}
