using System.ComponentModel.DataAnnotations;
using ActorFed.Algorithms.Blocks;
using ActorFed.Algorithms.Numerics;

namespace ActorFed.Algorithms.Trilevel.Afto;

/// <summary>Settings of asynchronous federated trilevel optimisation. Symbols: docs/notation.md.</summary>
/// <remarks>Source: Jiao et al., "Provably Convergent Federated Trilevel Learning", AAAI 2024, arXiv 2312.11835.</remarks>
public sealed record AftoOptions
{
    /// <summary>η_x1, step of the workers' upper copies; more than 0.</summary>
    [Range(0d, 1e6, MinimumIsExclusive = true)]
    public required double StepUpper { get; init; }

    /// <summary>η_x2, step of the workers' middle copies; more than 0.</summary>
    [Range(0d, 1e6, MinimumIsExclusive = true)]
    public required double StepMiddle { get; init; }

    /// <summary>η_x3, step of the workers' lower copies; more than 0.</summary>
    [Range(0d, 1e6, MinimumIsExclusive = true)]
    public required double StepLower { get; init; }

    /// <summary>η_z1, step of the upper consensus variable; more than 0.</summary>
    [Range(0d, 1e6, MinimumIsExclusive = true)]
    public required double StepUpperConsensus { get; init; }

    /// <summary>η_z2, step of the middle consensus variable; more than 0.</summary>
    [Range(0d, 1e6, MinimumIsExclusive = true)]
    public required double StepMiddleConsensus { get; init; }

    /// <summary>η_z3, step of the lower consensus variable; more than 0.</summary>
    [Range(0d, 1e6, MinimumIsExclusive = true)]
    public required double StepLowerConsensus { get; init; }

    /// <summary>η_λ, step of the duals of the middle level's planes; more than 0.</summary>
    [Range(0d, 1e6, MinimumIsExclusive = true)]
    public required double StepPlaneDual { get; init; }

    /// <summary>η_θ, step of the consensus duals; more than 0.</summary>
    [Range(0d, 1e6, MinimumIsExclusive = true)]
    public required double StepConsensusDual { get; init; }

    /// <summary>η_in, step of the copies and the consensus in inner rounds; more than 0. Keep it below 2 / (L + κ).</summary>
    [Range(0d, 1e6, MinimumIsExclusive = true)]
    public required double InnerStep { get; init; }

    /// <summary>η_φ, inner step of the inner consensus duals; more than 0.</summary>
    [Range(0d, 1e6, MinimumIsExclusive = true)]
    public required double InnerStepDual { get; init; }

    /// <summary>η_s, inner step of the lower planes' slacks; more than 0.</summary>
    [Range(0d, 1e6, MinimumIsExclusive = true)]
    public required double InnerStepSlack { get; init; }

    /// <summary>η_γ, inner step of the lower planes' duals; more than 0.</summary>
    [Range(0d, 1e6, MinimumIsExclusive = true)]
    public required double InnerStepPlaneDual { get; init; }

    /// <summary>κ_2, penalty of disagreement in the middle level's inner rounds; more than 0.</summary>
    [Range(0d, 1e6, MinimumIsExclusive = true)]
    public double MiddlePenalty { get; init; } = 1;

    /// <summary>κ_3, penalty of disagreement in the lower level's inner rounds; more than 0.</summary>
    [Range(0d, 1e6, MinimumIsExclusive = true)]
    public double LowerPenalty { get; init; } = 1;

    /// <summary>ρ_2, penalty of violated lower planes in the middle level's inner rounds; more than 0.</summary>
    [Range(0d, 1e6, MinimumIsExclusive = true)]
    public double PlanePenalty { get; init; } = 1;

    /// <summary>K_II, inner rounds of the middle level in a refresh; at least 1.</summary>
    [Range(1, 1000)]
    public int MiddleRounds { get; init; } = 1;

    /// <summary>K_I, inner rounds of the lower level in a refresh; at least 1.</summary>
    [Range(1, 1000)]
    public int LowerRounds { get; init; } = 1;

    /// <summary>ε_II, how far h_II may be from 0 before a plane is added; at least 0.</summary>
    [Range(0d, 1e6)]
    public double MiddleRelaxation { get; init; } = 1e-3;

    /// <summary>ε_I, how far h_I may be from 0 before a plane is added; at least 0.</summary>
    [Range(0d, 1e6)]
    public double LowerRelaxation { get; init; } = 1e-3;

    /// <summary>μ_II, weak convexity of h_II that its planes allow for; at least 0. 0 for convex ones.</summary>
    [Range(0d, 1e6)]
    public double MiddleWeakConvexity { get; init; }

    /// <summary>μ_I, weak convexity of h_I that its planes allow for; at least 0. 0 for convex ones.</summary>
    [Range(0d, 1e6)]
    public double LowerWeakConvexity { get; init; }

    /// <summary>α_1, bound of the squared norm of every copy of the upper variable; more than 0.</summary>
    [Range(0d, 1e12, MinimumIsExclusive = true)]
    public double UpperBound { get; init; } = 1;

    /// <summary>α_2, bound of the squared norm of every copy of the middle variable; more than 0.</summary>
    [Range(0d, 1e12, MinimumIsExclusive = true)]
    public double MiddleBound { get; init; } = 1;

    /// <summary>α_3, bound of the squared norm of every copy of the lower variable; more than 0.</summary>
    [Range(0d, 1e12, MinimumIsExclusive = true)]
    public double LowerBound { get; init; } = 1;

    /// <summary>Whether every step projects what it moved onto the ball that its bound gives.</summary>
    public bool ProjectOntoBounds { get; init; }

    /// <summary>T_pre, master steps from one refresh of the planes to the next; at least 1.</summary>
    [Range(1, 1_000_000_000)]
    public int RefreshEvery { get; init; } = 50;

    /// <summary>T1: no refresh from this master step on, or null for no end.</summary>
    [Range(1L, long.MaxValue)]
    public long? RefreshUntil { get; init; }

    /// <summary>Absolute value of a plane's dual at or below which, twice in a row, it is dropped; at least 0.</summary>
    [Range(0d, 1e6)]
    public double DropTolerance { get; init; }

    /// <summary>Upper clamp of every λ; more than 0. Null is none.</summary>
    [Range(0d, 1e12, MinimumIsExclusive = true)]
    public double? MaxPlaneDual { get; init; }

    /// <summary>Clamp of every |θ| entry; more than 0. Null is none.</summary>
    [Range(0d, 1e12, MinimumIsExclusive = true)]
    public double? MaxConsensusDual { get; init; }

    /// <summary>How c1 and c2 go on.</summary>
    public DualRegularization Regularization { get; init; } = DualRegularization.Schedule;

    /// <summary>c1, or its minimum under a schedule; at least 0.</summary>
    [Range(0d, 1e6)]
    public double PlaneDualRegularization { get; init; } = 1e-3;

    /// <summary>c2, or its minimum under a schedule; at least 0.</summary>
    [Range(0d, 1e6)]
    public double ConsensusDualRegularization { get; init; } = 1e-3;

    /// <summary>Whether the stationarity gap is measured at every refresh; costs one gradient of f_1 per worker and refresh.</summary>
    public bool MeasureGap { get; init; } = true;

    /// <summary>A variable after a step: itself, or where that is wanted its projection onto the ball of its level.</summary>
    internal FlatVector Bound(FlatVector vector, double bound) => ProjectOntoBounds ? Ball.Project(vector, bound) : vector;
}
