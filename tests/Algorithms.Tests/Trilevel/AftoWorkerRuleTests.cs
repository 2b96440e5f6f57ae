using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Star;
using ActorFed.Algorithms.Trilevel.Afto;
using Xunit;
using static ActorFed.Algorithms.Tests.Trilevel.AftoSetup;

namespace ActorFed.Algorithms.Tests.Trilevel;

/// <summary>What a worker refuses to do. What it computes is compared with the reference elsewhere.</summary>
public sealed class AftoWorkerRuleTests
{
    private static readonly FlatVector Upper = FlatVector.Of(1);
    private static readonly FlatVector Middle = FlatVector.Of(1, 2);
    private static readonly FlatVector Lower = FlatVector.Of(1, 2, 3);
    private static readonly FlatVector Odd = FlatVector.Zeros(4);

    private static readonly AftoBody.WorkerState State = new()
    {
        Upper = Upper,
        Middle = Middle,
        Lower = Lower,
        ConsensusDual = Upper,
        PlaneDuals = FlatVector.Of(0.5, 0.25),
        MiddleSlopes = [Middle, Middle],
        LowerSlopes = [Lower, Lower],
    };

    private static readonly AftoBody.WorkerState InRefresh = State with
    {
        Inner = new AftoBody.InnerTrace { Upper = Upper, Middle = Middle, Lowers = [Lower, Lower], Middles = [Middle, Middle] },
    };

    private static readonly AftoBody.Step Step = new() { MasterStep = 3 };
    private static readonly AftoBody.LowerRound LowerRound = new() { MasterStep = 3, Upper = Upper, Middle = Middle, Consensus = Lower, Dual = Lower };
    private static readonly AftoBody.MiddleRound MiddleRound = new() { MasterStep = 3, Consensus = Middle, Dual = Middle };
    private static readonly AftoBody.DifferentiateLower DifferentiateLower = new() { MasterStep = 3 };
    private static readonly AftoBody.DifferentiateMiddle DifferentiateMiddle = new() { MasterStep = 3 };

    private static readonly AftoBody.PlanesUpdated Update = new()
    {
        MasterStep = 3,
        Dropped = [0],
        MiddleSlope = Middle,
        LowerSlope = Lower,
        PlaneDuals = FlatVector.Of(0.25, 0),
        ConsensusDual = Upper,
        WantsGradients = true,
    };

    [Fact]
    public void Takes_all_its_work()
    {
        AssertTakes(State, Step);
        AssertTakes(State, Step with { ConsensusDual = Upper, PlaneDuals = FlatVector.Of(0, 1) });
        AssertTakes(State, LowerRound);
        AssertTakes(InRefresh, LowerRound with { Upper = null, Middle = null });
        AssertTakes(InRefresh, DifferentiateLower);
        AssertTakes(InRefresh, MiddleRound);
        AssertTakes(InRefresh, DifferentiateMiddle);
        AssertTakes(InRefresh, Update);
        AssertTakes(InRefresh, Update with { MiddleSlope = null, LowerSlope = null, PlaneDuals = FlatVector.Of(0.25), WantsGradients = false });
    }

    [Fact]
    public void Refuses_duals_that_do_not_fit()
    {
        AssertRefuses(State, Step with { ConsensusDual = Odd });
        AssertRefuses(State, Step with { PlaneDuals = FlatVector.Of(1) });
    }

    [Fact]
    public void Refuses_rounds_that_do_not_fit_or_come_too_early()
    {
        AssertRefuses(State, LowerRound with { Upper = Odd });
        AssertRefuses(State, LowerRound with { Middle = Odd });
        AssertRefuses(State, LowerRound with { Middle = null });
        AssertRefuses(State, LowerRound with { Consensus = Odd });
        AssertRefuses(State, LowerRound with { Dual = Odd });
        AssertRefuses(State, LowerRound with { Upper = null, Middle = null });
        AssertRefuses(State, DifferentiateLower);
        AssertRefuses(State, MiddleRound);
        AssertRefuses(InRefresh, MiddleRound with { Consensus = Odd });
        AssertRefuses(InRefresh, MiddleRound with { Dual = Odd });
        AssertRefuses(State, DifferentiateMiddle);
        AssertRefuses(InRefresh with { Inner = InRefresh.Inner! with { Middles = [] } }, DifferentiateMiddle);
    }

    [Fact]
    public void Refuses_planes_that_do_not_fit()
    {
        AssertRefuses(InRefresh, Update with { PlaneDuals = FlatVector.Of(1) });
        AssertRefuses(InRefresh, Update with { MiddleSlope = Odd });
        AssertRefuses(InRefresh, Update with { LowerSlope = Odd });
        AssertRefuses(InRefresh, Update with { LowerSlope = null });
        AssertRefuses(InRefresh, Update with { ConsensusDual = Odd });
        AssertRefuses(InRefresh, Update with { Dropped = [2] });
        AssertRefuses(InRefresh, Update with { Dropped = [-1] });
        AssertRefuses(InRefresh, Update with { Dropped = [1, 1], PlaneDuals = FlatVector.Of(0.25) }); // one dropped twice
    }

    [Fact]
    public void Refuses_to_build_on_a_state_that_does_not_fit_its_shard()
    {
        AssertRefuses(State with { Upper = Odd }, Step);
        AssertRefuses(State with { Middle = Odd }, Step);
        AssertRefuses(State with { Lower = Odd }, Step);
        AssertRefuses(State with { ConsensusDual = Odd }, Step);
        AssertRefuses(State with { PlaneDuals = Odd }, Step);
        AssertRefuses(State with { MiddleSlopes = [Middle, Odd] }, Step);
        AssertRefuses(State with { LowerSlopes = [Lower] }, Step);
        AssertRefuses(State with { Inner = InRefresh.Inner! with { Lowers = [] } }, MiddleRound);
        AssertRefuses(State with { Inner = InRefresh.Inner! with { Lowers = [Odd] } }, MiddleRound);
        AssertRefuses(State with { Inner = InRefresh.Inner! with { Middles = [Odd] } }, MiddleRound);
        AssertRefuses(State with { Inner = InRefresh.Inner! with { Upper = Odd } }, MiddleRound);
        AssertRefuses(State with { Inner = InRefresh.Inner! with { Middle = Odd } }, MiddleRound);
        AssertRefuses(Step, Step);
    }

    [Fact]
    public void Refuses_what_is_no_work() => AssertRefuses(State, new AftoBody.PlanesInstalled(null));

    [Theory]
    [InlineData(1e200, 1, 1, "afto.step-upper,")]
    [InlineData(1, 1e200, 1, "afto.step-middle")]
    [InlineData(1, 1, 1e200, "afto.step-lower")]
    public void Says_when_an_objective_became_infinite_and_which_setting_to_lower(double upper, double middle, double lower, string key)
    {
        AftoBody.WorkerState far = State with { Upper = FlatVector.Of(upper), Middle = FlatVector.Of(middle, 0), Lower = FlatVector.Of(lower, 0, 0) };

        ArithmeticException exception = Assert.Throws<ArithmeticException>(() => Rule().Do(far, Step));

        Assert.Contains("upper objective f_1 became Infinity at master step 3", exception.Message, StringComparison.Ordinal);
        Assert.Contains(key, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Names_the_level_whose_inner_rounds_diverge()
    {
        AftoBody.InnerTrace far = InRefresh.Inner! with { Lowers = [Lower, FlatVector.Of(1e200, 0, 0)], Middles = [Middle, FlatVector.Of(1e200, 0)] };

        ArithmeticException lower = Assert.Throws<ArithmeticException>(
            () => Rule().Do(InRefresh with { Inner = far }, LowerRound with { Upper = null, Middle = null }));
        ArithmeticException middle = Assert.Throws<ArithmeticException>(() => Rule().Do(InRefresh with { Inner = far }, MiddleRound));

        Assert.Contains("lower objective f_3", lower.Message, StringComparison.Ordinal);
        Assert.Contains("middle objective f_2", middle.Message, StringComparison.Ordinal);
        Assert.All([lower, middle], exception => Assert.Contains("Try a smaller afto.inner-step,", exception.Message, StringComparison.Ordinal));
    }

    private static AftoWorkerRule Rule() => new(Options, TrilevelShard.Draw(1, 1, 2, 3)[0]);

    private static void AssertTakes(StarBody state, StarBody work)
    {
        AftoWorkerRule rule = Rule();

        Assert.Null(rule.ObjectionTo(state, work));
        rule.Do(state, work);
    }

    private static void AssertRefuses(StarBody state, StarBody work) => Assert.NotNull(Rule().ObjectionTo(state, work));
}
