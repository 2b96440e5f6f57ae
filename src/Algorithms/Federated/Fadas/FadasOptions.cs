using System.ComponentModel.DataAnnotations;

namespace ActorFed.Algorithms.Federated.Fadas;

/// <summary>How the step gives way to staleness beyond the threshold.</summary>
public enum DelayRule
{
    /// <summary>η_t = min(η, 1 / τ_max) (paper).</summary>
    Capped,

    /// <summary>η_t = η / τ_max (official code).</summary>
    Divided,
}

/// <summary>Settings of asynchronous adaptive federated optimisation. Symbols: docs/notation.md.</summary>
/// <remarks>
/// Source: Wang, Wang, Lu, Chen, "FADAS: Towards Federated Adaptive Asynchronous Optimization", ICML 2024, arXiv 2407.18365, and the
/// authors' code.
/// </remarks>
public sealed record FadasOptions
{
    /// <summary>How clients train.</summary>
    public required ClientOptions Client { get; init; }

    /// <summary>η, the server's step; more than 0.</summary>
    [Range(0d, 1e9, MinimumIsExclusive = true)]
    public required double ServerStep { get; init; }

    /// <summary>β₁, decay of the first moment; at least 0, less than 1.</summary>
    [Range(0d, 1d, MaximumIsExclusive = true)]
    public double FirstDecay { get; init; } = 0.9;

    /// <summary>β₂, decay of the second moment; at least 0, less than 1.</summary>
    [Range(0d, 1d, MaximumIsExclusive = true)]
    public double SecondDecay { get; init; } = 0.99;

    /// <summary>ε, added to the root of the largest second moment; at least 1e-8: entries that never change stay put.</summary>
    [Range(1e-8, 1e9)]
    public double Adaptivity { get; init; } = 1e-8;

    /// <summary>τ_c, the staleness up to which the step is η; at least 0. Null: the step is always η (FADAS without delay adaptation).</summary>
    [Range(0, 1_000_000)]
    public int? DelayThreshold { get; init; }

    /// <summary>What it is beyond.</summary>
    public DelayRule DelayRule { get; init; } = DelayRule.Capped;

    /// <summary>Whether moments that start at zero are corrected as in Adam (official code); the paper's are not.</summary>
    public bool BiasCorrection { get; init; }
}
