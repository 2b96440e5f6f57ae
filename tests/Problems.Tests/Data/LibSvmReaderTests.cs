using System.Text;
using ActorFed.Problems.Data;
using Xunit;

namespace ActorFed.Problems.Tests.Data;

public sealed class LibSvmReaderTests
{
    [Fact]
    public void Reads_sparse_rows_into_full_ones()
    {
        LabelledData data = LibSvmReader.Read(TestFile.Of("+1 2:0.5 4:-2e0\n-1 1:3\n"));

        Assert.Equal(4, data.Features.Columns);
        Assert.Equal([0, 0.5f, 0, -2], TestFile.Row(data.Features, 0));
        Assert.Equal([3, 0, 0, 0], TestFile.Row(data.Features, 1));
    }

    [Fact]
    public void Numbers_classes_by_ascending_label()
    {
        LabelledData data = LibSvmReader.Read(TestFile.Of("10 1:1\n-1 1:1\n2 1:1\n10.0 1:1\n"));

        Assert.Equal<int>([2, 0, 1, 2], data.Labels);
        Assert.Equal<string>(["-1", "2", "10"], data.ClassNames);
        Assert.Equal(3, data.Classes);
    }

    [Fact]
    public void Takes_the_classes_that_another_file_has_fixed()
    {
        LabelledData data = LibSvmReader.Read(TestFile.Of("7 1:1\n5 1:1\n"), classNames: ["5.0", "6", "7"]);

        Assert.Equal<int>([2, 0], data.Labels);
        Assert.Equal(3, data.Classes);
    }

    [Fact]
    public void Takes_the_feature_count_it_is_given()
    {
        LabelledData data = LibSvmReader.Read(TestFile.Of("1 1:1\n2 2:1\n"), features: 5);

        Assert.Equal(5, data.Features.Columns);
    }

    [Theory]
    [InlineData("1 1:5\r\n2 2:6\r\n")]
    [InlineData("1 1:5\n2 2:6")]
    [InlineData("\uFEFF1 1:5\n\n  \n2 2:6 \n\n")]
    [InlineData("# a comment\n1\t1:5  # another\n2  2:6\n")]
    public void Is_indifferent_to_line_ends_blanks_and_comments(string text)
    {
        LabelledData data = LibSvmReader.Read(TestFile.Of(text));

        Assert.Equal([5, 0], TestFile.Row(data.Features, 0));
        Assert.Equal([0, 6], TestFile.Row(data.Features, 1));
    }

    [Fact]
    public void Reads_lines_longer_than_its_buffer()
    {
        const int features = 50_000;
        StringBuilder text = new();
        for (int row = 0; row < 3; row++)
        {
            text.Append(row);
            for (int i = 1; i <= features; i++)
            {
                text.Append(' ').Append(i).Append(':').Append((i + row) % 7);
            }

            text.Append('\n');
        }

        LabelledData data = LibSvmReader.Read(TestFile.Of(text.ToString()));

        Assert.Equal(features, data.Features.Columns);
        Assert.Equal<int>([0, 1, 2], data.Labels);
        Assert.Equal((features + 2) % 7, TestFile.Row(data.Features, 2)[^1]);
    }

    [Fact]
    public void Reads_regression_targets()
    {
        RegressionData data = LibSvmReader.ReadTargets(TestFile.Of("1.25 1:1\n-3 2:4\n"));

        Assert.Equal<double>([1.25, -3], data.Targets);
        Assert.Equal([0, 4], TestFile.Row(data.Features, 1));
    }

    [Theory]
    [InlineData("1 1:1\n2 0:1\n", "line 2", "index 0", "from 1")]
    [InlineData("1 -1:1\n", "line 1", "index -1", "from 1")]
    [InlineData("1 2:1 2:1\n", "line 1", "index 2 after 2", "ascending")]
    [InlineData("1 3:1 2:1\n", "line 1", "index 2 after 3", "ascending")]
    [InlineData("1 1:nan\n", "line 1", "feature 1 is 'nan'", "finite")]
    [InlineData("1 1:1\n2 7:1e39\n", "line 2", "feature 7 is '1e39'", "finite")]
    [InlineData("1 1:Infinity\n", "line 1", "'Infinity'", "finite")]
    [InlineData("1 1:\n", "line 1", "feature 1 is ''", "finite")]
    [InlineData("1 1:1x\n", "line 1", "'1x'", "finite")]
    [InlineData("1 qid:3 1:1\n", "line 1", "'qid:3'", "index:value")]
    [InlineData("1 0.5\n", "line 1", "'0.5'", "index:value")]
    [InlineData("1 99999999999:1\n", "line 1", "'99999999999:1'", "index:value")]
    [InlineData("1,2 1:1\n", "line 1", "'1,2'", "finite")]
    [InlineData("cat 1:1\n", "line 1", "'cat'", "finite")]
    [InlineData("\n\n", "line 1", "no row", "at least one")]
    [InlineData("1 1:1\n1 1:2\n", "last line", "every label is '1'", "2 classes")]
    public void Rejects_what_is_no_such_file(string text, string place, string found, string expected) =>
        TestFile.AssertFault(() => LibSvmReader.Read(TestFile.Of(text)), place, found, expected);

    [Fact]
    public void Rejects_an_index_above_the_feature_count() =>
        TestFile.AssertFault(
            () => LibSvmReader.Read(TestFile.Of("1 1:1\n2 23:1\n"), features: 22), "line 2", "index 23", "at most 22");

    [Fact]
    public void Rejects_a_label_that_the_other_file_has_not() =>
        TestFile.AssertFault(
            () => LibSvmReader.Read(TestFile.Of("1 1:1\n3 1:1\n"), classNames: ["1", "2"]), "line 2", "label '3'", "one of 1, 2");

    [Fact]
    public void Rejects_targets_read_as_labels()
    {
        string text = string.Concat(Enumerable.Range(0, 1001).Select(i => $"{i}.5 1:1\n"));

        TestFile.AssertFault(() => LibSvmReader.Read(TestFile.Of(text)), "line 1001", "'1000.5'", "at most 1000", "regression");
    }

    [Fact]
    public void Rejects_a_matrix_that_does_not_fit_memory() =>
        TestFile.AssertFault(
            () => LibSvmReader.Read(TestFile.Of("1 2000000000:1\n2 1:1\n")), "last line", "2 rows of 2000000000 features");
}
