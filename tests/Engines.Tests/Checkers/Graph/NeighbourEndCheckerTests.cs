using ActorFed.Actors;
using ActorFed.Algorithms.Core;
using ActorFed.Engines.Simulation;
using Xunit;

namespace ActorFed.Engines.Tests;

/// <summary>The checkers of how a run among neighbours goes on and ends.</summary>
public sealed class NeighbourEndCheckerTests
{
    private static NeighbourLivenessChecker Liveness => new(neighbours: 2, quietFrom: TimeSpan.FromSeconds(10), patience: TimeSpan.FromSeconds(5));

    [Fact]
    public void A_run_that_goes_on_and_completes_is_live()
    {
        Watched run = Wake(new Watched(Liveness).At(9).Show(0, Shown.Round(1)), 15).At(15).Show(1, Shown.Round(1));

        Wake(run, 20).Show(0, Shown.Round(2)).End();
    }

    [Fact]
    public void A_run_in_which_nobody_makes_a_new_round_is_found()
    {
        Watched run = Wake(new Watched(Liveness).At(11).Show(0, Shown.Round(3)).At(15).Show(0, Shown.Round(2)), 16); // a round made again is no new one

        run.Breaks(again => Wake(again, 16.5), "nobody made a new round since 00:00:11");
    }

    [Fact]
    public void A_run_that_ends_before_it_is_quiet_or_is_cancelled_is_not_judged()
    {
        new Watched(Liveness).At(9).End(RunOutcome.Failed);
        new Watched(Liveness).At(11).End(RunOutcome.Cancelled);
    }

    [Fact]
    public void A_run_that_ends_otherwise_when_all_is_quiet_is_found() =>
        new Watched(Liveness).At(11).Breaks(run => run.End(RunOutcome.TimeLimit), "the run ended as TimeLimit, not as Completed: test");

    [Fact]
    public void The_same_final_models_pass()
    {
        NeighbourReferenceChecker checker = new([Shown.Model(7, 1), Shown.Model(7, -0.0)], roundLimit: 7);

        new Watched(checker).Show(1, Shown.Model(7, -0.0)).Show(0, Shown.Model(5, 3)).Show(0, Shown.Model(7, 1)).End();

        Assert.Equal(2, checker.Checks);
    }

    [Theory]
    [InlineData(0.0, 1.0, "entry 0 of neighbour-1's final lower variable is 0; without faults it is -0")]
    [InlineData(-0.0, 2.0, "entry 0 of neighbour-1's final upper variable is 2; without faults it is 1")]
    public void A_final_model_that_differs_in_a_bit_is_found(double lower, double upper, string expected)
    {
        NeighbourReferenceChecker checker = new([Shown.Model(7, 1), Shown.Model(7, -0.0)], roundLimit: 7);

        new Watched(checker).Show(0, Shown.Model(7, 1)).Show(1, Shown.Model(7, lower, upper)).Breaks(run => run.End(), expected);
    }

    [Fact]
    public void A_final_model_that_is_missing_is_found() =>
        new Watched(new NeighbourReferenceChecker([Shown.Model(7, 1), Shown.Model(7, 1)], roundLimit: 7)).Show(0, Shown.Model(7, 1)).Show(1, Shown.Model(6, 1))
            .Breaks(run => run.End(), "neighbour-1 showed no model of round 7");

    [Fact]
    public void Final_models_are_not_compared_when_an_edge_was_left_out_or_the_run_did_not_complete()
    {
        NeighbourReferenceChecker checker = new([Shown.Model(7, 1)], roundLimit: 7);

        new Watched(checker).Show(0, Shown.Model(7, 2)).End(RunOutcome.Cancelled);
        new Watched(checker).Show(0, Shown.Closed).Show(0, Shown.Model(7, 2)).End();

        Assert.Equal(0, checker.Checks);
    }

    [Fact]
    public void Checkers_watch_what_was_promised_only()
    {
        GraphCheckerSettings settings = new() { Neighbours = 2, RoundLimit = 7, StalenessBound = 0, IsSymmetric = true };
        ModelObserved reference = Shown.Model(7, 1) with { Locals = [Shown.Model(7, 1), Shown.Model(7, 1)] };

        Checkers most = new(settings with { QuietFrom = TimeSpan.Zero, Reference = reference });
        Checkers least = new(settings with { StalenessBound = 3 });

        Assert.Equal(["rounds", "finiteness", "bytes", "means", "resends", "mixing", "liveness", "reference"], most.Counts.Select(count => count.Checker));
        Assert.Equal(["rounds", "finiteness", "bytes"], least.Counts.Select(count => count.Checker));
    }

    public static TheoryData<GraphCheckerSettings, string> BadSettings
    {
        get
        {
            GraphCheckerSettings good = new() { Neighbours = 2, RoundLimit = 7, StalenessBound = 0, IsSymmetric = true };
            return new()
            {
                { good with { Neighbours = 0 }, "Neighbours is 0" },
                { good with { RoundLimit = 0 }, "RoundLimit is 0" },
                { good with { StalenessBound = -1 }, "StalenessBound is -1" },
                { good with { QuietFrom = TimeSpan.FromSeconds(-1) }, "QuietFrom is -00:00:01" },
                { good with { Patience = TimeSpan.Zero }, "Patience is 00:00:00" },
                { good with { Reference = Shown.Model(7, 1) with { Locals = [Shown.Model(7, 1)] } }, "Reference has 1 models; there must be 2" },
            };
        }
    }

    [Theory]
    [MemberData(nameof(BadSettings))]
    public void Settings_out_of_range_are_rejected(GraphCheckerSettings settings, string expected) =>
        Assert.StartsWith(expected, Assert.Throws<ArgumentException>(() => new Checkers(settings)).Message, StringComparison.Ordinal);

    private static Watched Wake(Watched run, double seconds) => run.At(seconds).Start(Shown.Neighbour(0));
}
