using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Decentralized.Consensus;
using ActorFed.Algorithms.Decentralized.Dsgd;
using ActorFed.Algorithms.Decentralized.Suda;
using ActorFed.Algorithms.Graph;
using ActorFed.Algorithms.Numerics;
using Xunit;

namespace ActorFed.Algorithms.Tests.Decentralized;

public sealed class SudaRuleTests
{
    private const int Count = 5;

    // cos 4π/5 · 2/3 + 1/3: five in a ring with Metropolis-Hastings weights.
    private const double SmallestEigenvalue = -0.20601132958329826;

    private static readonly FlatVector Start = FlatVector.Zeros(3);
    private static readonly double[] Curvatures = [0.5, 1, 1.5, 2, 2.5];

    public static TheoryData<ConsensusMethod> Corrected =>
        [ConsensusMethod.Ed, ConsensusMethod.Extra, ConsensusMethod.AtcGt, ConsensusMethod.SemiAtcGt, ConsensusMethod.NonAtcGt];

    [Theory]
    [MemberData(nameof(Corrected))]
    public void Reaches_the_exact_solution_where_diffusion_keeps_a_bias(ConsensusMethod method)
    {
        GraphSetup setup = LockStep.On(LockStep.Ring(Count, 0.5), 2000);
        double[] solution = Solution();

        LockStep corrected = LockStep.Play(setup, i => Rule(method, 0.1, i, Curvatures[i]));
        LockStep plain = LockStep.Play(setup, i => new DsgdRule(new DsgdOptions { Step = 0.1 }, new MeanOfSquares(i, 4, Curvatures[i]), Start, 3, i));

        Assert.All(corrected.Last("model"), copy => Assert.InRange(BilevelCase.Distance(copy, solution), 0, 1e-9));
        Assert.InRange(plain.Last("model").Max(copy => BilevelCase.Distance(copy, solution)), 1e-2, 1);
    }

    [Theory]
    [MemberData(nameof(Corrected))]
    public void Converges_just_below_its_step_limit_and_diverges_just_above(ConsensusMethod method)
    {
        GraphSetup setup = LockStep.On(LockStep.Ring(Count, 1.0 / 3), 2000);
        double limit = StepLimits.Limit(method, SmallestEigenvalue);
        double[] solution = [.. Start.Span.ToArray().Select((_, a) => Enumerable.Range(0, Count).Average(i => new MeanOfSquares(i, 4).Mean[a]))];
        double Error(double step, long rounds) => LockStep.Play(setup with { RoundLimit = rounds }, i => Rule(method, step, i, 1))
            .Last("model").Max(copy => BilevelCase.Distance(copy, solution));

        Assert.InRange(Error(0.97 * limit, 2000), 0, 1e-6);
        Assert.InRange(Error(1.03 * limit, 2000), 1e3, double.MaxValue);
    }

    [Fact]
    public void Diverges_with_extra_on_the_complete_graph_above_a_half()
    {
        GraphSetup setup = LockStep.On(LockStep.Complete(4), 1000);
        double Spread(double step)
        {
            FlatVector[] copies = LockStep.Play(setup, i => Rule(ConsensusMethod.Extra, step, i, 1)).Last("model");
            return copies.Max(copy => BilevelCase.Distance(copy, copies[0].Span.ToArray()));
        }

        Assert.InRange(Spread(0.48), 0, 1e-9);
        Assert.InRange(Spread(0.52), 1e3, double.MaxValue);
    }

    [Theory]
    [MemberData(nameof(Corrected))]
    public void Reaches_the_exact_solution_after_an_edge_was_lost(ConsensusMethod method)
    {
        GraphSetup setup = LockStep.On(LockStep.Ring(Count, 0.5), 3000);

        LockStep run = LockStep.Play(setup, i => Rule(method, 0.1, i, Curvatures[i]), cut: (1, 2, 10));

        Assert.InRange(run.Restarts, Count, int.MaxValue);
        Assert.All(run.Last("model"), copy => Assert.InRange(BilevelCase.Distance(copy, Solution()), 0, 1e-9));
    }

    [Theory]
    [InlineData(10, null)]
    [InlineData(10, 2)]
    [InlineData(27, 2)]
    [InlineData(28, 2)]
    [InlineData(29, 2)]
    [InlineData(29, 1)]
    public void Makes_all_rounds_everywhere_before_a_run_ends_though_an_edge_was_lost(long rounds, int? slow)
    {
        GraphSetup setup = LockStep.On(LockStep.Ring(7, 0.5), 30);

        LockStep run = LockStep.Play(setup, i => Rule(ConsensusMethod.Ed, 0.1, i, 1), cut: (1, 2, rounds), slow: slow); // checks it at the end

        Assert.Equal(30, run.States.Length);
    }

    [Fact]
    public void Draws_other_rows_in_every_round()
    {
        MeanOfSquares shard = new(0, 40);
        SudaRule rule = new(new SudaOptions { Method = ConsensusMethod.None, Step = 1e-9, BatchRows = 3 }, shard, Start, seed: 3, index: 0);

        double[] losses = [.. Enumerable.Range(0, 5).Select(round =>
        {
            rule.Prepare(round, 0);
            return Assert.Single(rule.Measures).Value;
        })];

        Assert.Equal(5, losses.Distinct().Count());
        Assert.DoesNotContain(shard.Loss(Start.Span, [], []), losses);
    }

    [Fact]
    public void Measures_and_judges_by_the_loss_of_the_shard()
    {
        MeanOfSquares shard = new(2, 4);
        SudaRule rule = Rule(ConsensusMethod.None, 0.1, 2, 1);

        rule.Prepare(0, 0);

        Assert.Equal(new Measure(MeasureNames.LowerObjective, shard.Loss(Start.Span, [], [])), Assert.Single(rule.Measures));
        Assert.Equal(shard.Loss([1, 2, 3], [], []), rule.LossOf(rule.Exchanges[0][0], FlatVector.Of(1, 2, 3)));
    }

    private static SudaRule Rule(ConsensusMethod method, double step, int index, double curvature) =>
        new(new SudaOptions { Method = method, Step = step }, new MeanOfSquares(index, 4, curvature), Start, seed: 3, index);

    private static double[] Solution() => [.. Start.Span.ToArray().Select((_, a) =>
        Enumerable.Range(0, Count).Sum(i => Curvatures[i] * new MeanOfSquares(i, 4).Mean[a]) / Curvatures.Sum())];
}
