using System.Collections.Immutable;
using ActorFed.Algorithms.Numerics;
using ActorFed.Problems.Data;
using ActorFed.Problems.Kernels;
using ActorFed.Tensors;

namespace ActorFed.Problems;

/// <summary>The scores of a network, [rows, classes].</summary>
/// <param name="levels">The one level's parameters, as in the network's layout.</param>
/// <param name="features">[rows, columns].</param>
internal delegate Tensor<float> Scores(Levels<float> levels, Tensor<float> features);

/// <summary>The mean cross entropy of a network over chosen rows of a data set, in pieces, so that memory does not grow with the rows.</summary>
internal sealed class NetworkRows : IRowLoss
{
    /// <summary>Rows that are on the tape at a time.</summary>
    private const int PieceRows = 128;

    private readonly LabelledData _data;
    private readonly ImmutableArray<int> _rows;
    private readonly Scores _scores;
    private readonly Levels<float> _levels;
    private readonly double[] _pieceGradient;
    private readonly int[] _labels = new int[PieceRows];

    /// <summary>Chooses the rows.</summary>
    /// <param name="data">The data set; shared.</param>
    /// <param name="rows">Indices of rows; at least one.</param>
    /// <param name="layout">The parameters of the network.</param>
    /// <param name="scores">The network.</param>
    /// <exception cref="ArgumentException">There is no row, a row is not in the data, or a label is not a class.</exception>
    public NetworkRows(LabelledData data, ImmutableArray<int> rows, ParameterLayout layout, Scores scores)
    {
        SoftmaxRows.RequireRows(data, rows);
        (_data, _rows, _scores) = (data, rows, scores);
        _levels = new Levels<float>([layout]);
        _pieceGradient = new double[layout.Length];
    }

    public int ParameterLength => _pieceGradient.Length;

    public int RowCount => _rows.Length;

    public double MeanLoss(ReadOnlySpan<double> parameters, ReadOnlySpan<int> rows, Span<double> gradient)
    {
        gradient.Clear();
        int count = rows.IsEmpty ? _rows.Length : rows.Length;
        double loss = 0;
        for (int start = 0; start < count; start += PieceRows)
        {
            int length = Math.Min(PieceRows, count - start);
            double share = (double)length / count;
            Tensor<float> scores = ScoresOf(parameters, rows, start, length);
            Tensor<float> mean = Losses.CrossEntropy(scores, _levels.Tape.Indices(_labels.AsSpan(0, length)));
            loss += share * mean.Scalar;
            if (!gradient.IsEmpty)
            {
                _levels.Differentiate(mean);
                _levels.WriteGradient(0, _pieceGradient);
                VectorMath.AddScaled(share, _pieceGradient, gradient);
            }
        }

        return loss;
    }

    public int CountCorrect(ReadOnlySpan<double> parameters)
    {
        int correct = 0;
        for (int start = 0; start < _rows.Length; start += PieceRows)
        {
            int length = Math.Min(PieceRows, _rows.Length - start);
            ReadOnlySpan<float> scores = ScoresOf(parameters, [], start, length).Values;
            int classes = scores.Length / length;
            for (int i = 0; i < length; i++)
            {
                ReadOnlySpan<float> ofRow = scores.Slice(i * classes, classes);
                int best = 0;
                for (int label = 1; label < classes; label++)
                {
                    best = ofRow[label] > ofRow[best] ? label : best;
                }

                correct += best == _labels[i] ? 1 : 0;
            }
        }

        return correct;
    }

    /// <summary>The scores of a piece of the rows asked for, whose labels are in <see cref="_labels"/> then.</summary>
    private Tensor<float> ScoresOf(ReadOnlySpan<double> parameters, ReadOnlySpan<int> rows, int start, int length)
    {
        _levels.Begin();
        _levels.Read(0, parameters);
        int columns = _data.Features.Columns;
        Tensor<float> features = _levels.Tape.Leaf(Shape.Create([length, columns]), out Span<float> values);
        for (int i = 0; i < length; i++)
        {
            int row = _rows[rows.IsEmpty ? start + i : rows[start + i]];
            _data.Features.CopyRow(row, values.Slice(i * columns, columns));
            _labels[i] = _data.Labels[row];
        }

        return _scores(_levels, features);
    }
}
