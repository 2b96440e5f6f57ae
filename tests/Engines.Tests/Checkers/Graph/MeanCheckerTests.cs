using ActorFed.Engines.Simulation;
using Xunit;

namespace ActorFed.Engines.Tests;

public sealed class MeanCheckerTests
{
    private readonly MeanChecker _checker = new(neighbours: 2);

    [Fact]
    public void Passes_trackers_whose_mean_is_that_of_what_they_track()
    {
        new Watched(_checker).Show(0, Shown.Tracking(1, 3, 0)).Show(0, Shown.Tracking(2, 1e9, 1)).Show(1, Shown.Tracking(1, -1, 2)).Show(1, Shown.Tracking(2, 3 - 1e9, 2));

        Assert.Equal(2, _checker.Checks);
    }

    [Theory]
    [InlineData(1e-6)]
    [InlineData(double.NaN)]
    public void Finds_a_mean_that_has_moved(double off) =>
        new Watched(_checker).Show(0, Shown.Tracking(4, 3, 0)).Breaks(run => run.Show(1, Shown.Tracking(4, -1 + off, 2)), "after 4 rounds the mean of the trackers of 'x' is ");

    [Fact]
    public void Takes_the_last_telling_of_a_round_that_is_made_again_before_all_have_shown_it()
    {
        new Watched(_checker).Show(0, Shown.Tracking(1, 100, 0)).Show(0, Shown.Tracking(1, 3, 0)).Show(1, Shown.Tracking(1, -1, 2)).Show(0, Shown.Tracking(1, 100, 0));

        Assert.Equal(1, _checker.Checks);
    }

    [Fact]
    public void Asks_nothing_of_rounds_without_state_nor_when_an_edge_was_left_out()
    {
        new Watched(_checker).Show(0, Shown.Round(1)).Show(1, Shown.Round(1)).Show(0, Shown.Closed).Show(0, Shown.Tracking(2, 3, 0)).Show(1, Shown.Tracking(2, 3, 0));

        Assert.Equal(0, _checker.Checks);
    }
}
