using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace ActorFed.Problems.Data;

/// <summary>How many rows of each label each shard holds, training and validation rows together.</summary>
/// <param name="Counts">One array per shard, one count per class.</param>
public sealed record LabelHistogram(ImmutableArray<ImmutableArray<int>> Counts)
{
    private const string Bars = " ▁▂▃▄▅▆▇█";

    /// <summary>Rows of each shard.</summary>
    public ImmutableArray<int> Rows => [.. Counts.Select(counts => counts.Sum())];

    /// <summary>Rows of each class over all shards.</summary>
    public ImmutableArray<int> ClassTotals =>
        [.. Enumerable.Range(0, Counts[0].Length).Select(label => Counts.Sum(counts => counts[label]))];

    /// <summary>
    /// Mean over shards of the total variation distance between the shard's label distribution and that of all shards:
    /// 0 when all are alike, towards 1 when labels are disjoint.
    /// </summary>
    public double LabelSkew
    {
        get
        {
            ImmutableArray<int> totals = ClassTotals;
            double all = totals.Sum();
            return Counts.Average(counts =>
            {
                double rows = counts.Sum();
                return 0.5 * counts.Zip(totals, (count, total) => Math.Abs((count / rows) - (total / all))).Sum();
            });
        }
    }

    /// <summary>Counts the labels, as participants see them.</summary>
    public static LabelHistogram Of(ShardedData data)
    {
        ImmutableArray<ImmutableArray<int>>.Builder histogram = ImmutableArray.CreateBuilder<ImmutableArray<int>>();
        foreach (Shard shard in data.Shards)
        {
            int[] counts = new int[data.Train.Classes];
            foreach (int row in shard.TrainRows)
            {
                counts[data.Train.Labels[row]]++;
            }

            foreach (int row in shard.ValidationRows)
            {
                counts[data.Train.Labels[row]]++;
            }

            histogram.Add([.. counts]);
        }

        return new LabelHistogram(histogram.ToImmutable());
    }

    /// <summary>One line per shard: its number, its rows and one bar per class, as high as the cell is full.</summary>
    /// <param name="lineLimit">Most shards to show; the middle ones are left out and counted. At least 2.</param>
    public string ToText(int lineLimit = 24)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(lineLimit, 2);
        ImmutableArray<int> rows = Rows;
        int largest = Math.Max(1, Counts.Max(counts => counts.Max()));
        int head = Counts.Length <= lineLimit ? Counts.Length : (lineLimit + 1) / 2;
        int tail = Counts.Length <= lineLimit ? 0 : lineLimit / 2;

        StringBuilder text = new();
        text.Append(CultureInfo.InvariantCulture, $"shard    rows  labels 0..{Counts[0].Length - 1} (█ = {largest} rows)\n");
        for (int shard = 0; shard < Counts.Length; shard++)
        {
            if (shard == head && tail > 0)
            {
                text.Append(CultureInfo.InvariantCulture, $"  ...          {Counts.Length - head - tail} more shards\n");
                shard = Counts.Length - tail;
            }

            text.Append(CultureInfo.InvariantCulture, $"{shard,5}  {rows[shard],6}  ");
            foreach (int count in Counts[shard])
            {
                // Any row at all shows at least the lowest bar.
                text.Append(Bars[(int)((((long)count * (Bars.Length - 1)) + largest - 1) / largest)]);
            }

            text.Append('\n');
        }

        text.Append(
            CultureInfo.InvariantCulture, $"label skew {LabelSkew:0.00} (0 = all shards alike, towards 1 = disjoint labels)\n");
        return text.ToString();
    }
}
