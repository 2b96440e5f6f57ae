using Npgsql;

namespace ActorFed.Cluster.Postgres;

/// <summary>Statements in a line each.</summary>
internal static class Sql
{
    /// <summary>Carries out a statement; $1 and so on stand for the values.</summary>
    /// <returns>Rows that it touched.</returns>
    public static int Execute(this NpgsqlConnection connection, string text, params ReadOnlySpan<object> values)
    {
        using NpgsqlCommand command = Command(connection, text, values);
        return command.ExecuteNonQuery();
    }

    /// <summary>The first column of the first row; null when there is none.</summary>
    public static object? Scalar(this NpgsqlConnection connection, string text, params ReadOnlySpan<object> values)
    {
        using NpgsqlCommand command = Command(connection, text, values);
        return command.ExecuteScalar() is { } value and not DBNull ? value : null;
    }

    /// <summary>What <paramref name="read"/> makes of each row.</summary>
    public static List<T> Query<T>(this NpgsqlConnection connection, Func<NpgsqlDataReader, T> read, string text, params ReadOnlySpan<object> values)
    {
        using NpgsqlCommand command = Command(connection, text, values);
        using NpgsqlDataReader reader = command.ExecuteReader();
        List<T> rows = [];
        while (reader.Read())
        {
            rows.Add(read(reader));
        }

        return rows;
    }

    /// <summary>A statement of a batch.</summary>
    public static NpgsqlBatchCommand InBatch(string text, params ReadOnlySpan<object> values)
    {
        NpgsqlBatchCommand command = new(text);
        foreach (object value in values)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        }

        return command;
    }

    private static NpgsqlCommand Command(NpgsqlConnection connection, string text, ReadOnlySpan<object> values)
    {
        NpgsqlCommand command = new(text, connection);
        foreach (object value in values)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        }

        return command;
    }
}
