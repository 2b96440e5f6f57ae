using System.Text.Json;
using ActorFed.Algorithms.Blocks;
using ActorFed.Algorithms.Federated;
using ActorFed.Algorithms.Federated.FedOpt;
using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Oracles;
using ActorFed.Algorithms.Star;

namespace ActorFed.Host.Verify;

/// <summary>FedAvg, FedAvgM, FedAdagrad, FedAdam and FedYogi on quadratics: <c>fedopt-quadratic.json</c> and files of its format.</summary>
internal sealed class FedOptQuadraticVerifier : IVectorVerifier
{
    public string Format => "fedopt-quadratic (FedOpt, quadratic losses)";

    public bool Recognises(JsonElement file) =>
        file.TryGetProperty("weighting", out _) && file.TryGetProperty("participants", out _) && file.TryGetProperty("runs", out _);

    public IEnumerable<VerifiedCase> Verify(JsonElement file)
    {
        FlatVector start = file.Field("problem").Field("x0").Vector();
        foreach (JsonProperty run in file.Field("runs").EnumerateObject())
        {
            string weighting = run.Name.EndsWith("_uniform", StringComparison.Ordinal) ? "uniform" : file.Field("weighting").GetString()!;
            yield return FedOptReplay.Replay(
                run.Name, FedOptReplay.ReadOptions(run.Value.Field("config"), file.Field("local"), weighting), start,
                MatrixQuadraticOracle.ReadAll(file.Field("problem")), run.Value.Field("trace"));
        }
    }
}

/// <summary>FedAdam on logistic regression: <c>fedopt-logistic.json</c> and files of its format.</summary>
internal sealed class FedOptLogisticVerifier : IVectorVerifier
{
    public string Format => "fedopt-logistic (FedOpt, logistic regression)";

    public bool Recognises(JsonElement file) =>
        file.TryGetProperty("problem", out JsonElement problem) && problem.TryGetProperty("X", out _)
        && file.TryGetProperty("config", out JsonElement config) && config.TryGetProperty("opt", out _);

    public IEnumerable<VerifiedCase> Verify(JsonElement file)
    {
        JsonElement config = file.Field("config");
        DenseLogisticOracle[] oracles = DenseLogisticOracle.ReadAll(file.Field("problem"));
        FedOptOptions options = FedOptReplay.ReadOptions(config, config, config.Field("weighting").GetString()!);
        return [FedOptReplay.Replay("logistic", options, FlatVector.Zeros(oracles[0].Length), oracles, file.Field("trace"))];
    }
}

/// <summary>Replays a trace of rounds.</summary>
internal static class FedOptReplay
{
    public static VerifiedCase Replay(string name, FedOptOptions options, FlatVector start, ILossOracle[] oracles, JsonElement trace)
    {
        VerifiedCase verified = new(name);
        FedOptMasterRule rule = new(options, start, oracles.Length);
        int[][] cohorts = [.. trace.EnumerateArray().Select(round => CohortOf(round, oracles.Length))];
        ScriptedStar star = new(
            rule,
            [.. oracles.Select((oracle, i) => new FederatedWorkerRule(options.Client, oracle, seed: 0, i, sendsModel: false))],
            cohorts.Length,
            report => report is FederatedBody.Trained,
            new ScriptedCohorts(cohorts));
        foreach (JsonElement expected in trace.EnumerateArray())
        {
            int t = expected.Count("round");
            FlatVector[] deltas = [.. star.Held.Select(held => ((FederatedBody.Trained)held.Report).Result)];
            star.Step(cohorts[t]);
            if (rule.StepsMade != t + 1)
            {
                throw new InvalidDataException($"Case {name}: round {t} led to {rule.StepsMade} server steps; {t + 1} are due.");
            }

            verified.Compare(t, "delta_i", expected.Field("client_delta"), deltas.Join());
            verified.Compare(t, "delta", expected.Field("delta"), rule.Update.Span);
            CompareMemory(verified, t, expected, rule);
            verified.Compare(t, "x", expected.Field("x"), rule.Lower.Span);
        }

        return verified;
    }

    /// <summary>Options of a run.</summary>
    /// <param name="config">Of its server.</param>
    /// <param name="local">Of its clients.</param>
    /// <param name="weighting">How clients count.</param>
    public static FedOptOptions ReadOptions(JsonElement config, JsonElement local, string weighting) => new()
    {
        Client = new ClientOptions { Step = local.Number("eta_l"), Steps = local.Count("K") },
        Weighting = weighting == "examples" ? ClientWeighting.Examples : ClientWeighting.Uniform,
        Optimiser = config.Field("opt").GetString() switch
        {
            "sgd" => config.Number("mom") > 0 ? ServerOptimiser.Momentum : ServerOptimiser.Average,
            "adagrad" => ServerOptimiser.Adagrad,
            "adam" => ServerOptimiser.Adam,
            "yogi" => ServerOptimiser.Yogi,
            string other => throw new FormatException($"The optimiser '{other}' is unknown; known are sgd, adagrad, adam and yogi."),
            null => throw new FormatException("The optimiser is null; known are sgd, adagrad, adam and yogi."),
        },
        ServerStep = config.Number("eta"),
        Momentum = Or(config, "mom", 0),
        FirstDecay = Or(config, "b1", 0),
        SecondDecay = Or(config, "b2", 0),
        Adaptivity = Or(config, "tau", 1),
        InitialMoment = Word(config, "v0") == "tau2" ? InitialMoment.Adaptivity : InitialMoment.Zero,
        BiasCorrection = Word(config, "bc") == "keras" ? BiasCorrection.Keras : BiasCorrection.None,
    };

    private static void CompareMemory(VerifiedCase verified, int t, JsonElement expected, FedOptMasterRule rule)
    {
        Dictionary<string, FlatVector> state = rule.Inspect().ToDictionary(entry => entry.Name, entry => entry.Values);
        if (expected.TryGetProperty("weights", out JsonElement weights))
        {
            verified.Compare(t, "weights", weights, rule.Weights.AsSpan());
        }

        if (expected.TryGetProperty("buf", out JsonElement ball))
        {
            verified.Compare(t, "buf", ball, state.GetValueOrDefault("momentum", rule.Update).Span); // FedAvg has none: it would be the update
        }

        if (expected.TryGetProperty("m", out JsonElement first))
        {
            verified.Compare(t, "m", first, state["first-moment"].Span);
            verified.Compare(t, "v", expected.Field("v"), state["second-moment"].Span);
        }

        if (expected.TryGetProperty("lr_effective", out JsonElement rate))
        {
            verified.Compare(t, "eta_t", rate, rule.Rate);
        }
    }

    private static int[] CohortOf(JsonElement round, int clients) => round.TryGetProperty("participants", out JsonElement participants)
        ? [.. participants.EnumerateArray().Select(client => client.GetInt32())]
        : [.. Enumerable.Range(0, clients)];

    private static double Or(JsonElement config, string name, double otherwise) => config.TryGetProperty(name, out _) ? config.Number(name) : otherwise;

    private static string? Word(JsonElement config, string name) => config.TryGetProperty(name, out JsonElement word) ? word.GetString() : null;

    /// <summary>Rounds whose cohorts a file gives.</summary>
    private sealed class ScriptedCohorts(int[][] cohorts) : IParticipationPolicy, IDispatcher
    {
        private readonly HashSet<int> _free = [];
        private long _step;

        public bool MayStep(StalenessLedger ledger) => _step < cohorts.Length && ledger.HeardCount == cohorts[_step].Length;

        public IDispatcher CreateDispatcher(int workers) => this;

        public void Free(int worker) => _free.Add(worker);

        public void Lose(int worker) => _free.Remove(worker);

        public int? Next(long step)
        {
            _step = step;
            foreach (int worker in step < cohorts.Length ? cohorts[step] : [])
            {
                if (_free.Remove(worker))
                {
                    return worker;
                }
            }

            return null;
        }
    }
}
