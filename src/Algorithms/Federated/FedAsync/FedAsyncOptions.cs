using System.ComponentModel.DataAnnotations;

namespace ActorFed.Algorithms.Federated.FedAsync;

/// <summary>Settings of asynchronous federated optimisation. Symbols: docs/notation.md.</summary>
/// <remarks>Source: Xie, Koyejo, Gupta, "Asynchronous Federated Optimization", arXiv 1903.03934.</remarks>
public sealed record FedAsyncOptions
{
    /// <summary>How clients train; the proximal term is part of the method.</summary>
    public required ClientOptions Client { get; init; }

    /// <summary>How the mixing weight falls with staleness.</summary>
    public required StalenessOptions Staleness { get; init; }

    /// <summary>α, weight of a client's model that is not stale; more than 0, at most 1.</summary>
    [Range(0d, 1d, MinimumIsExclusive = true)]
    public double Mixing { get; init; } = 0.6;
}
