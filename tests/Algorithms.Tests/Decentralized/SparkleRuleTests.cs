using ActorFed.Algorithms.Decentralized;
using ActorFed.Algorithms.Decentralized.Consensus;
using ActorFed.Algorithms.Decentralized.Sparkle;
using ActorFed.Algorithms.Graph;
using ActorFed.Algorithms.Graph.Topologies;
using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Tests.Bilevel;
using Xunit;

namespace ActorFed.Algorithms.Tests.Decentralized;

public sealed class SparkleRuleTests
{
    private static readonly SparkleOptions Options = new() { StepUpper = 0.1, StepLower = 0.2, StepAuxiliary = 0.2 };

    [Theory]
    [InlineData(ConsensusMethod.Extra, ConsensusMethod.Extra, ConsensusMethod.Extra, "lower auxiliary upper")]
    [InlineData(ConsensusMethod.NonAtcGt, ConsensusMethod.NonAtcGt, ConsensusMethod.NonAtcGt, "lower tracker-lower auxiliary tracker-auxiliary upper tracker-upper")]
    [InlineData(ConsensusMethod.Ed, ConsensusMethod.Ed, ConsensusMethod.Ed, "lower | auxiliary | upper")]
    [InlineData(ConsensusMethod.None, ConsensusMethod.None, ConsensusMethod.None, "lower | auxiliary | upper")]
    [InlineData(ConsensusMethod.SemiAtcGt, ConsensusMethod.SemiAtcGt, ConsensusMethod.SemiAtcGt, "lower tracker-lower | auxiliary tracker-auxiliary | upper tracker-upper")]
    [InlineData(ConsensusMethod.AtcGt, ConsensusMethod.AtcGt, ConsensusMethod.AtcGt, "tracker-lower | lower | tracker-auxiliary | auxiliary | tracker-upper | upper")]
    [InlineData(ConsensusMethod.Ed, ConsensusMethod.Ed, ConsensusMethod.Extra, "lower upper | auxiliary")]
    [InlineData(ConsensusMethod.Extra, ConsensusMethod.Extra, ConsensusMethod.Ed, "lower auxiliary | upper")]
    [InlineData(ConsensusMethod.Extra, ConsensusMethod.Ed, ConsensusMethod.Extra, "lower upper | auxiliary")]
    [InlineData(ConsensusMethod.AtcGt, ConsensusMethod.Extra, ConsensusMethod.Ed, "tracker-lower auxiliary | lower | upper")]
    public void Sends_together_what_is_known_together(ConsensusMethod lower, ConsensusMethod auxiliary, ConsensusMethod upper, string expected)
    {
        SparkleRule rule = Rule(Options with { Lower = lower, Auxiliary = auxiliary, Upper = upper }, BilevelCase.Shards()[0]);

        string exchanges = string.Join(" | ", rule.Exchanges.Select(streams => string.Join(' ', streams.Select(stream => stream.Name))));

        Assert.Equal(expected, exchanges);
        Assert.All(rule.Exchanges.SelectMany(streams => streams), stream => Assert.EndsWith(stream.Level.ToString(), stream.Name, StringComparison.OrdinalIgnoreCase));
    }

    [Theory]
    [InlineData(ConsensusMethod.Ed, ConsensusMethod.Ed, ConsensusMethod.Ed)]
    [InlineData(ConsensusMethod.Extra, ConsensusMethod.Extra, ConsensusMethod.Extra)]
    [InlineData(ConsensusMethod.AtcGt, ConsensusMethod.AtcGt, ConsensusMethod.AtcGt)]
    [InlineData(ConsensusMethod.SemiAtcGt, ConsensusMethod.SemiAtcGt, ConsensusMethod.SemiAtcGt)]
    [InlineData(ConsensusMethod.NonAtcGt, ConsensusMethod.NonAtcGt, ConsensusMethod.NonAtcGt)]
    [InlineData(ConsensusMethod.AtcGt, ConsensusMethod.Extra, ConsensusMethod.Ed)]
    [InlineData(ConsensusMethod.Extra, ConsensusMethod.SemiAtcGt, ConsensusMethod.NonAtcGt)]
    public void Reaches_the_exact_solution_where_shards_differ(ConsensusMethod lower, ConsensusMethod auxiliary, ConsensusMethod upper)
    {
        QuadraticShard[] shards = BilevelCase.Shards();
        (double[] x, double[] y) = BilevelCase.Solution(shards);
        SparkleOptions options = Options with { Lower = lower, Auxiliary = auxiliary, Upper = upper };

        LockStep run = LockStep.Play(LockStep.On(LockStep.Ring(4, 0.5), 2000), i => Rule(options, shards[i]));

        Assert.All(run.Last("upper"), copy => Assert.InRange(BilevelCase.Distance(copy, x), 0, 1e-9));
        Assert.All(run.Last("lower"), copy => Assert.InRange(BilevelCase.Distance(copy, y), 0, 1e-9));
    }

    [Fact]
    public void Keeps_a_bias_without_correction()
    {
        QuadraticShard[] shards = BilevelCase.Shards();
        double[] solution = BilevelCase.Solution(shards).Upper;
        SparkleOptions options = Options with { Lower = ConsensusMethod.None, Auxiliary = ConsensusMethod.None, Upper = ConsensusMethod.None };

        LockStep run = LockStep.Play(LockStep.On(LockStep.Ring(4, 0.5), 2000), i => Rule(options, shards[i]));

        Assert.InRange(run.Last("upper").Max(copy => BilevelCase.Distance(copy, solution)), 1e-2, 1);
    }

    [Fact]
    public void Reaches_the_same_solution_on_another_graph_for_every_level()
    {
        QuadraticShard[] shards = BilevelCase.Shards();
        double[] solution = BilevelCase.Solution(shards).Upper;
        GraphSetup setup = LockStep.On(LockStep.Ring(4, 0.5), 2000) with
        {
            Upper = new StaticTopology("complete", LockStep.Complete(4)),
            Auxiliary = new StaticTopology("slow", LockStep.Ring(4, 0.8)),
        };

        LockStep run = LockStep.Play(setup, i => Rule(Options, shards[i]));

        Assert.All(run.Last("upper"), copy => Assert.InRange(BilevelCase.Distance(copy, solution), 0, 1e-9));
    }

    [Fact]
    public void Diverges_with_extra_on_four_in_a_ring_with_metropolis_weights_where_the_others_converge()
    {
        QuadraticShard[] shards = BilevelCase.Shards();
        double[] solution = BilevelCase.Solution(shards).Upper;
        GraphSetup setup = LockStep.On(LockStep.Ring(4, 1.0 / 3), 1000);
        SparkleOptions extra = Options with { Lower = ConsensusMethod.Extra, Auxiliary = ConsensusMethod.Extra, Upper = ConsensusMethod.Extra };

        LockStep tracking = LockStep.Play(setup, i => Rule(Options, shards[i]));

        Assert.All(tracking.Last("upper"), copy => Assert.InRange(BilevelCase.Distance(copy, solution), 0, 1e-9));
        Assert.Throws<ArithmeticException>(() => LockStep.Play(setup with { RoundLimit = 3000 }, i => Rule(extra, shards[i])));
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
    }

    private static SparkleRule Rule(SparkleOptions options, QuadraticShard shard) =>
        new(options, shard, FlatVector.Zeros(BilevelCase.UpperLength), FlatVector.Zeros(BilevelCase.LowerLength));
}
