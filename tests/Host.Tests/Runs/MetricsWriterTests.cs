using ActorFed.Actors;
using ActorFed.Algorithms.Core;
using ActorFed.Host.Runs;
using Xunit;

namespace ActorFed.Host.Tests.Runs;

public sealed class MetricsWriterTests : IDisposable
{
    private const string Header = "step,seconds,upper-objective,lower-objective,stationarity-gap,planes,staleness-max,staleness-mean,"
        + "workers-alive,active-workers,bytes-sent";

    private readonly TempFolder _temp = new();

    private string File => _temp.In("metrics.csv");

    public void Dispose() => _temp.Dispose();

    [Fact]
    public void Writes_a_header_and_rows_of_as_many_fields()
    {
        Write((1, 0.25, [new Measure("lower-objective", 0.5), new Measure("bytes-sent", 4e9)]), (20, 1.5, [new Measure("planes", 3)]));

        Assert.Equal([Header, "1,0.25,,0.5,,,,,,,4000000000", "20,1.5,,,,3,,,,,"], System.IO.File.ReadAllLines(File));
    }

    [Fact]
    public void Gives_a_new_quantity_a_column_at_the_right_and_stays_rectangular()
    {
        Write((1, 1, [new Measure("planes", 1)]), (2, 2, [new Measure("test-accuracy", 0.5), new Measure("test-loss", 2)]));

        MetricsTable table = MetricsFile.Read(File);
        Assert.Equal($"{Header},test-accuracy,test-loss", string.Join(',', table.Columns));
        Assert.Equal([new SeriesPoint(2, 2, 0.5)], table.Points("test-accuracy"));
        Assert.Equal([new SeriesPoint(1, 1, 1)], table.Points("planes"));
    }

    [Fact]
    public void Reads_back_every_bit_and_every_odd_value()
    {
        double[] values = [1.0 / 3, double.Epsilon, -0.1, double.MaxValue, double.PositiveInfinity, double.NegativeInfinity, -0.0, 123456789.123];
        Write([.. values.Select((v, i) => ((long)i, (double)i, (Measure[])[new Measure("planes", v)]))]);

        Assert.Equal(values, MetricsFile.Read(File).Points("planes").Select(p => p.Value));
    }

    [Fact]
    public void Writes_not_a_number_so_that_it_differs_from_nothing()
    {
        Write((1, 0, [new Measure("upper-objective", double.NaN)]));

        Assert.Equal("1,0,NaN,,,,,,,,", System.IO.File.ReadAllLines(File)[1]);
    }

    [Fact]
    public void Appends_when_opened_again_and_cuts_off_a_torn_line()
    {
        Write((1, 1, [new Measure("planes", 1), new Measure("own-measure", 7)]));
        System.IO.File.AppendAllText(File, "2,1.5,0.12");

        Write((2, 2, [new Measure("planes", 2)]));

        Assert.Equal([$"{Header},own-measure", "1,1,,,,1,,,,,,7", "2,2,,,,2,,,,,,"], System.IO.File.ReadAllLines(File));
    }

    [Fact]
    public void Drops_the_rows_of_steps_that_are_made_again()
    {
        Write((1, 1, []), (2, 2, []), (3, 3, []));

        using (MetricsWriter writer = new(File))
        {
            Assert.Equal(3, writer.Earlier!.Rows.Count);
            writer.DropAfter(1);
            writer.Write(2, TimeSpan.FromSeconds(4), []);
        }

        Assert.Equal([[1, 1], [2, 4]], MetricsFile.Read(File).Rows.Select(r => r[..2]));
    }

    [Theory]
    [InlineData("a,b")]
    [InlineData("a\"b")]
    [InlineData("a\nb")]
    [InlineData("")]
    public void Refuses_names_that_would_break_the_table(string name)
    {
        using MetricsWriter writer = new(File);

        ArgumentException e = Assert.Throws<ArgumentException>(() => writer.Write(1, TimeSpan.Zero, [new Measure(name, 1)]));

        Assert.Contains($"'{name}'", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("2,1.5,0.1", 1)]
    [InlineData("2", 1)]
    [InlineData("2,1.5,0.12\n", 2)]
    public void Leaves_out_a_line_that_is_still_being_written(string tail, int rows)
    {
        System.IO.File.WriteAllText(File, "step,seconds,planes\n1,1,1\n" + tail);

        Assert.Equal(rows, MetricsFile.Read(File).Rows.Count);
    }

    [Theory]
    [InlineData("a,b\n", ":1:")]
    [InlineData("step,seconds,planes\n1,2\n", ":2: 2 fields, and the header has 3")]
    [InlineData("step,seconds,planes\n1,2,3\n2,3,x\n", ":3: 'x' is not a number")]
    public void Names_file_and_line_of_what_is_no_table(string text, string message)
    {
        System.IO.File.WriteAllText(File, text);

        InvalidDataException e = Assert.Throws<InvalidDataException>(() => new MetricsWriter(File));

        Assert.Contains(File + message, e.Message, StringComparison.Ordinal);
    }

    [LinuxFact]
    public void Says_that_the_disk_is_full_and_what_to_do()
    {
        System.IO.File.CreateSymbolicLink(File, "/dev/full");

        RunFolderException e = Assert.Throws<RunFolderException>(() => new MetricsWriter(File));

        Assert.True(e.IsDiskFull);
        Assert.Contains(File, e.Message, StringComparison.Ordinal);
        Assert.Contains("Free space", e.Message, StringComparison.Ordinal);
    }

    private void Write(params (long Step, double Seconds, Measure[] Values)[] rows)
    {
        using MetricsWriter writer = new(File);
        foreach ((long step, double seconds, Measure[] values) in rows)
        {
            writer.Write(step, TimeSpan.FromSeconds(seconds), values);
        }
    }
}
