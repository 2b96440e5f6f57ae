using System.Collections.Immutable;
using System.Numerics;
using ActorFed.Problems.Data;
using ActorFed.Tensors;

namespace ActorFed.Problems;

/// <summary>Rows of a data set for losses on tensors: converted once, then put on any tape without a copy. Read-only, so threads may share it.</summary>
/// <typeparam name="T">The precision of the losses.</typeparam>
public sealed class TensorRows<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly PinnedBuffer<T> _features;
    private readonly PinnedBuffer<T>? _targets;
    private readonly ImmutableArray<int> _labels;

    private TensorRows(FeatureMatrix features, ImmutableArray<int> rows, PinnedBuffer<T>? targets, ImmutableArray<int> labels)
    {
        Rows = rows.Length;
        Columns = features.Columns;
        _features = new PinnedBuffer<T>(checked(Rows * Columns));
        _targets = targets;
        _labels = labels;
        float[] values = new float[Columns];
        for (int i = 0; i < Rows; i++)
        {
            features.CopyRow(rows[i], values);
            for (int column = 0; column < Columns; column++)
            {
                _features.Span[(i * Columns) + column] = T.CreateTruncating(values[column]);
            }
        }
    }

    /// <summary>How many rows.</summary>
    public int Rows { get; }

    /// <summary>Features per row.</summary>
    public int Columns { get; }

    /// <summary>The features, row after row.</summary>
    internal ReadOnlySpan<T> FeatureValues => _features.Span;

    /// <summary>The targets; none where it is a classification set.</summary>
    internal ReadOnlySpan<T> TargetValues => _targets is null ? [] : _targets.Span;

    /// <summary>These rows of a regression set, in this order.</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    public static TensorRows<T> Of(RegressionData data, ImmutableArray<int> rows)
    {
        RequireRows(data.Name, rows);
        PinnedBuffer<T> targets = new(rows.Length);
        for (int i = 0; i < rows.Length; i++)
        {
            targets.Span[i] = T.CreateTruncating(data.Targets[rows[i]]);
        }

        return new TensorRows<T>(data.Features, rows, targets, []);
    }

    /// <summary>All rows of a regression set.</summary>
    public static TensorRows<T> Of(RegressionData data) => Of(data, [.. Enumerable.Range(0, data.Targets.Length)]);

    /// <summary>These rows of a classification set, in this order.</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    public static TensorRows<T> Of(LabelledData data, ImmutableArray<int> rows)
    {
        RequireRows(data.Name, rows);
        return new TensorRows<T>(data.Features, rows, null, [.. rows.Select(row => data.Labels[row])]);
    }

    /// <summary>All rows of a classification set.</summary>
    public static TensorRows<T> Of(LabelledData data) => Of(data, [.. Enumerable.Range(0, data.Labels.Length)]);

    /// <summary>The features, [rows, columns].</summary>
    public Tensor<T> Features(Tape<T> tape) => tape.Leaf(_features, [Rows, Columns]);

    /// <summary>The features in another shape of as many entries, such as [rows, channels, height, width].</summary>
    public Tensor<T> Features(Tape<T> tape, Shape shape) => tape.Leaf(_features, shape);

    /// <summary>The targets of a regression set, [rows, 1].</summary>
    /// <exception cref="InvalidOperationException">It is a classification set.</exception>
    public Tensor<T> Targets(Tape<T> tape) => _targets is null
        ? throw new InvalidOperationException("These rows have labels and no targets; use Labels, or read the set as a regression set.")
        : tape.Leaf(_targets, [Rows, 1]);

    /// <summary>The labels of a classification set, one per row.</summary>
    /// <exception cref="InvalidOperationException">It is a regression set.</exception>
    public Indices Labels(Tape<T> tape) => _targets is null
        ? tape.Indices(_labels.AsSpan())
        : throw new InvalidOperationException("These rows have targets and no labels; use Targets, or read the set as a classification set.");

    private static void RequireRows(string name, ImmutableArray<int> rows)
    {
        if (rows.IsDefaultOrEmpty)
        {
            throw new ArgumentException($"No row of '{name}' was chosen; there must be at least one. Give the shard more rows, or a larger share of them.");
        }
    }
}
