using System.Collections.Immutable;
using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Oracles;
using ActorFed.Problems.Data;
using ActorFed.Tensors;

namespace ActorFed.Problems;

/// <summary>The first part of a network over the rows of one shard, in pieces, so that memory does not grow with the rows.</summary>
internal sealed class SplitClientRows : ISplitClientOracle
{
    /// <summary>Rows that are on the tape at a time.</summary>
    private const int PieceRows = 128;

    private readonly LabelledData _data;
    private readonly ImmutableArray<int> _rows;
    private readonly SplitNetwork _network;
    private readonly double _weightDecay;
    private readonly Tape<float> _tape = new();
    private readonly Tensor<float>[] _parameters;
    private readonly Tensor<float>[] _gradients;
    private readonly double[] _pieceGradient;

    /// <summary>Chooses the rows.</summary>
    /// <param name="data">The data set; shared.</param>
    /// <param name="rows">Indices of rows; at least one.</param>
    /// <param name="network">The network.</param>
    /// <param name="weightDecay">Factor of the squared norm of the part's parameters.</param>
    public SplitClientRows(LabelledData data, ImmutableArray<int> rows, SplitNetwork network, double weightDecay)
    {
        (_data, _rows, _network, _weightDecay) = (data, rows, network, weightDecay);
        _parameters = new Tensor<float>[network.ClientLayout.Shapes.Length];
        _gradients = new Tensor<float>[_parameters.Length];
        _pieceGradient = new double[network.ClientLayout.Length];
    }

    public int Length => _pieceGradient.Length;

    public int ActivationLength => _network.ActivationLength;

    public int Classes => _data.Classes;

    public int RowCount => _rows.Length;

    public void Activate(ReadOnlySpan<double> part, ReadOnlySpan<int> rows, Span<double> activations, Span<double> targets)
    {
        int count = RequireArguments(part, rows, activations.Length);
        OracleArguments.RequireLength(targets.Length, count, nameof(targets));
        for (int start = 0; start < count; start += PieceRows)
        {
            int length = Math.Min(PieceRows, count - start);
            PieceOf(part, rows, start, length).CopyTo(activations.Slice(start * ActivationLength, length * ActivationLength));
            for (int i = start; i < start + length; i++)
            {
                targets[i] = _data.Labels[RowAt(rows, i)];
            }
        }
    }

    public void PullBack(ReadOnlySpan<double> part, ReadOnlySpan<int> rows, ReadOnlySpan<double> slopes, Span<double> gradient)
    {
        int count = RequireArguments(part, rows, slopes.Length);
        OracleArguments.RequireLength(gradient.Length, Length, nameof(gradient));
        VectorMath.Scale(2 * _weightDecay, part, gradient);
        for (int start = 0; start < count; start += PieceRows)
        {
            int length = Math.Min(PieceRows, count - start);
            Tensor<float> activations = PieceOf(part, rows, start, length);
            Tensor<float> piece = _tape.LeafFromDouble(slopes.Slice(start * ActivationLength, length * ActivationLength), activations.Shape);
            _tape.VectorJacobianProduct(activations, piece, _parameters, _gradients);
            _network.ClientLayout.Write<float>(_gradients, _pieceGradient);
            VectorMath.AddScaled(1, _pieceGradient, gradient);
        }
    }

    private int RequireArguments(ReadOnlySpan<double> part, ReadOnlySpan<int> rows, int activations)
    {
        OracleArguments.RequireLength(part.Length, Length, nameof(part));
        OracleArguments.RequireRows(rows, RowCount);
        int count = rows.IsEmpty ? RowCount : rows.Length;
        OracleArguments.RequireLength(activations, count * ActivationLength, nameof(activations));
        return count;
    }

    private int RowAt(ReadOnlySpan<int> rows, int index) => _rows[rows.IsEmpty ? index : rows[index]];

    /// <summary>The activations of a piece of the rows asked for, on a tape that was reset.</summary>
    private Tensor<float> PieceOf(ReadOnlySpan<double> part, ReadOnlySpan<int> rows, int start, int length)
    {
        _tape.Reset();
        _network.ClientLayout.Read(_tape, part, _parameters);
        int columns = _data.Features.Columns;
        Tensor<float> features = _tape.Leaf(Shape.Create([length, columns]), out Span<float> values);
        for (int i = 0; i < length; i++)
        {
            _data.Features.CopyRow(RowAt(rows, start + i), values.Slice(i * columns, columns));
        }

        return _network.Activations(_parameters, features);
    }
}
