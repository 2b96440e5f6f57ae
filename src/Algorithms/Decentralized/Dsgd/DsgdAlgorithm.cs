using System.Collections.Immutable;
using ActorFed.Algorithms.Decentralized.Consensus;
using ActorFed.Algorithms.Graph;
using ActorFed.Algorithms.Numerics;

namespace ActorFed.Algorithms.Decentralized.Dsgd;

/// <summary>Decentralized stochastic gradient descent in the catalogue.</summary>
public sealed class DsgdAlgorithm : GraphAlgorithm<DsgdOptions>
{
    /// <inheritdoc/>
    public override string Name => "dsgd";

    /// <inheritdoc/>
    public override string Summary => "decentralized stochastic gradient descent (Lian et al., NeurIPS 2017)";

    /// <inheritdoc/>
    public override bool SelectsRows => true;

    /// <inheritdoc/>
    public override int Levels => 1;

    /// <inheritdoc/>
    protected override ImmutableArray<ConstantStep> Steps(DsgdOptions options) => [new("step", options.Step, ConsensusMethod.None, StreamLevel.Lower)];

    /// <inheritdoc/>
    protected override bool CanPoison => true;

    /// <inheritdoc/>
    protected override IGraphRule CreateRule(AlgorithmSetup setup, DsgdOptions options, int index) => new DsgdRule(
        options, OracleOf(setup, index), setup.LossProblem.Initial(new SeededRandom(setup.Seed, "dsgd/x")), setup.Seed, index);
}
