using ActorFed.Host.Configuration;
using Xunit;

namespace ActorFed.Host.Tests.Configuration;

public sealed class UnitTextTests
{
    [Theory]
    [InlineData("100ns", 1)]
    [InlineData("1us", 10)]
    [InlineData("2 micros", 20)]
    [InlineData("1ms", 10_000)]
    [InlineData("3 milliseconds", 30_000)]
    [InlineData("0s", 0)]
    [InlineData("1.5s", 15_000_000)]
    [InlineData("1e-3 seconds", 10_000)]
    [InlineData("2m", 1_200_000_000)]
    [InlineData("1 minute", 600_000_000)]
    [InlineData("1h", 36_000_000_000)]
    [InlineData("2 days", 1_728_000_000_000)]
    public void Reads_durations(string text, long ticks) => Assert.Equal(TimeSpan.FromTicks(ticks), UnitText.ParseDuration(text, out _));

    [Theory]
    [InlineData("5", "expected a duration with a unit (ns, us, ms, s, m, h, d), found \"5\"; write e.g. 500ms")]
    [InlineData("0", "expected a duration with a unit")]
    [InlineData("", "expected a duration with a unit")]
    [InlineData("s", "expected a duration with a unit")]
    [InlineData("5 S", "expected a duration with a unit")]
    [InlineData("5 weeks", "expected a duration with a unit")]
    [InlineData("1s2ms", "expected a duration with a unit")]
    [InlineData("-1s", "expected a duration from 0 to")]
    [InlineData("50ns", "expected a duration from 0 to 10675199d in whole steps of 100ns, found \"50ns\"")]
    [InlineData("20000000d", "expected a duration from 0 to")]
    [InlineData("1e28d", "expected a duration from 0 to")]
    public void Says_what_is_no_duration(string text, string expected)
    {
        Assert.Null(UnitText.ParseDuration(text, out string problem));
        Assert.StartsWith(expected, problem);
    }

    [Theory]
    [InlineData("0", 0)]
    [InlineData("17", 17)]
    [InlineData("17 bytes", 17)]
    [InlineData("2kB", 2_000)]
    [InlineData("2KiB", 2_048)]
    [InlineData("2K", 2_048)]
    [InlineData("3 MB", 3_000_000)]
    [InlineData("1.5MiB", 1_572_864)]
    [InlineData("1m", 1_048_576)]
    [InlineData("1GB", 1_000_000_000)]
    [InlineData("1 gibibyte", 1_073_741_824)]
    [InlineData("2TiB", 2_199_023_255_552)]
    public void Reads_sizes(string text, long bytes) => Assert.Equal(bytes, UnitText.ParseBytes(text, out _));

    [Theory]
    [InlineData("", "expected a size (B, kB, MB, GB, TB by 1000; KiB, MiB, GiB, TiB by 1024), found \"\"")]
    [InlineData("5 parsecs", "expected a size")]
    [InlineData("KB", "expected a size")]
    [InlineData("0.5B", "expected a whole number of bytes from 0 to 9223372036854775807, found \"0.5B\"")]
    [InlineData("-1", "expected a whole number of bytes")]
    [InlineData("10000000TiB", "expected a whole number of bytes")]
    public void Says_what_is_no_size(string text, string expected)
    {
        Assert.Null(UnitText.ParseBytes(text, out string problem));
        Assert.StartsWith(expected, problem);
    }

    [Theory]
    [InlineData(0, "0s")]
    [InlineData(1, "100ns")]
    [InlineData(10, "1us")]
    [InlineData(15_000_000, "1500ms")]
    [InlineData(900_000_000, "90s")]
    [InlineData(72_000_000_000, "2h")]
    [InlineData(864_000_000_000, "1d")]
    public void Formats_a_duration_so_that_it_reads_back(long ticks, string expected)
    {
        string text = UnitText.Format(TimeSpan.FromTicks(ticks));

        Assert.Equal(expected, text);
        Assert.Equal(ticks, UnitText.ParseDuration(text, out _)!.Value.Ticks);
    }
}
