using System.Globalization;
using ActorFed.Actors;

namespace ActorFed.Host.Runs;

/// <summary>Reads a <c>metrics.csv</c> back.</summary>
internal static class MetricsFile
{
    /// <summary>The recorded values of a column as points; empty when there is no such column.</summary>
    public static SeriesPoint[] Points(this MetricsTable table, string column)
    {
        int index = table.Columns.IndexOf(column);
        return index < 0 ? [] : [.. table.Rows.Where(r => !double.IsNaN(r[index])).Select(r => new SeriesPoint((long)r[0], r[1], r[index]))];
    }

    /// <summary>Reads a file; a last line that is still being written, or was when its process died, is left out.</summary>
    /// <exception cref="InvalidDataException">It is not such a table; the message names file and line.</exception>
    /// <exception cref="RunFolderException">It cannot be read.</exception>
    public static MetricsTable Read(string path) => RunFolderException.Guard(path, "read the metrics", () =>
    {
        using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);   // a run may be writing it
        bool isWhole = EndsWithLineEnd(stream);
        using StreamReader reader = new(stream);
        string[] columns = (reader.ReadLine() ?? "").Split(',');
        if (columns.Length < MetricsTable.FirstValue || columns[0] != "step" || columns[1] != "seconds")
        {
            throw new InvalidDataException($"{path}:1: the columns must begin with 'step,seconds'. It is not a metrics file.");
        }

        List<double[]> rows = [];
        for (int line = 2; reader.ReadLine() is string text; line++)
        {
            if (isWhole || !reader.EndOfStream)
            {
                rows.Add(ParseRow(text, columns.Length, path, line));
            }
        }

        return new MetricsTable([.. columns], rows);
    });

    private static bool EndsWithLineEnd(FileStream stream)
    {
        if (stream.Length == 0)
        {
            return false;
        }

        stream.Position = stream.Length - 1;
        bool isLineEnd = stream.ReadByte() == '\n';
        stream.Position = 0;
        return isLineEnd;
    }

    private static double[] ParseRow(string text, int columns, string path, int line)
    {
        string[] fields = text.Split(',');
        if (fields.Length != columns)
        {
            throw new InvalidDataException($"{path}:{line}: {fields.Length} fields, and the header has {columns}.");
        }

        double[] row = new double[columns];
        for (int i = 0; i < columns; i++)
        {
            row[i] = fields[i] switch
            {
                "" => double.NaN,
                "inf" => double.PositiveInfinity,
                "-inf" => double.NegativeInfinity,
                string number when double.TryParse(number, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) => value,
                string other => throw new InvalidDataException($"{path}:{line}: '{other}' is not a number."),
            };
        }

        return row;
    }
}
