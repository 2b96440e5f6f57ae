using System.Collections.Immutable;

namespace ActorFed.Problems.Data;

/// <summary>Features of which only those other than zero are held, row after row.</summary>
public sealed class SparseMatrix : FeatureMatrix
{
    private readonly int[] _ends; // where the entries of each row end
    private readonly int[] _columns;
    private readonly float[] _values;

    /// <summary>A matrix of these entries.</summary>
    /// <param name="columns">Features per row; at least 1.</param>
    /// <param name="rows">The entries of each row, by ascending column.</param>
    /// <exception cref="ArgumentException">Columns do not ascend, or one is too large.</exception>
    public SparseMatrix(int columns, IReadOnlyList<ImmutableArray<(int Column, float Value)>> rows)
    {
        Columns = columns;
        _ends = new int[rows.Count];
        int count = rows.Sum(row => row.Length);
        (_columns, _values) = (new int[count], new float[count]);
        int entry = 0;
        int number = 0;
        foreach (ImmutableArray<(int Column, float Value)> row in rows)
        {
            int previous = -1;
            foreach ((int column, float value) in row)
            {
                if (column <= previous || column >= columns)
                {
                    throw new ArgumentException($"Row {number} has column {column} after {previous}; columns must ascend, and be below {columns}.", nameof(rows));
                }

                (_columns[entry], _values[entry]) = (column, value);
                entry++;
                previous = column;
            }

            _ends[number++] = entry;
        }
    }

    /// <inheritdoc/>
    public override int Rows => _ends.Length;

    /// <inheritdoc/>
    public override int Columns { get; }

    /// <summary>Number of entries held.</summary>
    public int EntryCount => _values.Length;

    /// <summary>A matrix without its zeros; the same object where it is sparse already.</summary>
    public static SparseMatrix Of(FeatureMatrix features)
    {
        if (features is SparseMatrix sparse)
        {
            return sparse;
        }

        float[] values = new float[features.Columns];
        List<(int, float)> entries = [];
        List<ImmutableArray<(int, float)>> rows = new(features.Rows);
        for (int row = 0; row < features.Rows; row++)
        {
            features.CopyRow(row, values);
            entries.Clear();
            for (int column = 0; column < values.Length; column++)
            {
                if (values[column] != 0)
                {
                    entries.Add((column, values[column]));
                }
            }

            rows.Add([.. entries]);
        }

        return new SparseMatrix(features.Columns, rows);
    }

    /// <summary>The columns of a row's entries, ascending.</summary>
    public ReadOnlySpan<int> ColumnsOf(int row) => _columns.AsSpan(StartOf(row).._ends[row]);

    /// <summary>A row's entries, in the order of <see cref="ColumnsOf"/>.</summary>
    public ReadOnlySpan<float> ValuesOf(int row) => _values.AsSpan(StartOf(row).._ends[row]);

    /// <inheritdoc/>
    public override void CopyRow(int row, Span<float> destination)
    {
        destination[..Columns].Clear();
        ReadOnlySpan<int> columns = ColumnsOf(row);
        ReadOnlySpan<float> values = ValuesOf(row);
        for (int i = 0; i < columns.Length; i++)
        {
            destination[columns[i]] = values[i];
        }
    }

    private int StartOf(int row) => row == 0 ? 0 : _ends[row - 1];
}
