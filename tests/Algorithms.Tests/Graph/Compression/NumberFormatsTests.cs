using ActorFed.Algorithms.Graph.Compression;
using ActorFed.Algorithms.Numerics;
using Xunit;

namespace ActorFed.Algorithms.Tests.Graph.Compression;

public sealed class NumberFormatsTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(-2.5, -2.5)]
    [InlineData(1 + (1.0 / 256), 1)] // half-way between 1 and the next: to the even one
    [InlineData(1 + (3.0 / 256), 1 + (1.0 / 64))] // half-way again, and the even one is above
    [InlineData(1 + (1.0 / 256) + (1.0 / 1048576), 1 + (1.0 / 128))]
    [InlineData(-(1 + (1.0 / 256) + (1.0 / 1048576)), -(1 + (1.0 / 128)))]
    [InlineData(0, 0)]
    [InlineData(1e-60, 0)]
    [InlineData(3.4e38, double.PositiveInfinity)] // beyond the largest, 3.39e38
    [InlineData(-1e60, double.NegativeInfinity)]
    public void Bfloat16_keeps_eight_bits_to_the_nearest_even(double value, double expected) =>
        Assert.Equal(expected, NumberFormat.Bfloat16.Round(value));

    [Fact]
    public void Float32_is_the_nearest_float() => Assert.Equal((double)0.1f, NumberFormat.Float32.Round(0.1));

    [Fact]
    public void Float64_changes_nothing_and_copies_nothing()
    {
        FlatVector vector = Vectors.Gaussian(9, "v");

        Assert.Same(vector, NumberFormat.Float64.Round(vector));
    }

    [Theory]
    [InlineData(NumberFormat.Float64, 8)]
    [InlineData(NumberFormat.Float32, 4)]
    [InlineData(NumberFormat.Bfloat16, 2)]
    public void Say_what_a_number_takes(NumberFormat format, int bytes) => Assert.Equal(bytes, format.Bytes());

    [Theory]
    [InlineData(NumberFormat.Float32)]
    [InlineData(NumberFormat.Bfloat16)]
    public void Refuse_what_is_too_large_for_them(NumberFormat format)
    {
        ArithmeticException failure = Assert.Throws<ArithmeticException>(() => format.Round(FlatVector.Of(1, -1e39)));

        Assert.Contains("entry 1", failure.Message, StringComparison.Ordinal);
        Assert.Contains("-1E+39", failure.Message, StringComparison.Ordinal);
        Assert.Contains("float64", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Object_to_what_cannot_have_travelled_in_them()
    {
        Assert.Null(NumberFormat.Float32.Objection(FlatVector.Of(0.5, 0.1f), "v"));
        Assert.Contains("entry 1 of v is 0.1", NumberFormat.Float32.Objection(FlatVector.Of(0.5, 0.1), "v")!, StringComparison.Ordinal);
        Assert.Contains("entry 0 of v", NumberFormat.Bfloat16.Objection(FlatVector.Of(0.1f), "v")!, StringComparison.Ordinal);
        Assert.Contains("format 9", ((NumberFormat)9).Objection(FlatVector.Empty, "v")!, StringComparison.Ordinal);
    }
}
