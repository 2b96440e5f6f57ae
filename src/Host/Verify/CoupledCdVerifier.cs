using System.Text.Json;
using ActorFed.Algorithms.Decentralized.CoupledCd;
using ActorFed.Algorithms.Graph.Pairs;
using ActorFed.Algorithms.Numerics;

namespace ActorFed.Host.Verify;

/// <summary>Coordinate descent by pairs under coupling constraints: <c>coupled-cd-quadratic.json</c> and files of its format.</summary>
internal sealed class CoupledCdVerifier : IVectorVerifier
{
    private const int RoundsToOptimum = 200;

    public string Format => "coupled-cd-quadratic (coordinate descent by pairs)";

    public bool Recognises(JsonElement file) => file.TryGetProperty("pairs", out _) && file.TryGetProperty("x_star", out _) && file.TryGetProperty("block", out _);

    public IEnumerable<VerifiedCase> Verify(JsonElement file) =>
    [
        .. file.Field("runs").EnumerateObject().Select(run => Replay(run.Name, file, run.Value)),
        Optimum(file),
        Blocks(file.Field("block")),
    ];

    private static VerifiedCase Replay(string name, JsonElement file, JsonElement run)
    {
        VerifiedCase verified = new(name);
        VectorCoupledProblem problem = VectorCoupledProblem.OfQuadratic(file.Field("problem"));
        CoupledCdOptions options = OptionsOf(name, run);
        CoupledCdRule[] rules = [.. Enumerable.Range(0, problem.ShardCount).Select(i => new CoupledCdRule(options, problem, i, name == "async" ? 2 : 0))];
        List<double[]> history = [PointOf(rules)];
        foreach (JsonElement expected in run.Field("trace").EnumerateArray())
        {
            int k = history.Count - 1;
            Pair pair = PairOf(expected);
            problem.Point = history[expected.TryGetProperty("read_version", out JsonElement version) ? version.GetInt32() : k];
            problem.Noise = index => options.Stochastic ? expected.Number(index == pair.Lower ? "noise_i" : "noise_j") : 0;
            PairAnswer answer = Exchange(rules, pair, k);
            double[] point = PointOf(rules);
            history.Add(point);
            if (options.Regularizer.Kind == BlockRegularizerKind.None)
            {
                verified.Compare(k, "alpha", expected.Field("alpha"), answer.Step);
            }

            verified.Compare(k, "t", expected.Field("t"), point[pair.Lower] - history[k][pair.Lower]);
            verified.Compare(k, "x", expected.Field("x"), point);
            string value = expected.TryGetProperty("F", out _) ? "F" : "f";
            verified.Compare(k, value, expected.Field(value), problem.Value(point) + (value == "F" ? options.Regularizer.Weight * point.Sum(Math.Abs) : 0));
            if (expected.TryGetProperty("sum", out JsonElement sum))
            {
                verified.Compare(k, "sum", sum, point.Sum());
            }
        }

        return verified;
    }

    /// <summary>The pairs of the file, over and over, with exact steps.</summary>
    private static VerifiedCase Optimum(JsonElement file)
    {
        VerifiedCase verified = new("optimum");
        VectorCoupledProblem problem = VectorCoupledProblem.OfQuadratic(file.Field("problem"));
        CoupledCdRule[] rules = [.. Enumerable.Range(0, problem.ShardCount).Select(i => new CoupledCdRule(new CoupledCdOptions { Step = PairStepRule.Exact }, problem, i, 0))];
        for (int round = 0; round < RoundsToOptimum; round++)
        {
            foreach (JsonElement pair in file.Field("pairs").EnumerateArray())
            {
                problem.Point = PointOf(rules);
                Exchange(rules, new Pair(pair[0].GetInt32(), pair[1].GetInt32()), round);
            }
        }

        verified.Compare(0, "x_star", file.Field("x_star"), PointOf(rules));
        verified.Compare(0, "f_star", file.Field("f_star"), problem.Value(PointOf(rules)));
        return verified;
    }

    private static VerifiedCase Blocks(JsonElement file)
    {
        VerifiedCase verified = new("block");
        VectorCoupledProblem problem = VectorCoupledProblem.OfBlocks(file);
        CoupledCdRule[] rules = [.. Enumerable.Range(0, problem.ShardCount).Select(i => new CoupledCdRule(new CoupledCdOptions { Step = PairStepRule.Scaled }, problem, i, 0))];
        verified.Compare(-1, "y", file.Field("y0"), PointOf(rules));
        int k = 0;
        foreach (JsonElement expected in file.Field("trace").EnumerateArray())
        {
            Pair pair = PairOf(expected);
            problem.Point = PointOf(rules);
            double[] before = [.. rules[pair.Lower].Block.Span, .. rules[pair.Higher].Block.Span];
            PairAnswer answer = Exchange(rules, pair, k);
            double[] after = [.. rules[pair.Lower].Block.Span, .. rules[pair.Higher].Block.Span];
            VectorMath.Subtract(after, before, after);
            verified.Compare(k, "lam", expected.Field("lam"), FlatVector.Combine(new Term(-1, answer.Multiplier)).Span); // of the other sign in the scaled formula
            verified.Compare(k, "d_i", expected.Field("d_i"), after.AsSpan(0, after.Length / 2));
            verified.Compare(k, "d_j", expected.Field("d_j"), after.AsSpan(after.Length / 2));
            verified.Compare(k, "y", expected.Field("y"), PointOf(rules));
            verified.Compare(k, "residual", expected.Field("residual"), Math.Abs(rules.Sum(rule => rule.Share[0])));
            verified.Compare(k++, "f", expected.Field("f"), problem.Value(PointOf(rules)));
        }

        return verified;
    }

    private static CoupledCdOptions OptionsOf(string name, JsonElement run) => name switch
    {
        "smooth" or "async" => new(),
        "smooth_exact_pair_L" => new() { Step = PairStepRule.Pair },
        "composite_l1" => new() { Regularizer = new() { Kind = BlockRegularizerKind.L1, Weight = run.Number("lam") } },
        "composite_box" => new() { Regularizer = new() { Kind = BlockRegularizerKind.Box, Lower = run.Number("lo"), Upper = run.Number("hi") } },
        "stochastic" => new() { Stochastic = true },
        _ => throw new FormatException($"The run '{name}' is unknown; known are smooth, smooth_exact_pair_L, composite_l1, composite_box, async and stochastic."),
    };

    private static PairAnswer Exchange(CoupledCdRule[] rules, Pair pair, int number)
    {
        PairSide side = rules[pair.Lower].Offer(number, ValueOf);
        PairAnswer answer = rules[pair.Higher].Decide(number, pair.Lower, side, ValueOf);
        rules[pair.Lower].Apply(answer);
        return answer;

        FlatVector ValueOf(int block) => rules[block].Block;
    }

    private static Pair PairOf(JsonElement expected) => new(expected.Field("pair")[0].GetInt32(), expected.Field("pair")[1].GetInt32());

    private static double[] PointOf(CoupledCdRule[] rules) => [.. rules.SelectMany(rule => rule.Block.Span.ToArray())];
}
