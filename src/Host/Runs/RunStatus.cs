using System.Globalization;
using System.Text.Json;
using ActorFed.Actors;
using ActorFed.Actors.Membership;

namespace ActorFed.Host.Runs;

/// <summary>How a run stands, as its store tells.</summary>
internal sealed record RunStatus
{
    /// <summary>Held by a process.</summary>
    public const string Running = "running";

    /// <summary>Neither held nor ended: its process was killed. It can be resumed.</summary>
    public const string Interrupted = "interrupted";

    /// <summary>Given to a cluster, and held by no node.</summary>
    public const string Waiting = "waiting";

    /// <summary>Given to a cluster, and to rest until it is resumed.</summary>
    public const string Stopped = "stopped";

    /// <summary>What is recorded of it cannot be read.</summary>
    public const string Damaged = "damaged";

    public required string Run { get; init; }

    /// <summary><see cref="Running"/>, <see cref="Interrupted"/>, <see cref="Waiting"/>, <see cref="Stopped"/>, <see cref="Damaged"/>, or how it ended: completed, time-limit, cancelled or failed.</summary>
    public required string State { get; init; }

    /// <summary>Why it ended, or what is damaged; of a run of a cluster also why nodes do not host it now. Null where there is nothing to say.</summary>
    public string? Reason { get; init; }

    /// <summary>Of a run of a cluster, who hosts each participant: node by participant. Else empty.</summary>
    public IReadOnlyDictionary<string, string> Holders { get; init; } = new Dictionary<string, string>();

    /// <summary>Begin of its first part; null when it has not come so far.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    public string? Algorithm { get; init; }

    public string? Problem { get; init; }

    public string? Engine { get; init; }

    public int? Workers { get; init; }

    public ulong? Seed { get; init; }

    /// <summary>Master steps, of those recorded.</summary>
    public long Steps { get; init; }

    /// <summary>Time over all parts, as far as recorded; virtual in a simulation.</summary>
    public double Seconds { get; init; }

    /// <summary>The newest value of each quantity.</summary>
    public IReadOnlyDictionary<string, double> Measures { get; init; } = new Dictionary<string, double>();

    /// <summary>Asks the store.</summary>
    /// <param name="run">The run.</param>
    /// <param name="rows">How many of the newest rows of metrics to look at.</param>
    /// <param name="cluster">The cluster that may carry it out; null: none.</param>
    public static RunStatus Of(IStoredRun run, int rows = 1, ICluster? cluster = null)
    {
        try
        {
            return InCluster(Read(run, rows), cluster);
        }
        catch (Exception damage) when (damage is JsonException or InvalidDataException or FormatException or InvalidOperationException)
        {
            return new RunStatus { Run = run.Id, State = Damaged, Reason = damage.Message }; // one such run must not hide the others
        }
    }

    /// <summary>What the cluster knows better: it wants a run that nobody holds at the moment, and nobody need resume it by hand.</summary>
    private static RunStatus InCluster(RunStatus status, ICluster? cluster) => cluster?.WishOf(status.Run) switch
    {
        RunWish.Run => status with
        {
            State = cluster.IsHeld(status.Run) ? Running : Waiting,
            Reason = WhyRefused(status.Run, cluster.Look()),
            Holders = cluster.HoldersOf(status.Run),
        },
        RunWish.Stop when status.State != Running => status with { State = Stopped, Reason = null },
        _ => status,
    };

    private static string? WhyRefused(string run, ClusterView view)
    {
        string[] reasons = [.. view.Nodes.Where(node => node.IsAlive && node.Condition.Refused.ContainsKey(run)).Select(node => $"node {node.Identity.Name} cannot host it: {node.Condition.Refused[run]}")];
        return reasons.Length == 0 ? null : string.Join(" ", reasons);
    }

    private static RunStatus Read(IStoredRun run, int rows)
    {
        bool isOpen = run.IsOpen; // first: what ends now has written its last event before it lets go
        JsonElement first = Parse(run.ReadEvents(most: 1).Lines.SingleOrDefault());
        JsonElement last = Parse(run.LastEvent());
        bool hasEnded = !isOpen && Text(last, "event") == "run-ended";
        MetricsTable metrics = run.ReadMetrics(rows);
        double[]? newest = metrics.Rows.Count > 0 ? metrics.Rows[^1] : null;
        return new RunStatus
        {
            Run = run.Id,
            State = isOpen ? Running : hasEnded ? Text(last, "outcome")! : Interrupted,
            Reason = hasEnded ? Text(last, "reason") : null,
            StartedAt = Text(first, "startedAt") is string at ? DateTimeOffset.Parse(at, CultureInfo.InvariantCulture) : null,
            Algorithm = Text(first, "algorithm"),
            Problem = Text(first, "problem"),
            Engine = Text(first, "engine"),
            Workers = (int?)Number(first, "workers"),
            Seed = first.ValueKind == JsonValueKind.Object && first.TryGetProperty("seed", out JsonElement seed) ? seed.GetUInt64() : null,
            Steps = hasEnded ? (long)Number(last, "steps")! : (long)(newest?[0] ?? 0),
            Seconds = Math.Max(Number(last, "seconds") ?? 0, newest?[1] ?? 0),
            Measures = Newest(metrics),
        };
    }

    private static Dictionary<string, double> Newest(MetricsTable metrics)
    {
        Dictionary<string, double> newest = [];
        for (int column = MetricsTable.FirstValue; column < metrics.Columns.Length; column++)
        {
            double value = metrics.Rows.Select(row => row[column]).LastOrDefault(number => !double.IsNaN(number), double.NaN);
            if (double.IsFinite(value))
            {
                newest.Add(metrics.Columns[column], value);
            }
        }

        return newest;
    }

    private static JsonElement Parse(string? line) => line is null ? default : JsonDocument.Parse(line).RootElement;

    private static string? Text(JsonElement line, string name) =>
        line.ValueKind == JsonValueKind.Object && line.TryGetProperty(name, out JsonElement value) ? value.GetString() : null;

    private static double? Number(JsonElement line, string name) =>
        line.ValueKind == JsonValueKind.Object && line.TryGetProperty(name, out JsonElement value) ? value.GetDouble() : null;
}
