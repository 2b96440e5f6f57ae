using System.Collections.Immutable;
using ActorFed.Algorithms.Numerics;

namespace ActorFed.Problems.Data;

/// <summary>Takes rows out of data sets and joins data sets.</summary>
public static class DataRows
{
    /// <summary>The features of <paramref name="rows"/>, in that order.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A row does not exist.</exception>
    public static FeatureMatrix Select(FeatureMatrix features, ReadOnlySpan<int> rows)
    {
        foreach (int row in rows)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(row);
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(row, features.Rows);
        }

        return features switch
        {
            ByteMatrix bytes => new ByteMatrix(Copy(bytes.Values, rows, bytes.Columns), bytes.Columns, bytes.Scale, bytes.Offset),
            DenseMatrix dense => new DenseMatrix(Copy(dense.Values, rows, dense.Columns), dense.Columns),
            _ => throw new NotSupportedException($"Rows of a {features.GetType().Name} cannot be selected; add its case here."),
        };
    }

    /// <summary>The samples in <paramref name="rows"/>, in that order.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A row does not exist.</exception>
    public static LabelledData Select(LabelledData data, ReadOnlySpan<int> rows) => data with
    {
        Features = Select(data.Features, rows),
        Labels = Pick(data.Labels, rows),
        Corrupted = data.Corrupted.IsEmpty ? [] : Pick(data.Corrupted, rows),
        Speakers = data.Speakers.IsEmpty ? [] : Pick(data.Speakers, rows),
    };

    /// <summary>The samples in <paramref name="rows"/>, in that order.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A row does not exist.</exception>
    public static RegressionData Select(RegressionData data, ReadOnlySpan<int> rows) =>
        data with { Features = Select(data.Features, rows), Targets = Pick(data.Targets, rows) };

    /// <summary>The <paramref name="count"/> samples from <paramref name="start"/> on.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A row does not exist.</exception>
    public static LabelledData Slice(LabelledData data, int start, int count) => Select(data, Range(start, count));

    /// <summary>The samples of <paramref name="first"/>, then those of <paramref name="second"/>; named like the first.</summary>
    /// <exception cref="ArgumentException">Features, classes or normalisation differ, or labels were corrupted.</exception>
    public static LabelledData Concatenate(LabelledData first, LabelledData second)
    {
        if (first.Classes != second.Classes || first.Features.Columns != second.Features.Columns
            || !first.Corrupted.IsEmpty || !second.Corrupted.IsEmpty || first.Speakers.IsEmpty != second.Speakers.IsEmpty)
        {
            throw new ArgumentException(
                $"'{first.Name}' ({first.Features.Columns} features, {first.Classes} classes) and '{second.Name}' "
                + $"({second.Features.Columns} features, {second.Classes} classes) cannot be joined: features and classes must "
                + "be equal in number, no label corrupted, and speakers known in both or neither; read both with the same feature count and class names.");
        }

        return first with
        {
            Features = Concatenate(first.Features, second.Features),
            Labels = [.. first.Labels, .. second.Labels],
            Speakers = [.. first.Speakers, .. second.Speakers],
        };
    }

    /// <summary>Sets a random share of the rows aside for testing; both parts keep the order of the file.</summary>
    /// <param name="data">At least two samples.</param>
    /// <param name="testFraction">In (0, 1); each part gets at least one row.</param>
    /// <param name="seed">The run's seed.</param>
    /// <exception cref="ArgumentException">Fewer than two rows, or the fraction is out of range.</exception>
    public static (LabelledData Train, LabelledData Test) Holdout(LabelledData data, double testFraction, ulong seed)
    {
        (int[] train, int[] test) = HoldoutRows(data.Name, data.Labels.Length, testFraction, seed);
        return (Select(data, train), Select(data, test));
    }

    /// <summary>Sets a random share of the rows aside for testing; both parts keep the order of the file.</summary>
    /// <param name="data">At least two samples.</param>
    /// <param name="testFraction">In (0, 1); each part gets at least one row.</param>
    /// <param name="seed">The run's seed.</param>
    /// <exception cref="ArgumentException">Fewer than two rows, or the fraction is out of range.</exception>
    public static (RegressionData Train, RegressionData Test) Holdout(RegressionData data, double testFraction, ulong seed)
    {
        (int[] train, int[] test) = HoldoutRows(data.Name, data.Targets.Length, testFraction, seed);
        return (Select(data, train), Select(data, test));
    }

    /// <summary><paramref name="count"/> of <paramref name="rows"/> row numbers at random, ascending.</summary>
    internal static int[] Sample(int rows, int count, SeededRandom random)
    {
        int[] order = Range(0, rows);
        random.Shuffle<int>(order);
        int[] chosen = order[..count];
        Array.Sort(chosen);
        return chosen;
    }

    /// <summary>The numbers from <paramref name="start"/> on, <paramref name="count"/> of them.</summary>
    internal static int[] Range(int start, int count) => [.. Enumerable.Range(start, count)];

    private static (int[] Train, int[] Test) HoldoutRows(string name, int rows, double testFraction, ulong seed)
    {
        if (rows < 2 || testFraction is not (> 0 and < 1))
        {
            throw new ArgumentException(
                $"'{name}' has {rows} rows and a test fraction of {testFraction}; it needs at least 2 rows and a fraction in "
                + "(0, 1).");
        }

        int count = Math.Clamp((int)Math.Round(rows * testFraction), 1, rows - 1);
        int[] test = Sample(rows, count, new SeededRandom(seed, "holdout"));
        return ([.. Range(0, rows).Except(test)], test);
    }

    private static FeatureMatrix Concatenate(FeatureMatrix first, FeatureMatrix second) => (first, second) switch
    {
        (ByteMatrix a, ByteMatrix b) when a.Scale == b.Scale && a.Offset == b.Offset =>
            new ByteMatrix([.. a.Values, .. b.Values], a.Columns, a.Scale, a.Offset),
        (DenseMatrix a, DenseMatrix b) => new DenseMatrix([.. a.Values, .. b.Values], a.Columns),
        _ => throw new ArgumentException("Features of different kind or normalisation cannot be joined; read both files alike."),
    };

    private static T[] Copy<T>(ReadOnlySpan<T> values, ReadOnlySpan<int> rows, int columns)
    {
        T[] copy = new T[(long)rows.Length * columns];
        for (int i = 0; i < rows.Length; i++)
        {
            values.Slice(rows[i] * columns, columns).CopyTo(copy.AsSpan(i * columns));
        }

        return copy;
    }

    private static ImmutableArray<T> Pick<T>(ImmutableArray<T> values, ReadOnlySpan<int> rows)
    {
        ImmutableArray<T>.Builder picked = ImmutableArray.CreateBuilder<T>(rows.Length);
        foreach (int row in rows)
        {
            picked.Add(values[row]);
        }

        return picked.MoveToImmutable();
    }
}
