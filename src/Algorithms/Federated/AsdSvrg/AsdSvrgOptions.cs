using System.Collections.Immutable;
using System.ComponentModel.DataAnnotations;

namespace ActorFed.Algorithms.Federated.AsdSvrg;

/// <summary>With which probabilities a worker is drawn for an inner step.</summary>
public enum WorkerSampling
{
    /// <summary>In proportion to how strongly its gradient is seen to change; in the first epoch, where nothing was seen yet, all alike.</summary>
    Adaptive,

    /// <summary>All alike: distributed SVRG.</summary>
    Uniform,

    /// <summary>As <see cref="AsdSvrgOptions.Probabilities"/> says.</summary>
    Given,
}

/// <summary>How adaptive sampling estimates a worker's Lipschitz constant.</summary>
public enum LipschitzEstimator
{
    /// <summary>From the gradients at the last two snapshots.</summary>
    Snapshot,

    /// <summary>The largest so far, of snapshots and of inner steps.</summary>
    Running,
}

/// <summary>Which point of an epoch is the snapshot of the next one.</summary>
public enum SnapshotChoice
{
    /// <summary>Its last iterate.</summary>
    Last,

    /// <summary>The mean of its iterates.</summary>
    Average,

    /// <summary>One of its iterates, drawn.</summary>
    Random,
}

/// <summary>Settings of distributed SVRG with sampled workers. Symbols: docs/notation.md.</summary>
/// <remarks>
/// Source: Ramazanli, Nguyen, Pham, Reddi, Poczos, "Adaptive Sampling Distributed Stochastic Variance Reduced Gradient for Heterogeneous
/// Distributed Datasets", arXiv 2002.08528. Its pseudo-code was not at hand; see docs/fidelity.md.
/// </remarks>
public sealed record AsdSvrgOptions : IValidatableObject
{
    private const double SumTolerance = 1e-9;

    /// <summary>T, inner steps of an epoch, each of which asks one worker; at least 1.</summary>
    [Range(1, 1_000_000)]
    public int InnerSteps { get; init; } = 10;

    /// <summary>η, one inner step; more than 0. With <see cref="StepMultiple"/>, that of the first epoch only.</summary>
    [Range(0d, 1e9, MinimumIsExclusive = true)]
    public required double Step { get; init; }

    /// <summary>From the second epoch on, η is this over the mean of the estimated Lipschitz constants; more than 0. Null: η stays.</summary>
    [Range(0d, 1e6, MinimumIsExclusive = true)]
    public double? StepMultiple { get; init; }

    /// <summary>How workers are drawn.</summary>
    public WorkerSampling Sampling { get; init; } = WorkerSampling.Adaptive;

    /// <summary>How adaptive sampling estimates.</summary>
    public LipschitzEstimator Estimator { get; init; } = LipschitzEstimator.Snapshot;

    /// <summary>c, share of uniform sampling in adaptive sampling; in [0, 1]. Null: 0.1 of <see cref="LipschitzEstimator.Running"/>, else 0.</summary>
    [Range(0d, 1d)]
    public double? Mix { get; init; }

    /// <summary>p of each worker, for <see cref="WorkerSampling.Given"/>; at least 0 each, with a sum of 1. Empty otherwise.</summary>
    public ImmutableArray<double> Probabilities { get; init; } = [];

    /// <summary>What the next snapshot is.</summary>
    public SnapshotChoice NextSnapshot { get; init; } = SnapshotChoice.Last;

    /// <summary>Rows that a worker draws for an inner step, the same at both points; 0 takes all.</summary>
    [Range(0, 1_000_000)]
    public int BatchRows { get; init; }

    /// <summary>c, the default made out.</summary>
    internal double UniformShare => Mix ?? (Estimator == LipschitzEstimator.Running ? 0.1 : 0);

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Sampling != WorkerSampling.Given)
        {
            if (!Probabilities.IsEmpty)
            {
                yield return Of($"has {Probabilities.Length} numbers, which are for sampling = given only; set that, or leave them out.");
            }

            yield break;
        }

        int bad = Probabilities.ToList().FindIndex(p => !(p is >= 0 and <= 1));
        if (bad >= 0)
        {
            yield return Of($"has {Probabilities[bad]} for worker {bad}; it must be in [0, 1].");
        }
        else if (!(Math.Abs(Probabilities.Sum() - 1) <= SumTolerance))
        {
            yield return Of($"sums to {Probabilities.Sum()}; it must sum to 1. Divide each by the sum.");
        }

        static ValidationResult Of(string text) => new(text, [nameof(Probabilities)]);
    }
}
