using ActorFed.Algorithms.Bilevel.FedNest;
using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Numerics;
using Xunit;
using static ActorFed.Algorithms.Tests.Bilevel.FedNestSetup;

namespace ActorFed.Algorithms.Tests.Bilevel;

/// <summary>What the two rules compute together, by hand and against the reference.</summary>
public sealed class FedNestRuleTests
{
    private const double RelativeTolerance = 1e-12;

    public static TheoryData<string> Names() => [.. Variants.Keys];

    /// <summary>
    /// x = 1, y = 0; all numbers are binary fractions. Mean lower gradient −2; y_0 = 7/8, y_1 = 5/8, so y = 3/4; b = −5/4;
    /// v = ¼ (−5/4) + ¼ (−5/8) = −15/32; h = −31/32; x_0 = 1.7265625, x_1 = 1.484375.
    /// </summary>
    [Fact]
    public void Makes_the_epoch_computed_by_hand()
    {
        FedNestOptions options = new()
        {
            LowerLocalSteps = 2,
            StepLower = 0.25,
            NeumannTerms = 2,
            NeumannStep = 0.25,
            StepUpper = 0.5,
            UpperLocalSteps = 2,
        };
        QuadraticShard[] shards =
        [
            new() { R = 1, E = [0], C = [1], H = [[1]], M = [[1]], D = [0] },
            new() { R = 2, E = [2], C = [3], H = [[3]], M = [[1]], D = [2] },
        ];
        ScriptedFedNest fedNest = new(options, shards, FlatVector.Of(1), FlatVector.Of(0));

        fedNest.Epochs(1);

        Assert.Equal(FlatVector.Of(0.75), fedNest.Rule.Lower);
        Assert.Equal(FlatVector.Of(1.60546875), fedNest.Rule.Upper);
        Assert.Equal(1, fedNest.Rule.StepsMade);
        Assert.Equal<Measure>(
            [
                new Measure(MeasureNames.UpperObjective, 4.0625),
                new Measure(MeasureNames.LowerObjective, 0),
                new Measure(MeasureNames.StationarityGap, 0.96875),
            ],
            fedNest.Rule.Measures);
    }

    [Theory, MemberData(nameof(Names))]
    public void Agrees_with_the_reference(string name)
    {
        int[] all = [0, 1, 2];
        AssertAgrees(name, [(all, all), (all, all), (all, all), (all, all), (all, all), (all, all)]);
    }

    [Theory, MemberData(nameof(Names))]
    public void Takes_means_over_those_who_take_part(string name) =>
        AssertAgrees(name, [([0, 2], [0, 2]), ([0, 1, 2], [1, 2]), ([1], [0, 1, 2]), ([2], [1])]);

    [Fact]
    public void Draws_every_length_of_the_random_series_and_the_same_again()
    {
        FedNestOptions options = Variants["random series"];
        HashSet<int> drawn = [];
        for (long step = 1; step <= 50; step++)
        {
            drawn.Add(RandomPower(options, step));
        }

        Assert.Equal([0, 1, 2, 3], drawn.Order());
        Assert.Equal(Run(options, 6).Rule.Upper, Run(options, 6).Rule.Upper);
        Assert.NotEqual(Run(options, 6).Rule.Upper, Run(options, 6, seed: 2).Rule.Upper);
    }

    [Theory]
    [InlineData("all stages", 10)] // 2 T + 1 + (N' − 1) + 1 + 1
    [InlineData("fewest stages", 3)] // T + 1 + 0 + 1
    [InlineData("single steps", 8)] // T + 1 + (N' − 1) + 1
    public void Asks_the_workers_as_rarely_as_it_can(string name, int exchanges)
    {
        ScriptedFedNest fedNest = Run(Variants[name], 3);

        Assert.Equal(3 * exchanges, fedNest.Exchanges.Count);
        Assert.Equal(3, fedNest.Exchanges.Count(type => type == typeof(FedNestBody.BeginEpoch)));
        Assert.Equal(3, fedNest.Exchanges.Count(type => type == typeof(FedNestBody.DifferentiateTotal)));
    }

    [Fact]
    public void Does_not_ask_for_the_upper_gradient_of_a_loss_that_does_not_see_x()
    {
        QuadraticShard[] shards = QuadraticShard.Draw(Workers, N, M, r: 0);
        ScriptedFedNest one = new(AllStages with { UpperLocalSteps = 1, StepUpper = 0.2 }, shards, StartUpper, StartLower);
        ScriptedFedNest two = new(AllStages with { UpperLocalSteps = 2, StepUpper = 0.1 }, shards, StartUpper, StartLower);

        one.Epochs(1);
        two.Epochs(1);

        AssertClose(one.Rule.Upper.Span.ToArray(), two.Rule.Upper); // nothing to correct: two steps are one of twice the length
    }

    private static ScriptedFedNest Run(FedNestOptions options, int epochs, ulong seed = 1)
    {
        ScriptedFedNest fedNest = new(options, QuadraticShard.Draw(Workers, N, M), StartUpper, StartLower, seed);
        fedNest.Epochs(epochs);
        return fedNest;
    }

    private static void AssertAgrees(string name, (int[] InStep, int[] InBarrier)[] epochs)
    {
        FedNestOptions options = Variants[name];
        QuadraticShard[] shards = QuadraticShard.Draw(Workers, N, M);
        ScriptedFedNest fedNest = new(options, shards, StartUpper, StartLower);
        ReferenceFedNest reference = new(options, shards, StartUpper.Span.ToArray(), StartLower.Span.ToArray());
        long step = 0;

        foreach ((int[] inStep, int[] inBarrier) in epochs)
        {
            fedNest.Epoch(inStep, inBarrier);
            reference.Epoch(inStep, inBarrier, RandomPower(options, ++step));

            AssertClose(reference.X, fedNest.Rule.Upper);
            AssertClose(reference.Y, fedNest.Rule.Lower);
            double gap = Assert.Single(fedNest.Rule.Measures, measure => measure.Name == MeasureNames.StationarityGap).Value;
            double upper = Assert.Single(fedNest.Rule.Measures, measure => measure.Name == MeasureNames.UpperObjective).Value;
            Assert.Equal(Math.Sqrt(reference.H.Sum(value => value * value)), gap, RelativeTolerance * (1 + gap));
            Assert.Equal(reference.UpperObjective, upper, RelativeTolerance * (1 + upper));
        }
    }

    private static int RandomPower(FedNestOptions options, long step) =>
        new SeededRandom(1, $"fednest/neumann-{step}").NextInt32(options.NeumannTerms);

    private static void AssertClose(double[] expected, FlatVector actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.Equal(expected[i], actual[i], RelativeTolerance * (1 + Math.Abs(expected[i])));
        }
    }
}
