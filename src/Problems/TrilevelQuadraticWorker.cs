using ActorFed.Algorithms.Numerics;

namespace ActorFed.Problems;

/// <summary>
/// One worker's three levels of <see cref="TrilevelQuadraticProblem"/>: f_1 = r/2 ‖x_1 − e‖² + 1/2 ‖x_2 − c_2‖² + 1/2 ‖x_3 − c_3‖²,
/// f_2 = 1/2 x_2ᵀ H_2 x_2 − x_2ᵀ (P_1 x_1 + P_3 x_3 + p), f_3 = 1/2 x_3ᵀ H_3 x_3 − x_3ᵀ (R_1 x_1 + R_2 x_2 + q).
/// </summary>
public sealed record TrilevelQuadraticWorker
{
    /// <summary>r, at least 0.</summary>
    public required double UpperCurvature { get; init; }

    /// <summary>e, length d_1.</summary>
    public required FlatVector UpperCentre { get; init; }

    /// <summary>c_2, length d_2.</summary>
    public required FlatVector MiddleCentre { get; init; }

    /// <summary>c_3, length d_3.</summary>
    public required FlatVector LowerCentre { get; init; }

    /// <summary>H_2, row-major, d_2 × d_2, symmetric.</summary>
    public required FlatVector MiddleHessian { get; init; }

    /// <summary>P_1, row-major, d_2 × d_1.</summary>
    public required FlatVector MiddleUpper { get; init; }

    /// <summary>P_3, row-major, d_2 × d_3.</summary>
    public required FlatVector MiddleLower { get; init; }

    /// <summary>p, length d_2.</summary>
    public required FlatVector MiddleLinear { get; init; }

    /// <summary>H_3, row-major, d_3 × d_3, symmetric. The sum over the workers must be positive definite.</summary>
    public required FlatVector LowerHessian { get; init; }

    /// <summary>R_1, row-major, d_3 × d_1.</summary>
    public required FlatVector LowerUpper { get; init; }

    /// <summary>R_2, row-major, d_3 × d_2.</summary>
    public required FlatVector LowerMiddle { get; init; }

    /// <summary>q, length d_3.</summary>
    public required FlatVector LowerLinear { get; init; }

    /// <summary>Requires that all parts fit variables of these lengths.</summary>
    internal void RequireShape(string owner, int d1, int d2, int d3)
    {
        OracleArguments.RequireLength(UpperCentre.Length, d1, $"{nameof(UpperCentre)} of {owner}");
        OracleArguments.RequireLength(MiddleCentre.Length, d2, $"{nameof(MiddleCentre)} of {owner}");
        OracleArguments.RequireLength(LowerCentre.Length, d3, $"{nameof(LowerCentre)} of {owner}");
        OracleArguments.RequireLength(MiddleHessian.Length, d2 * d2, $"{nameof(MiddleHessian)} of {owner}");
        OracleArguments.RequireLength(MiddleUpper.Length, d2 * d1, $"{nameof(MiddleUpper)} of {owner}");
        OracleArguments.RequireLength(MiddleLower.Length, d2 * d3, $"{nameof(MiddleLower)} of {owner}");
        OracleArguments.RequireLength(MiddleLinear.Length, d2, $"{nameof(MiddleLinear)} of {owner}");
        OracleArguments.RequireLength(LowerHessian.Length, d3 * d3, $"{nameof(LowerHessian)} of {owner}");
        OracleArguments.RequireLength(LowerUpper.Length, d3 * d1, $"{nameof(LowerUpper)} of {owner}");
        OracleArguments.RequireLength(LowerMiddle.Length, d3 * d2, $"{nameof(LowerMiddle)} of {owner}");
        OracleArguments.RequireLength(LowerLinear.Length, d3, $"{nameof(LowerLinear)} of {owner}");
    }
}
