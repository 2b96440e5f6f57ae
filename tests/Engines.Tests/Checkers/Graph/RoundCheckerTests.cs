using ActorFed.Engines.Simulation;
using Xunit;

namespace ActorFed.Engines.Tests;

public sealed class RoundCheckerTests
{
    [Fact]
    public void Passes_vectors_up_to_the_bound_each_once()
    {
        RoundChecker checker = new(stalenessBound: 2);

        new Watched(checker).Show(0, Shown.Round(5, 1, 2, 3) with { Staleness = [0, 2, 1] }).Show(1, Shown.Round(1)).Show(1, Shown.Model(1, 0));

        Assert.Equal(2, checker.Checks);
    }

    [Theory]
    [InlineData(2, 3)]
    [InlineData(0, 1)]
    [InlineData(2, -1)]
    public void Finds_vectors_that_are_too_old_or_not_sent_yet(int bound, int staleness) =>
        new Watched(new RoundChecker(bound)).Breaks(
            run => run.Show(4, Shown.Round(9, 1) with { Staleness = [staleness] }),
            $"neighbour-4 used vectors of neighbour-1 that were {staleness} rounds old in round 8; at most {bound} is allowed");

    [Theory]
    [InlineData(3, 3)]
    [InlineData(3, 1)]
    public void Finds_vectors_that_enter_twice_or_out_of_order(int first, int second) =>
        new Watched(new RoundChecker(0)).Breaks(run => run.Show(0, Shown.Round(2, first, second)), $"neighbour-{second} after those of neighbour-{first} in round 1");
}
