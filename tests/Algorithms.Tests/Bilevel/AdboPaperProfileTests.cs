using ActorFed.Algorithms.Bilevel.Adbo;
using ActorFed.Algorithms.Blocks;
using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Star;
using Xunit;
using static ActorFed.Algorithms.Tests.Bilevel.AdboSetup;

namespace ActorFed.Algorithms.Tests.Bilevel;

/// <summary>
/// ADBO's rules in the paper profile against <see cref="ReferencePaperAdbo"/>, option by option. Every test also says that its
/// option had something to do in the run.
/// </summary>
public sealed class AdboPaperProfileTests
{
    private const int Workers = 3;
    private const int Steps = 40;

    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(1, 3, 2)]
    [InlineData(2, 1, 4)]
    [InlineData(5, 2, 3)]
    public void Follows_the_reference_whoever_is_active(int workers, int n, int m)
    {
        ComparedRun run = AdboComparison.Run(PaperOptions, Schedule(workers, Steps), workers, n, m);

        Assert.Equal(Steps / 2, run.Refreshes);
        Assert.True(run.LargestPlaneDual > 0);
    }

    [Fact]
    public void Follows_the_reference_when_all_are_active()
    {
        int[][] everybody = [.. Enumerable.Repeat(Enumerable.Range(0, Workers).ToArray(), Steps)];

        ComparedRun run = AdboComparison.Run(PaperOptions, everybody);

        Assert.True(run.LargestPlaneDual > 0);
    }

    [Fact]
    public void Rolls_back_workers_that_were_late_at_a_refresh()
    {
        int[][] onlyTheFirst = [.. Enumerable.Repeat(new[] { 0 }, 9), [0, 1, 2]];

        ComparedRun run = AdboComparison.Run(PaperOptions, onlyTheFirst);

        Assert.Equal(5, run.Refreshes);
        Assert.Equal(6, run.Adbo.Network.Sent.Count(sent =>
            sent.From == ParticipantId.Worker(1) && sent.Message is StarMessage.WorkReported { Report: AdboBody.Stepped })); // of which one was used
    }

    [Fact]
    public void Follows_the_reference_when_the_upper_loss_does_not_see_the_upper_variable() =>
        AdboComparison.Run(PaperOptions, Schedule(Workers, Steps), r: 0);

    [Fact]
    public void Drops_planes_whose_dual_was_zero_twice()
    {
        ComparedRun run = AdboComparison.Run(PaperOptions, Schedule(Workers, Steps));

        Assert.True(run.PlanesDropped > 0);
        Assert.True(run.MostPlanes > 2); // dropped ones close up between others
    }

    [Fact]
    public void Drops_planes_whose_dual_was_twice_within_the_tolerance()
    {
        ComparedRun strict = AdboComparison.Run(PaperOptions, Schedule(Workers, Steps));

        ComparedRun tolerant = AdboComparison.Run(PaperOptions with { DropTolerance = 0.05 }, Schedule(Workers, Steps));

        Assert.True(tolerant.PlanesDropped > strict.PlanesDropped);
    }

    [Fact]
    public void Keeps_a_new_plane_until_its_dual_was_updated_twice()
    {
        AdboOptions options = PaperOptions with { RefreshEvery = 1, DropTolerance = 1e6 };

        ComparedRun run = AdboComparison.Run(options, Schedule(Workers, 6));

        Assert.Equal(6, run.PlanesAdded);
        Assert.Equal(4, run.PlanesDropped);
        Assert.Equal(2, run.MostPlanes);
    }

    [Fact]
    public void Adds_no_plane_and_asks_for_no_slope_where_the_constraint_holds()
    {
        ComparedRun run = AdboComparison.Run(PaperOptions with { Relaxation = 1 }, Schedule(Workers, Steps));

        Assert.InRange(run.PlanesAdded, 1, run.Refreshes - 1);
        Assert.Equal(run.PlanesAdded * Workers, run.Adbo.WorkSent.Count(work => work is AdboBody.DifferentiatePlane));
    }

    [Fact]
    public void Adds_no_plane_where_the_violation_equals_the_relaxation()
    {
        AdboRefreshResult Refresh(AdboOptions options)
        {
            ScriptedAdbo adbo = new(options, QuadraticShard.Draw(Workers, 2, 3), Start(Workers, 2, 3));
            adbo.Step(0);
            adbo.Step(0);
            return adbo.Rule.LastRefresh!;
        }

        double violation = Refresh(PaperOptions).Violation;

        Assert.Empty(Refresh(PaperOptions with { Relaxation = violation }).Slopes);
        Assert.NotEmpty(Refresh(PaperOptions with { Relaxation = Math.BitDecrement(violation) }).Slopes);
    }

    [Theory]
    [InlineData(8, 4)]
    [InlineData(9, 4)]
    [InlineData(10, 5)]
    public void Refreshes_no_more_from_step_T1_on(long refreshUntil, int refreshes)
    {
        ComparedRun run = AdboComparison.Run(PaperOptions with { RefreshUntil = refreshUntil }, Schedule(Workers, Steps));

        Assert.Equal(refreshes, run.Refreshes);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Makes_room_when_the_planes_are_as_many_as_allowed(int maxPlanes)
    {
        ComparedRun run = AdboComparison.Run(PaperOptions with { MaxPlanes = maxPlanes }, Schedule(Workers, Steps));

        Assert.Equal(maxPlanes, run.MostPlanes);
        Assert.True(AdboComparison.Run(PaperOptions, Schedule(Workers, Steps)).MostPlanes > maxPlanes);
    }

    [Fact]
    public void Makes_room_by_the_oldest_of_planes_with_equal_duals()
    {
        const double Clamp = 0.0078125;
        AdboOptions options = PaperOptions with { RefreshEvery = 1, MaxPlaneDual = Clamp };
        int[][] schedule = [.. Enumerable.Repeat(Enumerable.Range(0, Workers).ToArray(), 3)];

        ComparedRun unbounded = AdboComparison.Run(options, schedule);
        ComparedRun bounded = AdboComparison.Run(options with { MaxPlanes = 2 }, schedule);

        Assert.Equal([Clamp, Clamp, 0], unbounded.Reference.Planes.Select(plane => plane.Lambda));
        Assert.Equal(
            unbounded.Reference.Planes.Skip(1).Select(plane => plane.Kappa), bounded.Reference.Planes.Select(plane => plane.Kappa));
    }

    [Fact]
    public void Clamps_the_duals_of_planes()
    {
        ComparedRun run = AdboComparison.Run(PaperOptions with { MaxPlaneDual = 0.125 }, Schedule(Workers, Steps));

        Assert.Equal(0.125, run.LargestPlaneDual);
    }

    [Fact]
    public void Clamps_the_consensus_duals()
    {
        AdboOptions options = PaperOptions with { MaxConsensusDual = 0.25, Regularization = DualRegularization.Constant };
        int[][] everybody = [.. Enumerable.Repeat(Enumerable.Range(0, Workers).ToArray(), Steps)];

        ComparedRun run = AdboComparison.Run(options, everybody);

        double[] entries = [.. run.Reference.Theta.SelectMany(theta => theta)];
        Assert.Contains(entries, entry => Math.Abs(entry) == 0.25);
        Assert.All(entries, entry => Assert.InRange(entry, -0.25, 0.25));
    }

    [Fact]
    public void Keeps_the_regularisation_constant_when_told_so()
    {
        AdboOptions options = PaperOptions with
        {
            Regularization = DualRegularization.Constant,
            PlaneDualRegularization = 0.02,
            ConsensusDualRegularization = 0.03,
        };

        Assert.NotEqual(Final(options with { Regularization = DualRegularization.Schedule }), Final(options));
    }

    [Fact]
    public void Never_lets_the_scheduled_regularisation_fall_below_its_minimum()
    {
        AdboOptions options = PaperOptions with { PlaneDualRegularization = 0.8, ConsensusDualRegularization = 1.5 };

        Assert.NotEqual(Final(PaperOptions), Final(options));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void Makes_K_inner_rounds(int rounds)
    {
        ComparedRun run = AdboComparison.Run(PaperOptions with { InnerRounds = rounds }, Schedule(Workers, Steps));

        Assert.Equal(run.Refreshes * rounds * Workers, run.Adbo.WorkSent.Count(work => work is AdboBody.InnerRound));
    }

    [Fact]
    public void Takes_the_newest_inner_variables_in_the_Gauss_Seidel_order()
    {
        AdboOptions options = PaperOptions with { InnerRounds = 3, InnerOrder = InnerOrder.GaussSeidel };

        Assert.NotEqual(Final(options with { InnerOrder = InnerOrder.Jacobi }), Final(options));
    }

    [Fact]
    public void Starts_from_the_last_inner_duals_when_told_so()
    {
        AdboOptions options = PaperOptions with { InnerRounds = 2, WarmStartInnerDual = true };

        Assert.NotEqual(Final(options with { WarmStartInnerDual = false }), Final(options));
    }

    [Fact]
    public void Gives_a_new_plane_its_initial_dual()
    {
        AdboOptions options = PaperOptions with { InitialPlaneDual = 0.25 };

        Assert.NotEqual(Final(PaperOptions), Final(options));
    }

    [Fact]
    public void Sends_no_duals_with_a_step_that_follows_new_planes()
    {
        ComparedRun run = AdboComparison.Run(PaperOptions, Schedule(Workers, 4));

        List<AdboBody.Step> steps = [.. run.Adbo.WorkSent.OfType<AdboBody.Step>()];
        Assert.Equal(run.Refreshes * Workers, steps.Count(step => step.ConsensusDual is null));
        Assert.All(steps, step => Assert.Equal(step.ConsensusDual is null, step.PlaneDuals is null));
    }

    private static double[] Final(AdboOptions options) => AdboComparison.Run(options, Schedule(Workers, Steps)).Reference.V;
}
