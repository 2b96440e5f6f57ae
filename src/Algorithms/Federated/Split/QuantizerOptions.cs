using System.ComponentModel.DataAnnotations;

namespace ActorFed.Algorithms.Federated.Split;

/// <summary>Where K-means starts.</summary>
public enum CentroidStart
{
    /// <summary>At the first points that differ, in the order of rows and subvectors.</summary>
    FirstDistinct,

    /// <summary>At points drawn one after the other, each by its squared distance from those drawn before (k-means++).</summary>
    PlusPlus,
}

/// <summary>Grouped product quantisation of activations. Symbols: docs/notation.md.</summary>
public sealed record QuantizerOptions : IValidatableObject
{
    /// <summary>q, pieces that the activations of a row are cut into; at least 1, and a divisor of their number.</summary>
    [Range(1, 1_000_000)]
    public required int Subvectors { get; init; }

    /// <summary>R, groups of pieces that share a codebook; at least 1, and a divisor of q. 1: one codebook for all, q: one for each place.</summary>
    [Range(1, 1_000_000)]
    public int Groups { get; init; } = 1;

    /// <summary>L, centroids of a codebook; 1 to 65536.</summary>
    [Range(1, 65_536)]
    public int Centroids { get; init; } = 2;

    /// <summary>Most updates of the centroids; at least 0.</summary>
    [Range(0, 10_000)]
    public int MaxUpdates { get; init; } = 10;

    /// <summary>Where K-means starts.</summary>
    public CentroidStart Start { get; init; }

    /// <summary>What a message of B rows is in the paper's count, where a number takes 64 bits and a code log2 L of them, which is not rounded.</summary>
    /// <param name="rows">B.</param>
    /// <param name="length">d.</param>
    /// <param name="bitsPerNumber">φ.</param>
    public double CompressedBits(int rows, int length, int bitsPerNumber = 64) =>
        ((double)bitsPerNumber * length * Groups * Centroids / Subvectors) + ((double)rows * Subvectors * Math.Log2(Centroids));

    /// <summary>How many times fewer bits that is than the activations themselves.</summary>
    /// <inheritdoc cref="CompressedBits" path="/param"/>
    public double Ratio(int rows, int length, int bitsPerNumber = 64) =>
        (double)bitsPerNumber * length * rows / CompressedBits(rows, length, bitsPerNumber);

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Groups > 0 && Subvectors % Groups != 0)
        {
            yield return new ValidationResult(
                $"is {Groups}; it must divide the {Subvectors} subvectors of a row evenly, such as {Divisors.Nearest(Subvectors, Groups)}.", [nameof(Groups)]);
        }
    }
}
