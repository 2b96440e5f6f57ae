using System.ComponentModel.DataAnnotations;

namespace ActorFed.Algorithms.Federated.FedBuff;

/// <summary>Settings of buffered asynchronous aggregation. Symbols: docs/notation.md.</summary>
/// <remarks>
/// Source: Nguyen, Malik, Zhan, Yousefpour, Rabbat, Malek, Huba, "Federated Learning with Buffered Asynchronous Aggregation", AISTATS 2022,
/// arXiv 2106.06639; momentum and the reference staleness as in the authors' simulator FLSim.
/// </remarks>
public sealed record FedBuffOptions
{
    /// <summary>How clients train.</summary>
    public required ClientOptions Client { get; init; }

    /// <summary>How stale reports are weighed; the paper has the square root, a polynomial of exponent ½.</summary>
    public required StalenessOptions Staleness { get; init; }

    /// <summary>Staleness whose weight all weights are divided by; at least 0. 0 divides by 1 (paper).</summary>
    [Range(0, 1_000_000)]
    public int ReferenceStaleness { get; init; }

    /// <summary>η_g, the server's step; more than 0.</summary>
    [Range(0d, 1e9, MinimumIsExclusive = true)]
    public double ServerStep { get; init; } = 1;

    /// <summary>μ, how much of its last move the server keeps; at least 0, less than 1.</summary>
    [Range(0d, 1d, MaximumIsExclusive = true)]
    public double Momentum { get; init; }
}
