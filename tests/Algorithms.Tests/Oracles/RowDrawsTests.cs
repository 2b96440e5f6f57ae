using System.Collections.Immutable;
using ActorFed.Algorithms.Oracles;
using Xunit;

namespace ActorFed.Algorithms.Tests.Oracles;

public sealed class RowDrawsTests
{
    private static readonly RowSelection Half = new() { Rule = SelectionRule.Soft, Rate = 0.5 };

    [Fact]
    public void An_epoch_made_again_has_the_same_rows_and_another_has_others()
    {
        RowDraws draws = new(Half, stream: 7, rowCount: 40, []);

        int[] third = Epoch(draws, 3);
        int[] fourth = Epoch(draws, 4);

        Assert.Equal(third, Epoch(draws, 3));
        Assert.Equal(third, Epoch(new RowDraws(Half, stream: 7, rowCount: 40, []), 3)); // as a rebuilt worker has them
        Assert.NotEqual(third, fourth);
        Assert.NotEqual(third, Epoch(new RowDraws(Half, stream: 8, rowCount: 40, []), 3));
    }

    [Theory]
    [InlineData(0.5, 41, 20)]
    [InlineData(1, 7, 7)]
    [InlineData(0.3, 10, 3)]
    public void Rounds_the_number_of_rows_down(double rate, int rows, int expected)
    {
        RowDraws draws = new(Half with { Rate = rate }, stream: 1, rows, []);

        Assert.Equal(expected, draws.Count);
        Assert.All(Epoch(draws, 9), row => Assert.InRange(row, 0, rows - 1));
    }

    /// <summary>10 epochs of 30 % of 20,000 rows: the number of different rows is within three standard deviations of the law.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Sees_as_many_different_rows_as_the_law_says(ulong stream)
    {
        const int Rows = 20_000;
        RowDraws draws = new(Half with { Rate = 0.3 }, stream, Rows, []);
        HashSet<int> seen = [];

        for (int epoch = 0; epoch < 10; epoch++)
        {
            seen.UnionWith(Epoch(draws, epoch));
        }

        double deviation = Math.Sqrt(SoftSamplingLaw.VarianceOfDistinct(Rows, 60_000));
        Assert.InRange(seen.Count, SoftSamplingLaw.MeanDistinct(Rows, 60_000) - (3 * deviation), SoftSamplingLaw.MeanDistinct(Rows, 60_000) + (3 * deviation));
    }

    [Fact]
    public void A_fixed_selection_has_different_rows_and_keeps_them()
    {
        RowDraws draws = new(new RowSelection { Rule = SelectionRule.Fixed, Rate = 0.25 }, stream: 3, rowCount: 100, []);

        int[] first = Epoch(draws, 0);

        Assert.Equal(25, first.Distinct().Count());
        Assert.Equal(first, Epoch(draws, 17));
    }

    [Fact]
    public void Draws_labels_as_often_as_their_probabilities_say()
    {
        const int Rows = 9000;
        ImmutableArray<int> labels = [.. Enumerable.Range(0, Rows).Select(row => row < 8000 ? 0 : row < 8900 ? 1 : 2)];
        RowDraws draws = new(Half with { Rate = 1, LabelProbabilities = [0.2, 0.3, 0.5] }, stream: 3, Rows, labels);

        int[] drawn = Epoch(draws, 0);

        foreach ((int label, double probability) in new[] { (0, 0.2), (1, 0.3), (2, 0.5) })
        {
            double deviation = Math.Sqrt(Rows * probability * (1 - probability));
            Assert.InRange(drawn.Count(row => labels[row] == label), (Rows * probability) - (4 * deviation), (Rows * probability) + (4 * deviation));
        }

        Assert.Equal(100, drawn.Where(row => labels[row] == 2).Distinct().Count()); // every row of a label has its turn
    }

    [Fact]
    public void A_label_that_the_shard_lacks_leaves_its_probability_to_the_others()
    {
        RowDraws draws = new(Half with { LabelProbabilities = [0.5, 0.5, 0] }, stream: 3, rowCount: 4, [0, 2, 0, 2]);

        Assert.All(Epoch(draws, 5), row => Assert.True(row is 0 or 2));
    }

    [Fact]
    public void Refuses_shards_that_cannot_be_drawn_from()
    {
        Assert.Contains("no mean over rows", Problem(Half, rows: 0, []), StringComparison.Ordinal);
        Assert.Contains("less than one of 3 rows", Problem(Half with { Rate = 0.2 }, rows: 3, []), StringComparison.Ordinal);
        Assert.Contains("have no labels", Problem(Half with { LabelProbabilities = [1] }, rows: 3, []), StringComparison.Ordinal);
        Assert.Contains("one for each label", Problem(Half with { LabelProbabilities = [1] }, rows: 3, [0, 1, 0]), StringComparison.Ordinal);
        Assert.Contains("No row of a shard has a label", Problem(Half with { LabelProbabilities = [0, 1] }, rows: 3, [0, 0, 0]), StringComparison.Ordinal);

        static string Problem(RowSelection selection, int rows, ImmutableArray<int> labels) =>
            Assert.Throws<ArgumentException>(() => new RowDraws(selection, stream: 1, rows, labels)).Message;
    }

    [Fact]
    public void Says_so_when_no_epoch_was_begun()
    {
        RowDraws draws = new(Half, stream: 1, rowCount: 4, []);

        Assert.Contains("none was begun", Assert.Throws<InvalidOperationException>(() => draws.Rows.Length).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => draws.Begin(-1));
    }

    private static int[] Epoch(RowDraws draws, long epoch)
    {
        draws.Begin(epoch);
        return draws.Rows.ToArray();
    }
}
