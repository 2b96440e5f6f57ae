using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using ActorFed.Algorithms.Graph;
using ActorFed.Algorithms.Graph.Compression;
using ActorFed.Algorithms.Numerics;

namespace ActorFed.Host.Verify;

/// <summary>Compressors of one vector: <c>c2dfb-compressors.json</c> and files of its format.</summary>
internal sealed class CompressorsVerifier : IVectorVerifier
{
    public string Format => "c2dfb-compressors (top-k, rand-k, QSGD)";

    public bool Recognises(JsonElement file) => file.TryGetProperty("top_k", out _) && file.TryGetProperty("quantize", out _);

    public IEnumerable<VerifiedCase> Verify(JsonElement file)
    {
        VerifiedCase verified = new("compressors");
        FlatVector vector = file.Field("v").Vector();
        verified.Compare(0, "norm", file.Field("norm2"), VectorMath.Norm(vector.Span));
        foreach (JsonProperty expected in file.Field("top_k").EnumerateObject())
        {
            int count = int.Parse(expected.Name, CultureInfo.InvariantCulture);
            verified.Compare(count, "top_k", expected.Value, TopK(vector, count));
        }

        JsonElement tie = file.Field("top_k_tie");
        verified.Compare(tie.Count("k"), "tie", tie.Field("out"), TopK(tie.Field("v").Vector(), tie.Count("k")));
        JsonElement random = file.Field("rand_k");
        ImmutableArray<int> mask = [.. random.Field("mask").EnumerateArray().Select(index => index.GetInt32())];
        verified.Compare(mask.Length, "rand_k", random.Field("out_unscaled"), SparsePacket.Take(vector, mask, NumberFormat.Float64).Decode().Span);
        foreach (JsonElement expected in file.Field("quantize").EnumerateArray())
        {
            CompareQuantized(verified, expected, vector);
        }

        return [verified];
    }

    private static void CompareQuantized(VerifiedCase verified, JsonElement expected, FlatVector vector)
    {
        int levels = expected.Count("s");
        using IEnumerator<double> uniform = expected.Field("u").Doubles().AsEnumerable().GetEnumerator();
        QuantizedPacket packet = new QsgdCompressor(levels, NumberFormat.Float64).Quantize(
            vector, () => uniform.MoveNext() ? uniform.Current : throw new FormatException("The field 'u' has fewer numbers than the vector entries."));
        verified.Compare(levels, "levels", expected.Field("levels"), [.. packet.Levels.Select(level => (double)level)]);
        verified.Compare(levels, "omega", expected.Field("omega"), QsgdCompressor.Omega(vector.Length, levels));
        verified.Compare(levels, "qsgd", expected.Field("out_contractive"), packet.Decode().Span);
    }

    private static ReadOnlySpan<double> TopK(FlatVector vector, int count) =>
        new TopKCompressor(KeptEntries.Number(count), NumberFormat.Float64).Compress(vector, new SeededRandom(0, "unused")).Decode().Span;
}
