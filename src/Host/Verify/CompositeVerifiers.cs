using System.Globalization;
using System.Text.Json;
using ActorFed.Algorithms.Federated;
using ActorFed.Algorithms.Federated.Composite;
using ActorFed.Algorithms.Federated.Composite.FedDualAvg;
using ActorFed.Algorithms.Federated.Composite.FedMid;
using ActorFed.Algorithms.Federated.Composite.FedSubgradient;
using ActorFed.Algorithms.Federated.Composite.Regularizers;
using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Oracles;
using ActorFed.Algorithms.Star;
using ActorFed.Problems;

namespace ActorFed.Host.Verify;

/// <summary>FedDualAvg, FedMiD and subgradient averaging on least squares: <c>feddualavg-lasso.json</c> and files of its format.</summary>
internal sealed class CompositeVerifier : IVectorVerifier
{
    public string Format => "feddualavg-lasso (FedDualAvg, FedMiD, subgradient averaging)";

    public bool Recognises(JsonElement file) => file.TryGetProperty("problem", out JsonElement problem) && problem.TryGetProperty("prox_params", out _);

    public IEnumerable<VerifiedCase> Verify(JsonElement file) =>
        file.Field("runs").EnumerateObject().Select(run => Replay(run.Name, file.Field("problem"), run.Value));

    /// <summary>Least squares on each client of a file's problem, with fields <c>A</c> and <c>b</c>.</summary>
    public static LeastSquaresOracle[] ReadOracles(JsonElement problem) =>
        [.. problem.Field("A").EnumerateArray().Zip(problem.Field("b").EnumerateArray(), (rows, targets) => new LeastSquaresOracle(rows.Doubles(), targets.Doubles()))];

    private static VerifiedCase Replay(string name, JsonElement problem, JsonElement run)
    {
        VerifiedCase verified = new(name);
        LeastSquaresOracle[] oracles = ReadOracles(problem);
        RegularizerOptions regularizer = ReadRegularizer(run.Field("config").Field("prox").GetString()!, problem);
        Regularizer psi = regularizer.Create(oracles[0].Length);
        (CompositeMasterRule master, IStarWorkerRule[] workers) = CreateRules(run.Field("config"), regularizer, problem.Field("w0").Vector(), oracles);
        verified.Compare(-1, "w", run.Field("w_start"), master.Lower.Span);
        ScriptedStar star = new(
            master, workers, run.Field("trace").GetArrayLength(), report => report is FederatedBody.Trained, new SynchronousParticipation());
        foreach (JsonElement expected in run.Field("trace").EnumerateArray())
        {
            int round = expected.Count("round");
            FlatVector[] deltas = [.. star.Held.Select(held => ((FederatedBody.Trained)held.Report).Result)];
            star.Step([.. Enumerable.Range(0, oracles.Length)]);
            if (master.StepsMade != round + 1)
            {
                throw new InvalidDataException($"Case {name}: round {round} led to {master.StepsMade} server steps; {round + 1} are due.");
            }

            verified.Compare(round, "delta_i", expected.Field("client_delta"), deltas.Join());
            verified.Compare(round, "delta", expected.Field("delta"), master.Update.Span);
            if (expected.TryGetProperty("z", out JsonElement dual))
            {
                verified.Compare(round, "z", dual, master.Inspect().Single(entry => entry.Name == "dual").Values.Span);
            }

            verified.Compare(round, "w", expected.Field("w"), master.Lower.Span);
            if (expected.Field("objective") is { ValueKind: JsonValueKind.Number } objective)
            {
                verified.Compare(round, "objective", objective, oracles.Average(oracle => oracle.Loss(master.Lower.Span, [], [])) + psi.Value(master.Lower.Span));
            }
        }

        return verified;
    }

    private static (CompositeMasterRule Master, IStarWorkerRule[] Workers) CreateRules(
        JsonElement config, RegularizerOptions regularizer, FlatVector start, LeastSquaresOracle[] oracles)
    {
        LocalStepOptions client = new() { Step = config.Number("eta_c"), Steps = config.Count("K") };
        double step = config.Number("eta_s");
        string algorithm = config.Field("alg").GetString()!;
        switch (algorithm)
        {
            case "feddualavg" or "feddualavg_osp":
                FedDualAvgOptions dual = new() { Client = client, Regularizer = regularizer, ServerStep = step, ClientProximal = algorithm == "feddualavg" };
                return (new FedDualAvgMasterRule(dual, start, oracles.Length), WorkersOf((oracle, i) => new FedDualAvgWorkerRule(dual, oracle, 0, i)));
            case "fedmid" or "fedmid_osp":
                FedMidOptions mirror = new() { Client = client, Regularizer = regularizer, ServerStep = step, ClientProximal = algorithm == "fedmid" };
                return (new FedMidMasterRule(mirror, start, oracles.Length), WorkersOf((oracle, i) => new FedMidWorkerRule(mirror, oracle, 0, i)));
            case "fedavg_subgrad":
                FedSubgradientOptions plain = new() { Client = client, Regularizer = regularizer, ServerStep = step };
                return (new FedSubgradientMasterRule(plain, start, oracles.Length), WorkersOf((oracle, i) => new FedSubgradientWorkerRule(plain, oracle, 0, i)));
            default:
                throw new FormatException($"The algorithm '{algorithm}' is unknown; known are feddualavg, feddualavg_osp, fedmid, fedmid_osp and fedavg_subgrad.");
        }

        IStarWorkerRule[] WorkersOf(Func<ILossOracle, int, IStarWorkerRule> create) => [.. oracles.Select(create)];
    }

    private static RegularizerOptions ReadRegularizer(string name, JsonElement problem)
    {
        JsonElement numbers = problem.Field("prox_params");
        return name switch
        {
            "l1" => new() { Kind = RegularizerKind.L1, Weight = problem.Number("lam") },
            "box" => new() { Kind = RegularizerKind.Box, Lower = numbers.Field("box")[0].GetDouble(), Upper = numbers.Field("box")[1].GetDouble() },
            "l1ball" => new() { Kind = RegularizerKind.L1Ball, Radius = numbers.Number("l1ball_radius") },
            "l2ball" => new() { Kind = RegularizerKind.L2Ball, Radius = numbers.Number("l2ball_radius") },
            "simplex" => new() { Kind = RegularizerKind.Simplex, Radius = numbers.Number("simplex_sum") },
            _ => throw new FormatException($"The operator '{name}' is unknown; known are l1, box, l1ball, l2ball and simplex."),
        };
    }
}

/// <summary>Proximal operators of one vector and one matrix: <c>feddualavg-prox.json</c> and files of its format.</summary>
/// <remarks>A case's name ends in its number, with <c>_</c> for the point.</remarks>
internal sealed class ProximalVerifier : IVectorVerifier
{
    public string Format => "feddualavg-prox (proximal operators)";

    public bool Recognises(JsonElement file) => file.TryGetProperty("M", out _) && file.TryGetProperty("singular_values", out _);

    public IEnumerable<VerifiedCase> Verify(JsonElement file)
    {
        VerifiedCase verified = new("operators");
        foreach (JsonProperty expected in file.EnumerateObject())
        {
            if (expected.Name is not ("v" or "M" or "singular_values"))
            {
                string kind = expected.Name[..expected.Name.IndexOf('_', StringComparison.Ordinal)];
                string number = expected.Name[(kind.Length + 1)..].Replace('_', '.');
                verified.Compare(0, expected.Name, expected.Value, kind == "nuclear"
                    ? Apply(new NuclearNorm(weight: 1, file.Field("M").GetArrayLength(), file.Field("M")[0].GetArrayLength()), Number(number), file.Field("M"))
                    : Apply(Of(kind, number), kind == "soft" ? Number(number) : 1, file.Field("v")));
            }
        }

        double[] values = new double[file.Field("M").GetArrayLength()];
        JacobiRotations.Orthogonalise(file.Field("M").Doubles(), values);
        verified.Compare(0, "singular_values", file.Field("singular_values"), [.. values.OrderDescending()]);
        return [verified];
    }

    private static double[] Apply(Regularizer regularizer, double strength, JsonElement at)
    {
        double[] point = at.Doubles();
        regularizer.Shrink(strength, point);
        return point;
    }

    private static Regularizer Of(string kind, string number) => kind switch
    {
        "soft" => new L1Norm(weight: 1),
        "simplex" => new Simplex(Number(number)),
        "l1ball" => new L1Ball(Number(number)),
        "l2ball" => new L2Ball(Number(number)),
        "box" when number == "m1.1" => new Box(-1, 1),
        _ => throw new FormatException($"The operator '{kind}' of '{number}' is unknown; known are soft, nuclear, simplex, l1ball, l2ball and box_m1_1."),
    };

    private static double Number(string text) => double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture);
}
