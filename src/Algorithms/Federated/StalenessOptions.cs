using System.ComponentModel.DataAnnotations;

namespace ActorFed.Algorithms.Federated;

/// <summary>How a report's weight falls with its staleness.</summary>
public enum StalenessWeight
{
    /// <summary>Not at all.</summary>
    Constant,

    /// <summary>s = (1 + τ)^−a.</summary>
    Polynomial,

    /// <summary>s = 1 up to τ = b, then 1 / (a (τ − b) + 1).</summary>
    Hinge,
}

/// <summary>Weights of stale reports. Symbols: docs/notation.md.</summary>
/// <remarks>Source: Xie, Koyejo, Gupta, "Asynchronous Federated Optimization", arXiv 1903.03934, section 5.2 there.</remarks>
public sealed record StalenessOptions
{
    /// <summary>How the weight falls.</summary>
    public StalenessWeight Weight { get; init; } = StalenessWeight.Polynomial;

    /// <summary>a of the polynomial; at least 0.</summary>
    [Range(0d, 100d)]
    public double Exponent { get; init; } = 0.5;

    /// <summary>a of the hinge; at least 0.</summary>
    [Range(0d, 1e6)]
    public double Slope { get; init; } = 10;

    /// <summary>b of the hinge, the largest staleness of full weight; at least 0.</summary>
    [Range(0, 1_000_000)]
    public int From { get; init; } = 4;

    /// <summary>s(τ).</summary>
    /// <param name="staleness">τ; at least 0.</param>
    public double At(int staleness) => Weight switch
    {
        StalenessWeight.Polynomial => Math.Pow(1 + staleness, -Exponent),
        StalenessWeight.Hinge when staleness > From => 1 / ((Slope * (staleness - From)) + 1),
        _ => 1,
    };
}
