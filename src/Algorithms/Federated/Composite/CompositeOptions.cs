using System.ComponentModel.DataAnnotations;
using ActorFed.Algorithms.Federated.Composite.Regularizers;
using ActorFed.Algorithms.Federated.FedOpt;

namespace ActorFed.Algorithms.Federated.Composite;

/// <summary>What the federated algorithms for F(w) + ψ(w) have in common. Symbols: docs/notation.md.</summary>
/// <remarks>Source: Yuan, Zaheer, Reddi, "Federated Composite Optimization", ICML 2021, arXiv 2011.08474, and the code published with it.</remarks>
public abstract record CompositeOptions
{
    /// <summary>Local steps of a client.</summary>
    public required LocalStepOptions Client { get; init; }

    /// <summary>ψ.</summary>
    public RegularizerOptions Regularizer { get; init; } = new();

    /// <summary>How much each client counts.</summary>
    public ClientWeighting Weighting { get; init; } = ClientWeighting.Uniform;

    /// <summary>η_s, the server's step; more than 0.</summary>
    [Range(0d, 1e9, MinimumIsExclusive = true)]
    public double ServerStep { get; init; } = 1;
}
