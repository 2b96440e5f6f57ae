using System.Text.Json;
using ActorFed.Algorithms.Federated.AsdSvrg;

namespace ActorFed.Host.Verify;

/// <summary>Distributed SVRG with uniform, known and estimated probabilities: <c>asd-svrg-quadratic.json</c> and files of its format.</summary>
internal sealed class AsdSvrgVerifier : IVectorVerifier
{
    public string Format => "asd-svrg-quadratic (distributed SVRG with sampled workers)";

    public bool Recognises(JsonElement file) => file.TryGetProperty("uniforms", out _) && file.TryGetProperty("L_true", out _);

    public IEnumerable<VerifiedCase> Verify(JsonElement file) => file.Field("runs").EnumerateObject().Select(run => Replay(run.Name, file, run.Value.Field("trace")));

    private static VerifiedCase Replay(string name, JsonElement file, JsonElement trace)
    {
        VerifiedCase verified = new(name);
        MatrixQuadraticOracle[] oracles = MatrixQuadraticOracle.ReadAll(file.Field("problem"));
        double[] uniforms = file.Field("uniforms").Doubles();
        AsdSvrgOptions options = OptionsOf(name, file);
        AsdSvrgMasterRule rule = new(options, file.Field("problem").Field("x0").Vector(), oracles.Length, seed: 0, (step, _) => uniforms[step]);
        ScriptedStar star = new(
            rule,
            [.. oracles.Select((oracle, i) => new AsdSvrgWorkerRule(options, oracle, seed: 0, i))],
            trace.GetArrayLength() * (options.InnerSteps + 1L),
            report => report is AsdSvrgBody,
            new DrawnParticipation(rule));
        foreach (JsonElement epoch in trace.EnumerateArray())
        {
            long s = epoch.Count("epoch");
            star.Step([.. Enumerable.Range(0, oracles.Length)]);
            verified.Compare(s, "mu", epoch.Field("mu"), rule.MeanGradient.Span);
            verified.Compare(s, "p", epoch.Field("p"), rule.Probabilities);
            foreach (JsonElement inner in epoch.Field("inner").EnumerateArray())
            {
                int machine = star.Held.Single().Worker;
                star.Step([machine]);
                verified.Compare(s, "machine", inner.Field("machine"), machine);
                verified.Compare(s, "v", inner.Field("v"), rule.Direction.Span);
                verified.Compare(s, "x", inner.Field("x"), rule.Lower.Span);
            }

            verified.Compare(s, "snapshot", epoch.Field("snapshot"), rule.Lower.Span);
            if (options.Sampling == WorkerSampling.Adaptive && s > 0) // else they stand for nothing
            {
                verified.Compare(s, "L_hat", epoch.Field("L_hat"), rule.Estimates);
            }
        }

        return verified;
    }

    private static AsdSvrgOptions OptionsOf(string name, JsonElement file)
    {
        double[] known = file.Field("L_true").Doubles();
        AsdSvrgOptions options = new() { InnerSteps = file.Count("T"), Step = file.Number("eta") };
        return name switch
        {
            "uniform" => options with { Sampling = WorkerSampling.Uniform },
            "known_L" => options with { Sampling = WorkerSampling.Given, Probabilities = [.. known.Select(l => l / known.Sum())] },
            "adaptive_snapshot" => options,
            "adaptive_running" => options with { Estimator = LipschitzEstimator.Running, Mix = 0.1 },
            _ => throw new FormatException($"The run '{name}' is unknown; known are uniform, known_L, adaptive_snapshot and adaptive_running."),
        };
    }
}
