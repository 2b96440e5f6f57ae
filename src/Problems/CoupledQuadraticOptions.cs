using System.Collections.Immutable;
using System.ComponentModel.DataAnnotations;

namespace ActorFed.Problems;

/// <summary>How the constraints of a coupled problem are made.</summary>
public enum CouplingKind
{
    /// <summary>Σ_i x_i = c: one constraint per entry of a block.</summary>
    Sum,

    /// <summary>Independent standard normal coefficients.</summary>
    Random,

    /// <summary>As <see cref="CoupledQuadraticOptions.Coefficients"/> says.</summary>
    Given,
}

/// <summary>Options of <see cref="CoupledQuadratic"/>.</summary>
public sealed record CoupledQuadraticOptions
{
    /// <summary>n, entries of a block; at least 1.</summary>
    [Range(1, 256)]
    public int BlockLength { get; init; } = 1;

    /// <summary>Largest over smallest eigenvalue of Q; at least 1.</summary>
    [Range(1d, 1e9)]
    public double ConditionNumber { get; init; } = 100;

    /// <summary>Whether f is a sum over the blocks; else every gradient needs every block.</summary>
    public bool Separable { get; init; }

    /// <summary>How the constraints are made.</summary>
    public CouplingKind Coupling { get; init; } = CouplingKind.Sum;

    /// <summary>p, number of random constraints; at least 1.</summary>
    [Range(1, 64)]
    public int Constraints { get; init; } = 1;

    /// <summary>Coefficients of the given constraints, one after the other, each with one number per entry of x; empty otherwise.</summary>
    public ImmutableArray<double> Coefficients { get; init; } = [];

    /// <summary>c, one number per constraint; empty: all 0.</summary>
    public ImmutableArray<double> RightSide { get; init; } = [];

    /// <summary>Standard deviation of the entries of the starting point around the smallest one that satisfies the constraints; at least 0.</summary>
    [Range(0d, 1e6)]
    public double StartSpread { get; init; } = 1;

    /// <summary>Standard deviation of the noise on each entry of a sampled gradient; at least 0.</summary>
    [Range(0d, 1e6)]
    public double Noise { get; init; }
}
