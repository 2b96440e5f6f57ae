using ActorFed.Actors;

namespace ActorFed.Cluster.Postgres;

/// <summary>A run in the database, to look at.</summary>
internal class PostgresRun(Access access, string id, int number) : IStoredRun
{
    /// <summary>The first half of the key of a run's advisory lock; the other is its number.</summary>
    protected const int LockSpace = 0x4146_5255; // "AFRU"

    /// <inheritdoc/>
    public string Id => id;

    /// <inheritdoc/>
    public string Place => $"{access.Place}, run '{id}'";

    /// <inheritdoc/>
    public string? Folder => null;

    /// <inheritdoc/>
    public virtual bool IsOpen => access.Do("look whether a run goes on", connection => connection.Scalar(
        "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND granted AND classid::bigint = $1 AND objid::bigint = $2 AND objsubid = 2 "
        + "AND database = (SELECT oid FROM pg_database WHERE datname = current_database()) LIMIT 1",
        (long)LockSpace,
        (long)number)) is not null;

    protected Access Access => access;

    protected int Number => number;

    /// <inheritdoc/>
    public string ReadPlan() => access.Do("read the plan", connection =>
        (string)connection.Scalar("SELECT plan FROM plans WHERE run = $1 ORDER BY part DESC LIMIT 1", number)!);

    /// <inheritdoc/>
    public MetricsTable ReadMetrics(int newest) => ReadMetrics("SELECT step, seconds, names, numbers FROM metrics WHERE run = $1 ORDER BY number DESC LIMIT $2", number, newest);

    /// <summary>Rows of metrics, from a query that gives step, seconds, names and numbers of each, the newest first.</summary>
    internal MetricsTable ReadMetrics(string query, params object[] values) => access.Do("read the metrics", connection =>
    {
        List<(long Step, double Seconds, string[] Names, double[] Numbers)> rows = connection.Query(
            row => (row.GetInt64(0), row.GetDouble(1), row.GetFieldValue<string[]>(2), row.GetFieldValue<double[]>(3)), query, values);
        rows.Reverse();
        Dictionary<string, int> columns = new(StringComparer.Ordinal) { ["step"] = 0, ["seconds"] = 1 };
        foreach (string name in rows.SelectMany(row => row.Names))
        {
            columns.TryAdd(name, columns.Count);
        }

        return new MetricsTable([.. columns.OrderBy(column => column.Value).Select(column => column.Key)], [.. rows.Select(row =>
        {
            double[] values = new double[columns.Count];
            Array.Fill(values, double.NaN);
            (values[0], values[1]) = (row.Step, row.Seconds);
            for (int i = 0; i < row.Names.Length; i++)
            {
                values[columns[row.Names[i]]] = row.Numbers[i];
            }

            return values;
        })]);
    });

    /// <inheritdoc/>
    public EventPage ReadEvents(long position, int most) => access.Do("read the events", connection =>
    {
        List<(long Number, string Line)> rows = connection.Query(
            row => (row.GetInt64(0), row.GetString(1)),
            "SELECT number, event::text FROM events WHERE run = $1 AND number >= $2 ORDER BY number LIMIT $3",
            number,
            position,
            most);
        return new EventPage([.. rows.Select(row => row.Line)], rows.Count == 0 ? position : rows[^1].Number + 1);
    });

    /// <inheritdoc/>
    public string? LastEvent() => access.Do("read the events", connection =>
        (string?)connection.Scalar("SELECT event::text FROM events WHERE run = $1 ORDER BY number DESC LIMIT 1", number));

    /// <inheritdoc/>
    public IReadOnlyList<string> FileNames() => access.Do("list the files", connection => connection
        .Query(row => row.GetString(0), "SELECT DISTINCT file FROM pieces WHERE run = $1", number)
        .Order(StringComparer.Ordinal)
        .ToArray());

    /// <inheritdoc/>
    /// <remarks>The file is read into memory.</remarks>
    public Stream OpenFile(string name) => access.Do($"read {name}", connection =>
    {
        MemoryStream content = new();
        int pieces = connection.Query(
            row =>
            {
                content.Write(row.GetFieldValue<byte[]>(0));
                return true;
            },
            "SELECT content FROM pieces WHERE run = $1 AND file = $2 ORDER BY number",
            number,
            name).Count;
        content.Position = 0;
        return pieces > 0 ? content : throw new RunStoreException($"There is no file {name} in {Place}; it has: {string.Join(", ", FileNames())}.");
    });

    /// <inheritdoc/>
    public ISnapshotStore Snapshots(Action<SnapshotNotice> notify) => new PostgresSnapshots(access, this, number, notify);
}
