using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Numerics;
using ActorFed.Engines.Simulation;
using Xunit;

namespace ActorFed.Engines.Tests;

/// <summary>The checkers that look at the master's state and at what it measures.</summary>
public sealed class StateCheckerTests
{
    [Fact]
    public void Planes_pass_within_the_limit_with_duals_of_zero_and_more()
    {
        PolytopeChecker checker = new(maxPlanes: 2);
        Watched run = new(checker) { State = [new StateEntry("step", FlatVector.Of(-1)), new StateEntry(StateNames.PlaneDuals, FlatVector.Of(0, 0.5))] };

        run.Step(1, 0).Observe(new MeasuresObserved(1, []));

        Assert.Equal(2, checker.Checks);
    }

    [Theory]
    [InlineData(new[] { 0, -0.5 }, "the dual of plane 1 is -0.5")]
    [InlineData(new[] { double.NaN }, "the dual of plane 0 is NaN")]
    [InlineData(new double[] { 1, 1, 1 }, "there are 3 planes; at most 2 are allowed")]
    public void Planes_that_must_not_be_are_found(double[] duals, string expected)
    {
        Watched run = new(new PolytopeChecker(maxPlanes: 2)) { State = [new StateEntry(StateNames.PlaneDuals, FlatVector.Of(duals))] };

        run.Breaks(again => again.Step(1, 0), expected);
        run.Breaks(again => again.Observe(new MeasuresObserved(1, [])), expected);
    }

    [Fact]
    public void Finite_numbers_pass_and_so_does_what_no_snapshot_keeps()
    {
        FinitenessChecker checker = new();
        Watched run = new(checker) { State = [new StateEntry("ages", FlatVector.Of(double.NaN), IsDurable: false)] };

        run.Step(1, 0).Observe(new MeasuresObserved(1, [new Measure("gap", 1)])).Observe(Watched.Model(1, 2));

        Assert.Equal(4, checker.Checks);
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.NegativeInfinity)]
    public void A_number_that_is_not_finite_is_found(double value)
    {
        Watched run = new(new FinitenessChecker());

        run.Breaks(again => again.Observe(Watched.StepOf(1, [0]) with { Measures = [new Measure("gap", value)] }), $"the measure 'gap' is {value}");
        run.Breaks(again => again.Observe(new MeasuresObserved(1, [new Measure("gap", value)])), $"the measure 'gap' is {value}");
        run.Breaks(again => again.Observe(Watched.Model(1, 1, value)), $"entry 1 of the upper variable is {value}");
    }

    [Fact]
    public void State_that_is_not_finite_is_found_by_the_64th_step_after()
    {
        Watched run = new Watched(new FinitenessChecker()).Step(1, 0);
        run.State = [new StateEntry("dual", FlatVector.Of(0, double.NaN))];
        for (int step = 2; step <= 64; step++)
        {
            run.Step(step, 0);
        }

        run.Breaks(again => again.Step(65, 0), "entry 1 of dual is NaN");
    }
}
