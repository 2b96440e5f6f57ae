using System.Collections.Immutable;
using System.Runtime.Intrinsics;
using ActorFed.Problems.Data;
using F = System.Runtime.Intrinsics.Vector512<float>;

namespace ActorFed.Problems.Kernels;

/// <summary>
/// The cross entropy of a linear softmax model W over chosen rows of a data set, with derivatives. One pass over the rows per
/// call; nothing is allocated. Not thread-safe: scratch memory belongs to the object.
/// </summary>
/// <remarks>
/// Parameters are W with shape features × classes, row-major, no bias; logits are Wᵀ a. Arithmetic is in float, in blocks of
/// 32 rows; losses are added in double. Every order of summation is fixed.
/// </remarks>
public sealed unsafe class SoftmaxRows : IRowLoss
{
    private const int Lanes = RowBlocks.VectorLanes;
    private readonly RowBlocks _blocks;
    private readonly int _features;
    private readonly int _classes;
    private readonly int _paddedClasses;
    private readonly AlignedBuffer _parameters; // padded classes × stride: the transpose of W
    private readonly AlignedBuffer _direction;
    private readonly AlignedBuffer _sums;
    private readonly AlignedBuffer _logits; // padded classes × rows of a block
    private readonly AlignedBuffer _changes;
    private readonly AlignedBuffer _labels; // one per row, zero in the padding, like the weights
    private readonly AlignedBuffer _weights;
    private readonly Lazy<(AlignedBuffer Rows, AlignedBuffer Labels, AlignedBuffer Weights)> _sample; // one block

    /// <summary>Chooses the rows.</summary>
    /// <param name="data">The data set; shared.</param>
    /// <param name="rows">Indices of rows; at least one.</param>
    /// <exception cref="ArgumentException">There is no row, a row is not in the data, or a label is not a class.</exception>
    public SoftmaxRows(LabelledData data, ImmutableArray<int> rows)
    {
        RequireRows(data, rows);
        _blocks = new RowBlocks(data.Features, rows);
        _features = data.Features.Columns;
        _classes = data.Classes;
        _paddedClasses = RowBlocks.RoundUp(_classes, MatrixKernels.ClassTile);
        _parameters = new AlignedBuffer(_paddedClasses * _blocks.Stride);
        _direction = new AlignedBuffer(_paddedClasses * _blocks.Stride);
        _sums = new AlignedBuffer(_paddedClasses * _blocks.Stride);
        _logits = new AlignedBuffer(_paddedClasses * RowBlocks.BlockRows);
        _changes = new AlignedBuffer(_paddedClasses * RowBlocks.BlockRows);
        _labels = new AlignedBuffer(_blocks.BlockCount * RowBlocks.BlockRows);
        _weights = new AlignedBuffer(_blocks.BlockCount * RowBlocks.BlockRows);
        _sample = new(() => (new(RowBlocks.BlockRows * _blocks.Stride), new(RowBlocks.BlockRows), new(RowBlocks.BlockRows)));
        for (int i = 0; i < rows.Length; i++)
        {
            _labels.Span[i] = data.Labels[rows[i]];
        }

        Weights.Fill(1f / rows.Length);
    }

    /// <summary>Number of rows.</summary>
    public int RowCount => _blocks.RowCount;

    /// <summary>Length of W: features times classes.</summary>
    public int ParameterLength => _features * _classes;

    /// <summary>The weight of each row's cross entropy; at first 1 / <see cref="RowCount"/>, which makes sums means.</summary>
    public Span<float> Weights => _weights.Span[.._blocks.RowCount];

    /// <summary>Σ weight · cross entropy, and its gradient in W.</summary>
    /// <param name="parameters">W.</param>
    /// <param name="gradient">Out: the gradient, in the layout of W; or empty when it is not wanted.</param>
    /// <param name="entropies">Out: the cross entropy of each row, without its weight; or empty when they are not wanted.</param>
    public double Loss(ReadOnlySpan<double> parameters, Span<double> gradient, Span<double> entropies = default)
    {
        OracleArguments.RequireLengthOrEmpty(entropies.Length, RowCount, nameof(entropies));
        Import(parameters, _parameters);
        _sums.Span.Clear();
        Vector512<double> loss = Vector512<double>.Zero;
        for (int block = 0; block < _blocks.BlockCount; block++)
        {
            float* x = _blocks.Load(block);
            int rows = Multiply(block, x, _parameters, _logits);
            for (int r = 0; r < rows; r += Lanes)
            {
                (F labels, F weights) = Rows(block, r);
                F entropy = SoftmaxKernels.Normalise(_logits.Start + r, _classes, labels);
                if (!entropies.IsEmpty)
                {
                    CopyRows(entropy, block, r, entropies);
                }

                (Vector512<double> lower, Vector512<double> upper) = Vector512.Widen(entropy * weights);
                loss += lower + upper;
                SoftmaxKernels.ToResiduals(_logits.Start + r, _classes, labels, weights);
            }

            if (!gradient.IsEmpty)
            {
                MatrixKernels.AddTransposed(x, _blocks.RowsIn(block), _blocks.Stride, _logits.Start, _paddedClasses, _sums.Start);
            }
        }

        if (!gradient.IsEmpty)
        {
            Export(gradient);
        }

        return Fold(loss);
    }

    /// <summary>The mean cross entropy over some rows, whatever their weights, and its gradient in W.</summary>
    /// <param name="parameters">W.</param>
    /// <param name="rows">Numbers of the chosen rows, in [0, <see cref="RowCount"/>); they may repeat. Empty for all, each with its weight.</param>
    /// <param name="gradient">Out: the gradient, in the layout of W; or empty when it is not wanted.</param>
    public double MeanLoss(ReadOnlySpan<double> parameters, ReadOnlySpan<int> rows, Span<double> gradient)
    {
        if (rows.IsEmpty)
        {
            return Loss(parameters, gradient);
        }

        Import(parameters, _parameters);
        _sums.Span.Clear();
        Vector512<double> loss = Vector512<double>.Zero;
        (AlignedBuffer x, AlignedBuffer labels, AlignedBuffer weights) = _sample.Value;
        for (int start = 0; start < rows.Length; start += RowBlocks.BlockRows)
        {
            ReadOnlySpan<int> chosen = rows.Slice(start, Math.Min(RowBlocks.BlockRows, rows.Length - start));
            _blocks.CopyRows(chosen, x.Start);
            weights.Span.Clear(); // padding weighs nothing
            weights.Span[..chosen.Length].Fill(1f / rows.Length);
            for (int i = 0; i < chosen.Length; i++)
            {
                labels.Span[i] = _labels.Span[chosen[i]];
            }

            int vectors = Multiply(x.Start, chosen.Length, _blocks.BlockCount, _parameters, _logits);
            for (int r = 0; r < vectors; r += Lanes)
            {
                (F label, F weight) = (Vector512.Load(labels.Start + r), Vector512.Load(weights.Start + r));
                F entropy = SoftmaxKernels.Normalise(_logits.Start + r, _classes, label) * weight;
                (Vector512<double> lower, Vector512<double> upper) = Vector512.Widen(entropy);
                loss += lower + upper;
                SoftmaxKernels.ToResiduals(_logits.Start + r, _classes, label, weight);
            }

            if (!gradient.IsEmpty)
            {
                MatrixKernels.AddTransposed(x.Start, chosen.Length, _blocks.Stride, _logits.Start, _paddedClasses, _sums.Start);
            }
        }

        if (!gradient.IsEmpty)
        {
            Export(gradient);
        }

        return Fold(loss);
    }

    /// <summary>The Hessian of <see cref="Loss"/> times a direction.</summary>
    /// <param name="parameters">W.</param>
    /// <param name="direction">In the layout of W.</param>
    /// <param name="product">Out: the product, in the layout of W.</param>
    public void HessianProduct(ReadOnlySpan<double> parameters, ReadOnlySpan<double> direction, Span<double> product)
    {
        Import(parameters, _parameters);
        Import(direction, _direction);
        _sums.Span.Clear();
        for (int block = 0; block < _blocks.BlockCount; block++)
        {
            float* x = _blocks.Load(block);
            Multiply(block, x, _direction, _changes);
            int rows = Multiply(block, x, _parameters, _logits);
            for (int r = 0; r < rows; r += Lanes)
            {
                (F labels, F weights) = Rows(block, r);
                SoftmaxKernels.Normalise(_logits.Start + r, _classes, labels);
                SoftmaxKernels.ToCurvature(_logits.Start + r, _changes.Start + r, _classes, weights);
            }

            MatrixKernels.AddTransposed(x, _blocks.RowsIn(block), _blocks.Stride, _changes.Start, _paddedClasses, _sums.Start);
        }

        Export(product);
    }

    /// <summary>For each row directionᵀ ∂(cross entropy)/∂W, without its weight.</summary>
    /// <param name="parameters">W.</param>
    /// <param name="direction">In the layout of W.</param>
    /// <param name="derivatives">Out: one per row.</param>
    public void RowDerivatives(ReadOnlySpan<double> parameters, ReadOnlySpan<double> direction, Span<double> derivatives)
    {
        OracleArguments.RequireLength(derivatives.Length, RowCount, nameof(derivatives));
        Import(parameters, _parameters);
        Import(direction, _direction);
        for (int block = 0; block < _blocks.BlockCount; block++)
        {
            float* x = _blocks.Load(block);
            Multiply(block, x, _direction, _changes);
            int rows = Multiply(block, x, _parameters, _logits);
            for (int r = 0; r < rows; r += Lanes)
            {
                F labels = Rows(block, r).Labels;
                SoftmaxKernels.Normalise(_logits.Start + r, _classes, labels);
                CopyRows(SoftmaxKernels.DirectionalDerivative(_logits.Start + r, _changes.Start + r, _classes, labels), block, r, derivatives);
            }
        }
    }

    /// <summary>Number of rows whose largest logit is that of their label; of equal ones the first counts.</summary>
    public int CountCorrect(ReadOnlySpan<double> parameters)
    {
        Import(parameters, _parameters);
        int correct = 0;
        for (int block = 0; block < _blocks.BlockCount; block++)
        {
            Multiply(block, _blocks.Load(block), _parameters, _logits);
            for (int r = 0; r < _blocks.RowsIn(block); r++)
            {
                int best = 0;
                for (int c = 1; c < _classes; c++)
                {
                    best = Logit(c, r) > Logit(best, r) ? c : best;
                }

                correct += best == (int)_labels.Span[(block * RowBlocks.BlockRows) + r] ? 1 : 0;
            }
        }

        return correct;
    }

    private void CopyRows(F values, int block, int row, Span<double> target)
    {
        int first = (block * RowBlocks.BlockRows) + row;
        for (int i = 0; i < Lanes && first + i < RowCount; i++)
        {
            target[first + i] = values[i];
        }
    }

    private float Logit(int c, int r) => _logits.Span[(c * RowBlocks.BlockRows) + r];

    /// <summary>The products of a block with W or a direction; returns its rows rounded up to whole vectors.</summary>
    private int Multiply(int block, float* x, AlignedBuffer parameters, AlignedBuffer result) =>
        Multiply(x, _blocks.RowsIn(block), block + 1, parameters, result);

    private int Multiply(float* x, int rowCount, int nextBlock, AlignedBuffer parameters, AlignedBuffer result)
    {
        int rows = RowBlocks.RoundUp(rowCount, Lanes);
        for (int r = 0; r < rows; r += MatrixKernels.RowTile)
        {
            _blocks.Prefetch(nextBlock, r, MatrixKernels.RowTile);
            float* tile = x + ((nint)r * _blocks.Stride);
            MatrixKernels.Multiply(tile, _blocks.Stride, parameters.Start, _paddedClasses, result.Start + r);
        }

        return rows;
    }

    private (F Labels, F Weights) Rows(int block, int row)
    {
        int first = (block * RowBlocks.BlockRows) + row;
        return (Vector512.Load(_labels.Start + first), Vector512.Load(_weights.Start + first));
    }

    private void Import(ReadOnlySpan<double> parameters, AlignedBuffer transposed)
    {
        RequireLength(parameters.Length);
        for (int c = 0; c < _classes; c++)
        {
            Span<float> row = transposed.Span.Slice(c * _blocks.Stride, _features);
            for (int f = 0, i = c; f < row.Length; f++, i += _classes)
            {
                row[f] = (float)parameters[i];
            }
        }
    }

    private void Export(Span<double> result)
    {
        RequireLength(result.Length);
        for (int c = 0; c < _classes; c++)
        {
            ReadOnlySpan<float> row = _sums.Span.Slice(c * _blocks.Stride, _features);
            for (int f = 0, i = c; f < row.Length; f++, i += _classes)
            {
                result[i] = row[f];
            }
        }
    }

    private void RequireLength(int length)
    {
        if (length != ParameterLength)
        {
            throw new ArgumentException(
                $"A vector of the model has length {length}; it must be {ParameterLength}, {_features} features times {_classes} classes.");
        }
    }

    private static double Fold(Vector512<double> lanes)
    {
        Vector256<double> four = lanes.GetLower() + lanes.GetUpper();
        Vector128<double> two = four.GetLower() + four.GetUpper();
        return two[0] + two[1];
    }

    internal static void RequireRows(LabelledData data, ImmutableArray<int> rows)
    {
        if (rows.IsDefaultOrEmpty)
        {
            throw new ArgumentException($"No row of {data.Name} was chosen; a loss needs at least one.", nameof(rows));
        }

        foreach (int row in rows)
        {
            if ((uint)row >= (uint)data.Features.Rows || row >= data.Labels.Length)
            {
                throw new ArgumentException($"Row {row} was chosen, but {data.Name} has rows 0 to {data.Features.Rows - 1}.", nameof(rows));
            }

            if ((uint)data.Labels[row] >= (uint)data.Classes)
            {
                throw new ArgumentException(
                    $"Row {row} of {data.Name} has label {data.Labels[row]}; labels are 0 to {data.Classes - 1}.", nameof(rows));
            }
        }
    }
}
