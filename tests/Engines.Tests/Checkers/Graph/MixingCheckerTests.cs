using ActorFed.Engines.Simulation;
using Xunit;

namespace ActorFed.Engines.Tests;

public sealed class MixingCheckerTests
{
    private readonly MixingChecker _checker = new(neighbours: 3);

    [Fact]
    public void Passes_rounds_in_which_whoever_is_heard_hears()
    {
        Watched run = new Watched(_checker).Show(0, Shown.Round(1, 1)).Show(1, Shown.Round(1, 0, 2)).Show(0, Shown.Round(2, 2)).Show(2, Shown.Round(1, 1));

        run.Show(2, Shown.Round(2, 0)).Show(1, Shown.Round(2));

        Assert.Equal(2, _checker.Checks);
    }

    [Fact]
    public void Finds_a_vector_that_was_used_at_one_end_only() =>
        new Watched(_checker).Show(0, Shown.Round(1, 1)).Show(1, Shown.Round(1, 2)).Breaks(
            run => run.Show(2, Shown.Round(1, 1)), "of neighbour-0 and neighbour-1 only one used the other's vectors in round 0");

    [Fact]
    public void Counts_a_round_that_is_made_again_once()
    {
        Watched run = new Watched(_checker).Show(0, Shown.Round(1, 1)).Show(0, Shown.Round(1, 1)).Show(1, Shown.Round(1, 0)).Show(2, Shown.Round(1));

        run.Show(2, Shown.Round(1, 0)); // long after it was done

        Assert.Equal(1, _checker.Checks);
    }

    [Fact]
    public void Asks_nothing_when_an_edge_was_left_out()
    {
        new Watched(_checker).Show(1, Shown.Closed).Show(0, Shown.Round(1, 1)).Show(1, Shown.Round(1)).Show(2, Shown.Round(1));

        Assert.Equal(0, _checker.Checks);
    }
}
