using System.ComponentModel.DataAnnotations;
using ActorFed.Algorithms.Federated.FedOpt;
using ActorFed.Algorithms.Graph.Compression;

namespace ActorFed.Algorithms.Federated.Split;

/// <summary>What SplitFed and FedLite have in common. Symbols: docs/notation.md.</summary>
public abstract record SplitOptions
{
    /// <summary>η_c, the step of the clients' part; more than 0.</summary>
    [Range(0d, 1e9, MinimumIsExclusive = true)]
    public required double ClientStep { get; init; }

    /// <summary>η_s, the step of the server's part; more than 0.</summary>
    [Range(0d, 1e9, MinimumIsExclusive = true)]
    public required double ServerStep { get; init; }

    /// <summary>B, rows of a client's batch in a step. 0, or as many as there are, takes all.</summary>
    [Range(0, 1_000_000)]
    public int BatchRows { get; init; }

    /// <summary>How much each client counts.</summary>
    public ClientWeighting Weighting { get; init; } = ClientWeighting.Uniform;

    /// <summary>Whether the server's part still learns from a client that was lost between its two answers.</summary>
    public bool KeepServerGradients { get; init; }

    /// <summary>How activations, centroids and derivatives travel.</summary>
    public NumberFormat Precision { get; init; } = NumberFormat.Float32;

    /// <summary>How activations are quantised; null: not at all.</summary>
    internal abstract QuantizerOptions? Quantization { get; }

    /// <summary>The factor of z − z̃ in the correction of a batch's derivatives.</summary>
    /// <param name="rows">B.</param>
    internal abstract double CorrectionOf(int rows);
}

/// <summary>Settings of SplitFed.</summary>
/// <remarks>Source: Thapa, Arachchige, Camtepe, Sun, "SplitFed: When Federated Learning Meets Split Learning", AAAI 2022, arXiv 2004.12088.</remarks>
public sealed record SplitFedOptions : SplitOptions
{
    internal override QuantizerOptions? Quantization => null;

    internal override double CorrectionOf(int rows) => 0;
}

/// <summary>Settings of FedLite.</summary>
/// <remarks>
/// Source: Wang, Qi, Rawat, Reddi, Waghmare, Yu, Joshi, "FedLite: A Scalable Approach for Federated Learning on Resource-constrained
/// Clients", arXiv 2201.11865.
/// </remarks>
public sealed record FedLiteOptions : SplitOptions
{
    /// <summary>How activations are quantised.</summary>
    public required QuantizerOptions Quantizer { get; init; }

    /// <summary>λ, how strongly activations are pulled to their centroids; at least 0.</summary>
    [Range(0d, 1e9)]
    public required double Correction { get; init; }

    /// <summary>Whether the correction is a mean over the batch's rows, as the loss is, and not a sum.</summary>
    public bool CorrectionMean { get; init; }

    internal override QuantizerOptions? Quantization => Quantizer;

    internal override double CorrectionOf(int rows) => CorrectionMean ? Correction / rows : Correction;
}
