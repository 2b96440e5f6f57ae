using System.ComponentModel.DataAnnotations;

namespace ActorFed.Algorithms.Decentralized.C2dfb;

/// <summary>Settings of compressed, fully first-order decentralized bilevel optimisation. Symbols: docs/notation.md.</summary>
/// <remarks>
/// Source: Wen, Liu, Abdelmoniem, Zhou and Xu, "A communication and computation efficient fully first-order method for decentralized bilevel
/// optimization", arXiv 2410.14115.
/// </remarks>
public sealed record C2dfbOptions
{
    /// <summary>λ, weight of the lower loss in the penalised one; more than 0. The solution's bias falls as 1 / λ.</summary>
    [Range(0d, 1e9, MinimumIsExclusive = true)]
    public double Penalty { get; init; } = 10;

    /// <summary>K, steps of the lower variables in a round, an exchange each; at least 1.</summary>
    [Range(1, 1000)]
    public int LowerSteps { get; init; } = 10;

    /// <summary>η_out, step of the upper variable along its tracker; more than 0.</summary>
    [Range(0d, 1e9, MinimumIsExclusive = true)]
    public required double StepUpper { get; init; }

    /// <summary>η_y, step of the lower variable under the penalised loss; more than 0. Keep it below 1 / (L_f + λ L_g).</summary>
    [Range(0d, 1e9, MinimumIsExclusive = true)]
    public required double StepPenalised { get; init; }

    /// <summary>η_z, step of the lower variable under the lower loss alone; more than 0. Keep it below 1 / L_g.</summary>
    [Range(0d, 1e9, MinimumIsExclusive = true)]
    public required double StepLower { get; init; }

    /// <summary>γ_out, factor of the neighbours' pull on the upper variable; more than 0, at most 1.</summary>
    [Range(0d, 1d, MinimumIsExclusive = true)]
    public double ConsensusUpper { get; init; } = 0.5;

    /// <summary>γ_in, factor of the neighbours' pull on the lower variables; more than 0, at most 1. Halve it where compression makes the run diverge.</summary>
    [Range(0d, 1d, MinimumIsExclusive = true)]
    public double ConsensusLower { get; init; } = 0.5;

    /// <summary>
    /// Whether the trackers of the lower variables begin each round anew at the local gradient, which leaves a large bias where there are few
    /// steps and shards differ; else they are carried on.
    /// </summary>
    public bool RestartTrackers { get; init; }
}
