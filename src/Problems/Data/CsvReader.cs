using System.Collections.Immutable;
using System.Text;

namespace ActorFed.Problems.Data;

/// <summary>How a table of text is written.</summary>
public sealed record CsvFormat
{
    /// <summary>Between fields; a blank stands for any run of blanks and tabs.</summary>
    public char Separator { get; init; } = ',';

    /// <summary>Whether the first line names the columns.</summary>
    public bool HasHeader { get; init; }

    /// <summary>Column of the label or target: <c>first</c>, <c>last</c>, or a name in the header.</summary>
    public string LabelColumn { get; init; } = "last";
}

/// <summary>Reads tables of text; fields may be quoted, but not run over the end of a line.</summary>
public static class CsvReader
{
    /// <summary>Reads a classification set; classes are numbered by ascending value, or by ordinal text.</summary>
    /// <param name="file">The table.</param>
    /// <param name="format">How it is written.</param>
    /// <param name="classNames">The labels in the order of their classes, when another file of the set has fixed them.</param>
    /// <exception cref="InvalidDataException">A row is ragged, a feature is no finite number, or a label is unknown.</exception>
    public static LabelledData Read(DataSource file, CsvFormat format, IReadOnlyList<string>? classNames = null)
    {
        ClassLabels labels = new();
        DenseMatrix matrix = ReadRows(file, format, labels.Add);
        (ImmutableArray<int> numbers, ImmutableArray<string> names) = labels.Number(file, classNames);
        return new LabelledData(file.SetName, matrix, numbers, names.Length) { ClassNames = names };
    }

    /// <summary>Reads a regression set.</summary>
    /// <param name="file">The table.</param>
    /// <param name="format">How it is written.</param>
    /// <exception cref="InvalidDataException">A row is ragged, or a feature or target is no finite number.</exception>
    public static RegressionData ReadTargets(DataSource file, CsvFormat format)
    {
        List<double> targets = [];
        DenseMatrix matrix = ReadRows(
            file, format, (text, lines) => targets.Add(lines.ParseNumber(text, "target", targets.Count + 1)));
        return new RegressionData(file.SetName, matrix, [.. targets]);
    }

    private static DenseMatrix ReadRows(DataSource file, CsvFormat format, LabelAction onLabel)
    {
        using Stream plain = file.OpenPlain();
        TextLines lines = new(plain, file);
        List<float> values = [];
        FieldSplitter splitter = new(format.Separator, lines);
        int columns = 0;
        int labelColumn = -1;
        while (lines.TryRead(out ReadOnlySpan<byte> line))
        {
            int count = splitter.Split(line);
            if (columns == 0)
            {
                columns = count;
                labelColumn = FindLabel(format, splitter, columns, lines);
                if (format.HasHeader)
                {
                    continue;
                }
            }

            if (count != columns)
            {
                throw lines.Fault($"{count} fields; expected {columns}, as in the first line");
            }

            onLabel(splitter[labelColumn], lines);
            for (int i = 0; i < columns; i++)
            {
                if (i != labelColumn)
                {
                    values.Add((float)lines.ParseNumber(splitter[i], "field", i + 1));
                }
            }
        }

        return values.Count > 0
            ? new DenseMatrix([.. values], columns - 1)
            : throw file.Fault("line 1", "no row in the file; expected at least one");
    }

    private static int FindLabel(CsvFormat format, FieldSplitter splitter, int columns, TextLines lines)
    {
        if (columns < 2)
        {
            throw lines.Fault($"one field between separators '{format.Separator}'; expected at least one feature and a label");
        }

        string[] names = [];
        if (format.HasHeader)
        {
            names = [.. Enumerable.Range(0, columns).Select(i => Encoding.UTF8.GetString(splitter[i]))];
        }

        int column = format.LabelColumn switch
        {
            "first" => 0,
            "last" => columns - 1,
            _ => Array.IndexOf(names, format.LabelColumn),
        };
        return column >= 0
            ? column
            : throw lines.Fault(
                $"no column '{format.LabelColumn}'; expected first, last, or one of the header: {string.Join(", ", names)}");
    }
}
