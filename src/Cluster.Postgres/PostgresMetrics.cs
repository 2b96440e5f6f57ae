using ActorFed.Actors;
using ActorFed.Algorithms.Core;
using Npgsql;

namespace ActorFed.Cluster.Postgres;

/// <summary>The metrics of a run that this process holds.</summary>
internal sealed class PostgresMetrics : IMetricsLog
{
    private const int MaxWaiting = 1000;
    private const int MaxEarlier = 2000; // the newest measures, counters and times are in them

    private readonly PostgresOpenRun _run;
    private readonly int _number;
    private readonly List<(long Number, long Step, double Seconds, string[] Names, double[] Numbers)> _waiting = [];
    private readonly long _oldest; // number of the first row of Earlier
    private long _next;

    public PostgresMetrics(PostgresOpenRun run, int number)
    {
        (_run, _number) = (run, number);
        MetricsTable earlier = run.ReadMetrics(MaxEarlier);
        Earlier = earlier.Rows.Count > 0 ? earlier : null;
        (_oldest, _next) = run.Write("open the metrics", connection => connection.Query(
            row => (row.GetInt64(0), row.GetInt64(1)),
            "SELECT coalesce(min(number), 0), coalesce(max(number) + 1, 0) FROM (SELECT number FROM metrics WHERE run = $1 ORDER BY number DESC LIMIT $2) newest",
            number,
            MaxEarlier).Single());
    }

    /// <inheritdoc/>
    public MetricsTable? Earlier { get; }

    /// <inheritdoc/>
    public MetricsTable ReadOlder(int most) => _run.ReadMetrics(
        "SELECT step, seconds, names, numbers FROM (SELECT *, row_number() OVER (PARTITION BY names ORDER BY number) - 1 AS place, count(*) OVER (PARTITION BY names) AS rows "
        + "FROM metrics WHERE run = $1 AND number < $2) older WHERE place % (1 + (rows - 1) / $3) = 0 ORDER BY number DESC",
        _number,
        _oldest,
        (long)most);

    /// <inheritdoc/>
    public void Write(long step, TimeSpan at, IReadOnlyCollection<Measure> values)
    {
        Dictionary<string, double> row = new(StringComparer.Ordinal);
        foreach (Measure value in values)
        {
            row[MetricsTable.IsName(value.Name) ? value.Name : throw MetricsTable.NoName(value.Name)] = value.Value;
        }

        _waiting.Add((_next++, step, Math.Round(at.TotalSeconds, 6), [.. row.Keys], [.. row.Values]));
        if (_waiting.Count == MaxWaiting)
        {
            Flush();
        }
    }

    /// <inheritdoc/>
    public void DropAfter(long step)
    {
        Flush();
        _run.Write("drop metrics", connection => connection.Execute("DELETE FROM metrics WHERE run = $1 AND step > $2", _number, step));
    }

    /// <inheritdoc/>
    public void Flush()
    {
        if (_waiting.Count == 0)
        {
            return;
        }

        _run.Write("store metrics", connection =>
        {
            using NpgsqlBatch batch = new(connection);
            foreach ((long number, long step, double seconds, string[] names, double[] numbers) in _waiting)
            {
                batch.BatchCommands.Add(Sql.InBatch(
                    "INSERT INTO metrics (run, number, step, seconds, names, numbers) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING",
                    _number, number, step, seconds, names, numbers));
            }

            return batch.ExecuteNonQuery();
        });
        _waiting.Clear();
    }

    /// <inheritdoc/>
    public void Dispose() => Flush();
}
