using System.ComponentModel.DataAnnotations;

namespace ActorFed.Algorithms.Federated.FedOpt;

/// <summary>How the server moves along the mean of the clients' updates.</summary>
public enum ServerOptimiser
{
    /// <summary>FedAvg: x ← x + η Δ.</summary>
    Average,

    /// <summary>FedAvgM: along a heavy ball.</summary>
    Momentum,

    /// <summary>FedAdagrad.</summary>
    Adagrad,

    /// <summary>FedAdam.</summary>
    Adam,

    /// <summary>FedYogi.</summary>
    Yogi,
}

/// <summary>How much each client counts in the mean.</summary>
public enum ClientWeighting
{
    /// <summary>By its number of examples (the paper's experiments).</summary>
    Examples,

    /// <summary>All alike (the paper's pseudo-code).</summary>
    Uniform,
}

/// <summary>The second moment before the first step.</summary>
public enum InitialMoment
{
    /// <summary>τ² in every entry (paper).</summary>
    Adaptivity,

    /// <summary>Zero (official code).</summary>
    Zero,
}

/// <summary>What makes up for moments that start near zero.</summary>
public enum BiasCorrection
{
    /// <summary>Nothing (paper).</summary>
    None,

    /// <summary>η √(1 − β₂^k) / (1 − β₁^k) with k the number of the step, from 1 (official experiments).</summary>
    Keras,

    /// <summary>The same with k + 1 in place of k (Flower).</summary>
    Flower,
}

/// <summary>Whose squares the second moment follows.</summary>
public enum MomentInput
{
    /// <summary>Those of the mean update Δ (paper, its last version).</summary>
    Raw,

    /// <summary>Those of the first moment m (paper, earlier versions).</summary>
    Momentum,
}

/// <summary>Settings of adaptive federated optimisation. Symbols: docs/notation.md.</summary>
/// <remarks>
/// Source: Reddi, Charles, Zaheer, Garrett, Rush, Konečný, Kumar, McMahan, "Adaptive Federated Optimization", ICLR 2021,
/// arXiv 2003.00295, and the code published with it.
/// </remarks>
public sealed record FedOptOptions : IValidatableObject
{
    /// <summary>How clients train.</summary>
    public required ClientOptions Client { get; init; }

    /// <summary>How much each client counts.</summary>
    public ClientWeighting Weighting { get; init; } = ClientWeighting.Examples;

    /// <summary>How the server moves.</summary>
    public ServerOptimiser Optimiser { get; init; } = ServerOptimiser.Average;

    /// <summary>η, the server's step; more than 0. With <see cref="ServerOptimiser.Average"/>, 1 takes the clients' mean.</summary>
    [Range(0d, 1e9, MinimumIsExclusive = true)]
    public double ServerStep { get; init; } = 1;

    /// <summary>μ of <see cref="ServerOptimiser.Momentum"/>; at least 0, less than 1.</summary>
    [Range(0d, 1d, MaximumIsExclusive = true)]
    public double Momentum { get; init; } = 0.9;

    /// <summary>β₁ of the adaptive optimisers; at least 0, less than 1. The paper has 0 with Adagrad.</summary>
    [Range(0d, 1d, MaximumIsExclusive = true)]
    public double FirstDecay { get; init; } = 0.9;

    /// <summary>β₂ of Adam and Yogi; at least 0, less than 1.</summary>
    [Range(0d, 1d, MaximumIsExclusive = true)]
    public double SecondDecay { get; init; } = 0.99;

    /// <summary>τ of the adaptive optimisers, outside the root; more than 0.</summary>
    [Range(0d, 1e9, MinimumIsExclusive = true)]
    public double Adaptivity { get; init; } = 1e-3;

    /// <summary>v before the first step.</summary>
    public InitialMoment InitialMoment { get; init; } = InitialMoment.Adaptivity;

    /// <summary>What makes up for small first moments; Keras for Adam and Yogi, Flower for Adam.</summary>
    public BiasCorrection BiasCorrection { get; init; } = BiasCorrection.None;

    /// <summary>Whose squares v follows.</summary>
    public MomentInput MomentInput { get; init; } = MomentInput.Raw;

    /// <summary>Whether the root is of the largest v so far (AMSGrad), and not of the newest.</summary>
    public bool LargestMoment { get; init; }

    /// <summary>Whether the optimiser has moments.</summary>
    public bool IsAdaptive => Optimiser is ServerOptimiser.Adagrad or ServerOptimiser.Adam or ServerOptimiser.Yogi;

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        bool fits = BiasCorrection switch
        {
            BiasCorrection.Keras => Optimiser is ServerOptimiser.Adam or ServerOptimiser.Yogi,
            BiasCorrection.Flower => Optimiser is ServerOptimiser.Adam,
            _ => true,
        };
        if (!fits)
        {
            yield return new ValidationResult(
                $"is {BiasCorrection}, which the optimiser {Optimiser} does not have: keras goes with adam and yogi, flower with adam; set none.",
                [nameof(BiasCorrection)]);
        }
    }
}
