using System.ComponentModel.DataAnnotations;
using ActorFed.Algorithms.Blocks;

namespace ActorFed.Algorithms.Bilevel.Adbo;

/// <summary>Whose rules ADBO follows where the paper and its code differ.</summary>
public enum AdboProfile
{
    /// <summary>The paper's; see docs/fidelity.md.</summary>
    Paper,

    /// <summary>The official code's.</summary>
    Official,
}

/// <summary>Which of the two programs of the official code; they differ inside a refresh.</summary>
public enum OfficialForm
{
    /// <summary>l2reg-ijcnn1: consensus before dual in an inner round, and the full chain of derivatives.</summary>
    Ijcnn1,

    /// <summary>hyperclean-mnist: dual before consensus, and only each inner step's own dependence on v.</summary>
    Mnist,
}

/// <summary>Which inner y enters the consensus step of an inner round.</summary>
public enum InnerOrder
{
    /// <summary>The one before the round.</summary>
    Jacobi,

    /// <summary>The one the round just computed.</summary>
    GaussSeidel,
}

/// <summary>Where the workers' lower variables and the consensus duals begin.</summary>
public enum AdboStart
{
    /// <summary>Every y_i = z, every θ_i = 0.</summary>
    Shared,

    /// <summary>Each worker draws its own y_i; θ_i = 0 (official code, hyperclean-mnist).</summary>
    PerWorker,

    /// <summary>Every y_i = z, every θ_i = v (official code, l2reg-ijcnn1).</summary>
    DualFromUpper,
}

/// <summary>Settings of asynchronous distributed bilevel optimisation. Symbols: docs/notation.md.</summary>
/// <remarks>Source: Jiao et al., "Asynchronous Distributed Bilevel Optimization", ICLR 2023, arXiv 2212.10048.</remarks>
public sealed record AdboOptions
{
    /// <summary>Paper or official code.</summary>
    public AdboProfile Profile { get; init; } = AdboProfile.Paper;

    /// <summary>Which official program; read only under <see cref="AdboProfile.Official"/>.</summary>
    public OfficialForm OfficialForm { get; init; } = OfficialForm.Ijcnn1;

    /// <summary>Starting point.</summary>
    public AdboStart Start { get; init; } = AdboStart.Shared;

    /// <summary>η_x, step of the workers' upper copies; more than 0.</summary>
    [Range(0d, 1e6, MinimumIsExclusive = true)]
    public required double StepUpper { get; init; }

    /// <summary>η_y, step of the workers' lower copies; more than 0.</summary>
    [Range(0d, 1e6, MinimumIsExclusive = true)]
    public required double StepLower { get; init; }

    /// <summary>η_v, step of the upper consensus variable; more than 0.</summary>
    [Range(0d, 1e6, MinimumIsExclusive = true)]
    public required double StepUpperConsensus { get; init; }

    /// <summary>η_z, step of the lower consensus variable; more than 0.</summary>
    [Range(0d, 1e6, MinimumIsExclusive = true)]
    public required double StepLowerConsensus { get; init; }

    /// <summary>η_λ, step of the planes' duals; more than 0.</summary>
    [Range(0d, 1e6, MinimumIsExclusive = true)]
    public required double StepPlaneDual { get; init; }

    /// <summary>η_θ, step of the consensus duals; more than 0.</summary>
    [Range(0d, 1e6, MinimumIsExclusive = true)]
    public required double StepConsensusDual { get; init; }

    /// <summary>K, inner rounds of a refresh; at least 1.</summary>
    [Range(1, 1000)]
    public int InnerRounds { get; init; } = 1;

    /// <summary>η_yl, inner step of the lower copies; more than 0. Keep it below 2 / (L_g + μ).</summary>
    [Range(0d, 1e6, MinimumIsExclusive = true)]
    public required double InnerStepLower { get; init; }

    /// <summary>η_zl, inner step of the lower consensus variable; more than 0.</summary>
    [Range(0d, 1e6, MinimumIsExclusive = true)]
    public required double InnerStepConsensus { get; init; }

    /// <summary>η_φ, inner step of the inner duals; more than 0.</summary>
    [Range(0d, 1e6, MinimumIsExclusive = true)]
    public required double InnerStepDual { get; init; }

    /// <summary>μ, penalty of the inner augmented Lagrangian; more than 0.</summary>
    [Range(0d, 1e6, MinimumIsExclusive = true)]
    public double InnerPenalty { get; init; } = 1;

    /// <summary>Order of an inner round; paper profile only.</summary>
    public InnerOrder InnerOrder { get; init; } = InnerOrder.Jacobi;

    /// <summary>Whether a refresh starts from the inner duals φ_i that the last one ended with, instead of 0; paper profile only.</summary>
    public bool WarmStartInnerDual { get; init; }

    /// <summary>k_pre, master steps from one refresh of the planes to the next; at least 1.</summary>
    [Range(1, 1_000_000_000)]
    public int RefreshEvery { get; init; } = 50;

    /// <summary>T1: no refresh from this master step on, or null for no end; paper profile only.</summary>
    [Range(1L, long.MaxValue)]
    public long? RefreshUntil { get; init; }

    /// <summary>ε, how far h may be from 0 before a plane is added; at least 0; paper profile only.</summary>
    [Range(0d, 1e6)]
    public double Relaxation { get; init; } = 1e-3;

    /// <summary>λ of a new plane; at least 0.</summary>
    [Range(0d, 1e6)]
    public double InitialPlaneDual { get; init; }

    /// <summary>λ at or below which, twice in a row, a plane is dropped; at least 0; paper profile only.</summary>
    [Range(0d, 1e6)]
    public double DropTolerance { get; init; }

    /// <summary>M, most planes; the one with the smallest λ makes room. Null is no limit; paper profile only.</summary>
    [Range(1, 1_000_000)]
    public int? MaxPlanes { get; init; }

    /// <summary>Upper clamp of every λ; more than 0. Null is none.</summary>
    [Range(0d, 1e12, MinimumIsExclusive = true)]
    public double? MaxPlaneDual { get; init; }

    /// <summary>Clamp of every |θ| entry; more than 0. Null is none.</summary>
    [Range(0d, 1e12, MinimumIsExclusive = true)]
    public double? MaxConsensusDual { get; init; }

    /// <summary>How c1 and c2 go on; the official profile always has them constant.</summary>
    public DualRegularization Regularization { get; init; } = DualRegularization.Schedule;

    /// <summary>c1, or its minimum under a schedule; at least 0.</summary>
    [Range(0d, 1e6)]
    public double PlaneDualRegularization { get; init; } = 1e-3;

    /// <summary>c2, or its minimum under a schedule; at least 0.</summary>
    [Range(0d, 1e6)]
    public double ConsensusDualRegularization { get; init; } = 1e-3;

    /// <summary>Whether the stationarity gap is measured at every refresh; costs one gradient of G per worker and refresh.</summary>
    public bool MeasureGap { get; init; } = true;
}
