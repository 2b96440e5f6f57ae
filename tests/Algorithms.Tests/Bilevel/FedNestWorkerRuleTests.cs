using ActorFed.Algorithms.Bilevel.FedNest;
using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Star;
using Xunit;
using static ActorFed.Algorithms.Tests.Bilevel.FedNestSetup;

namespace ActorFed.Algorithms.Tests.Bilevel;

/// <summary>What a worker refuses to do, keeps and gives up on. What it computes is compared elsewhere.</summary>
public sealed class FedNestWorkerRuleTests
{
    private static readonly QuadraticShard Shard = QuadraticShard.Draw(1, N, M)[0];
    private static readonly FedNestBody.WorkerState State = new() { Upper = StartUpper, Lower = StartLower };

    [Theory]
    [InlineData(N, M, true)]
    [InlineData(N + 1, M - 1, false)]
    [InlineData(0, 0, false)]
    public void Takes_work_of_the_right_lengths_only(int n, int m, bool isTaken)
    {
        foreach (StarBody work in Works(FlatVector.Zeros(n), FlatVector.Zeros(m)))
        {
            Assert.Equal(isTaken, Rule(AllStages).ObjectionTo(State, work) is null);
        }
    }

    [Fact]
    public void Refuses_what_is_no_work_and_states_that_do_not_fit()
    {
        StarBody work = new FedNestBody.BeginEpoch(StartUpper);

        Assert.NotNull(Rule(AllStages).ObjectionTo(State, new FedNestBody.LowerStepped(StartLower)));
        Assert.NotNull(Rule(AllStages).ObjectionTo(State with { Upper = StartLower }, work));
        Assert.NotNull(Rule(AllStages).ObjectionTo(State with { Lower = StartUpper }, work));
        Assert.NotNull(Rule(AllStages).ObjectionTo(work, work));
        Assert.Throws<ArgumentException>(() => Rule(AllStages).Do(State, new FedNestBody.LowerStepped(StartLower)));
    }

    [Fact]
    public void Keeps_the_point_that_the_master_set_and_answers_the_same_again()
    {
        FlatVector x = FlatVector.Of(2, 3);
        FlatVector y = FlatVector.Of(4, 5, 6);
        foreach (StarBody work in Works(x, y))
        {
            (StarBody next, StarBody report) = Rule(AllStages).Do(State, work);

            Assert.Equal(
                work switch
                {
                    FedNestBody.BeginEpoch => State with { Upper = x },
                    FedNestBody.DifferentiateLower or FedNestBody.DifferentiateUpper => State with { Lower = y },
                    _ => State,
                },
                next);
            FedNestWorkerRule used = Rule(AllStages);
            used.Do(State, new FedNestBody.StepLower(FlatVector.Of(7, 8, 9))); // leaves its scratch memory dirty
            used.Do(State, new FedNestBody.StepUpper(x));
            Assert.Equal(report, used.Do(State, work).Report);
        }
    }

    [Theory]
    [InlineData("fednest.step-lower")]
    [InlineData("fednest.neumann-step")]
    [InlineData("fednest.step-upper")]
    public void Gives_up_on_a_diverging_run_and_names_the_key(string key)
    {
        FlatVector huge = FlatVector.Of(1.6e308, 1.6e308, 1.6e308);
        StarBody work = key switch
        {
            "fednest.step-lower" => new FedNestBody.StepLower(huge),
            "fednest.neumann-step" => new FedNestBody.MultiplyHessian(huge),
            _ => new FedNestBody.StepUpper(FlatVector.Of(1e308, 1e308)),
        };

        ArithmeticException thrown = Assert.Throws<ArithmeticException>(
            () => Rule(AllStages with { StepLower = 2, StepUpper = 2 }).Do(State, work));

        Assert.Contains($"Try a smaller {key}", thrown.Message, StringComparison.Ordinal);
    }

    private static StarBody[] Works(FlatVector x, FlatVector y) =>
    [
        new FedNestBody.BeginEpoch(x),
        new FedNestBody.DifferentiateLower(y),
        new FedNestBody.StepLower(y),
        new FedNestBody.DifferentiateUpper(y),
        new FedNestBody.MultiplyHessian(y),
        new FedNestBody.DifferentiateTotal(y),
        new FedNestBody.StepUpper(x),
    ];

    private static FedNestWorkerRule Rule(FedNestOptions options) => new(options, Shard);
}
