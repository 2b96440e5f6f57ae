using System.ComponentModel.DataAnnotations;
using System.Globalization;

namespace ActorFed.Algorithms.Bilevel.BlJust;

/// <summary>What a master step of joint training does.</summary>
public enum JointPhase
{
    /// <summary>The unsupervised loss alone: θ and η move.</summary>
    Explore,

    /// <summary>Both losses: θ, φ and η move.</summary>
    Join,

    /// <summary>The supervised loss alone: θ and φ move.</summary>
    FineTune,
}

/// <summary>Settings of bilevel joint unsupervised and supervised training. Symbols: docs/notation.md.</summary>
/// <remarks>
/// Source: Saif, Cui, Shen, Lu, Kingsbury, Chen, "Joint Unsupervised and Supervised Training for Automatic Speech Recognition via Bilevel
/// Optimization", ICASSP 2024, arXiv 2401.06980; its journal version, arXiv 2412.08548; and the code published with them.
/// </remarks>
public sealed record BlJustOptions : IValidatableObject
{
    /// <summary>Epochs of exploration and joint training; at least 0. All steps after them are fine-tuning.</summary>
    [Range(0, 1_000_000)]
    public required int Epochs { get; init; }

    /// <summary>Steps of exploration at the beginning of each epoch; at least 0.</summary>
    [Range(0, 1_000_000)]
    public int ExploreSteps { get; init; } = 4;

    /// <summary>Joint steps of each epoch; at least 0. With 0 and one epoch, a run is pre-training, then fine-tuning.</summary>
    [Range(0, 1_000_000)]
    public int JointSteps { get; init; } = 20;

    /// <summary>K, local steps of a worker in a master step; at least 1. With 1 the mean gradient is of one point.</summary>
    [Range(1, 100_000)]
    public int LocalSteps { get; init; } = 1;

    /// <summary>One step of θ and η in exploration; more than 0.</summary>
    [Range(0d, 1e9, MinimumIsExclusive = true)]
    public double StepExplore { get; init; } = 0.1;

    /// <summary>α, one joint step of θ; more than 0.</summary>
    [Range(0d, 1e9, MinimumIsExclusive = true)]
    public required double StepShared { get; init; }

    /// <summary>β, one joint step of φ; more than 0.</summary>
    [Range(0d, 1e9, MinimumIsExclusive = true)]
    public required double StepHead { get; init; }

    /// <summary>ρ, one joint step of η, along its gradient without the factor γ; more than 0.</summary>
    [Range(0d, 1e9, MinimumIsExclusive = true)]
    public required double StepOwn { get; init; }

    /// <summary>One step of θ and φ in fine-tuning; more than 0.</summary>
    [Range(0d, 1e9, MinimumIsExclusive = true)]
    public double StepFineTune { get; init; } = 0.01;

    /// <summary>γ in the first epoch; at least 0.</summary>
    [Range(0d, 1e9)]
    public double FirstWeight { get; init; }

    /// <summary>By how much γ grows from epoch to epoch; at least 0.</summary>
    [Range(0d, 1e9)]
    public double WeightIncrement { get; init; }

    /// <summary>Largest γ; at least <see cref="FirstWeight"/>.</summary>
    [Range(0d, 1e9)]
    public double MaxWeight { get; init; } = 1;

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Epochs > 0 && ExploreSteps + JointSteps == 0)
        {
            yield return new ValidationResult($"is {Epochs}, and an epoch has neither explore-steps nor joint-steps; give it some, or set epochs = 0.", [nameof(Epochs)]);
        }

        if (MaxWeight < FirstWeight)
        {
            yield return new ValidationResult(
                string.Create(CultureInfo.InvariantCulture, $"is {MaxWeight}; it must be at least {FirstWeight} (first-weight)."), [nameof(MaxWeight)]);
        }
    }

    /// <summary>What master step <paramref name="step"/>, from 0, does.</summary>
    public JointPhase PhaseAt(long step)
    {
        long length = (long)ExploreSteps + JointSteps;
        return step >= Epochs * length ? JointPhase.FineTune
            : step % length < ExploreSteps ? JointPhase.Explore
            : JointPhase.Join;
    }

    /// <summary>γ of master step <paramref name="step"/>, from 0; 0 outside of joint training.</summary>
    public double WeightAt(long step) => PhaseAt(step) == JointPhase.Join
        ? Math.Min(MaxWeight, FirstWeight + (WeightIncrement * (step / ((long)ExploreSteps + JointSteps))))
        : 0;
}
