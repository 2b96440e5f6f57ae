using ActorFed.Algorithms.Decentralized.C2dfb;
using ActorFed.Algorithms.Decentralized.Consensus;
using ActorFed.Algorithms.Decentralized.Dsoba;
using ActorFed.Algorithms.Decentralized.Sparkle;
using ActorFed.Algorithms.Decentralized.Suda;
using ActorFed.Algorithms.Graph;
using ActorFed.Algorithms.Graph.Compression;
using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Tests.Bilevel;
using Xunit;

namespace ActorFed.Algorithms.Tests.Decentralized;

public sealed class RebuiltRuleTests
{
    private const int Rounds = 6;

    private static readonly FlatVector Upper = FlatVector.Of(0.5, -0.25);
    private static readonly FlatVector Lower = FlatVector.Of(0.25, 0, -1);

    public static TheoryData<string, bool> Cases
    {
        get
        {
            TheoryData<string, bool> cases = [];
            foreach (string name in Rules.Keys.Order())
            {
                cases.Add(name, false);
                cases.Add(name, true);
            }

            return cases;
        }
    }

    private static Dictionary<string, Func<int, IGraphRule>> Rules { get; } = MakeRules();

    [Theory]
    [MemberData(nameof(Cases))]
    public void Goes_on_bit_for_bit_from_a_snapshot_of_any_round(string name, bool isCompressed)
    {
        foreach (int every in (int[])[1, 4])
        {
            GraphSetup setup = Setup(Rounds, isCompressed) with { SnapshotEvery = every };
            LockStep undisturbed = LockStep.Play(setup, Rules[name]);

            for (int round = 1; round < Rounds; round++)
            {
                LockStep rebuilt = LockStep.Play(setup, Rules[name], (1, round));

                Assert.Equal(undisturbed.States, rebuilt.States);
                Assert.Equal(undisturbed.Rules.Select(rule => string.Join(' ', rule.Measures)), rebuilt.Rules.Select(rule => string.Join(' ', rule.Measures)));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Keeps_every_tracker_at_the_mean_of_what_it_tracks(string name, bool isCompressed)
    {
        LockStep run = LockStep.Play(Setup(50, isCompressed), Rules[name]);

        foreach (Dictionary<string, FlatVector>[] states in run.States)
        {
            foreach (string tracker in states[0].Keys.Where(key => key.StartsWith("tracker-", StringComparison.Ordinal)))
            {
                double[] difference = Sum(states, tracker).Zip(Sum(states, tracker.Replace("tracker-", "tracked-", StringComparison.Ordinal)), (a, b) => Math.Abs(a - b)).ToArray();

                Assert.InRange(difference.Max(), 0, 1e-12);
            }

            foreach (string correction in states[0].Keys.Where(key => key.StartsWith("correction-", StringComparison.Ordinal)))
            {
                Assert.InRange(Sum(states, correction).Max(Math.Abs), 0, 1e-12);
            }
        }
    }

    private static GraphSetup Setup(long rounds, bool isCompressed) => LockStep.On(LockStep.Ring(BilevelCase.Count, 0.5), rounds) with
    {
        Compressor = isCompressed ? new TopKCompressor(KeptEntries.Number(1), NumberFormat.Float64) : null,
        ConsensusStep = isCompressed ? 0.5 : 1,
    };

    private static double[] Sum(Dictionary<string, FlatVector>[] states, string name) =>
        states.Select(state => state[name].Span.ToArray()).Aggregate((a, b) => [.. a.Zip(b, (p, q) => p + q)]);

    private static Dictionary<string, Func<int, IGraphRule>> MakeRules()
    {
        QuadraticShard[] shards = BilevelCase.Shards(s: 0.05);
        DsobaOptions dsoba = new() { StepUpper = 0.1, StepLower = 0.2, StepAuxiliary = 0.2 };
        Dictionary<string, Func<int, IGraphRule>> rules = new()
        {
            ["dsoba"] = i => new DsobaRule(dsoba, shards[i], Upper, Lower),
            ["dsoba-forward"] = i => new DsobaRule(dsoba with { Products = Algorithms.Decentralized.ProductMode.ForwardDifference }, shards[i], Upper, Lower),
        };
        C2dfbOptions c2dfb = new() { StepUpper = 0.05, StepPenalised = 0.02, StepLower = 0.2, LowerSteps = 2 };
        rules["c2dfb"] = i => new C2dfbRule(c2dfb, shards[i], Upper, Lower, Lower);
        foreach (ConsensusMethod method in Enum.GetValues<ConsensusMethod>())
        {
            SparkleOptions sparkle = new() { StepUpper = 0.1, StepLower = 0.2, StepAuxiliary = 0.2, Upper = method, Lower = method, Auxiliary = method };
            rules[$"sparkle-{method}"] = i => new SparkleRule(sparkle, shards[i], Upper, Lower);
            SudaOptions suda = new() { Step = 0.1, Method = method, BatchRows = 2 };
            rules[$"suda-{method}"] = i => new SudaRule(suda, new MeanOfSquares(i, 5), Lower, seed: 3, i);
        }

        return rules;
    }
}
