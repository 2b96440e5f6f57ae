using System.Buffers.Text;
using System.Collections.Immutable;
using System.Text;

namespace ActorFed.Problems.Data;

/// <summary>Reads LIBSVM text, <c>label index:value ...</c> with indices from 1, into rows that hold every feature.</summary>
public static class LibSvmReader
{
    /// <summary>Reads a classification set; classes are numbered by ascending label.</summary>
    /// <param name="file">The text; blank lines and what follows a <c>#</c> are skipped.</param>
    /// <param name="features">Features per row; null takes the largest index in the file.</param>
    /// <param name="classNames">The labels in the order of their classes, when another file of the set has fixed them.</param>
    /// <exception cref="InvalidDataException">A line is no such line, or a label, index or value is wrong.</exception>
    public static LabelledData Read(DataSource file, int? features = null, IReadOnlyList<string>? classNames = null)
    {
        ClassLabels labels = new();
        DenseMatrix matrix = ReadRows(file, features, (text, lines) =>
        {
            lines.ParseNumber(text, "label in column", 1);
            labels.Add(text, lines);
        });
        (ImmutableArray<int> numbers, ImmutableArray<string> names) = labels.Number(file, classNames);
        return new LabelledData(file.SetName, matrix, numbers, names.Length) { ClassNames = names };
    }

    /// <summary>Reads a regression set.</summary>
    /// <param name="file">The text; blank lines and what follows a <c>#</c> are skipped.</param>
    /// <param name="features">Features per row; null takes the largest index in the file.</param>
    /// <exception cref="InvalidDataException">A line is no such line, or a target, index or value is wrong.</exception>
    public static RegressionData ReadTargets(DataSource file, int? features = null)
    {
        List<double> targets = [];
        DenseMatrix matrix = ReadRows(
            file, features, (text, lines) => targets.Add(lines.ParseNumber(text, "target in column", 1)));
        return new RegressionData(file.SetName, matrix, [.. targets]);
    }

    private static DenseMatrix ReadRows(DataSource file, int? features, LabelAction onLabel)
    {
        using Stream plain = file.OpenPlain();
        TextLines lines = new(plain, file);
        List<int> rowEnds = [];
        List<(int Index, float Value)> entries = [];
        int largest = features ?? 1;
        while (lines.TryRead(out ReadOnlySpan<byte> line))
        {
            int comment = line.IndexOf((byte)'#');
            ReadOnlySpan<byte> rest = comment < 0 ? line : line[..comment];
            ReadOnlySpan<byte> label = NextField(ref rest);
            if (label.IsEmpty)
            {
                continue;
            }

            onLabel(label, lines);
            int previous = 0;
            for (ReadOnlySpan<byte> field = NextField(ref rest); !field.IsEmpty; field = NextField(ref rest))
            {
                previous = ParseIndex(field, previous, features, lines, out ReadOnlySpan<byte> value);
                entries.Add((previous, (float)lines.ParseNumber(value, "feature", previous)));
            }

            largest = Math.Max(largest, previous);
            rowEnds.Add(entries.Count);
        }

        return rowEnds.Count > 0
            ? Dense(file, largest, rowEnds, entries)
            : throw file.Fault("line 1", "no row in the file; expected at least one");
    }

    private static int ParseIndex(
        ReadOnlySpan<byte> field, int previous, int? features, TextLines lines, out ReadOnlySpan<byte> value)
    {
        int colon = field.IndexOf((byte)':');
        if (colon < 0 || !Utf8Parser.TryParse(field[..colon], out int index, out int used) || used != colon)
        {
            throw lines.Fault($"field '{Encoding.UTF8.GetString(field)}'; expected index:value");
        }

        if (index <= previous)
        {
            throw lines.Fault(
                previous == 0
                    ? $"index {index}; expected indices from 1"
                    : $"index {index} after {previous}; expected ascending indices");
        }

        if (index > features)
        {
            throw lines.Fault($"index {index}; expected at most {features}, the number of features");
        }

        value = field[(colon + 1)..];
        return index;
    }

    private static DenseMatrix Dense(DataSource file, int columns, List<int> rowEnds, List<(int Index, float Value)> entries)
    {
        if ((long)columns * rowEnds.Count > Array.MaxLength)
        {
            throw file.Fault(
                "last line",
                $"{rowEnds.Count} rows of {columns} features; expected at most {Array.MaxLength} values, zeros included");
        }

        float[] values = new float[columns * rowEnds.Count];
        int entry = 0;
        for (int row = 0; row < rowEnds.Count; row++)
        {
            Span<float> target = values.AsSpan(row * columns, columns);
            for (; entry < rowEnds[row]; entry++)
            {
                target[entries[entry].Index - 1] = entries[entry].Value;
            }
        }

        return new DenseMatrix(values, columns);
    }

    private static ReadOnlySpan<byte> NextField(ref ReadOnlySpan<byte> rest)
    {
        rest = rest.TrimStart(" \t"u8);
        int end = rest.IndexOfAny((byte)' ', (byte)'\t');
        ReadOnlySpan<byte> field = end < 0 ? rest : rest[..end];
        rest = rest[field.Length..];
        return field;
    }
}
