using ActorFed.Problems.Data;
using Xunit;

namespace ActorFed.Problems.Tests.Data;

public sealed class CsvReaderTests
{
    private static readonly CsvFormat Plain = new();

    [Fact]
    public void Reads_rows_with_the_label_last()
    {
        LabelledData data = CsvReader.Read(TestFile.Of("1,2.5,7\n-3,4,5\n"), Plain);

        Assert.Equal([1, 2.5f], TestFile.Row(data.Features, 0));
        Assert.Equal([-3, 4], TestFile.Row(data.Features, 1));
        Assert.Equal<int>([1, 0], data.Labels);
        Assert.Equal<string>(["5", "7"], data.ClassNames);
    }

    [Fact]
    public void Reads_rows_with_the_label_first()
    {
        LabelledData data = CsvReader.Read(TestFile.Of("a,1,2\nb,3,4\n"), new CsvFormat { LabelColumn = "first" });

        Assert.Equal([3, 4], TestFile.Row(data.Features, 1));
        Assert.Equal<string>(["a", "b"], data.ClassNames);
    }

    [Fact]
    public void Finds_the_label_by_its_name_in_a_quoted_header()
    {
        CsvFormat format = new() { Separator = ';', HasHeader = true, LabelColumn = "the \"one\"; here" };

        LabelledData data = CsvReader.Read(TestFile.Of("\"a\";\"the \"\"one\"\"; here\";\"b\"\n1;x;2\n3;y;4\n"), format);

        Assert.Equal<int>([0, 1], data.Labels);
        Assert.Equal([3, 4], TestFile.Row(data.Features, 1));
    }

    [Fact]
    public void Takes_a_run_of_blanks_for_one_separator()
    {
        RegressionData data =
            CsvReader.ReadTargets(TestFile.Of("  0.5  18.00\t 24.00 \n 1   2  -3\n"), new CsvFormat { Separator = ' ' });

        Assert.Equal([0.5f, 18], TestFile.Row(data.Features, 0));
        Assert.Equal<double>([24, -3], data.Targets);
    }

    [Fact]
    public void Reads_tabs_and_quoted_numbers()
    {
        CsvFormat format = new() { Separator = '\t', HasHeader = true };

        RegressionData data = CsvReader.ReadTargets(TestFile.Of("X\tY\n\"1.5\" \t 2\n"), format);

        Assert.Equal([1.5f], TestFile.Row(data.Features, 0));
        Assert.Equal<double>([2], data.Targets);
    }

    [Fact]
    public void Takes_the_classes_that_another_file_has_fixed()
    {
        LabelledData data = CsvReader.Read(TestFile.Of("1,c\n2,a\n"), Plain, ["a", "b", "c"]);

        Assert.Equal<int>([2, 0], data.Labels);
    }

    [Theory]
    [InlineData("1,2,3\n1,2\n", "line 2", "2 fields", "expected 3")]
    [InlineData("1,2,3\n\n1,2,3,4\n", "line 3", "4 fields", "expected 3")]
    [InlineData("1,2,3\n1,2,3,\n", "line 2", "4 fields", "expected 3")]
    [InlineData("1,?,3\n", "line 1", "field 2 is '?'", "finite")]
    [InlineData("1,,3\n", "line 1", "field 2 is ''", "finite")]
    [InlineData("1,2,a\n1,2,\n", "line 2", "label of 0 bytes", "1 to 256")]
    [InlineData("1,NaN,3\n", "line 1", "field 2 is 'NaN'", "finite")]
    [InlineData("1 2 3\n", "line 1", "one field", "separators ','")]
    [InlineData("1,\"2,3\n", "line 1", "quote of field 2", "not closed")]
    [InlineData("\"1\"x,2\n", "line 1", "text after the closing quote of field 1", "separator")]
    [InlineData("\n", "line 1", "no row", "at least one")]
    public void Rejects_what_is_no_such_table(string text, string place, string found, string expected) =>
        TestFile.AssertFault(() => CsvReader.Read(TestFile.Of(text), Plain), place, found, expected);

    [Fact]
    public void Rejects_a_table_that_is_all_header() =>
        TestFile.AssertFault(() => CsvReader.Read(TestFile.Of("a,b\n"), new CsvFormat { HasHeader = true }), "line 1", "no row");

    [Fact]
    public void Rejects_a_target_that_is_no_number() =>
        TestFile.AssertFault(() => CsvReader.ReadTargets(TestFile.Of("1,2\n1,x\n"), Plain), "line 2", "target 2 is 'x'");

    [Fact]
    public void Rejects_a_label_column_that_is_not_there() =>
        TestFile.AssertFault(
            () => CsvReader.Read(TestFile.Of("a,b\n1,2\n"), new CsvFormat { HasHeader = true, LabelColumn = "c" }),
            "line 1",
            "no column 'c'",
            "a, b");

    [Theory]
    [InlineData('"')]
    [InlineData('\n')]
    [InlineData('ä')]
    public void Rejects_a_separator_that_cannot_separate(char separator) =>
        Assert.Throws<ArgumentException>(() => CsvReader.Read(TestFile.Of("1,2\n"), new CsvFormat { Separator = separator }));
}
