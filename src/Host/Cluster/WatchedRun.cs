using System.Collections.Immutable;
using System.Text.Json;
using ActorFed.Actors;
using ActorFed.Actors.Membership;
using ActorFed.Algorithms.Core;
using ActorFed.Host.Runs;

namespace ActorFed.Host.Cluster;

/// <summary>A run that other processes carry out, as its store and the cluster tell. Refreshed by one thread, read by any.</summary>
/// <param name="run">The run.</param>
/// <param name="cluster">The cluster that carries it out; null where a single process does.</param>
/// <param name="workers">How many workers or neighbours it has.</param>
internal sealed class WatchedRun(IStoredRun run, ICluster? cluster, int workers)
{
    private const int NewestRows = 500;
    private const int PageLines = 10_000;

    private static readonly ImmutableHashSet<string> NoTestMetrics =
    [
        MeasureNames.UpperObjective, MeasureNames.LowerObjective, MeasureNames.MiddleObjective, MeasureNames.StationarityGap, MeasureNames.Planes,
        RunRecord.StalenessMax, RunRecord.StalenessMean, MetricsWriter.WorkersAlive, MetricsWriter.ActiveWorkers, MetricsWriter.BytesSent,
    ];

    private readonly Dictionary<string, long> _events = [];
    private long _position;
    private volatile RunProgress _progress = new() { Step = 0, At = TimeSpan.Zero, WorkersAlive = workers };

    /// <summary>How it stood when it was looked at last.</summary>
    public RunProgress Progress() => _progress;

    /// <summary>Looks at it.</summary>
    /// <returns>Whether it goes on.</returns>
    public bool Refresh()
    {
        bool goesOn = run.IsOpen || cluster?.WishOf(run.Id) == RunWish.Run; // first: what ends now has recorded its last
        MetricsTable metrics = run.ReadMetrics(NewestRows);
        CountEvents();
        _progress = new RunProgress
        {
            Step = metrics.Rows.Count > 0 ? metrics.Step(metrics.Rows.Count - 1) : 0,
            At = TimeSpan.FromSeconds(metrics.Rows.Count > 0 ? metrics.Seconds(metrics.Rows.Count - 1) : 0),
            Upper = Newest(metrics, MeasureNames.UpperObjective),
            Lower = Newest(metrics, MeasureNames.LowerObjective),
            Gap = Newest(metrics, MeasureNames.StationarityGap),
            Planes = Newest(metrics, MeasureNames.Planes),
            MaxStaleness = (int)(Newest(metrics, RunRecord.StalenessMax) ?? 0),
            MeanStaleness = Newest(metrics, RunRecord.StalenessMean) ?? 0,
            WorkersAlive = (int)(Newest(metrics, MetricsWriter.WorkersAlive) ?? workers),
            Restarts = _events.GetValueOrDefault("supervision-restarted"),
            AskedAgain = _events.GetValueOrDefault("worker-asked-again"),
            Violations = _events.GetValueOrDefault("supervision-dropped"),
            BytesSent = (long?)Newest(metrics, MetricsWriter.BytesSent),
            TestMetrics = [.. TestMetrics(metrics)],
            UpperTrace = [.. metrics.Columns.Contains(MeasureNames.UpperObjective) ? metrics.Points(MeasureNames.UpperObjective).Select(point => point.Value) : []],
            Nodes = Nodes(),
        };
        return goesOn;
    }

    private static double? Newest(MetricsTable metrics, string name)
    {
        int column = metrics.Columns.IndexOf(name);
        for (int row = metrics.Rows.Count - 1; row >= 0 && column >= 0; row--)
        {
            if (!double.IsNaN(metrics.Rows[row][column]))
            {
                return metrics.Rows[row][column];
            }
        }

        return null;
    }

    private static IEnumerable<Measure> TestMetrics(MetricsTable metrics) => metrics.Columns.Skip(MetricsTable.FirstValue)
        .Where(name => !NoTestMetrics.Contains(name))
        .Select(name => (Name: name, Value: Newest(metrics, name)))
        .Where(measure => measure.Value is not null)
        .Select(measure => new Measure(measure.Name, measure.Value!.Value));

    private ImmutableArray<NodeShare> Nodes()
    {
        if (cluster is null)
        {
            return [];
        }

        ClusterView view = cluster.Look();
        IReadOnlyDictionary<string, string> holders = cluster.HoldersOf(run.Id);
        return [.. view.Nodes.Select(node => new NodeShare(
            node.Identity.Name,
            node.IsAlive && node.Condition is { IsDraining: false, Ailment: null },
            [.. holders.Where(holder => holder.Value == node.Identity.Name).Select(holder => holder.Key).Order(StringComparer.Ordinal)]))];
    }

    private void CountEvents()
    {
        for (EventPage page = run.ReadEvents(_position, PageLines); page.Lines.Count > 0; page = run.ReadEvents(_position, PageLines))
        {
            foreach (string line in page.Lines)
            {
                using JsonDocument json = JsonDocument.Parse(line);
                string kind = json.RootElement.GetProperty("event").GetString()!;
                _events[kind] = _events.GetValueOrDefault(kind) + 1;
            }

            _position = page.Next;
        }
    }
}
