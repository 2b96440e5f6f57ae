using System.Collections.Immutable;
using ActorFed.Algorithms.Graph;
using ActorFed.Algorithms.Numerics;

namespace ActorFed.Algorithms.Decentralized.Consensus;

/// <summary>φ = s − τ g + c; s ← W φ; c ← c + (W − I) φ. In the usual letters c is s − ψ: what combining changed, φ = ψ' + s − ψ.</summary>
/// <param name="name">The variable's name.</param>
/// <param name="start">Its value at first.</param>
/// <param name="level">Whose graph it travels on.</param>
/// <remarks>Source: Yuan, Ying, Zhao and Sayed, "Exact diffusion for distributed optimization and learning", 2019; Tang et al., "D²", ICML 2018.</remarks>
public sealed class ExactDiffusion(string name, FlatVector start, StreamLevel level) : CorrectedOptimiser(name, start, level, movesFirst: true)
{
    private FlatVector _corrected = start; // φ

    /// <inheritdoc/>
    public override void Move(double step, FlatVector direction) =>
        _corrected = FlatVector.Combine(new(1, Value), new(-step, direction), new(1, Correction));

    /// <inheritdoc/>
    public override ImmutableArray<FlatVector> Send(int exchange) => [_corrected];

    /// <inheritdoc/>
    public override void Take(int exchange, ReadOnlySpan<FlatVector> pulls)
    {
        Value = FlatVector.Combine(new(1, _corrected), new(1, pulls[0]));
        Correction = FlatVector.Combine(new(1, Correction), new(1, pulls[0]));
    }
}
