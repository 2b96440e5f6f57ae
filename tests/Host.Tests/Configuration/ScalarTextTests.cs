using System.Text.Json.Serialization;
using ActorFed.Algorithms.Core;
using ActorFed.Host.Configuration;
using Xunit;

namespace ActorFed.Host.Tests.Configuration;

public sealed class ScalarTextTests
{
    private enum Order
    {
        Jacobi,
        GaussSeidel,
        C2dfb,

        [JsonStringEnumMemberName("ownname")]
        OwnName,
    }

    [Theory]
    [InlineData("true", true)]
    [InlineData("yes", true)]
    [InlineData("on", true)]
    [InlineData("false", false)]
    [InlineData("no", false)]
    [InlineData("off", false)]
    public void Reads_booleans(string text, bool expected) => Assert.Equal(expected, Parse(text, typeof(bool)));

    [Theory]
    [InlineData("12", 12)]
    [InlineData("-12", -12)]
    [InlineData("1e3", 1000)]
    [InlineData("2.0", 2)]
    [InlineData("2147483647", int.MaxValue)]
    [InlineData("-2147483648", int.MinValue)]
    public void Reads_whole_numbers(string text, int expected) => Assert.Equal(expected, Parse(text, typeof(int)));

    [Fact]
    public void Reads_wide_numbers_and_fractions_exactly()
    {
        Assert.Equal(long.MinValue, Parse("-9223372036854775808", typeof(long)));
        Assert.Equal(ulong.MaxValue, Parse("18446744073709551615", typeof(ulong)));
        Assert.Equal(1e-3, Parse("1e-3", typeof(double)));
        Assert.Equal(0.1, Parse("0.1", typeof(double)));
        Assert.Equal(0.1f, Parse("0.1", typeof(float)));
        Assert.Equal(Order.GaussSeidel, Parse("gauss-seidel", typeof(Order)));
        Assert.Equal(Order.C2dfb, Parse("c2dfb", typeof(Order)));
    }

    [Theory]
    [InlineData("maybe", typeof(bool), "expected true or false (or yes, no, on, off), found \"maybe\"")]
    [InlineData("True", typeof(bool), "expected true or false")]
    [InlineData("1.5", typeof(int), "expected a whole number from -2147483648 to 2147483647, found \"1.5\"; write e.g. 10")]
    [InlineData("2147483648", typeof(int), "expected a whole number")]
    [InlineData("-1", typeof(ulong), "expected a whole number from 0 to 18446744073709551615, found \"-1\"")]
    [InlineData("1e99", typeof(long), "expected a whole number")]
    [InlineData("1,000", typeof(int), "expected a whole number")]
    [InlineData("abc", typeof(double), "expected a number, found \"abc\"; write e.g. 0.02")]
    [InlineData("", typeof(double), "expected a number")]
    [InlineData("NaN", typeof(double), "expected a number")]
    [InlineData("Infinity", typeof(double), "expected a number")]
    [InlineData("1e400", typeof(double), "expected a number")]
    [InlineData("1e39", typeof(float), "expected a number")]
    [InlineData("5", typeof(TimeSpan), "expected a duration with a unit")]
    [InlineData("GaussSeidel", typeof(Order), "expected one of jacobi, gauss-seidel, c2dfb, ownname; found \"GaussSeidel\"")]
    [InlineData("1", typeof(Order), "expected one of jacobi, gauss-seidel, c2dfb, ownname; found \"1\"")]
    [InlineData("own-name", typeof(Order), "expected one of")]
    [InlineData("workers-3", typeof(ParticipantId), "expected a participant such as master, worker-3 or neighbour-0; found \"workers-3\"")]
    [InlineData("worker-03", typeof(ParticipantId), "expected a participant")]
    public void Says_what_was_expected(string text, Type type, string expected)
    {
        Assert.Null(ScalarText.Parse(text, type, isBytes: false, out string problem));
        Assert.StartsWith(expected, problem);
    }

    [Fact]
    public void Reads_and_writes_a_name_of_the_program_that_is_written_in_its_own_way()
    {
        Assert.Equal(Order.OwnName, Parse("ownname", typeof(Order)));
        Assert.Equal(["jacobi", "gauss-seidel", "c2dfb", "ownname"], ScalarText.NamesOf(typeof(Order)));
        Assert.Equal("ownname", ScalarText.NameOf(Order.OwnName));
        Assert.Equal(ParticipantId.Worker(3), Parse("worker-3", typeof(ParticipantId)));
    }

    [Fact]
    public void Reads_sizes_into_integers_that_hold_bytes()
    {
        Assert.Equal(4096, ScalarText.Parse("4KiB", typeof(int), isBytes: true, out _));
        Assert.Null(ScalarText.Parse("4GiB", typeof(int), isBytes: true, out string problem));
        Assert.Equal("expected a size of at most 2147483647 bytes, found \"4GiB\"", problem);
        Assert.Null(ScalarText.Parse("4KiB", typeof(int), isBytes: false, out _));
    }

    [Theory]
    [InlineData("MinActive", "min-active")]
    [InlineData("Seed", "seed")]
    [InlineData("C2dfb", "c2dfb")]
    [InlineData("Ijcnn1", "ijcnn1")]
    [InlineData("MaxL2Norm", "max-l2-norm")]
    [InlineData("SfDqn", "sf-dqn")]
    public void Turns_names_into_keys(string name, string expected) => Assert.Equal(expected, ScalarText.KebabCase(name));

    private static object? Parse(string text, Type type) => ScalarText.Parse(text, type, isBytes: false, out _);
}
