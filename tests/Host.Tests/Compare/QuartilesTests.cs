using ActorFed.Host.Compare;
using Xunit;

namespace ActorFed.Host.Tests.Compare;

public sealed class QuartilesTests
{
    [Fact]
    public void Has_none_of_an_empty_sample() => Assert.Null(Quartiles.Of([]));

    [Fact]
    public void Is_three_times_the_value_of_a_single_one() => Assert.Equal(new Quartiles(4, 4, 4), Quartiles.Of([4]));

    [Fact]
    public void Orders_the_sample() => Assert.Equal(new Quartiles(2, 3, 4), Quartiles.Of([5, 1, 4, 2, 3]));

    [Fact]
    public void Lies_between_neighbours_where_no_value_stands() => Assert.Equal(new Quartiles(1.75, 2.5, 3.25), Quartiles.Of([4, 3, 2, 1]));

    [Fact]
    public void Is_infinite_only_where_it_falls_on_what_never_came() =>
        Assert.Equal(new Quartiles(2, 3, double.PositiveInfinity), Quartiles.Of([1, 2, 3, double.PositiveInfinity, double.PositiveInfinity]));

    [Fact]
    public void Is_infinite_when_nothing_came()
    {
        double never = double.PositiveInfinity;

        Assert.Equal(new Quartiles(never, never, never), Quartiles.Of([never, never]));
    }

    [Fact]
    public void Says_NaN_when_the_sample_holds_one() => Assert.True(double.IsNaN(Quartiles.Of([1, double.NaN, 2])!.Value.Median));
}
