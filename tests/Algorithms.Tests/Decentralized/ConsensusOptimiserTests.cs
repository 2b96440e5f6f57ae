using ActorFed.Algorithms.Decentralized.Consensus;
using ActorFed.Algorithms.Graph;
using ActorFed.Algorithms.Graph.Topologies;
using ActorFed.Algorithms.Numerics;
using Xunit;

namespace ActorFed.Algorithms.Tests.Decentralized;

public sealed class ConsensusOptimiserTests
{
    private const int Count = 5;
    private const double Step = 0.1;

    // Sixty rounds of sums in another order: a few hundred roundings of numbers of order 1.
    private const double Tolerance = 1e-12;

    private static readonly MixingMatrix Matrix = LockStep.Ring(Count, 0.5);
    private static readonly double[] Curvatures = [0.5, 1, 1.5, 2, 2.5];
    private static readonly double[] Centres = [3, -1, 4, 1, -5];

    [Theory]
    [InlineData(ConsensusMethod.None)]
    [InlineData(ConsensusMethod.Ed)]
    [InlineData(ConsensusMethod.Extra)]
    [InlineData(ConsensusMethod.AtcGt)]
    [InlineData(ConsensusMethod.SemiAtcGt)]
    [InlineData(ConsensusMethod.NonAtcGt)]
    public void Agrees_with_the_primal_dual_form(ConsensusMethod method)
    {
        ConsensusOptimiser[] copies = Copies(method, _ => 2);
        double[][] form = PrimalDual(method, 60);

        foreach (double[] expected in form)
        {
            PlayRound(copies, Matrix);

            Assert.All(copies.Zip(expected), pair => Assert.Equal(pair.Second, pair.First.Value[0], Tolerance));
        }
    }

    [Theory]
    [InlineData(ConsensusMethod.None, 0.05)]
    [InlineData(ConsensusMethod.Ed, 0)]
    [InlineData(ConsensusMethod.Extra, 0)]
    [InlineData(ConsensusMethod.AtcGt, 0)]
    [InlineData(ConsensusMethod.SemiAtcGt, 0)]
    [InlineData(ConsensusMethod.NonAtcGt, 0)]
    public void Reaches_the_common_optimum_from_different_starts_exactly_where_it_corrects(ConsensusMethod method, double leastBias)
    {
        ConsensusOptimiser[] copies = Copies(method, i => i);

        Play(copies, 2000);

        double worst = copies.Max(copy => Math.Abs(copy.Value[0] - Optimum()));
        Assert.InRange(worst, leastBias, leastBias > 0 ? 1 : 1e-9);
    }

    [Theory]
    [InlineData(ConsensusMethod.Ed)]
    [InlineData(ConsensusMethod.Extra)]
    [InlineData(ConsensusMethod.AtcGt)]
    [InlineData(ConsensusMethod.SemiAtcGt)]
    [InlineData(ConsensusMethod.NonAtcGt)]
    public void Reaches_the_common_optimum_after_a_restart_under_other_weights(ConsensusMethod method)
    {
        ConsensusOptimiser[] copies = Copies(method, i => i);
        Play(copies, 7);

        Array.ForEach(copies, copy => copy.Restart());
        Play(copies, 2000, LockStep.Ring(Count, 0.75));

        Assert.All(copies, copy => Assert.Equal(Optimum(), copy.Value[0], 1e-9));
    }

    [Theory]
    [InlineData(ConsensusMethod.Ed)]
    [InlineData(ConsensusMethod.Extra)]
    [InlineData(ConsensusMethod.AtcGt)]
    [InlineData(ConsensusMethod.SemiAtcGt)]
    [InlineData(ConsensusMethod.NonAtcGt)]
    public void Begins_again_after_a_restart_as_a_new_one_does_there(ConsensusMethod method)
    {
        ConsensusOptimiser[] copies = Copies(method, i => i);
        Play(copies, 7);
        ConsensusOptimiser[] others = Copies(method, i => copies[i].Value[0]);

        Array.ForEach(copies, copy => copy.Restart());
        Play(copies, 5);
        Play(others, 5);

        Assert.Equal(others.Select(copy => copy.Value), copies.Select(copy => copy.Value));
    }

    [Fact]
    public void Lets_only_iterates_without_correction_be_late_or_left_out()
    {
        IEnumerable<ConsensusMethod> free = Enum.GetValues<ConsensusMethod>().Where(method =>
            Copies(method, _ => 0)[0].Exchanges.All(streams => streams.All(stream => stream.Kind == StreamKind.Iterate)));

        Assert.Equal([ConsensusMethod.None], free);
    }

    [Fact]
    public void Refuses_a_method_that_is_none() => Assert.Throws<ArgumentOutOfRangeException>(() => Copies((ConsensusMethod)17, _ => 0));

    private static ConsensusOptimiser[] Copies(ConsensusMethod method, Func<int, double> start) => [.. Enumerable.Range(0, Count).Select(i =>
        ConsensusMethods.Create(method, "model", FlatVector.Of(start(i)), StreamLevel.Lower))];

    private static double Gradient(int i, double at) => Curvatures[i] * (at - Centres[i]);

    private static double Optimum() => Curvatures.Zip(Centres, (c, t) => c * t).Sum() / Curvatures.Sum();

    private static void Play(ConsensusOptimiser[] copies, int rounds, MixingMatrix? matrix = null)
    {
        for (int k = 0; k < rounds; k++)
        {
            PlayRound(copies, matrix ?? Matrix);
        }
    }

    private static void PlayRound(ConsensusOptimiser[] copies, MixingMatrix matrix)
    {
        void MoveAll()
        {
            for (int i = 0; i < copies.Length; i++)
            {
                copies[i].Move(Step, FlatVector.Of(Gradient(i, copies[i].Value[0])));
            }
        }

        if (copies[0].MovesFirst)
        {
            MoveAll();
        }

        for (int e = 0; e < copies[0].Exchanges.Length; e++)
        {
            FlatVector[][] sent = [.. copies.Select(copy => copy.Send(e).ToArray())];
            for (int i = 0; i < copies.Length; i++)
            {
                copies[i].Take(e, [.. sent[i].Select((own, s) => FlatVector.Of(
                    Enumerable.Range(0, Count).Sum(j => matrix.WeightOf(i, j) * (sent[j][s][0] - own[0]))))]);
            }
        }

        if (!copies[0].MovesFirst)
        {
            MoveAll();
        }
    }

    private delegate double[] Map(double[] s);

    /// <summary>s'' = (I − B² + AC) s' − AC s − τ A (g' − g) and s' = A (C s − τ g) at first: the form without its dual.</summary>
    private static double[][] PrimalDual(ConsensusMethod method, int rounds)
    {
        double[] W(double[] s) => [.. s.Select((_, i) => Enumerable.Range(0, Count).Sum(j => Matrix.WeightOf(i, j) * s[j]))];
        double[] I(double[] s) => s;
        double[] W2(double[] s) => W(W(s));
        double[] Minus(double[] a, double[] b) => [.. a.Zip(b, (p, q) => p - q)];
        double[] Lap(double[] s) => Minus(s, W(s));
        double[] Lap2(double[] s) => Lap(Lap(s));
        double[] None(double[] s) => new double[s.Length];
        (Map A, Map B2, Map C) = method switch
        {
            ConsensusMethod.None => ((Map)W, (Map)None, (Map)I),
            ConsensusMethod.Ed => (W, Lap, I),
            ConsensusMethod.Extra => (I, Lap, W),
            ConsensusMethod.AtcGt => (W2, Lap2, I),
            ConsensusMethod.SemiAtcGt => (W, Lap2, W),
            _ => (I, Lap2, W2),
        };
        double[] Scaled(double[] s) => [.. s.Select((value, i) => Step * Gradient(i, value))];

        double[] before = [.. Enumerable.Repeat(2.0, Count)];
        double[] now = A(Minus(C(before), Scaled(before)));
        List<double[]> all = [now];
        while (all.Count < rounds)
        {
            double[] moved = A(Minus(C(Minus(now, before)), Minus(Scaled(now), Scaled(before))));
            (before, now) = (now, [.. Minus(now, B2(now)).Zip(moved, (p, q) => p + q)]);
            all.Add(now);
        }

        return [.. all];
    }
}
