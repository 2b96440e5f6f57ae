using System.Collections.Immutable;

namespace ActorFed.Host.Runs;

/// <summary>A table of counts as shades.</summary>
internal sealed record HeatMap
{
    private const double Width = 1116;
    private const double Top = 26;
    private const double Left = 92;
    private const int MaxRows = 64;
    private const int MaxColumnsWithNumbers = 24;
    private const int MaxRowsWithNumbers = 32;
    private const string NoData = "no labels in this problem";

    /// <summary>What the picture shows, for those who cannot see it.</summary>
    public required string Title { get; init; }

    /// <summary>Row × column; at least 0.</summary>
    public required ImmutableArray<ImmutableArray<int>> Counts { get; init; }

    public required ImmutableArray<string> ColumnNames { get; init; }

    /// <summary>What one row is, such as <c>shard</c>.</summary>
    public required string RowWord { get; init; }

    /// <summary>Rows drawn as one, since there are more than fit.</summary>
    public int RowsPerLine => Math.Max(1, (Counts.Length + MaxRows - 1) / MaxRows);

    /// <summary>Draws it.</summary>
    public string ToSvg()
    {
        (int rows, int columns) = (Counts.Length, ColumnNames.Length);
        if (Counts.FirstOrDefault(row => row.Length != columns) is { IsDefault: false } misfit)
        {
            throw new ArgumentException($"A row of {misfit.Length} columns has {columns} names; they must be as many.");
        }

        if (rows == 0 || columns == 0)
        {
            return new SvgBuilder(Width, 80, $"{Title}: {NoData}").Rectangle("empty", 1, 1, Width - 2, 78)
                .Text("none", Width / 2, 44, TextAnchor.Middle, NoData).ToString();
        }

        long[,] cells = Group();
        int lines = cells.GetLength(0);
        long max = Math.Max(1, cells.Cast<long>().Max());
        double height = lines <= MaxRowsWithNumbers ? 20 : 11;
        double width = (Width - Left) / columns;
        bool hasNumbers = lines <= MaxRowsWithNumbers && columns <= MaxColumnsWithNumbers;
        SvgBuilder svg = new(Width, Top + (lines * height) + 4, Title);
        int everyColumn = (int)Math.Ceiling(columns / (double)MaxColumnsWithNumbers);
        for (int column = 0; column < columns; column += everyColumn)
        {
            svg.Text("tick", Left + ((column + 0.5) * width), Top - 8, TextAnchor.Middle, ColumnNames[column]);
        }

        int everyLine = height < 12 ? 4 : 1;
        for (int line = 0; line < lines; line++)
        {
            double y = Top + (line * height);
            if (line % everyLine == 0)
            {
                svg.Text("tick", Left - 8, y + (height / 2) + 3.5, TextAnchor.End, LineName(line, rows));
            }

            for (int column = 0; column < columns; column++)
            {
                long count = cells[line, column];
                double shade = 0.92 * count / max;
                string tip = $"{LineName(line, rows)}, {ColumnNames[column]}: {Display.Count(count)} rows";
                svg.Rectangle("cell", Left + (column * width), y, width - 1.5, height - 1.5, tip: tip);
                if (count > 0)
                {
                    svg.Rectangle("f0", Left + (column * width), y, width - 1.5, height - 1.5, Math.Max(0.06, shade), tip);
                }

                if (hasNumbers && count > 0)
                {
                    double middle = Left + ((column + 0.5) * width) - 0.75;
                    string style = shade > 0.55 ? "count over" : "count";
                    svg.Text(style, middle, y + (height / 2) + 3, TextAnchor.Middle, Display.Count(count));
                }
            }
        }

        return svg.ToString();
    }

    private string LineName(int line, int rows)
    {
        int first = line * RowsPerLine;
        int last = Math.Min(rows, first + RowsPerLine) - 1;
        return first == last ? $"{RowWord} {first}" : $"{RowWord}s {first}–{last}";
    }

    private long[,] Group()
    {
        int lines = (Counts.Length + RowsPerLine - 1) / RowsPerLine;
        long[,] cells = new long[lines, ColumnNames.Length];
        for (int row = 0; row < Counts.Length; row++)
        {
            for (int column = 0; column < ColumnNames.Length; column++)
            {
                cells[row / RowsPerLine, column] += Counts[row][column];
            }
        }

        return cells;
    }
}
