using System.Collections.Immutable;

namespace ActorFed.Problems.Data;

/// <summary>How often words count.</summary>
public enum TermWeighting
{
    /// <summary>As in the file.</summary>
    None,

    /// <summary>Rare words count more, and every row has length 1.</summary>
    TfIdf,
}

/// <summary>Chooses and weighs the features of bags of words, by the training set alone.</summary>
internal static class TermWeights
{
    /// <summary>The features that are other than zero in the most training rows; of equally frequent ones, the first.</summary>
    /// <param name="train">The training set.</param>
    /// <param name="test">The test set; as many features.</param>
    /// <param name="count">How many to keep; at least 1, and at most as many as there are.</param>
    /// <exception cref="ArgumentException">There are fewer features.</exception>
    public static (SparseMatrix Train, SparseMatrix Test) MostFrequent(SparseMatrix train, SparseMatrix test, int count)
    {
        if (count > train.Columns)
        {
            throw new ArgumentException($"MostFrequentFeatures is {count}; the set has {train.Columns} features, which is the most.");
        }

        int[] frequencies = RowsWith(train);
        int[] number = new int[train.Columns]; // 1 + the new number of a feature that is kept
        int kept = 0;
        foreach (int column in Enumerable.Range(0, train.Columns).OrderByDescending(column => frequencies[column]).Take(count).Order())
        {
            number[column] = ++kept;
        }

        return (Kept(train), Kept(test));

        SparseMatrix Kept(SparseMatrix from) => new(count, [.. Enumerable.Range(0, from.Rows).Select(row => EntriesOf(from, row)
            .Where(entry => number[entry.Column] > 0).Select(entry => (number[entry.Column] - 1, entry.Value)).ToImmutableArray())]);
    }

    /// <summary>
    /// tf · (log((1 + N) / (1 + df)) + 1), with tf the entry, N the training rows and df those of them that have the feature; then each row is
    /// divided by its Euclidean norm. A row of zeros stays one.
    /// </summary>
    /// <remarks>The smoothed form of scikit-learn's TfidfTransformer, with its defaults.</remarks>
    /// <param name="train">The training set.</param>
    /// <param name="test">The test set; as many features.</param>
    public static (SparseMatrix Train, SparseMatrix Test) TfIdf(SparseMatrix train, SparseMatrix test)
    {
        double[] weights = [.. RowsWith(train).Select(df => Math.Log((1.0 + train.Rows) / (1 + df)) + 1)];
        return (Weighted(train), Weighted(test));

        SparseMatrix Weighted(SparseMatrix from) => new(from.Columns, [.. Enumerable.Range(0, from.Rows).Select(row => WeightedRow(from, row))]);

        ImmutableArray<(int, float)> WeightedRow(SparseMatrix from, int row)
        {
            (int Column, double Value)[] entries = [.. EntriesOf(from, row).Select(entry => (entry.Column, entry.Value * weights[entry.Column]))];
            double norm = Math.Sqrt(entries.Sum(entry => entry.Value * entry.Value));
            return [.. entries.Select(entry => (entry.Column, norm > 0 ? (float)(entry.Value / norm) : 0f))];
        }
    }

    private static int[] RowsWith(SparseMatrix features)
    {
        int[] frequencies = new int[features.Columns];
        for (int row = 0; row < features.Rows; row++)
        {
            foreach (int column in features.ColumnsOf(row))
            {
                frequencies[column]++;
            }
        }

        return frequencies;
    }

    private static (int Column, float Value)[] EntriesOf(SparseMatrix features, int row) =>
        [.. features.ColumnsOf(row).ToArray().Zip(features.ValuesOf(row).ToArray())];
}
