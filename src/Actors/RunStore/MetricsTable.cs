using System.Collections.Immutable;

namespace ActorFed.Actors;

/// <summary>What was measured in a run: columns <c>step</c>, <c>seconds</c>, then quantities; NaN where nothing was recorded.</summary>
/// <param name="Columns">Their names.</param>
/// <param name="Rows">One value for each column.</param>
public sealed record MetricsTable(ImmutableArray<string> Columns, IReadOnlyList<double[]> Rows)
{
    /// <summary>Index of the first column that is a quantity.</summary>
    public const int FirstValue = 2;

    /// <summary>Step of a row.</summary>
    public long Step(int row) => (long)Rows[row][0];

    /// <summary>Time of a row since the run began.</summary>
    public double Seconds(int row) => Rows[row][1];

    /// <summary>Whether a measure can be called so: its name is a column's in a table of comma-separated values.</summary>
    public static bool IsName(string name) => name.Length > 0 && !name.AsSpan().ContainsAny(",\"\r\n");

    /// <summary>What is wrong with a name that is not one.</summary>
    public static ArgumentException NoName(string name) =>
        new($"A measure is named '{name}'; a column's name has no comma, quote or line end and is not empty.");
}
