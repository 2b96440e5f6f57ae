using System.Collections.Immutable;
using ActorFed.Problems.Data;

namespace ActorFed.Problems;

/// <summary>How well learned weights tell clean training samples from corrupted ones.</summary>
internal static class CleaningQuality
{
    /// <summary>Whether it is known which samples are corrupted.</summary>
    public static bool CanMeasure(ShardedData data) => !data.Train.Corrupted.IsDefaultOrEmpty;

    /// <summary>The area under the ROC curve by rank sums; NaN when one of the two kinds is missing.</summary>
    public static double Area(ShardedData data, ReadOnlySpan<double> upper)
    {
        ImmutableArray<bool> corrupted = data.Train.Corrupted;
        if (!CanMeasure(data))
        {
            return double.NaN;
        }

        int[] rows = [.. data.Shards.SelectMany(shard => shard.TrainRows)];
        double[] keys = new double[rows.Length];
        for (int i = 0; i < rows.Length; i++)
        {
            keys[i] = upper[rows[i]]; // the sigmoid keeps the order
        }

        Array.Sort(keys, rows);
        double clean = 0;
        double cleanRanks = 0;
        for (int start = 0, end; start < rows.Length; start = end)
        {
            for (end = start + 1; end < rows.Length && keys[end] == keys[start];)
            {
                end++;
            }

            double rank = (start + 1 + end) / 2.0; // equal keys share the mean of their ranks
            int count = rows.AsSpan(start, end - start).ToArray().Count(row => !corrupted[row]);
            clean += count;
            cleanRanks += count * rank;
        }

        double bad = rows.Length - clean;
        return clean == 0 || bad == 0 ? double.NaN : (cleanRanks - (clean * (clean + 1) / 2)) / (clean * bad);
    }

    /// <summary>The F1 score of taking those samples for clean whose weight sigmoid(ψ) is at least ½; NaN when none is clean.</summary>
    /// <remarks>Source: the data hyper-cleaning of Franceschi, Donini, Frasconi, Pontil, ICML 2017.</remarks>
    public static double F1(ShardedData data, ReadOnlySpan<double> upper)
    {
        if (!CanMeasure(data))
        {
            return double.NaN;
        }

        int clean = 0;
        int kept = 0;
        int both = 0;
        foreach (int row in data.Shards.SelectMany(shard => shard.TrainRows))
        {
            bool isClean = !data.Train.Corrupted[row];
            bool isKept = upper[row] >= 0;
            clean += isClean ? 1 : 0;
            kept += isKept ? 1 : 0;
            both += isClean && isKept ? 1 : 0;
        }

        return clean == 0 ? double.NaN : 2.0 * both / (clean + kept);
    }
}
