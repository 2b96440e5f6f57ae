using ActorFed.Problems.Data;
using Xunit;

namespace ActorFed.Problems.Tests.Data;

public sealed class DataRowsTests
{
    private static readonly LabelledData Dense = new("dense", new DenseMatrix([1, 2, 3, 4, 5, 6], 2), [0, 1, 2], 3)
    {
        Corrupted = [false, true, false],
        ClassNames = ["a", "b", "c"],
    };

    private static readonly LabelledData Bytes = new("bytes", new ByteMatrix([1, 2, 3], 1, 0.5f, 1), [0, 1, 0], 2);

    [Fact]
    public void Selects_rows_in_the_order_given()
    {
        LabelledData selected = DataRows.Select(Dense, [2, 0, 2]);

        Assert.Equal([5, 6, 1, 2, 5, 6], ((DenseMatrix)selected.Features).Values.ToArray());
        Assert.Equal<int>([2, 0, 2], selected.Labels);
        Assert.Equal<bool>([false, false, false], selected.Corrupted);
        Assert.Equal<string>(["a", "b", "c"], selected.ClassNames);
    }

    [Fact]
    public void Keeps_the_normalisation_of_bytes()
    {
        LabelledData sliced = DataRows.Slice(Bytes, 1, 2);

        Assert.Equal([2f], TestFile.Row(sliced.Features, 0));
        Assert.Equal([2.5f], TestFile.Row(sliced.Features, 1));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(3)]
    public void Rejects_a_row_that_is_not_there(int row) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => DataRows.Select(Dense, [0, row]));

    [Fact]
    public void Joins_sets()
    {
        LabelledData joined = DataRows.Concatenate(Bytes, Bytes);

        Assert.Equal([1, 2, 3, 1, 2, 3], ((ByteMatrix)joined.Features).Values.ToArray());
        Assert.Equal<int>([0, 1, 0, 0, 1, 0], joined.Labels);
    }

    [Fact]
    public void Rejects_sets_that_do_not_fit_each_other()
    {
        LabelledData brighter = Bytes with { Features = new ByteMatrix([1, 2, 3], 1, 0.25f, 1) };

        Assert.Throws<ArgumentException>(() => DataRows.Concatenate(Dense, Bytes));
        Assert.Throws<ArgumentException>(() => DataRows.Concatenate(Dense, Dense)); // corrupted
        Assert.Throws<ArgumentException>(() => DataRows.Concatenate(Bytes, brighter));
    }

    [Theory]
    [InlineData(0.2, 20)]
    [InlineData(0.001, 1)]
    [InlineData(0.999, 99)]
    public void Sets_rows_aside_for_testing(double fraction, int testRows)
    {
        LabelledData data = GaussianMixture.Generate(100, 1, new GaussianMixtureOptions { Features = 1 });

        (LabelledData train, LabelledData test) = DataRows.Holdout(data, fraction, 1);

        float[] all = [.. ((DenseMatrix)train.Features).Values, .. ((DenseMatrix)test.Features).Values];
        Assert.Equal(testRows, test.Labels.Length);
        Assert.Equal(((DenseMatrix)data.Features).Values.ToArray().Order(), all.Order());
    }

    [Fact]
    public void Sets_regression_rows_aside_for_testing()
    {
        RegressionData data = new("line", new DenseMatrix([0, 1, 2, 3], 1), [0, 10, 20, 30]);

        (RegressionData train, RegressionData test) = DataRows.Holdout(data, 0.5, 1);

        Assert.Equal((2, 2), (train.Targets.Length, test.Targets.Length));
        Assert.Equal(train.Targets[1], 10 * TestFile.Row(train.Features, 1)[0]);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(double.NaN)]
    public void Rejects_a_test_fraction_out_of_range(double fraction) =>
        Assert.Throws<ArgumentException>(() => DataRows.Holdout(Bytes, fraction, 1));
}
