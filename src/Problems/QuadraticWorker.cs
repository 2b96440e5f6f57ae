using ActorFed.Algorithms.Numerics;

namespace ActorFed.Problems;

/// <summary>
/// One worker's two levels of <see cref="QuadraticProblem"/>:
/// G(x, y) = r/2 ‖x − e‖² + 1/2 ‖y − c‖², g(x, y) = 1/2 yᵀ H y − yᵀ (M x + d).
/// </summary>
public sealed record QuadraticWorker
{
    /// <summary>r, at least 0.</summary>
    public required double UpperCurvature { get; init; }

    /// <summary>e, length n.</summary>
    public required FlatVector UpperCentre { get; init; }

    /// <summary>c, length m.</summary>
    public required FlatVector LowerCentre { get; init; }

    /// <summary>H, row-major, m × m, symmetric. The sum over the workers must be positive definite.</summary>
    public required FlatVector LowerHessian { get; init; }

    /// <summary>M, row-major, m × n.</summary>
    public required FlatVector Coupling { get; init; }

    /// <summary>d, length m.</summary>
    public required FlatVector LowerLinear { get; init; }

    /// <summary>Requires that all parts fit x of length n and y of length m.</summary>
    internal void RequireShape(string owner, int n, int m)
    {
        OracleArguments.RequireLength(UpperCentre.Length, n, $"{nameof(UpperCentre)} of {owner}");
        OracleArguments.RequireLength(LowerCentre.Length, m, $"{nameof(LowerCentre)} of {owner}");
        OracleArguments.RequireLength(LowerHessian.Length, m * m, $"{nameof(LowerHessian)} of {owner}");
        OracleArguments.RequireLength(Coupling.Length, m * n, $"{nameof(Coupling)} of {owner}");
        OracleArguments.RequireLength(LowerLinear.Length, m, $"{nameof(LowerLinear)} of {owner}");
    }
}
