using System.ComponentModel.DataAnnotations;

namespace ActorFed.Algorithms.Federated;

/// <summary>The local steps of a client on its own shard. Symbols: docs/notation.md.</summary>
public record LocalStepOptions
{
    /// <summary>η_l, one local step; more than 0. Keep it below 2 / L.</summary>
    [Range(0d, 1e9, MinimumIsExclusive = true)]
    public required double Step { get; init; }

    /// <summary>E, passes over the shard; at least 1. Without rows, or with all rows in a batch, a pass is one step.</summary>
    [Range(1, 100_000)]
    public int Epochs { get; init; } = 1;

    /// <summary>K, local steps, however many passes they make; at least 1. Null: as many as <see cref="Epochs"/> passes have.</summary>
    [Range(1, 10_000_000)]
    public int? Steps { get; init; }

    /// <summary>B, rows of a batch; the last batch of a pass may be shorter. 0 takes all.</summary>
    [Range(0, 1_000_000)]
    public int BatchRows { get; init; }
}

/// <summary>How a client trains the model that it is sent: stochastic gradient descent, perhaps held to that model.</summary>
public sealed record ClientOptions : LocalStepOptions
{
    /// <summary>μ or ρ, how strongly a client is held to the model it was sent: + μ/2 ‖y − x‖² in its loss; at least 0.</summary>
    /// <remarks>Source: Li et al., "Federated Optimization in Heterogeneous Networks" (FedProx), MLSys 2020.</remarks>
    [Range(0d, 1e9)]
    public double Proximal { get; init; }
}
