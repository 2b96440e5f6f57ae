using ActorFed.Host.Compare;
using Xunit;

namespace ActorFed.Host.Tests.Compare;

public sealed class TargetTests
{
    [Theory]
    [InlineData("test-accuracy=0.9", "test-accuracy", true, 0.9)]
    [InlineData("cleaning-auc=0.75", "cleaning-auc", true, 0.75)]
    [InlineData("test-loss=0.35", "test-loss", false, 0.35)]
    [InlineData("distance-to-solution=1e-3", "distance-to-solution", false, 1e-3)]
    [InlineData("upper-objective=-2", "upper-objective", false, -2)]
    [InlineData("test-accuracy<=0.5", "test-accuracy", false, 0.5)]
    [InlineData("test-loss>=2", "test-loss", true, 2)]
    [InlineData("planes>=3", "planes", true, 3)]
    public void Reads_name_direction_and_value(string text, string metric, bool isUpward, double value) =>
        Assert.Equal(new Target(metric, isUpward, value), Target.Parse(text));

    [Theory]
    [InlineData("test-accuracy")]
    [InlineData("=0.9")]
    [InlineData("")]
    [InlineData("test-accuracy=")]
    [InlineData("test-accuracy=high")]
    [InlineData("test-accuracy=NaN")]
    [InlineData("test-accuracy>0.9")]
    public void Refuses_what_is_no_target_and_says_how_to_write_one(string text) =>
        Assert.Contains("METRIC", Assert.Throws<ArgumentException>(() => Target.Parse(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void Asks_for_the_direction_where_the_name_does_not_tell_it() => Assert.Contains(
        "'planes>=3' or 'planes<=3'", Assert.Throws<ArgumentException>(() => Target.Parse("planes=3")).Message, StringComparison.Ordinal);

    [Fact]
    public void Is_reached_at_its_value_and_beyond()
    {
        Target up = new("test-accuracy", true, 0.5);
        Target down = new("test-loss", false, 0.5);

        Assert.Equal([false, true, true], ((double[])[0.25, 0.5, 0.75]).Select(up.IsReachedBy));
        Assert.Equal([true, true, false], ((double[])[0.25, 0.5, 0.75]).Select(down.IsReachedBy));
        Assert.False(up.IsReachedBy(double.NaN) || down.IsReachedBy(double.NaN));
    }
}
