using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Decentralized;
using ActorFed.Algorithms.Decentralized.Dsoba;
using ActorFed.Algorithms.Graph;
using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Tests.Bilevel;
using Xunit;

namespace ActorFed.Algorithms.Tests.Decentralized;

public sealed class DsobaRuleTests
{
    private static readonly DsobaOptions Options = new() { StepUpper = 0.1, StepLower = 0.2, StepAuxiliary = 0.2 };

    [Fact]
    public void Sends_all_three_variables_in_one_exchange_on_a_graph_each()
    {
        DsobaRule rule = Rule(Options, BilevelCase.Shards()[0]);

        Assert.Equal([StreamLevel.Upper, StreamLevel.Lower, StreamLevel.Auxiliary], Assert.Single(rule.Exchanges).Select(stream => stream.Level));
        Assert.Equal([2, 3, 3], rule.Exchanges[0].Select(stream => stream.Length));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Keeps_a_bias_where_shards_differ(bool isFresh)
    {
        QuadraticShard[] shards = BilevelCase.Shards();
        double[] solution = BilevelCase.Solution(shards).Upper;

        LockStep run = LockStep.Play(LockStep.On(LockStep.Ring(4, 0.5), 3000), i => Rule(Options with { Fresh = isFresh }, shards[i]));

        Assert.InRange(run.Last("upper").Max(copy => BilevelCase.Distance(copy, solution)), 1e-2, 1);
    }

    [Fact]
    public void Comes_to_the_solution_where_shards_are_equal()
    {
        QuadraticShard shard = BilevelCase.Shards()[0];
        double[] solution = BilevelCase.Solution([shard]).Upper;

        LockStep run = LockStep.Play(LockStep.On(LockStep.Ring(4, 0.5), 3000), _ => Rule(Options, shard));

        Assert.All(run.Last("upper"), copy => Assert.InRange(BilevelCase.Distance(copy, solution), 0, 1e-9));
    }

    [Theory]
    [InlineData(ProductMode.CentralDifference)]
    [InlineData(ProductMode.ForwardDifference)]
    public void Needs_no_products_where_the_lower_loss_is_quadratic(ProductMode mode)
    {
        QuadraticShard[] shards = BilevelCase.Shards();
        GraphSetup setup = LockStep.On(LockStep.Ring(4, 0.5), 50);

        FlatVector[] exact = LockStep.Play(setup, i => Rule(Options, shards[i])).Last("upper");
        FlatVector[] differences = LockStep.Play(setup, i => Rule(Options with { Products = mode }, shards[i])).Last("upper");

        Assert.All(exact.Zip(differences), pair => Assert.InRange(BilevelCase.Distance(pair.Second, pair.First.Span.ToArray()), 0, 1e-11));
        Assert.NotEqual(exact, differences);
    }

    [Fact]
    public void Rescales_the_radius_where_the_auxiliary_variable_is_long()
    {
        // In a quartic a quotient depends on how far y ± δz is from y: ‖z‖ = 4 and δ = ½ reach as far as δ = 2 / ‖z‖ does.
        QuadraticShard shard = BilevelCase.Shards(s: 0.5)[0];
        FlatVector x = FlatVector.Zeros(2);
        FlatVector y = FlatVector.Of(0.5, 0.25, -0.5);
        FlatVector z = FlatVector.Of(0, 4, 0);
        FlatVector Direction(double radius, bool isRescaled) =>
            new BilevelDirections(shard, ProductMode.CentralDifference, radius, isRescaled).Auxiliary(x, y, z);

        Assert.Equal(Direction(0.5, isRescaled: false), Direction(2, isRescaled: true));
        Assert.NotEqual(Direction(2, isRescaled: false), Direction(2, isRescaled: true));
    }

    [Fact]
    public void Measures_its_losses_at_the_point_of_the_last_directions()
    {
        QuadraticShard shard = BilevelCase.Shards()[0];
        DsobaRule rule = new(Options, shard, FlatVector.Of(1, 2), FlatVector.Of(3, 4, 5));

        rule.Prepare(0, 0);

        Assert.Equal(
            [(MeasureNames.UpperObjective, shard.UpperLoss([1, 2], [3, 4, 5], [], [])), (MeasureNames.LowerObjective, shard.LowerLoss([1, 2], [3, 4, 5], [], []))],
            rule.Measures.Select(measure => (measure.Name, measure.Value)));
    }

    [Fact]
    public void Judges_candidates_by_the_loss_of_their_level()
    {
        QuadraticShard shard = BilevelCase.Shards()[0];
        DsobaRule rule = Rule(Options, shard);
        double Loss(int stream, params double[] candidate) => rule.LossOf(rule.Exchanges[0][stream], FlatVector.Of(candidate));
        FlatVector target = FlatVector.Of([.. shard.C]);

        Assert.Equal(shard.UpperLoss([1, 2], [0, 0, 0], [], []), Loss(0, 1, 2));
        Assert.Equal(shard.LowerLoss([0, 0], [1, 2, 3], [], []), Loss(1, 1, 2, 3));
        Assert.Equal(0, Loss(2, 0, 0, 0)); // and z = −ε c, towards the minimiser of ½ zᵀHz + zᵀc, is better
        Assert.InRange(Loss(2, [.. target.Span.ToArray().Select(c => -0.1 * c)]), -1, -1e-6);
    }

    [Fact]
    public void Has_no_loss_to_judge_an_upper_variable_by_that_the_upper_loss_does_not_see()
    {
        DsobaRule rule = Rule(Options, QuadraticShard.Draw(1, 2, 3, r: 0)[0]);

        Assert.Throws<NotSupportedException>(() => rule.LossOf(rule.Exchanges[0][0], FlatVector.Zeros(2)));
    }

    private static DsobaRule Rule(DsobaOptions options, QuadraticShard shard) =>
        new(options, shard, FlatVector.Zeros(BilevelCase.UpperLength), FlatVector.Zeros(BilevelCase.LowerLength));
}
