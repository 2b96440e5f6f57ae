using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using ActorFed.Problems.Data;

namespace ActorFed.Problems.Kernels;

/// <summary>
/// The mean cross entropy of a linear softmax model W over chosen rows of sparse features, with derivatives. In double; a call takes time
/// in proportion to the entries other than zero, times the classes; nothing is allocated. Not thread-safe.
/// </summary>
/// <remarks>Parameters are W with shape features × classes, row-major, no bias; logits are Wᵀ a.</remarks>
internal sealed class SparseSoftmaxRows
{
    private readonly SparseMatrix _features;
    private readonly ImmutableArray<int> _labels;
    private readonly ImmutableArray<int> _rows;
    private readonly int _classes;
    private readonly double[] _logits;
    private readonly double[] _changes;

    /// <summary>Chooses the rows.</summary>
    /// <param name="data">The data set; its features are sparse.</param>
    /// <param name="rows">Indices of rows; at least one.</param>
    /// <exception cref="ArgumentException">There is no row, a row is not in the data, or a label is not a class.</exception>
    public SparseSoftmaxRows(LabelledData data, ImmutableArray<int> rows)
    {
        SoftmaxRows.RequireRows(data, rows);
        (_features, _labels, _rows, _classes) = ((SparseMatrix)data.Features, data.Labels, rows, data.Classes);
        _logits = new double[_classes];
        _changes = new double[_classes];
    }

    /// <summary>Length of W: features times classes.</summary>
    public int ParameterLength => _features.Columns * _classes;

    /// <summary>Number of rows.</summary>
    public int RowCount => _rows.Length;

    /// <summary>The mean cross entropy, and its gradient in W.</summary>
    /// <param name="parameters">W.</param>
    /// <param name="gradient">Out: the gradient, in the layout of W; or empty when it is not wanted.</param>
    public double Loss(ReadOnlySpan<double> parameters, Span<double> gradient)
    {
        gradient.Clear();
        double sum = 0;
        foreach (int row in _rows)
        {
            Multiply(row, parameters, _logits);
            sum += Normalise(_labels[row]);
            if (!gradient.IsEmpty)
            {
                _logits[_labels[row]] -= 1;
                AddOuter(row, 1.0 / _rows.Length, _logits, gradient);
            }
        }

        return sum / _rows.Length;
    }

    /// <summary>The Hessian of <see cref="Loss"/> times a direction.</summary>
    /// <param name="parameters">W.</param>
    /// <param name="direction">In the layout of W.</param>
    /// <param name="product">Out: the product, in the layout of W.</param>
    public void HessianProduct(ReadOnlySpan<double> parameters, ReadOnlySpan<double> direction, Span<double> product)
    {
        product.Clear();
        foreach (int row in _rows)
        {
            Multiply(row, parameters, _logits);
            Multiply(row, direction, _changes);
            Normalise(_labels[row]);
            double mean = 0;
            for (int c = 0; c < _classes; c++)
            {
                mean += _logits[c] * _changes[c];
            }

            for (int c = 0; c < _classes; c++)
            {
                _changes[c] = _logits[c] * (_changes[c] - mean);
            }

            AddOuter(row, 1.0 / _rows.Length, _changes, product);
        }
    }

    /// <summary>Number of rows whose largest logit is that of their label; of equal ones the first counts.</summary>
    public int CountCorrect(ReadOnlySpan<double> parameters)
    {
        int correct = 0;
        foreach (int row in _rows)
        {
            Multiply(row, parameters, _logits);
            int best = 0;
            for (int c = 1; c < _classes; c++)
            {
                best = _logits[c] > _logits[best] ? c : best;
            }

            correct += best == _labels[row] ? 1 : 0;
        }

        return correct;
    }

    /// <summary>Replaces the logits by probabilities, and returns the cross entropy.</summary>
    private double Normalise(int label)
    {
        double max = double.NegativeInfinity;
        foreach (double logit in _logits)
        {
            max = Math.Max(max, logit); // a NaN stays
        }

        double chosen = _logits[label] - max;
        double sum = 0;
        foreach (ref double logit in _logits.AsSpan())
        {
            logit = Math.Exp(logit - max);
            sum += logit;
        }

        foreach (ref double probability in _logits.AsSpan())
        {
            probability /= sum;
        }

        return Math.Log(sum) - chosen;
    }

    /// <summary>result ← Wᵀ a.</summary>
    private void Multiply(int row, ReadOnlySpan<double> parameters, Span<double> result)
    {
        ReadOnlySpan<int> columns = _features.ColumnsOf(row);
        ReadOnlySpan<float> values = _features.ValuesOf(row);
        result.Clear();
        for (int i = 0; i < columns.Length; i++)
        {
            AddScaled(values[i], parameters.Slice(columns[i] * _classes, _classes), result);
        }
    }

    /// <summary>sums ← sums + factor a rᵀ.</summary>
    private void AddOuter(int row, double factor, ReadOnlySpan<double> residual, Span<double> sums)
    {
        ReadOnlySpan<int> columns = _features.ColumnsOf(row);
        ReadOnlySpan<float> values = _features.ValuesOf(row);
        for (int i = 0; i < columns.Length; i++)
        {
            AddScaled(factor * values[i], residual, sums.Slice(columns[i] * _classes, _classes));
        }
    }

    /// <summary>As <see cref="Algorithms.Numerics.VectorMath.AddScaled"/>, made for spans as short as the classes are few.</summary>
    private static void AddScaled(double factor, ReadOnlySpan<double> from, Span<double> to)
    {
        ref double source = ref MemoryMarshal.GetReference(from);
        ref double target = ref MemoryMarshal.GetReference(to);
        Vector256<double> factors = Vector256.Create(factor);
        int i = 0;
        for (; i <= to.Length - Vector256<double>.Count; i += Vector256<double>.Count)
        {
            Vector256.FusedMultiplyAdd(factors, Vector256.LoadUnsafe(ref source, (nuint)i), Vector256.LoadUnsafe(ref target, (nuint)i))
                .StoreUnsafe(ref target, (nuint)i);
        }

        for (; i < to.Length; i++)
        {
            to[i] = Math.FusedMultiplyAdd(factor, from[i], to[i]);
        }
    }
}
