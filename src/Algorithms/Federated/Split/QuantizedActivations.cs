using ActorFed.Algorithms.Graph;
using ActorFed.Algorithms.Graph.Compression;
using ActorFed.Algorithms.Numerics;

namespace ActorFed.Algorithms.Federated.Split;

/// <summary>Activations of B rows as codebooks and codes.</summary>
/// <param name="Rows">B.</param>
/// <param name="Length">d, activations of a row.</param>
/// <param name="Groups">R, codebooks.</param>
/// <param name="Codebooks">The centroids, group by group; R · L · d/q numbers.</param>
/// <param name="Codes">The centroid of every piece, row by row; B · q codes below L.</param>
public sealed record QuantizedActivations(int Rows, int Length, int Groups, RoundedPacket Codebooks, PackedCodes Codes)
{
    /// <summary>q, pieces of a row.</summary>
    public int Subvectors => Codes.Count / Rows;

    /// <summary>L, centroids of a codebook.</summary>
    public int Centroids => Codes.Kinds;

    /// <summary>R · L · d/q numbers and ⌈B · q · ⌈log2 L⌉ / 8⌉ bytes of codes.</summary>
    public long PayloadBytes => Codebooks.PayloadBytes + Codes.Bytes.Length;

    /// <summary>z̃, row by row; length B · d.</summary>
    public FlatVector Decode() => FlatVector.Create(Rows * Length, this, static (values, quantized) =>
    {
        int[] codes = new int[quantized.Codes.Count];
        quantized.Codes.CopyTo(codes);
        (int q, int size) = (quantized.Subvectors, quantized.Length / quantized.Subvectors);
        ReadOnlySpan<double> centroids = quantized.Codebooks.Values.Span;
        for (int i = 0; i < codes.Length; i++)
        {
            int group = (int)((long)(i % q) * quantized.Groups / q);
            centroids.Slice(((group * quantized.Centroids) + codes[i]) * size, size).CopyTo(values[(i * size)..]);
        }
    });

    /// <summary>Why this cannot be what a client with these settings sent, or null when it can.</summary>
    /// <param name="options">The settings.</param>
    /// <param name="length">d.</param>
    /// <param name="format">How numbers travel.</param>
    public string? Objection(QuantizerOptions options, int length, NumberFormat format)
    {
        if (Rows < 1 || Length != length || Codes.Count != (long)Rows * options.Subvectors || Groups != options.Groups || Centroids != options.Centroids)
        {
            return $"{Rows} rows of {Length} activations came as {Codes.Count} codes below {Centroids} in {Groups} groups; {options.Subvectors} codes for each "
                + $"of at least 1 rows of {length}, below {options.Centroids}, in {options.Groups} groups are set.";
        }

        return RoundedVectors.Objection(Codebooks, options.Groups * options.Centroids * (length / options.Subvectors), format, "the codebooks");
    }
}
