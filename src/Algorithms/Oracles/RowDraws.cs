using System.Collections.Immutable;
using ActorFed.Algorithms.Numerics;

namespace ActorFed.Algorithms.Oracles;

/// <summary>The rows that are selected in each epoch. A function of the stream's seed and the epoch, so that an epoch made again has the same.</summary>
/// <remarks>Source: as <see cref="RowSelection"/>; epoch e takes outputs e n to e n + n − 1 of one stream of <see cref="SplitMix64"/>.</remarks>
public sealed class RowDraws
{
    private readonly SelectionRule _rule;
    private readonly ulong _stream;
    private readonly int _rowCount;
    private readonly int[] _drawn;
    private readonly int[] _byLabel = [];         // rows, those of the first label first
    private readonly int[] _starts = [];          // where each label begins there, and where the last one ends
    private readonly double[] _cumulative = [];   // probabilities of the labels up to each one, of those that the shard has
    private long _epoch = -1;

    /// <summary>The draws of one shard.</summary>
    /// <param name="selection">How rows are chosen; not <see cref="SelectionRule.All"/>.</param>
    /// <param name="stream">Seed of the shard's stream.</param>
    /// <param name="rowCount">N, rows to choose from.</param>
    /// <param name="labels">Class of each row; empty where rows have none.</param>
    /// <exception cref="ArgumentException">There are no rows or labels to choose from, or less than one row is to be chosen.</exception>
    public RowDraws(RowSelection selection, ulong stream, int rowCount, ImmutableArray<int> labels)
    {
        if (rowCount < 1)
        {
            throw new ArgumentException("The loss is no mean over rows, so there is nothing to select from. Select all, or choose a problem that is made over rows.");
        }

        int count = (int)(selection.Rate * rowCount);
        if (count < 1)
        {
            throw new ArgumentException($"A rate of {selection.Rate} selects less than one of {rowCount} rows; it must be at least {1.0 / rowCount}.");
        }

        (_rule, _stream, _rowCount, _drawn) = (selection.Rule, stream, rowCount, new int[count]);
        if (!selection.LabelProbabilities.IsEmpty)
        {
            (_byLabel, _starts, _cumulative) = GroupByLabel(selection.LabelProbabilities, rowCount, labels);
        }
    }

    /// <summary>n = ⌊rN⌋, rows of an epoch; a row that is drawn twice counts twice.</summary>
    public int Count => _drawn.Length;

    /// <summary>The seed of a worker's stream: output number <paramref name="worker"/> of the stream of the run's seed.</summary>
    public static ulong StreamOf(ulong seed, int worker) => SplitMix64.Output(seed, (ulong)worker);

    /// <summary>The rows of the present epoch, in the order drawn. They stand until the next one begins.</summary>
    /// <exception cref="InvalidOperationException">None has begun.</exception>
    public ReadOnlySpan<int> Rows => _epoch >= 0
        ? _drawn
        : throw new InvalidOperationException("Rows are selected by epoch, and none was begun; begin one before the first question.");

    /// <summary>An epoch begins.</summary>
    /// <param name="epoch">e, from 0.</param>
    public void Begin(long epoch)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(epoch);
        epoch = _rule == SelectionRule.Fixed ? 0 : epoch;
        if (epoch == _epoch)
        {
            return;
        }

        _epoch = epoch;
        if (_rule == SelectionRule.Fixed)
        {
            DrawSubset();
            return;
        }

        for (int k = 0; k < _drawn.Length; k++)
        {
            _drawn[k] = RowAt(Uniform(unchecked(((ulong)epoch * (ulong)Count) + (ulong)k)));
        }
    }

    private double Uniform(ulong number) => SplitMix64.ToUniform(SplitMix64.Output(_stream, number));

    private int RowAt(double uniform)
    {
        if (_cumulative.Length == 0)
        {
            return (int)(_rowCount * uniform);
        }

        int label = Array.FindIndex(_cumulative, bound => uniform < bound);
        double from = label == 0 ? 0 : _cumulative[label - 1];
        double within = (uniform - from) / (_cumulative[label] - from); // what is left of the draw chooses the row
        int rows = _starts[label + 1] - _starts[label];
        return _byLabel[_starts[label] + Math.Min((int)(rows * within), rows - 1)];
    }

    /// <summary>The first entries of a shuffle.</summary>
    private void DrawSubset()
    {
        int[] order = [.. Enumerable.Range(0, _rowCount)];
        for (int k = 0; k < _drawn.Length; k++)
        {
            int j = k + (int)((_rowCount - k) * Uniform((ulong)k));
            (order[k], order[j]) = (order[j], order[k]);
            _drawn[k] = order[k];
        }
    }

    private static (int[] Rows, int[] Starts, double[] Cumulative) GroupByLabel(ImmutableArray<double> probabilities, int rowCount, ImmutableArray<int> labels)
    {
        if (labels.Length != rowCount)
        {
            throw new ArgumentException("Rows of this problem have no labels to be drawn by. Leave out the probabilities of labels.");
        }

        if (labels.Max() >= probabilities.Length)
        {
            throw new ArgumentException($"There are {probabilities.Length} probabilities of labels, and a row has label {labels.Max()}, counted from 0; give one for each label.");
        }

        int[] rows = [.. Enumerable.Range(0, rowCount).OrderBy(row => labels[row])]; // stable: rows of a label keep their order
        int[] starts = new int[probabilities.Length + 1];
        double[] cumulative = new double[probabilities.Length];
        double sum = 0;
        for (int label = 0; label < probabilities.Length; label++)
        {
            int count = labels.Count(own => own == label);
            starts[label + 1] = starts[label] + count;
            cumulative[label] = sum += count > 0 ? probabilities[label] : 0;
        }

        if (sum == 0)
        {
            throw new ArgumentException("No row of a shard has a label whose probability is more than 0. Give each label that shards have one, or deal rows more evenly.");
        }

        for (int label = 0; label < cumulative.Length; label++)
        {
            cumulative[label] = cumulative[label] == sum ? 1 : cumulative[label] / sum; // labels that the shard lacks leave theirs to the others
        }

        return (rows, starts, cumulative);
    }
}
