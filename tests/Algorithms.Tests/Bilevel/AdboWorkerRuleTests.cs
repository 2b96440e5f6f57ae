using ActorFed.Algorithms.Bilevel.Adbo;
using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Star;
using Xunit;
using static ActorFed.Algorithms.Tests.Bilevel.AdboSetup;

namespace ActorFed.Algorithms.Tests.Bilevel;

/// <summary>What a worker refuses to do. What it computes is compared with the reference elsewhere.</summary>
public sealed class AdboWorkerRuleTests
{
    private const int N = 2;
    private const int M = 3;

    private static readonly QuadraticShard Shard = QuadraticShard.Draw(1, N, M)[0];

    private static readonly AdboBody.WorkerState State = new()
    {
        Upper = FlatVector.Zeros(N),
        Lower = FlatVector.Zeros(M),
        LowerBefore = FlatVector.Zeros(M),
        ConsensusDual = FlatVector.Zeros(N),
        PlaneDuals = FlatVector.Of(0.5, 0.25),
        PlaneSlopes = [FlatVector.Zeros(M), FlatVector.Of(1, 2, 3)],
    };

    private static readonly AdboBody.WorkerState InRefresh = State with
    {
        Inner = new AdboBody.InnerTrace { Upper = FlatVector.Zeros(N), Lowers = [FlatVector.Zeros(M), FlatVector.Zeros(M)] },
    };

    private static readonly AdboBody.InnerRound FirstRound = new()
    {
        Upper = FlatVector.Zeros(N),
        Consensus = FlatVector.Zeros(M),
        Dual = FlatVector.Zeros(M),
    };

    private static readonly AdboBody.PlanesUpdated Update = new()
    {
        Dropped = [0],
        Slope = FlatVector.Zeros(M),
        PlaneDuals = FlatVector.Of(0.25, 0),
        ConsensusDual = FlatVector.Zeros(N),
        WantsGradients = false,
    };

    [Fact]
    public void Takes_all_its_work()
    {
        AssertTakes(State, new AdboBody.Step());
        AssertTakes(State, new AdboBody.Step { ConsensusDual = FlatVector.Zeros(N), PlaneDuals = FlatVector.Zeros(2) });
        AssertTakes(State, FirstRound);
        AssertTakes(InRefresh, FirstRound with { Upper = null });
        AssertTakes(InRefresh, new AdboBody.DifferentiatePlane());
        AssertTakes(InRefresh, Update);
        AssertTakes(InRefresh, Update with { Slope = null, PlaneDuals = FlatVector.Of(0.25) });
    }

    [Fact]
    public void Refuses_duals_that_do_not_fit()
    {
        AssertRefuses(State, new AdboBody.Step { ConsensusDual = FlatVector.Zeros(N + 1) });
        AssertRefuses(State, new AdboBody.Step { PlaneDuals = FlatVector.Zeros(1) });
        AssertRefuses(State, new AdboBody.Step { PlaneDuals = FlatVector.Zeros(3) });
    }

    [Fact]
    public void Refuses_rounds_that_do_not_fit_or_come_before_the_first()
    {
        AssertRefuses(State, FirstRound with { Upper = FlatVector.Zeros(M) });
        AssertRefuses(State, FirstRound with { Consensus = FlatVector.Zeros(N) });
        AssertRefuses(State, FirstRound with { Dual = FlatVector.Empty });
        AssertRefuses(State, FirstRound with { Upper = null });
        AssertRefuses(State, new AdboBody.DifferentiatePlane());
    }

    [Fact]
    public void Refuses_a_slope_in_the_official_profile_without_the_last_estimate()
    {
        FlatVector m = FlatVector.Zeros(M);

        AssertRefuses(InRefresh, new AdboBody.DifferentiatePlane(), OfficialOptions);
        AssertRefuses(InRefresh, new AdboBody.DifferentiatePlane { Consensus = m }, OfficialOptions);
        AssertRefuses(InRefresh, new AdboBody.DifferentiatePlane { Consensus = m, Dual = FlatVector.Zeros(N) }, OfficialOptions);
        AssertTakes(InRefresh, new AdboBody.DifferentiatePlane { Consensus = m, Dual = m }, OfficialOptions);
    }

    [Fact]
    public void Refuses_planes_that_do_not_fit()
    {
        AssertRefuses(InRefresh, Update with { PlaneDuals = FlatVector.Zeros(3) });
        AssertRefuses(InRefresh, Update with { Slope = FlatVector.Zeros(M + 1) });
        AssertRefuses(InRefresh, Update with { ConsensusDual = FlatVector.Zeros(M) });
        AssertRefuses(InRefresh, Update with { Dropped = [2] });
        AssertRefuses(InRefresh, Update with { Dropped = [-1] });
        AssertRefuses(InRefresh, Update with { Dropped = [1, 1], PlaneDuals = FlatVector.Of(0.25) }); // one dropped twice
    }

    [Fact]
    public void Refuses_to_build_on_a_state_that_does_not_fit_its_shard()
    {
        AdboBody.Step step = new();

        AssertRefuses(State with { Upper = FlatVector.Zeros(M) }, step);
        AssertRefuses(State with { Lower = FlatVector.Zeros(N) }, step);
        AssertRefuses(State with { LowerBefore = FlatVector.Empty }, step);
        AssertRefuses(State with { ConsensusDual = FlatVector.Zeros(M) }, step);
        AssertRefuses(State with { PlaneDuals = FlatVector.Zeros(1) }, step);
        AssertRefuses(State with { PlaneSlopes = [FlatVector.Zeros(M), FlatVector.Zeros(M + 1)] }, step);
        AssertRefuses(InRefresh with { Inner = new AdboBody.InnerTrace { Upper = FlatVector.Zeros(N), Lowers = [] } }, FirstRound with { Upper = null });
        AssertRefuses(
            InRefresh with { Inner = new AdboBody.InnerTrace { Upper = FlatVector.Zeros(M), Lowers = [FlatVector.Zeros(M)] } },
            FirstRound with { Upper = null });
        AssertRefuses(
            InRefresh with { Inner = new AdboBody.InnerTrace { Upper = FlatVector.Zeros(N), Lowers = [FlatVector.Zeros(N)] } },
            new AdboBody.DifferentiatePlane());
        AssertRefuses(new AdboBody.Step(), step);
    }

    [Fact]
    public void Refuses_what_is_no_work() => AssertRefuses(State, new AdboBody.PlanesInstalled());

    [Fact]
    public void Says_which_setting_to_lower_when_it_diverges()
    {
        AdboWorkerRule rule = new(PaperOptions with { StepUpper = 1e6 }, Shard);
        AdboBody.Step step = new() { ConsensusDual = FlatVector.Of(1e308, 0) };

        ArithmeticException exception = Assert.Throws<ArithmeticException>(() => rule.Do(State, step));

        Assert.Contains("adbo.step-upper", exception.Message);
    }

    private static void AssertTakes(StarBody state, StarBody work, AdboOptions? options = null)
    {
        AdboWorkerRule rule = new(options ?? PaperOptions, Shard);

        Assert.Null(rule.ObjectionTo(state, work));
        rule.Do(state, work);
    }

    private static void AssertRefuses(StarBody state, StarBody work, AdboOptions? options = null) =>
        Assert.NotNull(new AdboWorkerRule(options ?? PaperOptions, Shard).ObjectionTo(state, work));
}
