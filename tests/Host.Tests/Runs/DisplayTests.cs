using ActorFed.Host.Runs;
using Xunit;

namespace ActorFed.Host.Tests.Runs;

public sealed class DisplayTests
{
    [Theory]
    [InlineData(0, "0")]
    [InlineData(0.91324, "0.9132")]
    [InlineData(-0.5, "-0.5")]
    [InlineData(12.3456, "12.35")]
    [InlineData(12345.6, "12,346")]
    [InlineData(0.00012341, "1.234e-4")]
    [InlineData(1.5e9, "1.5e9")]
    [InlineData(double.NaN, "NaN")]
    [InlineData(double.NegativeInfinity, "-inf")]
    [InlineData(double.Epsilon, "4.941e-324")]
    public void Writes_numbers_with_four_digits(double value, string text) => Assert.Equal(text, Display.Number(value));

    [Fact]
    public void Writes_a_dash_for_nothing()
    {
        Assert.Equal("-", Display.Number(null));
        Assert.Equal("-", Display.Bytes(null));
    }

    [Theory]
    [InlineData(-0.00012341, "−1.234×10⁻⁴")]
    [InlineData(2.5, "2.5")]
    [InlineData(double.PositiveInfinity, "∞")]
    public void Writes_numbers_for_a_page(double value, string text) => Assert.Equal(text, HtmlText.Number(value));

    [Theory]
    [InlineData(0, "0 B")]
    [InlineData(999, "999 B")]
    [InlineData(1234, "1.2 kB")]
    [InlineData(999_999, "1 MB")]
    [InlineData(912_345_678, "912 MB")]
    [InlineData(long.MaxValue, "9.2 EB")]
    public void Writes_sizes(long bytes, string text) => Assert.Equal(text, Display.Bytes(bytes));

    [Theory]
    [InlineData(0, "0 s")]
    [InlineData(0.0125, "12.5 ms")]
    [InlineData(1.25, "1.25 s")]
    [InlineData(184, "3 min 04 s")]
    [InlineData(7500, "2 h 05 min")]
    [InlineData(180_000, "2 d 02 h")]
    public void Writes_durations(double seconds, string text) => Assert.Equal(text, Display.Duration(TimeSpan.FromSeconds(seconds)));

    [Theory]
    [InlineData("upper-objective", "Upper objective")]
    [InlineData("cleaning-auc", "Cleaning AUC")]
    [InlineData("auctions", "Auctions")]
    [InlineData("", "")]
    public void Writes_names_as_words(string name, string words) => Assert.Equal(words, Display.Words(name));

    [Theory]
    [InlineData(new double[] { }, "")]
    [InlineData(new double[] { 0, 1, 2, 3, 4, 5, 6, 7 }, "▁▂▃▄▅▆▇█")]
    [InlineData(new double[] { 5, double.NaN, 5 }, "▄ ▄")]
    [InlineData(new double[] { 1, 1e7, 1e14 }, "▁▅█")]
    [InlineData(new double[] { double.NaN }, " ")]
    public void Draws_sparklines(double[] values, string line) => Assert.Equal(line, Sparkline.Of(values));
}
