using ActorFed.Host.Runs;
using Xunit;

namespace ActorFed.Host.Tests.Runs;

public sealed class PlotAxisTests
{
    [Theory]
    [InlineData(0, 10, "0 2 4 6 8 10")]
    [InlineData(0.913, 0.921, "0.912 0.914 0.916 0.918 0.920 0.922")]
    [InlineData(-3, 4, "−4 −2 0 2 4")]
    [InlineData(0, 48000, "0 10k 20k 30k 40k 50k")]
    [InlineData(0, 2.1e7, "0 5M 10M 15M 20M 25M")]
    [InlineData(0, 4e-8, "0 1e−8 2e−8 3e−8 4e−8")]
    public void Puts_ticks_at_round_numbers(double min, double max, string labels) =>
        Assert.Equal(labels, string.Join(' ', PlotAxis.Linear([min, max], 5, isTight: false).Ticks.Select(t => t.Label)));

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    [InlineData(-1e-300)]
    [InlineData(1e15)]
    [InlineData(double.MaxValue)]
    public void Holds_a_constant_in_its_middle(double value)
    {
        PlotAxis axis = PlotAxis.Linear([value, value], 5, isTight: true);

        Assert.InRange(axis.Position(value)!.Value, 0.2, 0.8);
        Assert.InRange(axis.Ticks.Length, 2, 12);
    }

    [Theory]
    [InlineData(-double.MaxValue, double.MaxValue)]
    [InlineData(0, double.MaxValue)]
    [InlineData(0, double.Epsilon)]
    [InlineData(1e9, 1e9 + 1e-6)]
    [InlineData(1, 1e17)]
    public void Survives_extreme_ranges(double min, double max)
    {
        PlotAxis axis = PlotAxis.Linear([min, max, double.NaN, double.PositiveInfinity], 5, isTight: false);

        Assert.InRange(axis.Ticks.Length, 2, 12);
        Assert.All((double[])[min, max], v => Assert.InRange(axis.Position(v)!.Value, -1e-9, 1 + 1e-9));
        Assert.Equal(axis.Ticks.Length, axis.Ticks.Select(t => t.Label).Distinct().Count());
    }

    [Theory]
    [InlineData(1e-4, 3, "10⁻⁴ 10⁻³ 10⁻² 10⁻¹ 10⁰ 10¹")]
    [InlineData(1, 9, "10⁰ 2 5 10¹")]
    [InlineData(1e-12, 1, "10⁻¹² 10⁻¹⁰ 10⁻⁸ 10⁻⁶ 10⁻⁴ 10⁻² 10⁰")]
    public void Puts_logarithmic_ticks_at_decades(double min, double max, string labels) =>
        Assert.Equal(labels, string.Join(' ', PlotAxis.Log([min, max, 0, -1]).Ticks.Select(t => t.Label)));

    [Theory]
    [InlineData(double.Epsilon, double.MaxValue)]
    [InlineData(1, 1)]
    [InlineData(0, -1)]
    public void Survives_extreme_logarithmic_ranges(double min, double max)
    {
        PlotAxis axis = PlotAxis.Log([min, max]);

        Assert.InRange(axis.Ticks.Length, 2, 12);
        Assert.All(axis.Ticks, t => Assert.InRange(axis.Position(t.Value) ?? 0, -1e-9, 1 + 1e-9));
    }

    [Fact]
    public void Has_no_place_for_what_is_not_finite_or_not_positive_on_a_log_scale()
    {
        PlotAxis axis = PlotAxis.Log([1, 10]);

        Assert.All((double[])[0, -1, double.NaN, double.PositiveInfinity], v => Assert.Null(axis.Position(v)));
        Assert.Null(PlotAxis.Linear([0, 1], 5, isTight: false).Position(double.NaN));
    }
}
