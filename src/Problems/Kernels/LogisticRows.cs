using System.Collections.Immutable;
using ActorFed.Problems.Data;

namespace ActorFed.Problems.Kernels;

/// <summary>
/// The mean of log(1 + exp(−b wᵀ a)) over chosen rows of two classes, b = 1 for the second class and −1 for the first. In double, over the
/// features other than zero; nothing is allocated.
/// </summary>
internal sealed class LogisticRows : IRowLoss
{
    private readonly SparseMatrix _features;
    private readonly ImmutableArray<int> _labels;
    private readonly ImmutableArray<int> _rows;

    /// <summary>Chooses the rows.</summary>
    /// <param name="features">Of all rows; shared.</param>
    /// <param name="data">The set they are of.</param>
    /// <param name="rows">Indices of rows; at least one.</param>
    /// <exception cref="ArgumentException">There is no row, or there are more than two classes.</exception>
    public LogisticRows(SparseMatrix features, LabelledData data, ImmutableArray<int> rows)
    {
        SoftmaxRows.RequireRows(data, rows);
        if (data.Classes != 2)
        {
            throw new ArgumentException($"'{data.Name}' has {data.Classes} classes; logistic regression needs two, as a9a has. The problem 'classification' takes more.", nameof(data));
        }

        (_features, _labels, _rows) = (features, data.Labels, rows);
    }

    public int ParameterLength => _features.Columns;

    public int RowCount => _rows.Length;

    public double MeanLoss(ReadOnlySpan<double> parameters, ReadOnlySpan<int> rows, Span<double> gradient)
    {
        OracleArguments.RequireLength(parameters.Length, ParameterLength, nameof(parameters));
        OracleArguments.RequireLengthOrEmpty(gradient.Length, ParameterLength, nameof(gradient));
        gradient.Clear();
        int count = rows.IsEmpty ? _rows.Length : rows.Length;
        double sum = 0;
        for (int i = 0; i < count; i++)
        {
            int row = _rows[rows.IsEmpty ? i : rows[i]];
            double sign = _labels[row] == 1 ? 1 : -1;
            double margin = sign * Score(row, parameters);
            double power = Math.Exp(-Math.Abs(margin)); // never overflows
            sum += Math.Max(-margin, 0) + Math.Log(1 + power);
            if (!gradient.IsEmpty)
            {
                double otherClass = (margin > 0 ? power : 1) / (1 + power);
                AddRow(row, -sign * otherClass / count, gradient);
            }
        }

        return sum / count;
    }

    public int CountCorrect(ReadOnlySpan<double> parameters)
    {
        int correct = 0;
        foreach (int row in _rows)
        {
            correct += (Score(row, parameters) > 0 ? 1 : 0) == _labels[row] ? 1 : 0;
        }

        return correct;
    }

    private double Score(int row, ReadOnlySpan<double> parameters)
    {
        ReadOnlySpan<int> columns = _features.ColumnsOf(row);
        ReadOnlySpan<float> values = _features.ValuesOf(row);
        double sum = 0;
        for (int i = 0; i < columns.Length; i++)
        {
            sum += values[i] * parameters[columns[i]];
        }

        return sum;
    }

    private void AddRow(int row, double factor, Span<double> sums)
    {
        ReadOnlySpan<int> columns = _features.ColumnsOf(row);
        ReadOnlySpan<float> values = _features.ValuesOf(row);
        for (int i = 0; i < columns.Length; i++)
        {
            sums[columns[i]] += factor * values[i];
        }
    }
}
