using System.ComponentModel.DataAnnotations;

namespace ActorFed.Algorithms.Federated.Composite.FedSubgradient;

/// <summary>Where the subgradient of a local step is taken.</summary>
public enum SubgradientAt
{
    /// <summary>Where the step begins.</summary>
    Old,

    /// <summary>Where the step along the gradient has led (official code).</summary>
    New,
}

/// <summary>Settings of federated averaging of subgradient steps.</summary>
public sealed record FedSubgradientOptions : CompositeOptions, IValidatableObject
{
    /// <summary>Where the subgradient of ψ is taken.</summary>
    public SubgradientAt SubgradientAt { get; init; } = SubgradientAt.Old;

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Regularizer.IsSet)
        {
            yield return new ValidationResult(
                $"is the set {Regularizer.Kind}, which subgradients do not keep a model in; choose l1, elastic-net, group or nuclear, or another algorithm.",
                ["Regularizer.Kind"]);
        }
    }
}
