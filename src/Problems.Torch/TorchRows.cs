using System.Collections.Immutable;
using System.Runtime.InteropServices;
using ActorFed.Problems.Data;
using static TorchSharp.torch;

namespace ActorFed.Problems.Torch;

/// <summary>Rows of a classification set on a device, in float; put there once and read by any thread.</summary>
internal sealed class TorchRows
{
    private readonly TorchRuntime _runtime;

    /// <summary>Chooses the rows.</summary>
    /// <exception cref="ArgumentException">There is no row, a row is not in the data, or a label is not a class.</exception>
    public TorchRows(TorchRuntime runtime, LabelledData data, ImmutableArray<int> rows)
    {
        Kernels.SoftmaxRows.RequireRows(data, rows);
        _runtime = runtime;
        int columns = data.Features.Columns;
        Features = runtime.Keep(() =>
        {
            Tensor features = empty([rows.Length, columns], ScalarType.Float32);
            Span<float> values = MemoryMarshal.Cast<byte, float>(features.bytes);
            for (int i = 0; i < rows.Length; i++)
            {
                data.Features.CopyRow(rows[i], values.Slice(i * columns, columns));
            }

            return features;
        });
        Labels = runtime.Keep(() => runtime.Indices([.. rows.Select(row => data.Labels[row])]));
    }

    private TorchRows(TorchRuntime runtime, Tensor features, Tensor labels) =>
        (_runtime, Features, Labels) = (runtime, features, labels);

    /// <summary>[rows, columns].</summary>
    public Tensor Features { get; }

    /// <summary>[rows], integers.</summary>
    public Tensor Labels { get; }

    /// <summary>Rows from <paramref name="start"/> on, without a copy; they end with the scope.</summary>
    public TorchRows Slice(int start, int length) =>
        new(_runtime, Features.narrow(0, start, length), Labels.narrow(0, start, length));

    /// <summary>Rows by number; they end with the scope.</summary>
    public TorchRows Choose(ReadOnlySpan<int> rows)
    {
        Tensor numbers = _runtime.Indices(rows);
        return new(_runtime, Features.index_select(0, numbers), Labels.index_select(0, numbers));
    }

    /// <summary>The mean cross entropy of scores, [rows, classes].</summary>
    public Tensor CrossEntropy(Tensor scores) => nn.functional.cross_entropy(scores, Labels);

    /// <summary>The cross entropy of each row.</summary>
    public Tensor CrossEntropyPerRow(Tensor scores) => nn.functional.cross_entropy(scores, Labels, reduction: nn.Reduction.None);
}
