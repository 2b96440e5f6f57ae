using ActorFed.Actors;
using Npgsql;
using NpgsqlTypes;

namespace ActorFed.Cluster.Postgres;

/// <summary>The events of a run that this process holds.</summary>
internal sealed class PostgresEvents : IEventLog
{
    private const int MaxWaiting = 1000;

    private readonly PostgresOpenRun _run;
    private readonly int _number;
    private readonly List<(long Number, string Line)> _waiting = [];
    private long _next;

    public PostgresEvents(PostgresOpenRun run, int number)
    {
        (_run, _number) = (run, number);
        _next = run.Write("open the events", connection =>
            (long)connection.Scalar("SELECT coalesce(max(number) + 1, 0) FROM events WHERE run = $1", number)!);
    }

    /// <inheritdoc/>
    public void Write(string line)
    {
        _waiting.Add((_next++, line));
        if (_waiting.Count == MaxWaiting)
        {
            Flush();
        }
    }

    /// <inheritdoc/>
    public void Flush()
    {
        if (_waiting.Count == 0)
        {
            return;
        }

        _run.Write("store events", connection =>
        {
            using NpgsqlBatch batch = new(connection);
            foreach ((long number, string line) in _waiting)
            {
                NpgsqlBatchCommand command = Sql.InBatch("INSERT INTO events (run, number, event) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING", _number, number);
                command.Parameters.Add(new NpgsqlParameter { Value = line, NpgsqlDbType = NpgsqlDbType.Json });
                batch.BatchCommands.Add(command);
            }

            return batch.ExecuteNonQuery();
        });
        _waiting.Clear();
    }

    /// <inheritdoc/>
    public void Dispose() => Flush();
}
