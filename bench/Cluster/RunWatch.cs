using ActorFed.Cluster.Postgres;
using ActorFed.Cluster.Postgres.Tests;
using Npgsql;

namespace ActorFed.Cluster.Benchmarks;

/// <summary>What the database knows of a run at one moment of its own clock.</summary>
/// <param name="At">That moment.</param>
/// <param name="Rows">Number of the newest row of metrics; rows of steps that are made again have new numbers.</param>
/// <param name="Holder">The node that holds the participant that is watched; empty when nobody does.</param>
internal sealed record Sight(DateTime At, long Rows, string Holder);

/// <summary>Looks at a run over and over.</summary>
internal sealed class RunWatch(PostgresOptions database, string run, string participant) : IDisposable
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly NpgsqlConnection _connection = PostgresServer.Connect(database);

    public Sight Look() => _connection.Query(
        row => new Sight(row.GetDateTime(0), row.GetInt64(1), row.IsDBNull(2) ? "" : row.GetString(2)),
        "SELECT clock_timestamp(), coalesce((SELECT max(m.number) FROM metrics m WHERE m.run = runs.number), -1), "
        + "(SELECT node FROM placements p WHERE p.run = runs.number AND p.participant = $2) FROM runs WHERE id = $1",
        run,
        participant).Single();

    /// <summary>Waits until what is seen is as wanted.</summary>
    public async Task<Sight> SeesAsync(string what, Func<Sight, bool> isWanted)
    {
        Sight first = Look();
        for (Sight sight = first; ; sight = Look())
        {
            if (isWanted(sight))
            {
                return sight;
            }

            if (sight.At - first.At > Patience)
            {
                throw new TimeoutException($"Waited {Patience.TotalSeconds:0} s in vain until {what}; at last: {sight}");
            }

            await Task.Delay(LookEvery);
        }
    }

    public void Dispose() => _connection.Dispose();
}
