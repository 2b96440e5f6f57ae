using System.ComponentModel.DataAnnotations;

namespace ActorFed.Algorithms.Federated.Composite.Regularizers;

/// <summary>What ψ is.</summary>
public enum RegularizerKind
{
    /// <summary>λ ‖w‖₁.</summary>
    L1,

    /// <summary>λ ‖w‖₁ + μ/2 ‖w‖².</summary>
    ElasticNet,

    /// <summary>λ Σ_g ‖w_g‖.</summary>
    Group,

    /// <summary>λ ‖W‖_*.</summary>
    Nuclear,

    /// <summary>Entries between two bounds.</summary>
    Box,

    /// <summary>No negative entry.</summary>
    NonNegative,

    /// <summary>No negative entry, and a given sum.</summary>
    Simplex,

    /// <summary>‖w‖₁ ≤ ρ.</summary>
    L1Ball,

    /// <summary>‖w‖ ≤ ρ.</summary>
    L2Ball,
}

/// <summary>Which ψ, and its numbers. Symbols: docs/notation.md.</summary>
public sealed record RegularizerOptions : IValidatableObject
{
    /// <summary>What ψ is.</summary>
    public RegularizerKind Kind { get; init; } = RegularizerKind.L1;

    /// <summary>λ of the norms; at least 0.</summary>
    [Range(0d, 1e9)]
    public double Weight { get; init; } = 0.01;

    /// <summary>μ of the elastic net; at least 0.</summary>
    [Range(0d, 1e9)]
    public double Ridge { get; init; } = 0.01;

    /// <summary>Entries of a group, one after the other; at least 1, a divisor of d.</summary>
    [Range(1, 100_000_000)]
    public int GroupLength { get; init; } = 1;

    /// <summary>Rows of the matrix whose nuclear norm it is; at least 1, a divisor of d. The entries of w are the matrix row by row.</summary>
    [Range(1, 100_000_000)]
    public int MatrixRows { get; init; } = 1;

    /// <summary>Least value of an entry in the box.</summary>
    [Range(-1e9, 1e9)]
    public double Lower { get; init; } = -1;

    /// <summary>Largest value of an entry in the box; at least <see cref="Lower"/>.</summary>
    [Range(-1e9, 1e9)]
    public double Upper { get; init; } = 1;

    /// <summary>ρ, radius of a ball, or the sum of a simplex; more than 0.</summary>
    [Range(0d, 1e9, MinimumIsExclusive = true)]
    public double Radius { get; init; } = 1;

    /// <summary>Whether ψ is the indicator of a set.</summary>
    public bool IsSet => Kind is RegularizerKind.Box or RegularizerKind.NonNegative or RegularizerKind.Simplex or RegularizerKind.L1Ball or RegularizerKind.L2Ball;

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Upper < Lower)
        {
            yield return new ValidationResult($"is {Upper}; it must be at least {Lower} (the lower bound of the box).", [nameof(Upper)]);
        }
    }

    /// <summary>Why it does not go with variables of this length, or null when it does.</summary>
    /// <param name="length">d.</param>
    public SettingMisfit? MisfitOf(int length) => Kind switch
    {
        RegularizerKind.Group when length % GroupLength != 0 => new SettingMisfit(
            "regularizer.group-length", $"is {GroupLength}, and the variable has {length} entries; it must be a divisor of that."),
        RegularizerKind.Nuclear when length % MatrixRows != 0 => new SettingMisfit(
            "regularizer.matrix-rows", $"is {MatrixRows}, and the variable has {length} entries; it must be a divisor of that."),
        _ => null,
    };

    /// <summary>Makes it, with scratch memory of its own.</summary>
    /// <param name="length">d.</param>
    /// <exception cref="ArgumentException">It does not go with this length.</exception>
    public Regularizer Create(int length) => MisfitOf(length) is SettingMisfit misfit
        ? throw new ArgumentException($"{misfit.Key} {misfit.Reason}", nameof(length))
        : Kind switch
        {
            RegularizerKind.L1 => new L1Norm(Weight),
            RegularizerKind.ElasticNet => new ElasticNet(Weight, Ridge),
            RegularizerKind.Group => new GroupNorm(Weight, GroupLength),
            RegularizerKind.Nuclear => new NuclearNorm(Weight, MatrixRows, length / MatrixRows),
            RegularizerKind.Box => new Box(Lower, Upper),
            RegularizerKind.NonNegative => Box.NonNegative,
            RegularizerKind.Simplex => new Simplex(Radius),
            RegularizerKind.L1Ball => new L1Ball(Radius),
            RegularizerKind.L2Ball => new L2Ball(Radius),
            _ => throw new ArgumentOutOfRangeException(nameof(length), Kind, "This kind of regulariser is unknown."),
        };
}
