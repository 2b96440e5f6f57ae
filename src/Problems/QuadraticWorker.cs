using ActorFed.Algorithms.Numerics;

namespace ActorFed.Problems;

/// <summary>
/// One worker's two levels of <see cref="QuadraticProblem"/>:
/// G(x, y) = r/2 ‖x − e‖² + 1/2 ‖y − c‖², g(x, y) = 1/2 yᵀ H y − yᵀ (M x + d).
/// </summary>
public sealed record QuadraticWorker
{
    /// <summary>r, at least 0.</summary>
    public required double UpperWeight { get; init; }

    /// <summary>e, length n.</summary>
    public required FlatVector UpperTarget { get; init; }

    /// <summary>c, length m.</summary>
    public required FlatVector LowerTarget { get; init; }

    /// <summary>H, row-major, m × m, symmetric. The sum over the workers must be positive definite.</summary>
    public required FlatVector Hessian { get; init; }

    /// <summary>M, row-major, m × n.</summary>
    public required FlatVector Coupling { get; init; }

    /// <summary>d, length m.</summary>
    public required FlatVector Linear { get; init; }
}
