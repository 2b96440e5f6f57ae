using ActorFed.Problems.Data;
using Xunit;

namespace ActorFed.Problems.Tests.Data;

public sealed class PartitionTests
{
    private const int Classes = 10;
    private const int SeedCount = 50;

    public static TheoryData<ShardingOptions> EveryKind =>
    [
        new ShardingOptions { Partition = PartitionKind.Iid },
        new ShardingOptions { Partition = PartitionKind.Iid, RowsPerShard = 20 },
        new ShardingOptions { Partition = PartitionKind.Iid, RowsPerShard = 20, Remainder = RemainderRows.LeftOut },
        new ShardingOptions { Partition = PartitionKind.Contiguous },
        new ShardingOptions { Partition = PartitionKind.Contiguous, RowsPerShard = 7, Remainder = RemainderRows.LeftOut },
        new ShardingOptions { Partition = PartitionKind.ByLabel, LabelsPerShard = 1 },
        new ShardingOptions { Partition = PartitionKind.ByLabel, LabelsPerShard = 3 },
        new ShardingOptions { Partition = PartitionKind.SortedPieces, PiecesPerShard = 2 },
        new ShardingOptions { Partition = PartitionKind.Dirichlet, Alpha = 0.1 },
        new ShardingOptions { Partition = PartitionKind.Dirichlet, Alpha = 100, MinRowsPerShard = 10 },
        new ShardingOptions { Partition = PartitionKind.QuantitySkew, Alpha = 1 },
    ];

    [Theory]
    [MemberData(nameof(EveryKind))]
    public void Uses_every_row_at_most_once_and_leaves_no_shard_empty(ShardingOptions options)
    {
        int[] labels = Labels(700);
        for (ulong seed = 0; seed < SeedCount; seed++)
        {
            int[][] parts = Partition.Rows(labels, Classes, 13, options, seed);

            int[] used = [.. parts.SelectMany(part => part)];
            Assert.Equal(13, parts.Length);
            Assert.Equal(used.Length, used.Distinct().Count());
            Assert.All(used, row => Assert.InRange(row, 0, labels.Length - 1));
            Assert.All(parts, part => Assert.True(part.Length >= options.MinRowsPerShard));
            if (options.Remainder == RemainderRows.ToLastShard)
            {
                Assert.Equal(labels.Length, used.Length);
            }
        }
    }

    [Theory]
    [MemberData(nameof(EveryKind))]
    public void Depends_on_the_seed_alone(ShardingOptions options)
    {
        int[] labels = Labels(700);

        int[][] first = Partition.Rows(labels, Classes, 13, options, 5);
        int[][] second = Partition.Rows(labels, Classes, 13, options, 5);
        int[][] other = Partition.Rows(labels, Classes, 13, options, 6);

        Assert.Equal(first, second);
        if (options.Partition != PartitionKind.Contiguous)
        {
            Assert.NotEqual(first, other);
        }
    }

    [Fact]
    public void A_shard_holds_the_words_of_one_speaker_and_who_says_most_comes_first()
    {
        int[] speakers = [0, 1, -1, 1, 2, 2, 2, -1, 1, 2, 3, 0, 3];
        ShardingOptions options = new() { Partition = PartitionKind.BySpeaker };

        int[][] parts = Partition.Rows(new int[13], Classes, 3, options, 1, speakers);

        Assert.Equal([[4, 5, 6, 9], [1, 3, 8], [0, 11]], parts.Select(part => part.Order().ToArray())); // 0 speaks before 3, who has as many
    }

    [Fact]
    public void Rejects_more_shards_than_speakers_with_enough_to_say()
    {
        int[] speakers = [0, 0, 0, 1, 1, 2, -1, -1];
        ShardingOptions options = new() { Partition = PartitionKind.BySpeaker };

        ArgumentException thrown = Assert.Throws<ArgumentException>(() => Partition.Rows(new int[8], Classes, 3, options, 1, speakers));

        Assert.Contains("2 of 3 speakers have at least 2 rows. Use at most 2 participants", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Rejects_speakers_asked_of_rows_that_are_nobodys_words()
    {
        ShardingOptions options = new() { Partition = PartitionKind.BySpeaker };

        ArgumentException thrown = Assert.Throws<ArgumentException>(() => Partition.Rows(Labels(100), Classes, 3, options, 1));

        Assert.Contains("Use a play such as shakespeare", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Iid_shards_differ_in_size_by_at_most_one()
    {
        int[][] parts = Partition.Rows(Labels(103), Classes, 10, new ShardingOptions(), 1);

        Assert.Equal([11, 11, 11, 10, 10, 10, 10, 10, 10, 10], parts.Select(part => part.Length));
    }

    [Fact]
    public void Contiguous_shards_follow_the_file_and_the_last_takes_the_remainder()
    {
        // MNIST over 18 workers in the official code of ADBO.
        ShardingOptions options = new() { Partition = PartitionKind.Contiguous, RowsPerShard = 3330 };

        int[][] parts = Partition.Rows(Labels(60_000), Classes, 18, options, 1);

        Assert.All(parts[..17], part => Assert.Equal(3330, part.Length));
        Assert.Equal(3390, parts[17].Length);
        Assert.Equal(Enumerable.Range(0, 60_000), parts.SelectMany(part => part));
    }

    [Fact]
    public void Contiguous_shards_may_leave_rows_out()
    {
        // IJCNN1 over 24 workers in the official code of ADBO.
        ShardingOptions options = new()
        {
            Partition = PartitionKind.Contiguous,
            RowsPerShard = 5000,
            Remainder = RemainderRows.LeftOut,
        };

        int[][] parts = Partition.Rows(Labels(141_691), Classes, 24, options, 1);

        Assert.Equal(Enumerable.Range(0, 120_000), parts.SelectMany(part => part));
        Assert.All(parts, part => Assert.Equal(5000, part.Length));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(10)]
    public void Shards_by_label_hold_that_many_labels(int labelsPerShard)
    {
        int[] labels = Labels(2000);
        ShardingOptions options = new() { Partition = PartitionKind.ByLabel, LabelsPerShard = labelsPerShard };
        for (ulong seed = 0; seed < SeedCount; seed++)
        {
            int[][] parts = Partition.Rows(labels, Classes, 20, options, seed);

            Assert.All(parts, part => Assert.Equal(labelsPerShard, LabelCount(part, labels)));
            Assert.All(parts, part => Assert.Equal(100, part.Length));
        }
    }

    [Fact]
    public void Shards_by_label_use_only_labels_that_have_rows()
    {
        int[] labels = [.. Labels(300).Select(label => label < 5 ? 3 : 8)];
        ShardingOptions options = new() { Partition = PartitionKind.ByLabel, LabelsPerShard = 1 };

        int[][] parts = Partition.Rows(labels, Classes, 6, options, 1);

        Assert.All(parts, part => Assert.Equal(50, part.Length));
    }

    [Fact]
    public void Sorted_pieces_hold_few_labels()
    {
        int[] labels = Labels(2000);
        ShardingOptions options = new() { Partition = PartitionKind.SortedPieces, PiecesPerShard = 2 };

        int[][] parts = Partition.Rows(labels, Classes, 20, options, 1);

        // 40 pieces of 50 rows over 10 labels of 200 rows: no piece crosses a label.
        Assert.All(parts, part => Assert.InRange(LabelCount(part, labels), 1, 2));
        Assert.All(parts, part => Assert.Equal(100, part.Length));
    }

    [Fact]
    public void Dirichlet_shards_grow_alike_with_alpha()
    {
        int[] labels = Labels(5000);
        double[] skew = [.. new[] { 0.05, 1, 1000 }.Select(alpha =>
        {
            ShardingOptions options = new() { Partition = PartitionKind.Dirichlet, Alpha = alpha };
            int[][] parts = Partition.Rows(labels, Classes, 10, options, 3);
            return new LabelHistogram(
                [.. parts.Select(part => CountsOf(part, labels))]).LabelSkew;
        })];

        Assert.True(skew[0] > 0.6, $"alpha 0.05 has skew {skew[0]}");
        Assert.InRange(skew[1], skew[2], skew[0]);
        Assert.True(skew[2] < 0.05, $"alpha 1000 has skew {skew[2]}");
    }

    [Fact]
    public void Dirichlet_takes_an_alpha_whose_draws_underflow()
    {
        ShardingOptions options = new()
        {
            Partition = PartitionKind.Dirichlet,
            Alpha = 0.001,
            ValidationFraction = 0,
            MinRowsPerShard = 1,
        };

        int[][] parts = Partition.Rows(Labels(1000), Classes, 2, options, 1);

        Assert.Equal(1000, parts.Sum(part => part.Length));
    }

    [Fact]
    public void Quantity_skew_changes_sizes_and_keeps_labels_alike()
    {
        int[] labels = Labels(50_000);
        ShardingOptions options = new() { Partition = PartitionKind.QuantitySkew, Alpha = 1, MinRowsPerShard = 1000 };

        int[][] parts = Partition.Rows(labels, Classes, 8, options, 2);

        LabelHistogram histogram = new([.. parts.Select(part => CountsOf(part, labels))]);
        Assert.True(parts.Max(part => part.Length) > 2 * parts.Min(part => part.Length));
        Assert.True(histogram.LabelSkew < 0.06, $"skew {histogram.LabelSkew}");
    }

    [Fact]
    public void Rejects_a_Dirichlet_draw_that_starves_a_shard()
    {
        ShardingOptions options = new() { Partition = PartitionKind.Dirichlet, Alpha = 0.01, MinRowsPerShard = 10 };

        ArgumentException error = Assert.Throws<ArgumentException>(() => Partition.Rows(Labels(1000), Classes, 50, options, 1));

        Assert.Contains("Alpha 0.01", error.Message, StringComparison.Ordinal);
        Assert.Contains("fewer than 10 rows in each of 1000 draws (shard ", error.Message, StringComparison.Ordinal);
        Assert.Contains("Raise Alpha", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Rejects_a_shard_that_would_be_empty()
    {
        // One row of label 0 cannot feed three shards.
        int[] labels = [0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1];
        ShardingOptions options = new() { Partition = PartitionKind.ByLabel, LabelsPerShard = 1 };

        ArgumentException error = Assert.Throws<ArgumentException>(() => Partition.Rows(labels, 2, 6, options, 1));

        Assert.Matches(@"gives shard \d [01] rows; it needs at least 2", error.Message);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public void Rejects_no_shards(int shards) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Partition.Rows(Labels(10), Classes, shards, new ShardingOptions(), 1));

    [Fact]
    public void Rejects_more_shards_than_rows_can_feed() =>
        AssertRejects(
            new ShardingOptions(), rows: 11, shards: 6, "6 shards of at least 2 rows need 12 training rows; there are 11");

    [Fact]
    public void Takes_one_row_per_shard_when_none_validates()
    {
        ShardingOptions options = new() { ValidationFraction = 0, MinRowsPerShard = 1 };

        int[][] parts = Partition.Rows(Labels(6), Classes, 6, options, 1);

        Assert.All(parts, part => Assert.Single(part));
    }

    [Fact]
    public void Rejects_more_rows_per_shard_than_there_are() =>
        AssertRejects(
            new ShardingOptions { Partition = PartitionKind.Contiguous, RowsPerShard = 30 },
            rows: 100,
            shards: 4,
            "Set it to at most 25");

    [Fact]
    public void Rejects_rows_per_shard_where_the_draw_sets_them() =>
        AssertRejects(
            new ShardingOptions { Partition = PartitionKind.Dirichlet, RowsPerShard = 3 },
            rows: 100,
            shards: 4,
            "leave RowsPerShard unset");

    [Fact]
    public void Rejects_more_labels_per_shard_than_there_are() =>
        AssertRejects(
            new ShardingOptions { Partition = PartitionKind.ByLabel, LabelsPerShard = 11 },
            rows: 100,
            shards: 4,
            "LabelsPerShard is 11; it must be at most 10");

    [Fact]
    public void Rejects_more_pieces_than_rows() =>
        AssertRejects(
            new ShardingOptions { Partition = PartitionKind.SortedPieces, PiecesPerShard = 26 },
            rows: 100,
            shards: 4,
            "at most 25");

    private static void AssertRejects(ShardingOptions options, int rows, int shards, string part)
    {
        ArgumentException error =
            Assert.Throws<ArgumentException>(() => Partition.Rows(Labels(rows), Classes, shards, options, 1));

        Assert.Contains(part, error.Message, StringComparison.Ordinal);
    }

    private static int[] Labels(int rows) => [.. Enumerable.Range(0, rows).Select(row => row % Classes)];

    private static int LabelCount(int[] part, int[] labels) => part.Select(row => labels[row]).Distinct().Count();

    private static System.Collections.Immutable.ImmutableArray<int> CountsOf(int[] part, int[] labels) =>
        [.. Enumerable.Range(0, Classes).Select(label => part.Count(row => labels[row] == label))];
}
