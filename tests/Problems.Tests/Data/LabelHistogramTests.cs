using ActorFed.Problems.Data;
using Xunit;

namespace ActorFed.Problems.Tests.Data;

public sealed class LabelHistogramTests
{
    [Fact]
    public void Counts_the_labels_of_training_and_validation_rows()
    {
        LabelledData train = new("some", new DenseMatrix(new float[6], 1), [0, 1, 2, 2, 1, 0], 3);
        ShardedData data = new(train, train, [new Shard([0, 2], [3]), new Shard([5], [4])]);

        LabelHistogram histogram = LabelHistogram.Of(data);

        Assert.Equal<int>([1, 0, 2], histogram.Counts[0]);
        Assert.Equal<int>([1, 1, 0], histogram.Counts[1]);
        Assert.Equal<int>([3, 2], histogram.Rows);
        Assert.Equal<int>([2, 1, 2], histogram.ClassTotals);
    }

    [Fact]
    public void Measures_how_far_shards_differ()
    {
        LabelHistogram alike = new([[5, 5], [10, 10]]);
        LabelHistogram disjoint = new([[8, 0], [0, 8]]);

        Assert.Equal(0, alike.LabelSkew);
        Assert.Equal(0.5, disjoint.LabelSkew); // each half of the whole, and two halves apart from it
    }

    [Fact]
    public void Draws_one_line_per_shard()
    {
        LabelHistogram histogram = new([[80, 1, 0], [40, 40, 10]]);

        string text = histogram.ToText();

        Assert.Equal(
            "shard    rows  labels 0..2 (█ = 80 rows)\n"
            + "    0      81  █▁ \n"
            + "    1      90  ▄▄▁\n"
            + "label skew 0.27 (0 = all shards alike, towards 1 = disjoint labels)\n",
            text);
    }

    [Fact]
    public void Leaves_the_middle_of_many_shards_out()
    {
        LabelHistogram histogram = new([.. Enumerable.Repeat(System.Collections.Immutable.ImmutableArray.Create(1, 1), 100)]);

        string[] lines = histogram.ToText(lineLimit: 5).Split('\n');

        Assert.StartsWith("    2 ", lines[3], StringComparison.Ordinal);
        Assert.Contains("95 more shards", lines[4], StringComparison.Ordinal);
        Assert.StartsWith("   98 ", lines[5], StringComparison.Ordinal);
        Assert.StartsWith("   99 ", lines[6], StringComparison.Ordinal);
        Assert.StartsWith("label skew 0.00", lines[7], StringComparison.Ordinal);
    }
}
