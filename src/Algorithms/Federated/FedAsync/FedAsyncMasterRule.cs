using System.Collections.Immutable;
using ActorFed.Algorithms.Numerics;

namespace ActorFed.Algorithms.Federated.FedAsync;

/// <summary>FedAsync's server: x ← (1 − α_t) x + α_t y with α_t = α s(τ), for every model y as it comes.</summary>
/// <remarks>Source: Xie et al., arXiv 1903.03934, algorithm 1; equations as numbered in docs/notation.md.</remarks>
/// <param name="options">Settings.</param>
/// <param name="start">The first model; length d.</param>
/// <param name="workerCount">N; at least 1.</param>
public sealed class FedAsyncMasterRule(FedAsyncOptions options, FlatVector start, int workerCount)
    : FederatedMasterRule(start, workerCount, hasRounds: false)
{
    /// <summary>α_t of the last step.</summary>
    public double Mixing { get; private set; }

    /// <inheritdoc/>
    protected override ImmutableArray<(string Name, double[] Values)> Memory => [];

    /// <inheritdoc/>
    protected override string StepKey => "fedasync.client.step";

    /// <inheritdoc/>
    protected override FlatVector Apply(ImmutableArray<ClientResult> results, double[] model)
    {
        ClientResult result = results.Single(); // of a buffer of one
        Mixing = options.Mixing * options.Staleness.At(result.Staleness);
        FlatVector update = FlatVector.Combine(new Term(1, result.Trained.Result), new Term(-1, model));
        VectorMath.AddScaled(Mixing, update.Span, model);
        return update;
    }
}
