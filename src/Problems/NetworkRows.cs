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
    private readonly LabelledData _data;
    private readonly ImmutableArray<int> _rows;
    private readonly NetworkScratchPool _pool;
    private readonly Scores _scores;

    /// <summary>Chooses the rows.</summary>
    /// <param name="data">The data set; shared.</param>
    /// <param name="rows">Indices of rows; at least one.</param>
    /// <param name="pool">Memory for queries; shared by all oracles of the network.</param>
    /// <param name="scores">The network.</param>
    /// <exception cref="ArgumentException">There is no row, a row is not in the data, or a label is not a class.</exception>
    public NetworkRows(LabelledData data, ImmutableArray<int> rows, NetworkScratchPool pool, Scores scores)
    {
        SoftmaxRows.RequireRows(data, rows);
        (_data, _rows, _pool, _scores) = (data, rows, pool, scores);
    }

    public int ParameterLength => _pool.ParameterLength;

    public int RowCount => _rows.Length;

    public double MeanLoss(ReadOnlySpan<double> parameters, ReadOnlySpan<int> rows, Span<double> gradient)
    {
        NetworkScratch scratch = _pool.Take();
        try
        {
            return MeanLoss(scratch, parameters, rows, gradient);
        }
        finally
        {
            _pool.Return(scratch);
        }
    }

    public int CountCorrect(ReadOnlySpan<double> parameters)
    {
        NetworkScratch scratch = _pool.Take();
        try
        {
            return CountCorrect(scratch, parameters);
        }
        finally
        {
            _pool.Return(scratch);
        }
    }

    private double MeanLoss(NetworkScratch scratch, ReadOnlySpan<double> parameters, ReadOnlySpan<int> rows, Span<double> gradient)
    {
        gradient.Clear();
        int count = rows.IsEmpty ? _rows.Length : rows.Length;
        double loss = 0;
        for (int start = 0; start < count; start += NetworkScratch.PieceRows)
        {
            int length = Math.Min(NetworkScratch.PieceRows, count - start);
            double share = (double)length / count;
            Tensor<float> scores = ScoresOf(scratch, parameters, rows, start, length);
            Tensor<float> mean = Losses.CrossEntropy(scores, scratch.Levels.Tape.Indices(scratch.Labels.AsSpan(0, length)));
            loss += share * mean.Scalar;
            if (!gradient.IsEmpty)
            {
                scratch.Levels.Differentiate(mean);
                scratch.Levels.WriteGradient(0, scratch.PieceGradient);
                VectorMath.AddScaled(share, scratch.PieceGradient, gradient);
            }
        }

        return loss;
    }

    private int CountCorrect(NetworkScratch scratch, ReadOnlySpan<double> parameters)
    {
        int correct = 0;
        for (int start = 0; start < _rows.Length; start += NetworkScratch.PieceRows)
        {
            int length = Math.Min(NetworkScratch.PieceRows, _rows.Length - start);
            ReadOnlySpan<float> scores = ScoresOf(scratch, parameters, [], start, length).Values;
            int classes = scores.Length / length;
            for (int i = 0; i < length; i++)
            {
                ReadOnlySpan<float> ofRow = scores.Slice(i * classes, classes);
                int best = 0;
                for (int label = 1; label < classes; label++)
                {
                    best = ofRow[label] > ofRow[best] ? label : best;
                }

                correct += best == scratch.Labels[i] ? 1 : 0;
            }
        }

        return correct;
    }

    /// <summary>The scores of a piece of the rows asked for, whose labels are in the scratch memory then.</summary>
    private Tensor<float> ScoresOf(NetworkScratch scratch, ReadOnlySpan<double> parameters, ReadOnlySpan<int> rows, int start, int length)
    {
        scratch.Levels.Begin();
        scratch.Levels.Read(0, parameters);
        int columns = _data.Features.Columns;
        Tensor<float> features = scratch.Levels.Tape.Leaf(Shape.Create([length, columns]), out Span<float> values);
        for (int i = 0; i < length; i++)
        {
            int row = _rows[rows.IsEmpty ? start + i : rows[start + i]];
            _data.Features.CopyRow(row, values.Slice(i * columns, columns));
            scratch.Labels[i] = _data.Labels[row];
        }

        return _scores(scratch.Levels, features);
    }
}
