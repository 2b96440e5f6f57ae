using System.Collections.Immutable;
using ActorFed.Host.Compare;
using Xunit;

namespace ActorFed.Host.Tests.Compare;

public sealed class TargetResultTests
{
    private const double Never = double.PositiveInfinity;

    [Fact]
    public void Takes_median_and_quartiles_over_the_seeds_and_of_the_ratios_of_each_seed()
    {
        ImmutableArray<ComparedRun> first = [Reached(1), Reached(2), Reached(3)];
        ImmutableArray<ComparedRun> other = [Reached(8), Reached(4), Reached(3)];

        TargetResult result = TargetResult.Of(0, other, first);

        Assert.Equal((3, 3, 3), (result.Runs, result.Reached, result.Pairs));
        Assert.Equal(new Quartiles(3.5, 4, 6), result.Spent[(int)Effort.Seconds]);
        Assert.Equal(new Quartiles(1.5, 2, 5), result.Ratios[(int)Effort.Seconds]);
        Assert.Equal(new Quartiles(350, 400, 600), result.Spent[(int)Effort.Bytes]);
    }

    [Fact]
    public void Counts_a_run_that_did_not_reach_it_as_later_than_all_others()
    {
        ImmutableArray<ComparedRun> first = [Reached(1), Reached(2), Missed()];
        ImmutableArray<ComparedRun> other = [Reached(2), Missed(), Reached(9)];

        TargetResult result = TargetResult.Of(0, other, first);

        Assert.Equal((3, 2), (result.Runs, result.Reached));
        Assert.Equal(new Quartiles(5.5, 9, Never), result.Spent[(int)Effort.Seconds]);
        Assert.Equal(new Quartiles(1, 2, Never), result.Ratios[(int)Effort.Seconds]);
    }

    [Fact]
    public void Has_no_ratio_on_a_seed_on_which_neither_reached_it()
    {
        TargetResult result = TargetResult.Of(0, [Missed(), Reached(6)], [Missed(), Reached(2)]);

        Assert.Equal(1, result.Pairs);
        Assert.Equal(new Quartiles(3, 3, 3), result.Ratios[(int)Effort.Steps]);
    }

    [Fact]
    public void Does_not_count_runs_that_were_interrupted()
    {
        ImmutableArray<ComparedRun> first = [Reached(1), Reached(2)];

        TargetResult result = TargetResult.Of(0, [Reached(5), Missed() with { Outcome = ComparedOutcome.Interrupted }], first);

        Assert.Equal((1, 1, 1), (result.Runs, result.Reached, result.Pairs));
        Assert.Equal(new Quartiles(5, 5, 5), result.Spent[(int)Effort.Seconds]);
    }

    [Fact]
    public void Counts_a_failed_run_as_one_that_did_not_reach_it()
    {
        ComparedRun failed = new() { Seed = 1, Outcome = ComparedOutcome.Failed, Reason = "it diverged" };

        TargetResult result = TargetResult.Of(0, [failed], [Reached(1)]);

        Assert.Equal((1, 0), (result.Runs, result.Reached));
        Assert.Equal(new Quartiles(Never, Never, Never), result.Ratios[(int)Effort.Seconds]);
    }

    private static ComparedRun Reached(int at) => Missed() with { Reached = [new Moment(at, at, 100 * at, 10 * at)] };

    private static ComparedRun Missed() => new() { Seed = 1, Outcome = ComparedOutcome.Completed, Reason = "step limit", Reached = [null] };
}
