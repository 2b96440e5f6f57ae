using System.Collections.Immutable;
using ActorFed.Algorithms.Numerics;
using ActorFed.Problems.Data;
using ActorFed.Problems.Kernels;
using ActorFed.Tensors;
using static TorchSharp.torch;

namespace ActorFed.Problems.Torch;

/// <summary>The scores of a network, [rows, classes].</summary>
/// <param name="parameters">As in the network's layout.</param>
/// <param name="features">[rows, columns].</param>
internal delegate Tensor TorchScores(ReadOnlySpan<Tensor> parameters, Tensor features);

/// <summary>The mean cross entropy of a network over chosen rows, in pieces, so that memory does not grow with the rows.</summary>
internal sealed class TorchRowLoss : IRowLoss
{
    /// <summary>Rows whose intermediate values are in memory at a time.</summary>
    private const int PieceRows = 1024;

    private readonly TorchRuntime _runtime;
    private readonly Lazy<TorchRows> _rows; // a problem that is only checked puts nothing on a device
    private readonly TorchScores _scores;
    private readonly TorchVariable _variable;
    private readonly double[] _pieceGradient;

    /// <summary>Chooses the rows.</summary>
    /// <param name="runtime">Where to compute.</param>
    /// <param name="data">The data set.</param>
    /// <param name="rows">Indices of rows; at least one.</param>
    /// <param name="layout">The parameters of the network.</param>
    /// <param name="scores">The network.</param>
    /// <exception cref="ArgumentException">There is no row, a row is not in the data, or a label is not a class.</exception>
    public TorchRowLoss(TorchRuntime runtime, LabelledData data, ImmutableArray<int> rows, ParameterLayout layout, TorchScores scores)
    {
        SoftmaxRows.RequireRows(data, rows);
        (_runtime, _scores, RowCount) = (runtime, scores, rows.Length);
        _rows = new(() => new TorchRows(runtime, data, rows));
        _variable = new TorchVariable(runtime, layout, ScalarType.Float32);
        _pieceGradient = new double[layout.Length];
    }

    public int ParameterLength => _variable.Length;

    public int RowCount { get; }

    public double MeanLoss(ReadOnlySpan<double> parameters, ReadOnlySpan<int> rows, Span<double> gradient)
    {
        _variable.Read(parameters);
        gradient.Clear();
        int count = rows.IsEmpty ? RowCount : rows.Length;
        double loss = 0;
        for (int start = 0; start < count; start += PieceRows)
        {
            int length = Math.Min(PieceRows, count - start);
            double share = (double)length / count;
            loss += share * PieceLoss(start, length, rows, share, gradient);
        }

        return loss;
    }

    public int CountCorrect(ReadOnlySpan<double> parameters)
    {
        _variable.Read(parameters);
        long correct = 0;
        for (int start = 0; start < RowCount; start += PieceRows)
        {
            using IDisposable scope = _runtime.Enter();
            using IDisposable mode = no_grad();
            TorchRows piece = _rows.Value.Slice(start, Math.Min(PieceRows, RowCount - start));
            Tensor best = _scores(_variable.Parameters(), piece.Features).argmax(1);
            correct += best.eq(piece.Labels).sum().item<long>();
        }

        return (int)correct;
    }

    private float PieceLoss(int start, int length, ReadOnlySpan<int> rows, double share, Span<double> gradient)
    {
        using IDisposable scope = _runtime.Enter();
        TorchRows piece = rows.IsEmpty ? _rows.Value.Slice(start, length) : _rows.Value.Choose(rows.Slice(start, length));
        if (gradient.IsEmpty)
        {
            using IDisposable mode = no_grad();
            return piece.CrossEntropy(_scores(_variable.Parameters(), piece.Features)).item<float>();
        }

        Tensor mean = piece.CrossEntropy(_scores(_variable.Parameters(), piece.Features));
        TorchVariable.CopyTo(autograd.grad([mean], [_variable.Flat])[0], _pieceGradient);
        VectorMath.AddScaled(share, _pieceGradient, gradient);
        return mean.item<float>();
    }
}
