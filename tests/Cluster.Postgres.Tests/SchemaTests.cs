using ActorFed.Actors;
using Npgsql;
using Xunit;

namespace ActorFed.Cluster.Postgres.Tests;

[Collection(PostgresCollection.Name)]
public sealed class SchemaTests(PostgresServer server)
{
    private static readonly SchemaStep First = new(1, "0001-a.sql", "CREATE TABLE a (x integer); INSERT INTO a VALUES (7)");
    private static readonly SchemaStep Second = new(2, "0002-b.sql", "ALTER TABLE a ADD y integer; UPDATE a SET y = x + 1");
    private static readonly SchemaStep Broken = new(3, "0003-c.sql", "DELETE FROM a; CREATE TABLE nonsense (");

    [Fact]
    public void Numbers_its_steps_from_one_without_a_gap()
    {
        Assert.Equal(Enumerable.Range(1, Schema.Steps.Count), Schema.Steps.Select(step => step.Version));
        Assert.All(Schema.Steps, step => Assert.Matches("^[0-9]{4}-[a-z-]+\\.sql$", step.Name));
    }

    [PostgresFact]
    public void Brings_older_tables_up_to_date_and_keeps_what_is_in_them()
    {
        PostgresOptions options = server.NewDatabase();

        Migrate(options, First);
        Migrate(options, First, Second);
        Migrate(options, First, Second);

        Assert.Equal(["7|8"], PostgresServer.Rows(options, "SELECT x, y FROM a"));
        Assert.Equal(["1|0001-a.sql", "2|0002-b.sql"], PostgresServer.Rows(options, "SELECT version, name FROM versions ORDER BY version"));
    }

    [PostgresFact]
    public void Leaves_everything_as_it_was_when_a_step_fails()
    {
        PostgresOptions options = server.NewDatabase();
        Migrate(options, First);

        Assert.Throws<PostgresException>(() => Migrate(options, First, Second, Broken));

        Assert.Equal(["7"], PostgresServer.Rows(options, "SELECT * FROM a"));
        Assert.Equal(["1"], PostgresServer.Rows(options, "SELECT version FROM versions"));
    }

    [PostgresFact]
    public void Refuses_tables_of_a_newer_program()
    {
        PostgresOptions options = server.NewDatabase();
        Migrate(options, First, Second);

        RunStoreException refusal = Assert.Throws<RunStoreException>(() => Migrate(options, First));

        Assert.Contains("The tables in here are of version 2, and this program knows versions up to 1", refusal.Message, StringComparison.Ordinal);
    }

    private static void Migrate(PostgresOptions options, params SchemaStep[] steps)
    {
        using NpgsqlConnection connection = PostgresServer.Connect(options);
        Schema.Migrate(connection, "here", steps);
    }
}
