using System.Text.Json;
using ActorFed.Algorithms.Federated;
using ActorFed.Algorithms.Federated.Fadas;
using ActorFed.Algorithms.Federated.FedAsync;
using ActorFed.Algorithms.Federated.FedBuff;
using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Star;

namespace ActorFed.Host.Verify;

/// <summary>FADAS, FedBuff and FedAsync on quadratics: <c>fadas-quadratic.json</c> and files of its format.</summary>
/// <remarks>
/// A file says which client reports when, and which version of the model it started from. A client that reports an older version after a
/// newer one is played by two workers over the same shard: the real protocol has a worker work on one task at a time.
/// </remarks>
internal sealed class BufferedVerifier : IVectorVerifier
{
    public string Format => "fadas-quadratic (FADAS, FedBuff and FedAsync, quadratic losses)";

    public bool Recognises(JsonElement file) => file.TryGetProperty("arrivals_buffered", out _) && file.TryGetProperty("arrivals_fedasync", out _);

    public IEnumerable<VerifiedCase> Verify(JsonElement file) => file.Field("runs").EnumerateObject().Select(run => VerifyRun(file, run));

    private static VerifiedCase VerifyRun(JsonElement file, JsonProperty run)
    {
        JsonElement config = run.Value.Field("config");
        JsonElement trace = run.Value.Field("trace");
        bool isFedAsync = config.TryGetProperty("alpha", out _);
        Arrival[] arrivals = [.. file.Field(isFedAsync ? "arrivals_fedasync" : "arrivals_buffered").EnumerateArray().Select(Read)];
        int[] clients = WorkersOf(arrivals);
        MatrixQuadraticOracle[] oracles = [.. clients.Select(client => MatrixQuadraticOracle.ReadAll(file.Field("problem"))[client])];
        FlatVector start = file.Field("problem").Field("x0").Vector();
        JsonElement local = file.Field("local");
        ClientOptions options = new()
        {
            Step = local.Number("eta_l"),
            Steps = local.Count("K"),
            Proximal = isFedAsync ? config.Number("rho") : 0,
        };
        FederatedMasterRule rule = CreateRule(config, options, start, clients.Length);
        int buffer = isFedAsync ? 1 : config.TryGetProperty("M", out _) ? config.Count("M") : config.Count("K_buffer");
        ScriptedStar star = new(
            rule, [.. oracles.Select((oracle, i) => new FederatedWorkerRule(options, oracle, seed: 0, i, sendsModel: isFedAsync))],
            trace.GetArrayLength(), report => report is FederatedBody.Trained,
            new BufferedParticipation { Buffer = buffer, Concurrency = clients.Length, Refill = Refill.PerStep, Pick = Pick.Fifo, Seed = 0 });
        VerifiedCase verified = new(run.Name);
        Play(verified, star, rule, new Script(arrivals, clients, buffer), trace);
        return verified;
    }

    private static void Play(VerifiedCase verified, ScriptedStar star, FederatedMasterRule rule, Script script, JsonElement trace)
    {
        long[] versions = new long[script.Clients.Length]; // that each worker is at work on
        foreach ((int step, JsonElement expected) in trace.EnumerateArray().Index())
        {
            List<(int Worker, FlatVector Result)> taken = [];
            foreach (Arrival arrival in script.Arrivals[(step * script.Buffer)..((step + 1) * script.Buffer)])
            {
                int worker = Enumerable.Range(0, versions.Length).First(
                    i => script.Clients[i] == arrival.Client && versions[i] == arrival.Version && taken.All(report => report.Worker != i));
                StarBody report = star.Held.Single(held => held.Worker == worker).Report;
                taken.Add((worker, ((FederatedBody.Trained)report).Result));
                star.Step([worker]);
            }

            if (rule.StepsMade != step + 1)
            {
                throw new InvalidDataException($"Case {verified.Name}: update {step} led to {rule.StepsMade} server steps; {step + 1} are due.");
            }

            taken.ForEach(report => versions[report.Worker] = rule.StepsMade); // asked anew, all at once
            Compare(verified, step, expected, rule, [.. taken.Select(report => report.Result)], [.. taken.Select(report => StalenessOf(star, report.Worker))]);
        }
    }

    private static double StalenessOf(ScriptedStar star, int worker) => star.LastStep!.Staleness[star.LastStep.Active.IndexOf(worker)];

    private static void Compare(VerifiedCase verified, int step, JsonElement expected, FederatedMasterRule rule, FlatVector[] results, double[] staleness)
    {
        if (expected.TryGetProperty("buffer", out JsonElement buffer))
        {
            verified.Compare(step, "delta_i", JsonSerializer.SerializeToElement(buffer.EnumerateArray().Select(entry => entry.Field("delta"))), results.Join());
            verified.Compare(step, "tau", JsonSerializer.SerializeToElement(buffer.EnumerateArray().Select(entry => entry.Field("staleness"))), staleness);
            verified.Compare(step, "delta", expected.Field("delta"), rule.Update.Span);
        }
        else
        {
            verified.Compare(step, "y", expected.Field("x_new"), results.Join());
            verified.Compare(step, "tau", expected.Field("staleness"), staleness);
            verified.Compare(step, "alpha_t", expected.Field("alpha_t"), ((FedAsyncMasterRule)rule).Mixing);
        }

        if (rule is FadasMasterRule fadas)
        {
            Dictionary<string, FlatVector> state = rule.Inspect().ToDictionary(entry => entry.Name, entry => entry.Values);
            verified.Compare(step, "m", expected.Field("m"), state["first-moment"].Span);
            verified.Compare(step, "v", expected.Field("v"), state["second-moment"].Span);
            verified.Compare(step, "vhat", expected.Field("vhat"), state["largest-moment"].Span);
            verified.Compare(step, "eta_t", expected.Field("eta_t"), fadas.Rate);
            verified.Compare(step, "tau_max", expected.Field("tau_max"), fadas.MaxStaleness);
        }

        verified.Compare(step, "x", expected.Field("x"), rule.Lower.Span);
    }

    private static FederatedMasterRule CreateRule(JsonElement config, ClientOptions client, FlatVector start, int workers)
    {
        if (config.TryGetProperty("alpha", out _))
        {
            StalenessOptions weights = new()
            {
                Weight = config.Field("s").GetString() switch
                {
                    "constant" => StalenessWeight.Constant,
                    "poly" => StalenessWeight.Polynomial,
                    "hinge" => StalenessWeight.Hinge,
                    string other => throw new FormatException($"The weight '{other}' is unknown; known are constant, poly and hinge."),
                    null => throw new FormatException("The weight is null; known are constant, poly and hinge."),
                },
                Exponent = config.Number("poly_a"),
                Slope = config.Number("hinge_a"),
                From = config.Count("hinge_b"),
            };
            return new FedAsyncMasterRule(new FedAsyncOptions { Client = client, Staleness = weights, Mixing = config.Number("alpha") }, start, workers);
        }

        if (config.TryGetProperty("eta_g", out _))
        {
            FedBuffOptions options = new() { Client = client, Staleness = new StalenessOptions(), ServerStep = config.Number("eta_g") };
            return new FedBuffMasterRule(options, start, workers);
        }

        return new FadasMasterRule(
            new FadasOptions
            {
                Client = client,
                ServerStep = config.Number("eta"),
                FirstDecay = config.Number("b1"),
                SecondDecay = config.Number("b2"),
                Adaptivity = config.Number("eps"),
                DelayThreshold = config.Field("tau_c").ValueKind == JsonValueKind.Null ? null : config.Count("tau_c"),
                DelayRule = config.TryGetProperty("rule", out JsonElement rule) && rule.GetString() == "eta/tau_max" ? DelayRule.Divided : DelayRule.Capped,
                BiasCorrection = config.Field("bias_correction").GetBoolean(),
            },
            start,
            workers);
    }

    /// <summary>One worker per client, and one more for every arrival that starts before an earlier one of its client ended.</summary>
    private static int[] WorkersOf(Arrival[] arrivals)
    {
        List<int> clients = [.. Enumerable.Range(0, arrivals.Max(arrival => arrival.Client) + 1)];
        clients.AddRange(arrivals.Where((arrival, i) => arrivals[..i].Any(
            earlier => earlier.Client == arrival.Client && earlier.Version >= arrival.Version)).Select(arrival => arrival.Client));
        return [.. clients];
    }

    private static Arrival Read(JsonElement arrival) => new(arrival.Count("client"), arrival.Count("start_version"));

    private sealed record Arrival(int Client, int Version);

    /// <param name="Arrivals">In order.</param>
    /// <param name="Clients">Whose shard each worker has.</param>
    /// <param name="Buffer">Arrivals of a step.</param>
    private sealed record Script(Arrival[] Arrivals, int[] Clients, int Buffer);
}
