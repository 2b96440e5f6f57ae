using System.Collections.Immutable;
using ActorFed.Algorithms.Decentralized.Consensus;
using ActorFed.Algorithms.Graph;
using ActorFed.Algorithms.Numerics;

namespace ActorFed.Algorithms.Decentralized.Sparkle;

/// <summary>SPARKLE in the catalogue.</summary>
public sealed class SparkleAlgorithm : GraphAlgorithm<SparkleOptions>
{
    /// <inheritdoc/>
    public override string Name => "sparkle";

    /// <inheritdoc/>
    public override string Summary => "single-loop decentralized bilevel optimisation with heterogeneity correction: gradient tracking, EXTRA or exact diffusion for each variable (Zhu et al., NeurIPS 2024)";

    /// <inheritdoc/>
    public override int Levels => 2;

    /// <inheritdoc/>
    protected override ImmutableArray<ConstantStep> Steps(SparkleOptions options) =>
    [
        new("step-lower", options.StepLower, options.Lower, StreamLevel.Lower),
        new("step-auxiliary", options.StepAuxiliary, options.Auxiliary, StreamLevel.Auxiliary),
    ];

    /// <inheritdoc/>
    protected override bool NeedsSymmetricWeights(SparkleOptions options) =>
        new[] { options.Upper, options.Lower, options.Auxiliary }.Any(method => method is ConsensusMethod.Ed or ConsensusMethod.Extra); // the square root of I − W

    /// <inheritdoc/>
    protected override IGraphRule CreateRule(AlgorithmSetup setup, SparkleOptions options, int index) => new SparkleRule(
        options,
        setup.BilevelProblem.CreateOracle(index),
        setup.BilevelProblem.InitialUpper(new SeededRandom(setup.Seed, "sparkle/x")),
        setup.BilevelProblem.InitialLower(new SeededRandom(setup.Seed, "sparkle/y")));
}
