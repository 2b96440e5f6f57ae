using System.ComponentModel.DataAnnotations;
using ActorFed.Algorithms.Graph.Acceptance;
using ActorFed.Algorithms.Oracles;

namespace ActorFed.Algorithms.Graph.Attacks;

/// <summary>What malicious participants do.</summary>
public enum AttackKind
{
    /// <summary>Nothing: there are none.</summary>
    None,

    /// <summary>Send noise.</summary>
    Gaussian,

    /// <summary>Send their honest vector, much enlarged.</summary>
    Scaled,

    /// <summary>Send their honest vector, turned round.</summary>
    SignFlip,

    /// <summary>Send nearly what an honest neighbour sent.</summary>
    NearCopy,

    /// <summary>Send what Krum would choose.</summary>
    Krum,

    /// <summary>Send what lies just outside the benign range.</summary>
    Trim,

    /// <summary>Send what BALANCE just believes.</summary>
    Adaptive,

    /// <summary>Train on flipped labels.</summary>
    LabelFlip,

    /// <summary>Train on noise.</summary>
    NoisyFeatures,
}

/// <summary>What malicious participants do.</summary>
public sealed record AttackOptions : IValidatableObject
{
    /// <summary>What they do.</summary>
    public AttackKind Kind { get; init; } = AttackKind.None;

    /// <summary>Standard deviation of what gaussian sends; more than 0.</summary>
    [Range(0d, 1e50, MinimumIsExclusive = true)]
    public double Deviation { get; init; } = 200;

    /// <summary>Factor of scaled, sign-flip (turned round) and near-copy; more than 0. Null: 100, 1 and 1.05.</summary>
    [Range(0d, 1e50, MinimumIsExclusive = true)]
    public double? Factor { get; init; }

    /// <summary>f, attackers among the neighbours of one participant that krum counts with; at least 1.</summary>
    [Range(1, 100_000)]
    public int Attackers { get; init; } = 1;

    /// <summary>The attack; null where nobody attacks.</summary>
    /// <param name="defence">What adaptive knows of the defence: the numbers of balance, whichever kind is in force.</param>
    /// <param name="rounds">T, rounds to make; at least 1.</param>
    public IAttack? Create(AcceptanceOptions defence, long rounds) => Kind switch
    {
        AttackKind.None => null,
        AttackKind.Gaussian => new GaussianAttack(Deviation),
        AttackKind.Scaled => new ScalingAttack("scaled", Factor ?? 100),
        AttackKind.SignFlip => new ScalingAttack("sign-flip", -(Factor ?? 1)),
        AttackKind.NearCopy => new NearCopyAttack(Factor ?? 1.05),
        AttackKind.Krum => new KrumAttack(Attackers),
        AttackKind.Trim => new TrimAttack(),
        AttackKind.Adaptive => new AdaptiveAttack(defence.Threshold(rounds)),
        AttackKind.LabelFlip => new PoisoningAttack("label-flip", DataPoisoning.FlippedLabels),
        AttackKind.NoisyFeatures => new PoisoningAttack("noisy-features", DataPoisoning.NoisyFeatures),
        _ => throw new InvalidOperationException($"There is no attack {Kind}."),
    };

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Factor is not null && Kind is not (AttackKind.None or AttackKind.Scaled or AttackKind.SignFlip or AttackKind.NearCopy))
        {
            yield return new ValidationResult("is for scaled, sign-flip and near-copy only; none elsewhere", [nameof(Factor)]);
        }
    }
}
