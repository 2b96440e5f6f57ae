using System.Collections.Immutable;
using System.Text.Json;
using ActorFed.Algorithms.Decentralized.Consensus;
using ActorFed.Algorithms.Decentralized.Sparkle;
using ActorFed.Algorithms.Graph;
using ActorFed.Algorithms.Graph.Topologies;
using ActorFed.Algorithms.Numerics;

namespace ActorFed.Host.Verify;

/// <summary>SPARKLE's instances on four nodes: <c>sparkle-ring4-instances.json</c> and files of its format.</summary>
internal sealed class SparkleVerifier : IVectorVerifier
{
    private const int LimitRounds = 2000;

    public string Format => "sparkle-ring4 (SPARKLE, quadratic levels)";

    public bool Recognises(JsonElement file) => file.TryGetProperty("W", out _) && file.TryGetProperty("instances", out _);

    public IEnumerable<VerifiedCase> Verify(JsonElement file) =>
        file.Field("instances").EnumerateObject().Select(instance => VerifyCase(file, instance.Name, instance.Value));

    private static VerifiedCase VerifyCase(JsonElement file, string name, JsonElement instance)
    {
        VerifiedCase verified = new(name);
        SparkleOptions options = ReadOptions(file.Field("params"), instance);
        CoupledQuarticOracle[] oracles = CoupledQuarticOracle.ReadAll(file.Field("problem"));
        (FlatVector[] x, FlatVector[] y) = (file.Field("x0").Vectors(), file.Field("y0").Vectors());
        SparkleRule[] rules = [.. oracles.Select((oracle, i) => new SparkleRule(options, oracle, x[i], y[i]))];
        Topology topology = new StaticTopology("scripted", ScriptedTopology.Read(file.Field("W")));
        GraphSetup setup = new()
        {
            Lower = topology,
            Upper = instance.TryGetProperty("W_x", out _) ? new StaticTopology("complete", ScriptedTopology.Complete(rules.Length)) : topology,
            Auxiliary = topology,
            RoundLimit = LimitRounds,
            Seed = 0,
        };
        ImmutableArray<FlatVector[][]> states = ScriptedGraph.Play(rules, _ => setup, i => StateOf(rules[i]));
        foreach (JsonElement expected in instance.Field("iterates").EnumerateArray())
        {
            long k = expected.Count("k");
            foreach ((int q, string quantity) in ((string[])["v", "y", "p", "z", "u", "r", "x"]).Index())
            {
                verified.Compare(k, quantity, expected.Field(quantity), states[(int)k - 1].Select(state => state[q]).Join());
            }
        }

        JsonElement limit = file.Field("limit_point");
        foreach (SparkleRule rule in rules)
        {
            verified.Compare(LimitRounds, "x", limit.Field("x"), rule.Upper.Span);
            verified.Compare(LimitRounds, "y", limit.Field("y"), rule.Lower.Span);
            verified.Compare(LimitRounds, "z", limit.Field("z"), rule.Auxiliary.Span);
        }

        return verified;
    }

    private static FlatVector[] StateOf(SparkleRule rule) =>
        [rule.LowerDirection, rule.Lower, rule.AuxiliaryDirection, rule.Auxiliary, rule.UpperDirection, rule.Average, rule.Upper];

    private static SparkleOptions ReadOptions(JsonElement parameters, JsonElement instance)
    {
        ConsensusMethod lower = Method(instance.Field("lower_and_auxiliary").GetString()!);
        return new()
        {
            Upper = Method(instance.Field("upper").GetString()!),
            Lower = lower,
            Auxiliary = lower,
            StepUpper = parameters.Number("alpha"),
            StepLower = parameters.Number("beta"),
            StepAuxiliary = parameters.Number("gamma"),
            Averaging = parameters.Number("theta"),
        };
    }

    private static ConsensusMethod Method(string name) => Enum.TryParse(name.Replace("-", "", StringComparison.Ordinal), ignoreCase: true, out ConsensusMethod method)
        ? method
        : throw new FormatException($"The instance '{name}' is unknown; known are {string.Join(", ", Enum.GetNames<ConsensusMethod>())}.");
}
