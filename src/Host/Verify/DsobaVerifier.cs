using System.Collections.Immutable;
using System.Text.Json;
using ActorFed.Algorithms.Decentralized;
using ActorFed.Algorithms.Decentralized.Dsoba;
using ActorFed.Algorithms.Graph;
using ActorFed.Algorithms.Graph.Topologies;
using ActorFed.Algorithms.Numerics;

namespace ActorFed.Host.Verify;

/// <summary>D-SOBA on four nodes: <c>dsoba-ring4-so.json</c>, <c>-fo.json</c>, <c>-linkdrop.json</c> and files of their format.</summary>
internal sealed class DsobaVerifier : IVectorVerifier
{
    private const long LimitRounds = 5000;

    // The files' rounds have numbers from 1: the entry of k = 2 comes from the one that is 1 counted from 0.
    private const long LossyRound = 1;

    public string Format => "dsoba-ring4 (D-SOBA, quadratic and quartic levels)";

    public bool Recognises(JsonElement file) => file.TryGetProperty("W", out _) && file.TryGetProperty("z0", out _)
        && (file.TryGetProperty("variants", out _) || file.TryGetProperty("modes", out _) || file.TryGetProperty("policy", out _));

    public IEnumerable<VerifiedCase> Verify(JsonElement file)
    {
        if (file.TryGetProperty("variants", out JsonElement variants))
        {
            return variants.EnumerateObject().Select(variant => VerifyCase(
                file, variant.Name, variant.Value.Field("iterates"), ReadOptions(file) with { Fresh = variant.Name == "fresh" }, variant.Value.Field("after_5000")));
        }

        if (file.TryGetProperty("modes", out JsonElement modes))
        {
            return modes.EnumerateObject().Select(mode => VerifyCase(file, mode.Name, mode.Value, ReadOptions(file) with { Products = Mode(mode.Name) }));
        }

        return [VerifyCase(file, "link 0-1 lost in one round", file.Field("iterates"), ReadOptions(file), lost: (0, 1))];
    }

    private static VerifiedCase VerifyCase(
        JsonElement file, string name, JsonElement iterates, DsobaOptions options, JsonElement? limit = null, (int, int)? lost = null)
    {
        VerifiedCase verified = new(name);
        CoupledQuarticOracle[] oracles = CoupledQuarticOracle.ReadAll(file.Field("problem"));
        (FlatVector[] x, FlatVector[] y, FlatVector[] z) = (file.Field("x0").Vectors(), file.Field("y0").Vectors(), file.Field("z0").Vectors());
        DsobaRule[] rules = [.. oracles.Select((oracle, i) => new DsobaRule(options, oracle, x[i], y[i], z[i]))];
        MixingMatrix matrix = ScriptedTopology.Read(file.Field("W"));
        Topology topology = new ScriptedTopology(matrix, lost is null
            ? ImmutableDictionary<long, MixingMatrix>.Empty
            : new Dictionary<long, MixingMatrix> { [LossyRound] = ScriptedTopology.Read(file.Field("W"), lost) });
        GraphSetup setup = new()
        {
            Lower = topology,
            Upper = topology,
            Auxiliary = topology,
            RoundLimit = limit is null ? iterates.GetArrayLength() : LimitRounds,
            Seed = 0,
        };
        ImmutableArray<FlatVector[][]> states = ScriptedGraph.Play(rules, _ => setup, i => StateOf(rules[i]));
        foreach (JsonElement expected in iterates.EnumerateArray())
        {
            long k = expected.Count("k");
            foreach ((int q, string quantity) in ((string[])["v", "p", "u", "r", "x", "y", "z"]).Index())
            {
                verified.Compare(k, quantity, expected.Field(quantity), states[(int)k - 1].Select(state => state[q]).Join());
            }
        }

        if (limit is JsonElement after)
        {
            verified.Compare(LimitRounds, "x", after.Field("x"), rules.Select(rule => rule.Upper).Join());
            verified.Compare(LimitRounds, "y", after.Field("y"), rules.Select(rule => rule.Lower).Join());
            verified.Compare(LimitRounds, "z", after.Field("z"), rules.Select(rule => rule.Auxiliary).Join());
        }

        return verified;
    }

    private static FlatVector[] StateOf(DsobaRule rule) =>
        [rule.LowerDirection, rule.AuxiliaryDirection, rule.UpperDirection, rule.Average, rule.Upper, rule.Lower, rule.Auxiliary];

    private static ProductMode Mode(string name) => name switch
    {
        "SO" => ProductMode.Exact,
        "FO-central" => ProductMode.CentralDifference,
        "FO-forward" => ProductMode.ForwardDifference,
        _ => throw new FormatException($"The mode '{name}' is unknown; known are SO, FO-central and FO-forward."),
    };

    private static DsobaOptions ReadOptions(JsonElement file)
    {
        JsonElement parameters = file.Field("params");
        return new()
        {
            StepUpper = parameters.Number("alpha"),
            StepLower = parameters.Number("beta"),
            StepAuxiliary = parameters.Number("gamma"),
            Averaging = parameters.Number("theta"),
            Radius = parameters.TryGetProperty("delta", out _) ? parameters.Number("delta") : 1,
            RescaleRadius = false,
        };
    }
}
