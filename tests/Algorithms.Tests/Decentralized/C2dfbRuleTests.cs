using ActorFed.Algorithms.Decentralized.C2dfb;
using ActorFed.Algorithms.Graph;
using ActorFed.Algorithms.Graph.Compression;
using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Tests.Bilevel;
using Xunit;

namespace ActorFed.Algorithms.Tests.Decentralized;

public sealed class C2dfbRuleTests
{
    private const double Penalty = 10;

    private static readonly C2dfbOptions Options = new()
    {
        Penalty = Penalty,
        StepUpper = 0.05,
        StepPenalised = 0.02,
        StepLower = 0.2,
        ConsensusLower = 0.3,
        LowerSteps = 2,
    };

    [Fact]
    public void Compresses_what_the_inner_steps_exchange_and_nothing_else()
    {
        C2dfbRule rule = Rule(Options with { LowerSteps = 3 }, BilevelCase.Shards()[0]);

        Assert.Equal(4, rule.Exchanges.Length);
        Assert.All(rule.Exchanges[0], stream => Assert.False(stream.MayCompress));
        Assert.All(rule.Exchanges[0], stream => Assert.Equal(StreamLevel.Upper, stream.Level));
        Assert.All(rule.Exchanges.Skip(1).SelectMany(streams => streams), stream => Assert.True(stream.MayCompress && stream.Level == StreamLevel.Lower));
        Assert.All(rule.Exchanges.Skip(1), streams => Assert.Equal(rule.Exchanges[1], streams));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Reaches_the_penalised_solution_with_and_without_compression(bool isCompressed)
    {
        QuadraticShard[] shards = BilevelCase.Shards();
        (double[] x, double[] y, double[] z) = PenalisedSolution(shards);

        LockStep run = LockStep.Play(Setup(3000, isCompressed), i => Rule(Options, shards[i]));

        Assert.All(run.Last("upper"), copy => Assert.InRange(BilevelCase.Distance(copy, x), 0, 1e-8));
        Assert.All(run.Last("penalised-lower"), copy => Assert.InRange(BilevelCase.Distance(copy, y), 0, 1e-8));
        Assert.All(run.Last("lower"), copy => Assert.InRange(BilevelCase.Distance(copy, z), 0, 1e-8));
    }

    [Fact]
    public void Leaves_a_bias_where_trackers_begin_every_round_anew()
    {
        QuadraticShard[] shards = BilevelCase.Shards();
        double[] x = PenalisedSolution(shards).Upper;

        LockStep run = LockStep.Play(Setup(3000, isCompressed: false), i => Rule(Options with { RestartTrackers = true }, shards[i]));

        Assert.InRange(run.Last("upper").Max(copy => BilevelCase.Distance(copy, x)), 1e-2, 10);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Moves_the_mean_of_the_upper_variable_along_the_mean_tracker_alone(bool isCompressed)
    {
        QuadraticShard[] shards = BilevelCase.Shards(s: 0.05);

        LockStep run = LockStep.Play(Setup(20, isCompressed), i => new C2dfbRule(
            Options, shards[i], FlatVector.Of(i, -i), FlatVector.Zeros(BilevelCase.LowerLength), FlatVector.Zeros(BilevelCase.LowerLength)));

        for (int t = 1; t < run.States.Length; t++)
        {
            double[] expected = [.. Mean(run, t - 1, "upper").Zip(Mean(run, t - 1, "tracker-upper"), (value, tracker) => value - (0.05 * tracker))];
            Assert.Equal(0, expected.Zip(Mean(run, t, "upper"), (a, b) => Math.Abs(a - b)).Max(), 1e-13);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Reaches_the_penalised_solution_after_an_edge_was_lost(bool isCompressed)
    {
        QuadraticShard[] shards = BilevelCase.Shards();
        double[] x = PenalisedSolution(shards).Upper;

        LockStep run = LockStep.Play(Setup(4000, isCompressed), i => Rule(Options, shards[i]), cut: (1, 2, 10));

        Assert.InRange(run.Restarts, BilevelCase.Count, int.MaxValue);
        Assert.All(run.Last("upper"), copy => Assert.InRange(BilevelCase.Distance(copy, x), 0, 1e-8));
    }

    [Fact]
    public void Measures_the_upper_loss_at_the_penalised_variable_and_the_lower_one_at_its_own()
    {
        QuadraticShard shard = BilevelCase.Shards()[0];
        C2dfbRule rule = new(Options, shard, FlatVector.Of(1, 2), FlatVector.Of(3, 4, 5), FlatVector.Of(6, 7, 8));

        Assert.Equal(
            [shard.UpperLoss([1, 2], [3, 4, 5], [], []), shard.LowerLoss([1, 2], [6, 7, 8], [], [])],
            rule.Measures.Select(measure => measure.Value));
    }

    [Fact]
    public void Needs_no_gradient_of_the_upper_loss_that_does_not_see_the_upper_variable()
    {
        QuadraticShard shard = QuadraticShard.Draw(1, 2, 3, r: 0)[0];

        C2dfbRule rule = new(Options, shard, FlatVector.Of(1, 2), FlatVector.Of(3, 4, 5), FlatVector.Of(6, 7, 8));

        double[] expected = [.. shard.UpperDerivatives([3, 4, 5]).Zip(shard.UpperDerivatives([6, 7, 8]), (a, b) => Penalty * (a - b))];
        Assert.InRange(BilevelCase.Distance(rule.UpperDirection, expected), 0, 1e-12);
    }

    private static C2dfbRule Rule(C2dfbOptions options, QuadraticShard shard)
    {
        FlatVector zero = FlatVector.Zeros(BilevelCase.LowerLength);
        return new C2dfbRule(options, shard, FlatVector.Zeros(BilevelCase.UpperLength), zero, zero);
    }

    private static GraphSetup Setup(long rounds, bool isCompressed) => LockStep.On(LockStep.Ring(BilevelCase.Count, 0.5), rounds) with
    {
        Compressor = isCompressed ? new TopKCompressor(KeptEntries.Number(1), NumberFormat.Float64) : null,
    };

    private static double[] Mean(LockStep run, int round, string name) => [.. run.States[round].Select(state => state[name].Span.ToArray())
        .Aggregate((a, b) => [.. a.Zip(b, (p, q) => p + q)]).Select(sum => sum / BilevelCase.Count)];

    /// <summary>Descent of the mean problem: y under h, z under g, x along u.</summary>
    private static (double[] Upper, double[] Penalised, double[] Lower) PenalisedSolution(QuadraticShard[] shards)
    {
        double[] x = new double[BilevelCase.UpperLength];
        double[] y = new double[BilevelCase.LowerLength];
        double[] z = new double[BilevelCase.LowerLength];
        double[] Mean(Func<QuadraticShard, double[]> part) =>
            [.. shards.Select(part).Aggregate((a, b) => [.. a.Zip(b, (p, q) => p + q)]).Select(sum => sum / shards.Length)];
        for (int t = 0; t < 1000; t++)
        {
            for (int k = 0; k < 30; k++)
            {
                double[] upper = Mean(shard => shard.UpperGradientInLower(y));
                double[] lower = Mean(shard => shard.LowerGradient(x, y));
                y = [.. y.Select((value, a) => value - (0.05 * (upper[a] + (Penalty * lower[a]))))];
                z = [.. z.Zip(Mean(shard => shard.LowerGradient(x, z)), (value, g) => value - (0.4 * g))];
            }

            double[] direct = Mean(shard => shard.UpperGradientInUpper(x));
            double[] atY = Mean(shard => shard.UpperDerivatives(y));
            double[] atZ = Mean(shard => shard.UpperDerivatives(z));
            x = [.. x.Select((value, a) => value - (0.2 * (direct[a] + (Penalty * (atY[a] - atZ[a])))))];
        }

        return (x, y, z);
    }
}
