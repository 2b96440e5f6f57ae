using ActorFed.Algorithms.Blocks;
using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Star;
using ActorFed.Algorithms.Tests.Bilevel;
using ActorFed.Algorithms.Trilevel.Afto;
using Xunit;
using static ActorFed.Algorithms.Tests.Trilevel.AftoSetup;

namespace ActorFed.Algorithms.Tests.Trilevel;

/// <summary>
/// AFTO's rules against <see cref="ReferenceAfto"/>, option by option. Every test also says that its option had something to do in the run.
/// </summary>
public sealed class AftoRulesTests
{
    private const int Workers = 3;
    private const int Steps = 24;

    private static readonly int[][] Drawn = AdboSetup.Schedule(Workers, Steps);
    private static readonly int[][] Everybody = [.. Enumerable.Repeat(Enumerable.Range(0, Workers).ToArray(), Steps)];

    [Theory]
    [InlineData(1, 1, 1, 1)]
    [InlineData(1, 3, 2, 4)]
    [InlineData(2, 1, 4, 2)]
    [InlineData(4, 2, 3, 1)]
    public void Follows_the_reference_whoever_is_active(int workers, int d1, int d2, int d3)
    {
        ComparedRun run = AftoComparison.Run(Options, AdboSetup.Schedule(workers, Steps), workers, d1, d2, d3);

        Assert.Equal(Steps / 2, run.Refreshes);
        Assert.True(run.LargestPlaneDual > 0);
        Assert.True(run.LowerAdded > 1 && run.MiddleAdded > 1);
    }

    [Fact]
    public void Follows_the_reference_when_all_are_active() => Assert.True(AftoComparison.Run(Options, Everybody).LargestPlaneDual > 0);

    [Fact]
    public void Rolls_back_workers_that_were_late_at_a_refresh()
    {
        int[][] onlyTheFirst = [.. Enumerable.Repeat(new[] { 0 }, 9), [0, 1, 2]];

        ComparedRun run = AftoComparison.Run(Options, onlyTheFirst);

        Assert.Equal(5, run.Refreshes);
        Assert.Equal(6, run.Afto.Network.Sent.Count(sent =>
            sent.From == ParticipantId.Worker(1) && sent.Message is StarMessage.WorkReported { Report: AftoBody.Stepped })); // of which one was used
    }

    [Theory]
    [InlineData(2, 1)]
    [InlineData(1, 3)]
    [InlineData(3, 2)]
    public void Makes_as_many_inner_rounds_as_it_is_told(int lowerRounds, int middleRounds)
    {
        ComparedRun run = AftoComparison.Run(Options with { LowerRounds = lowerRounds, MiddleRounds = middleRounds }, Drawn);

        Assert.Equal(run.Refreshes * lowerRounds * Workers, run.Afto.WorkSent.Count(work => work is AftoBody.LowerRound));
        Assert.Equal(run.Refreshes * middleRounds * Workers, run.Afto.WorkSent.Count(work => work is AftoBody.MiddleRound));
    }

    [Fact]
    public void Drops_lower_planes_whose_dual_was_small_after_two_refreshes_and_keeps_new_ones()
    {
        ComparedRun strict = AftoComparison.Run(Options, Drawn);
        ComparedRun tolerant = AftoComparison.Run(Options with { DropTolerance = 1e6 }, Drawn);

        Assert.Equal(0, strict.LowerDropped);
        Assert.Equal(tolerant.LowerAdded - 2, tolerant.LowerDropped); // a plane outlives the refresh that made it, and one more
        Assert.True(tolerant.MiddleDropped > strict.MiddleDropped);
    }

    [Fact]
    public void Drops_middle_planes_whose_dual_was_zero_twice() =>
        Assert.True(AftoComparison.Run(Options with { MiddleWeakConvexity = 0.05 }, Drawn).MiddleDropped > 0);

    [Fact]
    public void Adds_no_lower_plane_and_asks_for_no_slopes_where_the_lower_constraint_holds()
    {
        double median = MedianViolation(Options with { LowerRelaxation = 1e6 }, reference => reference.Lower!);

        ComparedRun run = AftoComparison.Run(Options with { LowerRelaxation = median }, Everybody);

        Assert.InRange(run.LowerAdded, 1, run.Refreshes - 1);
        Assert.Equal(run.LowerAdded * Workers, run.Afto.WorkSent.Count(work => work is AftoBody.DifferentiateLower));
    }

    [Fact]
    public void Refreshes_the_middle_level_without_any_lower_plane()
    {
        ComparedRun run = AftoComparison.Run(Options with { LowerRelaxation = 1e6 }, Drawn);

        Assert.Equal(0, run.LowerAdded);
        Assert.True(run.MiddleAdded > 0 && run.LargestPlaneDual > 0);
    }

    [Fact]
    public void Adds_no_middle_plane_and_asks_for_no_slopes_where_the_middle_constraint_holds()
    {
        double median = MedianViolation(Options with { MiddleRelaxation = 1e6 }, reference => reference.Middle!);

        ComparedRun run = AftoComparison.Run(Options with { MiddleRelaxation = median }, Everybody);

        Assert.InRange(run.MiddleAdded, 1, run.Refreshes - 1);
        Assert.Equal(run.MiddleAdded * Workers, run.Afto.WorkSent.Count(work => work is AftoBody.DifferentiateMiddle));
    }

    [Theory]
    [InlineData(8, 4)]
    [InlineData(9, 4)]
    [InlineData(10, 5)]
    public void Refreshes_no_more_from_step_T1_on(long refreshUntil, int refreshes) =>
        Assert.Equal(refreshes, AftoComparison.Run(Options with { RefreshUntil = refreshUntil }, Drawn).Refreshes);

    [Fact]
    public void Leaves_room_for_weak_convexity_in_new_planes()
    {
        AftoOptions options = Options with
        {
            LowerWeakConvexity = 0.002,
            MiddleWeakConvexity = 0.003,
            UpperBound = 1.5,
            MiddleBound = 2.5,
            LowerBound = 3.5,
        };

        ComparedRun run = AftoComparison.Run(options, Drawn);

        AftoRefreshResult refresh = run.Afto.Rule.LastRefresh!;
        Assert.True(refresh.Lower.Margin > 0 && refresh.Middle.Margin > refresh.Lower.Margin);
        Assert.NotEqual(Final(Options), Final(options));
    }

    [Fact]
    public void Projects_onto_the_bounds_when_told_so()
    {
        AftoOptions options = Options with { ProjectOntoBounds = true, UpperBound = 0.25, MiddleBound = 0.5, LowerBound = 0.75 };

        ComparedRun run = AftoComparison.Run(options, Everybody);

        Assert.All(run.Reference.X, copies => Assert.True(copies[0].Sum(x => x * x) <= 0.25 + 1e-12));
        Assert.NotEqual(Final(Options), Final(options));
    }

    [Fact]
    public void Clamps_the_duals_of_planes() =>
        Assert.Equal(0.015625, AftoComparison.Run(Options with { MaxPlaneDual = 0.015625 }, Everybody).LargestPlaneDual);

    [Fact]
    public void Clamps_the_consensus_duals()
    {
        ComparedRun run = AftoComparison.Run(
            Options with { MaxConsensusDual = 0.03125, Regularization = DualRegularization.Constant }, Everybody);

        Assert.Contains(run.Reference.Theta.SelectMany(theta => theta), entry => Math.Abs(entry) == 0.03125);
    }

    [Fact]
    public void Keeps_the_regularisation_constant_when_told_so_and_never_below_its_minimum()
    {
        AftoOptions high = Options with { PlaneDualRegularization = 0.8, ConsensusDualRegularization = 1.5 };

        Assert.NotEqual(Final(high with { Regularization = DualRegularization.Constant }), Final(high));
        Assert.NotEqual(Final(Options), Final(high));
    }

    [Fact]
    public void Sends_no_duals_with_a_step_that_follows_new_planes()
    {
        ComparedRun run = AftoComparison.Run(Options, Drawn[..4]);

        List<AftoBody.Step> steps = [.. run.Afto.WorkSent.OfType<AftoBody.Step>()];
        Assert.Equal(run.Refreshes * Workers, steps.Count(step => step.ConsensusDual is null));
        Assert.All(steps, step => Assert.Equal(step.ConsensusDual is null, step.PlaneDuals is null));
    }

    [Fact]
    public void Measures_gap_objectives_and_planes_after_every_refresh()
    {
        ComparedRun run = AftoComparison.Run(Options with { MeasureGap = true }, Everybody);

        Dictionary<string, double> measures = run.Afto.Rule.Measures.ToDictionary(measure => measure.Name, measure => measure.Value);
        double gap = Math.Sqrt(run.Reference.SquaredGap());
        Assert.Equal(gap, measures[MeasureNames.StationarityGap], AftoComparison.RelativeTolerance * gap);
        Assert.Equal(run.Reference.MiddleCuts.Count, measures[MeasureNames.Planes]);
        Assert.Equal(run.Reference.LowerCuts.Count, measures["lower-planes"]);
        ReferenceAfto reference = run.Reference;
        double lower = Enumerable.Range(0, Workers)
            .Sum(j => reference.Shards[j].LowerLevel.Value(reference.X[j][2], reference.Z[0], reference.Z[1]));
        double middle = Enumerable.Range(0, Workers)
            .Sum(j => reference.Shards[j].MiddleLevel.Value(reference.X[j][1], reference.Z[0], reference.X[j][2]));
        Assert.Equal(lower, measures[MeasureNames.LowerObjective], 1e-10);
        Assert.Equal(middle, measures[MeasureNames.MiddleObjective], 1e-10);
        Assert.True(double.IsFinite(measures[MeasureNames.UpperObjective]));
    }

    private static double[] Final(AftoOptions options) => AftoComparison.Run(options, Everybody).Reference.Z[0];

    /// <summary>Half of the refreshes of a run without planes of a level find its constraint violated by more.</summary>
    private static double MedianViolation(AftoOptions options, Func<ReferenceAfto, ReferenceLayer> layer)
    {
        ReferenceAfto reference = new(options, TrilevelShard.Draw(Workers, 2, 3, 4), Start(Workers, 2, 3, 4));
        List<double> violations = [];
        foreach (int[] active in Everybody)
        {
            reference.Step(active);
            if (reference.RefreshedAt == reference.T)
            {
                violations.Add(layer(reference).Violation);
            }
        }

        return violations.Order().ElementAt(violations.Count / 2);
    }
}
