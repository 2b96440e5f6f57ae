using System.ComponentModel.DataAnnotations;

namespace ActorFed.Algorithms.Graph.Compression;

/// <summary>What makes vectors smaller.</summary>
public enum CompressionKind
{
    /// <summary>Nothing: vectors travel as they are.</summary>
    None,

    /// <summary>The k entries of largest absolute value.</summary>
    TopK,

    /// <summary>k entries at random indices.</summary>
    RandK,

    /// <summary>The norm, and a random level per entry.</summary>
    Qsgd,

    /// <summary>A scale, and a byte per entry.</summary>
    Int8,

    /// <summary>Entries of 2 bytes.</summary>
    Bfloat16,

    /// <summary>Entries of 4 bytes.</summary>
    Float32,
}

/// <summary>How vectors are made smaller on their way to the neighbours.</summary>
public sealed record CompressionOptions : IValidatableObject
{
    /// <summary>What makes them smaller.</summary>
    public CompressionKind Kind { get; init; } = CompressionKind.None;

    /// <summary>Share of the entries that top-k and rand-k keep, rounded up; more than 0, at most 1. Unused with a count.</summary>
    [Range(0d, 1d, MinimumIsExclusive = true, ErrorMessage = "must be more than 0, for no entries would be sent, and at most 1")]
    public double Ratio { get; init; } = 0.1;

    /// <summary>k, entries that top-k and rand-k keep; at least 1. Null: see the ratio.</summary>
    [Range(1, int.MaxValue, ErrorMessage = "must be at least 1, for with k = 0 no entries would be sent; none: see ratio")]
    public int? Count { get; init; }

    /// <summary>s, levels of qsgd above 0; 1 to 32767.</summary>
    [Range(1, short.MaxValue)]
    public int Levels { get; init; } = 16;

    /// <summary>Whether a seed travels in place of rand-k's indices.</summary>
    public bool SharedSeed { get; init; } = true;

    /// <summary>How the entries of top-k and rand-k, and the scales of qsgd and int8, travel.</summary>
    public NumberFormat ValuePrecision { get; init; } = NumberFormat.Float64;

    /// <summary>What a compressed vector is measured against.</summary>
    public CompressionFeedback Feedback { get; init; } = CompressionFeedback.Reference;

    /// <summary>γ, the share of the pull that is followed; more than 0, at most 1. Less is needed where compression is strong.</summary>
    [Range(0d, 1d, MinimumIsExclusive = true)]
    public double ConsensusStep { get; init; } = 1;

    /// <summary>The compressor; null where vectors travel as they are.</summary>
    public ICompressor? Create() => Kind switch
    {
        CompressionKind.None => null,
        CompressionKind.TopK => new TopKCompressor(Kept, ValuePrecision),
        CompressionKind.RandK => new RandKCompressor(Kept, SharedSeed, ValuePrecision),
        CompressionKind.Qsgd => new QsgdCompressor(Levels, ValuePrecision),
        CompressionKind.Int8 => new Int8Compressor(ValuePrecision),
        CompressionKind.Bfloat16 => new RoundingCompressor(NumberFormat.Bfloat16),
        CompressionKind.Float32 => new RoundingCompressor(NumberFormat.Float32),
        _ => throw new InvalidOperationException($"There is no compression {Kind}."),
    };

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Kind is CompressionKind.None or CompressionKind.Bfloat16 or CompressionKind.Float32 && ValuePrecision != NumberFormat.Float64)
        {
            yield return new ValidationResult(
                "is for top-k, rand-k, qsgd and int8 only; to send all entries in a shorter format choose kind = float32 or bfloat16",
                [nameof(ValuePrecision)]);
        }
    }

    private KeptEntries Kept => Count is int count ? KeptEntries.Number(count) : KeptEntries.Share(Ratio);
}
