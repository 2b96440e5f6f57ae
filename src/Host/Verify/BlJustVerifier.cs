using System.Text.Json;
using ActorFed.Algorithms.Bilevel.BlJust;
using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Star;

namespace ActorFed.Host.Verify;

/// <summary>Joint training on quadratics: <c>bl-just-quadratic.json</c> and files of its format.</summary>
internal sealed class BlJustVerifier : IVectorVerifier
{
    public string Format => "bl-just-quadratic (BL-JUST)";

    public bool Recognises(JsonElement file) => file.TryGetProperty("problem", out JsonElement problem) && problem.TryGetProperty("theta0", out _);

    public IEnumerable<VerifiedCase> Verify(JsonElement file)
    {
        JsonElement problem = file.Field("problem");
        JointQuadraticOracle[] oracles = JointQuadraticOracle.ReadAll(problem);
        double[] theta = problem.Field("theta0").Doubles();
        BlJustOptions options = ReadOptions(file.Field("config"), file.Field("trace").GetArrayLength());
        BlJustMasterRule rule = new(
            options, FlatVector.Of(problem.Number("phi0")), FlatVector.CopyOf([.. theta, problem.Number("eta0")]), theta.Length, oracles.Length);
        int epochSteps = options.ExploreSteps + options.JointSteps;
        ScriptedStar star = new(
            rule, [.. oracles.Select(oracle => new BlJustWorkerRule(options, oracle, theta.Length))],
            (options.Epochs * epochSteps) + file.Field("finetune").GetArrayLength(), report => report is BlJustBody.Differentiated, new SynchronousParticipation());

        VerifiedCase verified = new("bl-just");
        foreach (JsonElement epoch in file.Field("trace").EnumerateArray())
        {
            foreach (JsonElement expected in epoch.Field("steps").EnumerateArray())
            {
                if (expected.TryGetProperty("gamma", out JsonElement weight))
                {
                    verified.Compare(rule.StepsMade, "gamma", weight, options.WeightAt(rule.StepsMade));
                }

                Step(star, rule, verified, expected);
                verified.Compare(rule.StepsMade - 1, "eta", expected.Field("eta"), rule.Lower[^1]);
            }

            verified.Compare(rule.StepsMade - 1, "f", epoch.Field("f"), oracles.Average(oracle => oracle.UpperLoss(rule.Upper.Span, rule.Lower.Span, [], [])));
            verified.Compare(rule.StepsMade - 1, "g", epoch.Field("g"), oracles.Average(oracle => oracle.LowerLoss(rule.Upper.Span, rule.Lower.Span, [], [])));
        }

        foreach (JsonElement expected in file.Field("finetune").EnumerateArray())
        {
            Step(star, rule, verified, expected);
            verified.Compare(rule.StepsMade - 1, "f", expected.Field("f"), oracles.Average(oracle => oracle.UpperLoss(rule.Upper.Span, rule.Lower.Span, [], [])));
        }

        return [verified];
    }

    private static void Step(ScriptedStar star, BlJustMasterRule rule, VerifiedCase verified, JsonElement expected)
    {
        star.Step([.. Enumerable.Range(0, rule.WorkerCount)]);
        verified.Compare(rule.StepsMade - 1, "theta", expected.Field("theta"), rule.Lower.Span[..^1]);
        verified.Compare(rule.StepsMade - 1, "phi", expected.Field("phi"), rule.Upper[0]);
    }

    private static BlJustOptions ReadOptions(JsonElement config, int epochs) => new()
    {
        Epochs = epochs,
        ExploreSteps = config.Count("explore_steps"),
        JointSteps = config.Count("joint_steps"),
        StepExplore = config.Number("explore_lr"),
        StepShared = config.Number("alpha"),
        StepHead = config.Number("beta"),
        StepOwn = config.Number("rho"),
        StepFineTune = config.Field("finetune").Number("lr"),
        FirstWeight = config.Number("gamma0"),
        WeightIncrement = config.Number("gamma_step"),
        MaxWeight = config.Number("gamma_max"),
    };
}
