using ActorFed.Algorithms.Numerics;

namespace ActorFed.Problems.Data;

/// <summary>Deals the rows of a training set to shards: every row to at most one shard, no shard without rows.</summary>
/// <remarks>
/// Contiguous shards keep the order of the file; all others hold their rows in random order. Sources: sorted pieces,
/// McMahan et al., "Communication-efficient learning of deep networks from decentralized data", 2017, section 3 (there called
/// shards); Dirichlet, the form with one draw per label of Yurochkin et al., "Bayesian nonparametric federated learning of
/// neural networks", 2019, a variant of the draw per participant of Hsu et al., "Measuring the effects of non-identical data
/// distribution for federated visual classification", 2019.
/// </remarks>
public static class Partition
{
    private const int DrawLimit = 1000;

    /// <summary>The rows of each shard.</summary>
    /// <param name="labels">The label of each row, in [0, <paramref name="classes"/>).</param>
    /// <param name="classes">Number of classes.</param>
    /// <param name="shards">Number of shards; at least 1.</param>
    /// <param name="options">How rows are dealt.</param>
    /// <param name="seed">The run's seed.</param>
    /// <param name="speakers">The speaker of each row, or −1; empty where the set has none.</param>
    /// <exception cref="ArgumentException">The rows cannot be dealt that way; the message says what to change.</exception>
    public static int[][] Rows(ReadOnlySpan<int> labels, int classes, int shards, ShardingOptions options, ulong seed, ReadOnlySpan<int> speakers = default)
    {
        Check(labels.Length, shards, options);
        SeededRandom random = new(seed, "partition");
        int[][] parts = options.Partition switch
        {
            PartitionKind.Iid => Cut(Shuffled(labels.Length, random), IidSizes(labels.Length, shards, options)),
            PartitionKind.Contiguous => Cut(DataRows.Range(0, labels.Length), FixedSizes(labels.Length, shards, options)),
            PartitionKind.ByLabel => ByLabel(RowsByLabel(labels, classes, random), shards, options, random),
            PartitionKind.SortedPieces => SortedPieces(RowsByLabel(labels, classes, random), shards, options, random),
            PartitionKind.Dirichlet => Dirichlet(RowsByLabel(labels, classes, random), shards, options, random),
            PartitionKind.BySpeaker => BySpeaker(speakers, shards, options),
            PartitionKind.QuantitySkew => Dirichlet([Shuffled(labels.Length, random)], shards, options, random),
            _ => throw new ArgumentOutOfRangeException(nameof(options), options.Partition, "No such partition."),
        };

        for (int i = 0; i < parts.Length; i++)
        {
            if (parts[i].Length < options.FewestRows)
            {
                throw new ArgumentException(
                    $"Partition {options.Partition} gives shard {i} {parts[i].Length} rows; it needs at least "
                    + $"{options.FewestRows}. Use fewer participants, more training rows, or another partition.");
            }

            if (options.Partition is not (PartitionKind.Iid or PartitionKind.Contiguous))
            {
                random.Shuffle<int>(parts[i]);
            }
        }

        return parts;
    }

    private static void Check(int rows, int shards, ShardingOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(shards, 1);
        if ((long)shards * options.FewestRows > rows)
        {
            throw new ArgumentException(
                $"{shards} shards of at least {options.FewestRows} rows need {(long)shards * options.FewestRows} training rows; "
                + $"there are {rows}. Use fewer participants or more rows.");
        }

        if (options.RowsPerShard is not int rowsPerShard)
        {
            return;
        }

        if (options.Partition is not (PartitionKind.Iid or PartitionKind.Contiguous))
        {
            throw new ArgumentException(
                $"RowsPerShard is {rowsPerShard}, but partition {options.Partition} sets its own sizes; leave RowsPerShard "
                + "unset, or use Iid or Contiguous.");
        }

        if ((long)shards * rowsPerShard > rows)
        {
            throw new ArgumentException(
                $"RowsPerShard is {rowsPerShard}; {shards} such shards need {(long)shards * rowsPerShard} training rows and "
                + $"there are {rows}. Set it to at most {rows / shards}, or use at most {rows / rowsPerShard} participants.");
        }
    }

    private static int[] IidSizes(int rows, int shards, ShardingOptions options) =>
        options.RowsPerShard is null ? EvenSizes(rows, shards) : FixedSizes(rows, shards, options);

    private static int[] EvenSizes(int rows, int parts) =>
        [.. Enumerable.Range(0, parts).Select(i => (rows / parts) + (i < rows % parts ? 1 : 0))];

    private static int[] FixedSizes(int rows, int shards, ShardingOptions options)
    {
        int[] sizes = new int[shards];
        Array.Fill(sizes, options.RowsPerShard ?? rows / shards);
        if (options.Remainder == RemainderRows.ToLastShard)
        {
            sizes[^1] = rows - ((shards - 1) * sizes[0]);
        }

        return sizes;
    }

    private static int[][] ByLabel(int[][] rowsByLabel, int shards, ShardingOptions options, SeededRandom random)
    {
        int[] present = [.. Enumerable.Range(0, rowsByLabel.Length).Where(label => rowsByLabel[label].Length > 0)];
        if (options.LabelsPerShard > present.Length)
        {
            throw new ArgumentException(
                $"LabelsPerShard is {options.LabelsPerShard}; it must be at most {present.Length}, the labels there are.");
        }

        // Shards take runs of a random circle of labels, so that each label has the same number of holders, give or take one.
        random.Shuffle<int>(present);
        int[] shardOrder = Shuffled(shards, random);
        List<int>[] holders = [.. rowsByLabel.Select(_ => new List<int>())];
        for (int i = 0; i < shards * options.LabelsPerShard; i++)
        {
            holders[present[i % present.Length]].Add(shardOrder[i / options.LabelsPerShard]);
        }

        List<int>[] parts = [.. Enumerable.Range(0, shards).Select(_ => new List<int>())];
        for (int label = 0; label < rowsByLabel.Length; label++)
        {
            if (holders[label].Count > 0)
            {
                int[][] pieces = Cut(rowsByLabel[label], EvenSizes(rowsByLabel[label].Length, holders[label].Count));
                for (int i = 0; i < pieces.Length; i++)
                {
                    parts[holders[label][i]].AddRange(pieces[i]);
                }
            }
        }

        return [.. parts.Select(part => part.ToArray())];
    }

    private static int[][] SortedPieces(int[][] rowsByLabel, int shards, ShardingOptions options, SeededRandom random)
    {
        int[] sorted = [.. rowsByLabel.SelectMany(rows => rows)];
        long pieceCount = (long)shards * options.PiecesPerShard;
        if (pieceCount > sorted.Length)
        {
            throw new ArgumentException(
                $"PiecesPerShard is {options.PiecesPerShard}; {shards} shards of so many pieces need {pieceCount} training "
                + $"rows and there are {sorted.Length}. Set it to at most {sorted.Length / shards}.");
        }

        int[][] pieces = Cut(sorted, EvenSizes(sorted.Length, (int)pieceCount));
        int[] order = Shuffled(pieces.Length, random);
        return [.. order.Chunk(options.PiecesPerShard).Select(chunk => chunk.SelectMany(piece => pieces[piece]).ToArray())];
    }

    /// <summary>One speaker for each shard: those with the most rows, in falling order; of as many rows, whoever speaks first.</summary>
    private static int[][] BySpeaker(ReadOnlySpan<int> speakers, int shards, ShardingOptions options)
    {
        if (speakers.IsEmpty)
        {
            throw new ArgumentException("Partition BySpeaker needs rows that are someone's words, and those of this set are nobody's. Use a play such as shakespeare, or another partition.");
        }

        SortedDictionary<int, List<int>> rows = [];
        for (int row = 0; row < speakers.Length; row++)
        {
            if (speakers[row] >= 0)
            {
                rows.TryAdd(speakers[row], []);
                rows[speakers[row]].Add(row);
            }
        }

        int[][] parts = [.. rows.Values.Where(own => own.Count >= options.FewestRows).OrderByDescending(own => own.Count).Take(shards).Select(own => own.ToArray())];
        return parts.Length == shards ? parts : throw new ArgumentException(
            $"Partition BySpeaker gives each of {shards} shards the rows of one speaker; {parts.Length} of {rows.Count} speakers have at least {options.FewestRows} rows. "
            + $"Use at most {parts.Length} participants, more training rows, or lower MinRowsPerShard.");
    }

    /// <summary>Shares each group of rows out by a Dirichlet draw of its own, until every shard has enough rows.</summary>
    private static int[][] Dirichlet(int[][] groups, int shards, ShardingOptions options, SeededRandom random)
    {
        int[] totals = new int[shards];
        for (int draw = 0; draw < DrawLimit; draw++)
        {
            int[][] sizes = [.. groups.Select(group => DirichletSizes(group.Length, shards, options.Alpha, random))];
            totals = [.. Enumerable.Range(0, shards).Select(shard => sizes.Sum(size => size[shard]))];
            if (totals.Min() >= options.FewestRows)
            {
                int[][][] pieces = [.. groups.Zip(sizes, (group, size) => Cut(group, size))];
                return [.. Enumerable.Range(0, shards).Select(shard => pieces.SelectMany(piece => piece[shard]).ToArray())];
            }
        }

        int poorest = Array.IndexOf(totals, totals.Min());
        throw new ArgumentException(
            $"Partition {options.Partition} with Alpha {options.Alpha} left a shard with fewer than {options.FewestRows} rows in "
            + $"each of {DrawLimit} draws (shard {poorest} had {totals[poorest]} in the last one). Raise Alpha, use fewer "
            + "participants, or lower MinRowsPerShard.");
    }

    private static int[] DirichletSizes(int rows, int shards, double alpha, SeededRandom random)
    {
        double[] weights = [.. Enumerable.Range(0, shards).Select(_ => random.NextGamma(alpha))];
        double sum = weights.Sum();
        if (sum == 0)
        {
            // Every gamma underflowed: the limit of the draw for small alpha is all rows to one shard.
            weights[random.NextInt32(shards)] = sum = 1;
        }

        int[] sizes = new int[shards];
        double cumulated = 0;
        int dealt = 0;
        for (int i = 0; i < shards; i++)
        {
            cumulated += weights[i];
            int end = i == shards - 1 ? rows : Math.Min(rows, (int)Math.Round(rows * (cumulated / sum)));
            sizes[i] = end - dealt;
            dealt = end;
        }

        return sizes;
    }

    private static int[][] RowsByLabel(ReadOnlySpan<int> labels, int classes, SeededRandom random)
    {
        List<int>[] rows = [.. Enumerable.Range(0, classes).Select(_ => new List<int>())];
        foreach (int row in Shuffled(labels.Length, random))
        {
            rows[labels[row]].Add(row);
        }

        return [.. rows.Select(list => list.ToArray())];
    }

    private static int[] Shuffled(int count, SeededRandom random)
    {
        int[] order = DataRows.Range(0, count);
        random.Shuffle<int>(order);
        return order;
    }

    /// <summary>Consecutive pieces of the given sizes; what is left over belongs to none.</summary>
    private static int[][] Cut(int[] order, int[] sizes)
    {
        int[][] pieces = new int[sizes.Length][];
        int start = 0;
        for (int i = 0; i < sizes.Length; i++)
        {
            pieces[i] = order[start..(start + sizes[i])];
            start += sizes[i];
        }

        return pieces;
    }
}
