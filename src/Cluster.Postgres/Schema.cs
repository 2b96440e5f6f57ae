using System.Globalization;
using System.Reflection;
using ActorFed.Actors;
using Npgsql;

namespace ActorFed.Cluster.Postgres;

/// <summary>Brings the tables to the form that this program knows.</summary>
/// <remarks>
/// Each <c>Migrations/NNNN-name.sql</c> is one step, applied once and in order; what was applied stands in the table <c>versions</c>. What
/// is missing comes in one transaction, all or nothing. Of processes that start at the same time one applies, the others wait for its
/// advisory lock.
/// </remarks>
internal static class Schema
{
    private const long Key = 0x4143_544F_5246_4544; // "ACTORFED"

    /// <summary>The steps that this program knows, in order.</summary>
    public static IReadOnlyList<SchemaStep> Steps { get; } = [.. Assembly.GetExecutingAssembly().GetManifestResourceNames()
        .Where(name => name.EndsWith(".sql", StringComparison.Ordinal))
        .Order(StringComparer.Ordinal)
        .Select(name => new SchemaStep(int.Parse(name.AsSpan(0, 4), NumberStyles.None, CultureInfo.InvariantCulture), name, Text(name)))];

    /// <summary>Applies what is missing.</summary>
    /// <param name="connection">The database.</param>
    /// <param name="place">What it is called in messages.</param>
    /// <param name="steps">The steps, in order, of versions 1, 2 and so on.</param>
    /// <exception cref="RunStoreException">A newer program has been here.</exception>
    public static void Migrate(NpgsqlConnection connection, string place, IReadOnlyList<SchemaStep> steps)
    {
        if (Applied(connection, place, steps) == steps[^1].Version)
        {
            return; // nothing to wait for
        }

        using NpgsqlTransaction transaction = connection.BeginTransaction();
        connection.Execute("SELECT pg_advisory_xact_lock($1)", Key);
        connection.Execute($"CREATE SCHEMA IF NOT EXISTS {Access.Schema}");
        connection.Execute(
            $"CREATE TABLE IF NOT EXISTS {Access.Schema}.versions (version integer PRIMARY KEY, name text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())");
        int applied = Applied(connection, place, steps);
        foreach (SchemaStep step in steps.Where(step => step.Version > applied))
        {
            connection.Execute(step.Text);
            connection.Execute("INSERT INTO versions (version, name) VALUES ($1, $2)", step.Version, step.Name);
        }

        transaction.Commit();
    }

    private static int Applied(NpgsqlConnection connection, string place, IReadOnlyList<SchemaStep> steps)
    {
        if (connection.Scalar("SELECT to_regclass($1)::text", $"{Access.Schema}.versions") is null)
        {
            return 0;
        }

        int applied = (int)(connection.Scalar("SELECT max(version) FROM versions") ?? 0);
        return applied <= steps[^1].Version
            ? applied
            : throw new RunStoreException(
                $"The tables in {place} are of version {applied}, and this program knows versions up to {steps[^1].Version}: "
                + "a newer ActorFed has been there. Use that one, or another database (store.postgres.database).");
    }

    private static string Text(string name)
    {
        using StreamReader reader = new(Assembly.GetExecutingAssembly().GetManifestResourceStream(name)!);
        return reader.ReadToEnd();
    }
}

/// <summary>One step from a version of the tables to the next.</summary>
/// <param name="Version">The version that it leads to.</param>
/// <param name="Name">Name of its file.</param>
/// <param name="Text">Its statements.</param>
internal sealed record SchemaStep(int Version, string Name, string Text);
