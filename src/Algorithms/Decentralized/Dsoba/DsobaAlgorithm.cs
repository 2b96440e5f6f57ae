using System.Collections.Immutable;
using ActorFed.Algorithms.Decentralized.Consensus;
using ActorFed.Algorithms.Graph;
using ActorFed.Algorithms.Numerics;

namespace ActorFed.Algorithms.Decentralized.Dsoba;

/// <summary>D-SOBA in the catalogue.</summary>
public sealed class DsobaAlgorithm : GraphAlgorithm<DsobaOptions>
{
    /// <inheritdoc/>
    public override string Name => "dsoba";

    /// <inheritdoc/>
    public override string Summary => "decentralized stochastic one-loop bilevel algorithm, by products or by gradients alone (Kong et al., JMLR 2025)";

    /// <inheritdoc/>
    public override int Levels => 2;

    /// <inheritdoc/>
    protected override ImmutableArray<ConstantStep> Steps(DsobaOptions options) =>
    [
        new("step-lower", options.StepLower, ConsensusMethod.None, StreamLevel.Lower),
        new("step-auxiliary", options.StepAuxiliary, ConsensusMethod.None, StreamLevel.Auxiliary),
    ];

    /// <inheritdoc/>
    protected override IGraphRule CreateRule(AlgorithmSetup setup, DsobaOptions options, int index) => new DsobaRule(
        options,
        setup.BilevelProblem.CreateOracle(index),
        setup.BilevelProblem.InitialUpper(new SeededRandom(setup.Seed, "dsoba/x")),
        setup.BilevelProblem.InitialLower(new SeededRandom(setup.Seed, "dsoba/y")));
}
