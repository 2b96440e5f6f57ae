using ActorFed.Algorithms.Graph;
using ActorFed.Algorithms.Numerics;

namespace ActorFed.Algorithms.Decentralized.C2dfb;

/// <summary>C²DFB in the catalogue.</summary>
public sealed class C2dfbAlgorithm : GraphAlgorithm<C2dfbOptions>
{
    /// <inheritdoc/>
    public override string Name => "c2dfb";

    /// <inheritdoc/>
    public override string Summary => "compressed, fully first-order decentralized bilevel optimisation by a penalty (Wen et al., 2024)";

    /// <inheritdoc/>
    public override int Levels => 2;

    /// <inheritdoc/>
    protected override bool NeedsSymmetricWeights(C2dfbOptions options) => true; // pulls between reference points, and trackers of them

    /// <inheritdoc/>
    protected override IGraphRule CreateRule(AlgorithmSetup setup, C2dfbOptions options, int index)
    {
        FlatVector lower = setup.BilevelProblem.InitialLower(new SeededRandom(setup.Seed, "c2dfb/y"));
        FlatVector upper = setup.BilevelProblem.InitialUpper(new SeededRandom(setup.Seed, "c2dfb/x"));
        return new C2dfbRule(options, setup.BilevelProblem.CreateOracle(index), upper, lower, lower);
    }
}
