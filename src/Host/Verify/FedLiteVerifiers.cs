using System.Text.Json;
using ActorFed.Algorithms.Federated.Split;
using ActorFed.Algorithms.Graph.Compression;
using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Star;

namespace ActorFed.Host.Verify;

/// <summary>Grouped product quantisation of one batch: <c>fedlite-quantizer.json</c> and files of its format.</summary>
internal sealed class FedLiteQuantizerVerifier : IVectorVerifier
{
    public string Format => "fedlite-quantizer (grouped product quantisation)";

    public bool Recognises(JsonElement file) => file.TryGetProperty("ratio_table", out _) && file.TryGetProperty("cases", out _);

    public IEnumerable<VerifiedCase> Verify(JsonElement file)
    {
        foreach (JsonElement expected in file.Field("cases").EnumerateArray())
        {
            yield return Quantize(file, expected);
        }

        VerifiedCase ratios = new("ratios");
        int row = 0;
        foreach (JsonElement expected in file.Field("ratio_table").EnumerateArray())
        {
            (int rows, int length, int bits) = (expected.Count("B"), expected.Count("d"), expected.Count("phi"));
            ratios.Compare(row, "bits", expected.Field("compressed_bits"), OptionsOf(expected).CompressedBits(rows, length, bits));
            ratios.Compare(row++, "ratio", expected.Field("ratio"), OptionsOf(expected).Ratio(rows, length, bits));
        }

        yield return ratios;
    }

    private static VerifiedCase Quantize(JsonElement file, JsonElement expected)
    {
        QuantizerOptions options = OptionsOf(expected);
        VerifiedCase verified = new($"q={options.Subvectors} R={options.Groups} L={options.Centroids}");
        (int rows, double[] activations) = (file.Field("Z").GetArrayLength(), file.Field("Z").Doubles());
        GroupedQuantizer quantizer = new(options, activations.Length / rows);
        QuantizedActivations quantized = quantizer.Quantize(activations, NumberFormat.Float64);
        ReadOnlySpan<double> decoded = quantized.Decode().Span;
        verified.Compare(0, "codebooks", expected.Field("codebooks"), quantized.Codebooks.Values.Span);
        verified.Compare(0, "codes", expected.Field("codes"), FedLiteReplay.CodesOf(quantized.Codes));
        verified.Compare(0, "z~", expected.Field("Z_quantized"), decoded);
        verified.Compare(0, "updates", expected.Field("lloyd_updates"), [.. quantizer.Updates.Select(count => (double)count)]);
        verified.Compare(0, "error", expected.Field("sq_error"), VectorMath.SquaredDistance(activations, decoded));
        verified.Compare(0, "corrected", expected.Field("corrected_grad"), Corrected(file, activations, quantized));
        verified.Compare(0, "bits", expected.Field("compressed_bits"), options.CompressedBits(rows, activations.Length / rows));
        verified.Compare(0, "ratio", expected.Field("ratio"), options.Ratio(rows, activations.Length / rows));
        return verified;
    }

    /// <summary>The slopes as a client of this batch hands them to its part.</summary>
    private static double[] Corrected(JsonElement file, double[] activations, QuantizedActivations quantized)
    {
        QuantizerOptions options = new() { Subvectors = quantized.Subvectors, Groups = quantized.Groups, Centroids = quantized.Centroids };
        GivenActivations oracle = new(activations, quantized.Rows);
        SplitWorkerRule rule = new(FedLiteReplay.OptionsOf(options, file.Number("lam"), step: 1), oracle, seed: 0, index: 0);
        SplitBody.WorkerState state = new() { Number = 0, ClientPart = FlatVector.Zeros(1) };
        rule.Do(state, new SplitBody.PullBack(new(file.Field("grad_from_server").Vector(), NumberFormat.Float64)));
        return oracle.Slopes;
    }

    private static QuantizerOptions OptionsOf(JsonElement file) => new()
    {
        Subvectors = file.Count("q"),
        Groups = file.Count("R"),
        Centroids = file.Count("L"),
    };
}

/// <summary>SplitFed and FedLite of linear parts: <c>fedlite-training.json</c> and files of its format.</summary>
internal sealed class FedLiteTrainingVerifier : IVectorVerifier
{
    private const double Step = 0.1;

    private static readonly QuantizerOptions Quantizer = new() { Subvectors = 2, Groups = 1, Centroids = 2 };

    public string Format => "fedlite-training (SplitFed, FedLite)";

    public bool Recognises(JsonElement file) => file.TryGetProperty("Wc0", out _) && file.TryGetProperty("ws0", out _);

    public IEnumerable<VerifiedCase> Verify(JsonElement file) =>
        file.Field("runs").EnumerateObject().Select(run => Replay(run.Name, file, run.Value));

    private static VerifiedCase Replay(string name, JsonElement file, JsonElement run)
    {
        VerifiedCase verified = new(name);
        LinearSplitClient[] clients = LinearSplitClient.ReadAll(file);
        LinearSplitServer server = new(clients[0].ActivationLength);
        bool isRaw = run.Field("trace")[0].Field("clients")[0].Field("codes").ValueKind == JsonValueKind.Null;
        SplitOptions options = isRaw
            ? new SplitFedOptions { ClientStep = Step, ServerStep = Step, Precision = NumberFormat.Float64 }
            : FedLiteReplay.OptionsOf(Quantizer, run.Number("lam"), Step);
        FlatVector start = FlatVector.CopyOf([.. file.Field("Wc0").Doubles(), .. file.Field("ws0").Doubles()]);
        SplitMasterRule rule = new(options, start, clients[0].Length, server, clients.Length, isRaw ? "splitfed" : "fedlite");
        ScriptedStar star = new(
            rule, [.. clients.Select((oracle, i) => new SplitWorkerRule(options, oracle, seed: 0, i))], run.Field("trace").GetArrayLength(),
            report => report is SplitBody.Activated, new SynchronousParticipation());
        foreach (JsonElement expected in run.Field("trace").EnumerateArray())
        {
            int step = expected.Count("iter");
            SplitBody.Activated[] sent = [.. star.Held.Select(held => (SplitBody.Activated)held.Report)];
            double[][] activations = [.. clients.Select(client => client.Activations)]; // the next step's are computed at once
            server.Queries.Clear();
            star.Step([.. Enumerable.Range(0, clients.Length)]);
            if (rule.StepsMade != step + 1)
            {
                throw new InvalidDataException($"Case {name}: step {step} led to {rule.StepsMade} server steps; {step + 1} are due.");
            }

            for (int i = 0; i < clients.Length; i++)
            {
                Compare(verified, step, $"{i}", expected.Field("clients")[i], activations[i], clients[i], sent[i], server.Queries[i]);
            }

            verified.Compare(step, "w_c", expected.Field("Wc"), rule.ClientPart.Span);
            verified.Compare(step, "w_s", expected.Field("ws"), rule.ServerPart.Span);
        }

        return verified;
    }

    private static void Compare(
        VerifiedCase verified, int step, string client, JsonElement expected, double[] activations, LinearSplitClient oracle, SplitBody.Activated sent,
        (double Loss, double[] Slopes) query)
    {
        verified.Compare(step, $"loss_{client}", expected.Field("loss"), query.Loss);
        verified.Compare(step, $"z_{client}", expected.Field("Z"), activations);
        verified.Compare(step, $"z~_{client}", expected.Field("Z_quantized"), sent.Decode().Span);
        if (sent is SplitBody.QuantizedActivated quantized)
        {
            verified.Compare(step, $"codes_{client}", expected.Field("codes"), FedLiteReplay.CodesOf(quantized.Activations.Codes));
        }

        verified.Compare(step, $"gz_{client}", expected.Field("grad_z"), query.Slopes);
        verified.Compare(step, $"gz'_{client}", expected.Field("corrected"), oracle.Slopes);
        verified.Compare(step, $"gc_{client}", expected.Field("grad_Wc"), oracle.Gradient);
    }
}

/// <summary>What both formats need.</summary>
internal static class FedLiteReplay
{
    public static FedLiteOptions OptionsOf(QuantizerOptions quantizer, double correction, double step) => new()
    {
        ClientStep = step,
        ServerStep = step,
        Precision = NumberFormat.Float64,
        Quantizer = quantizer,
        Correction = correction,
    };

    public static double[] CodesOf(PackedCodes packed)
    {
        int[] codes = new int[packed.Count];
        packed.CopyTo(codes);
        return Array.ConvertAll(codes, code => (double)code);
    }
}
