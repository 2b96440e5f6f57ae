using System.Collections.Immutable;
using ActorFed.Algorithms.Decentralized.Consensus;
using ActorFed.Algorithms.Graph;
using ActorFed.Algorithms.Numerics;

namespace ActorFed.Algorithms.Decentralized.Suda;

/// <summary>SUDA in the catalogue.</summary>
public sealed class SudaAlgorithm : GraphAlgorithm<SudaOptions>
{
    /// <inheritdoc/>
    public override string Name => "suda";

    /// <inheritdoc/>
    public override string Summary => "gradient tracking, EXTRA or exact diffusion for one level: stochastic unified decentralized algorithm (Alghunaim and Yuan, 2022)";

    /// <inheritdoc/>
    public override bool SelectsRows => true;

    /// <inheritdoc/>
    public override int Levels => 1;

    /// <inheritdoc/>
    protected override ImmutableArray<ConstantStep> Steps(SudaOptions options) => [new("step", options.Step, options.Method, StreamLevel.Lower)];

    /// <inheritdoc/>
    protected override bool CanPoison => true;

    /// <inheritdoc/>
    protected override bool NeedsSymmetricWeights(SudaOptions options) => options.Method is ConsensusMethod.Ed or ConsensusMethod.Extra; // the square root of I − W

    /// <inheritdoc/>
    protected override IGraphRule CreateRule(AlgorithmSetup setup, SudaOptions options, int index) => new SudaRule(
        options, OracleOf(setup, index), setup.LossProblem.Initial(new SeededRandom(setup.Seed, "suda/x")), setup.Seed, index);
}
