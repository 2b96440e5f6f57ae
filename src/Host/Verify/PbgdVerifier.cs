using System.Text.Json;
using ActorFed.Algorithms.Bilevel.Pbgd;
using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Oracles;
using ActorFed.Algorithms.Star;

namespace ActorFed.Host.Verify;

/// <summary>V-PBGD and G-PBGD on a quadratic, and V-PBGD on the toy problem: <c>bl-just-pbgd.json</c> and files of its format.</summary>
internal sealed class PbgdVerifier : IVectorVerifier
{
    private const int MostToySteps = 100_000;

    public string Format => "bl-just-pbgd (V-PBGD, G-PBGD)";

    public bool Recognises(JsonElement file) => file.TryGetProperty("quadratic", out _) && file.TryGetProperty("toy", out _);

    public IEnumerable<VerifiedCase> Verify(JsonElement file)
    {
        JsonElement quadratic = file.Field("quadratic");
        double[] box = quadratic.Field("box_x").Doubles();
        yield return ValueGap(quadratic, box, quadratic.Field("v_pbgd"));
        yield return GradientNorm(quadratic, box, quadratic.Field("g_pbgd"));
        JsonElement toy = file.Field("toy");
        foreach (JsonElement run in toy.Field("runs").EnumerateArray())
        {
            yield return Toy(toy, run);
        }
    }

    private static VerifiedCase ValueGap(JsonElement quadratic, double[] box, JsonElement run)
    {
        VerifiedCase verified = new("V-PBGD");
        PbgdOptions options = ReadOptions(run, box) with { StepInner = run.Number("beta"), InnerSteps = run.Count("T") };
        (PbgdMasterRule rule, ScriptedStar star) = Begin(options, BilinearOracle.Read(quadratic), quadratic.Field("x0").Vector(), quadratic.Field("y0").Vector());
        verified.Compare(-1, "omega", quadratic.Field("omega0"), rule.Inner.Span);
        foreach (JsonElement expected in run.Field("trace").EnumerateArray())
        {
            int k = expected.Count("k");
            star.Step([0]);
            if (k > 0)
            {
                verified.Compare(k - 1, "penalty", run.Field("trace")[k - 1].Field("penalty"), Penalty(rule));
            }

            verified.Compare(k, "omega", expected.Field("omega"), rule.Inner.Span);
            verified.Compare(k, "grad_x", expected.Field("grad_x"), rule.UpperGradient.Span);
            verified.Compare(k, "grad_y", expected.Field("grad_y"), rule.LowerGradient.Span);
            verified.Compare(k, "x", expected.Field("x"), rule.Upper.Span);
            verified.Compare(k, "y", expected.Field("y"), rule.Lower.Span);
        }

        star.Step([0]); // a step tells the penalty where it began
        JsonElement last = run.Field("trace").EnumerateArray().Last();
        verified.Compare(last.Count("k"), "penalty", last.Field("penalty"), Penalty(rule));
        return verified;
    }

    private static VerifiedCase GradientNorm(JsonElement quadratic, double[] box, JsonElement run)
    {
        VerifiedCase verified = new("G-PBGD");
        PbgdOptions options = ReadOptions(run, box) with { Penalty = PenaltyKind.GradientNorm };
        (PbgdMasterRule rule, ScriptedStar star) = Begin(options, BilinearOracle.Read(quadratic), quadratic.Field("x0").Vector(), quadratic.Field("y0").Vector());
        foreach (JsonElement expected in run.Field("trace").EnumerateArray())
        {
            int k = expected.Count("k");
            star.Step([0]);
            verified.Compare(k, "penalty", expected.Field("penalty"), Penalty(rule));
            verified.Compare(k, "x", expected.Field("x"), rule.Upper.Span);
            verified.Compare(k, "y", expected.Field("y"), rule.Lower.Span);
        }

        return verified;
    }

    private static VerifiedCase Toy(JsonElement toy, JsonElement run)
    {
        double[] start = run.Field("start").Doubles();
        VerifiedCase verified = new($"toy from ({start[0]}, {start[1]})");
        ToyOracle oracle = new();
        (PbgdMasterRule rule, ScriptedStar star) = Begin(
            ReadOptions(toy, toy.Field("x_box").Doubles()) with { InnerSteps = 0 }, oracle, FlatVector.Of(start[0]), FlatVector.Of(start[1]));
        JsonElement first = run.Field("first3");
        do
        {
            star.Step([0]);
            if (rule.StepsMade <= first.GetArrayLength())
            {
                verified.Compare(rule.StepsMade, "(x, y)", first[(int)rule.StepsMade - 1], rule.Upper[0], rule.Lower[0]);
            }
        }
        while (Measured(rule, MeasureNames.StationarityGap) >= 1e-5 && rule.StepsMade < MostToySteps);

        verified.Compare(rule.StepsMade, "steps", run.Field("steps"), rule.StepsMade);
        verified.Compare(rule.StepsMade, "(x, y)", run.Field("final"), rule.Upper[0], rule.Lower[0]);
        verified.Compare(rule.StepsMade, "f", run.Field("f"), oracle.UpperLoss(rule.Upper.Span, rule.Lower.Span, [], []));
        verified.Compare(rule.StepsMade, "g", run.Field("g"), oracle.LowerLoss(rule.Upper.Span, rule.Lower.Span, [], []));
        return verified;
    }

    private static (PbgdMasterRule Rule, ScriptedStar Star) Begin(PbgdOptions options, IBilevelOracle oracle, FlatVector x, FlatVector y)
    {
        PbgdMasterRule rule = new(options, x, y, workerCount: 1);
        return (rule, new ScriptedStar(rule, [new PbgdWorkerRule(oracle)], MostToySteps, report => report is PbgdBody.StepBegun, new SynchronousParticipation()));
    }

    private static PbgdOptions ReadOptions(JsonElement config, double[] box) => new()
    {
        LastWeight = config.Number("gamma"),
        StepUpper = config.Number("alpha"),
        StepLower = config.Number("alpha"),
        MinUpper = box[0],
        MaxUpper = box[1],
    };

    private static double Penalty(PbgdMasterRule rule) => Measured(rule, "penalty");

    private static double Measured(PbgdMasterRule rule, string name) => rule.Measures.Single(measure => measure.Name == name).Value;
}
