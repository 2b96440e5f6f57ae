using System.ComponentModel.DataAnnotations;

namespace ActorFed.Problems;

/// <summary>Options of regression on generated rows.</summary>
public abstract record PlantedRegressionOptions
{
    /// <summary>Rows of a shard; at least 1.</summary>
    [Range(1, 1_000_000)]
    public int Rows { get; init; } = 128;

    /// <summary>ρ, correlation of neighbouring features within a shard; more than −1, less than 1.</summary>
    [Range(-1d, 1d, MinimumIsExclusive = true, MaximumIsExclusive = true)]
    public double Correlation { get; init; }

    /// <summary>σ, standard deviation of the noise on the targets; at least 0.</summary>
    [Range(0d, 1e6)]
    public double Noise { get; init; } = 1;

    /// <summary>What is this large or less counts as zero in the metrics; at least 0.</summary>
    [Range(0d, 1e6)]
    public double Threshold { get; init; } = 1e-4;
}
