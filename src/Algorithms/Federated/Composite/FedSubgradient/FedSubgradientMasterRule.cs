using ActorFed.Algorithms.Numerics;

namespace ActorFed.Algorithms.Federated.Composite.FedSubgradient;

/// <summary>The server of federated averaging of subgradient steps: it averages models.</summary>
/// <param name="options">Settings.</param>
/// <param name="start">The first model; length d.</param>
/// <param name="workerCount">N; at least 1.</param>
public sealed class FedSubgradientMasterRule(FedSubgradientOptions options, FlatVector start, int workerCount)
    : CompositeMasterRule(options, start, workerCount)
{
    /// <inheritdoc/>
    protected override string StepKey => "fedavg-subgradient.server-step or fedavg-subgradient.client.step";

    /// <inheritdoc/>
    protected override void Move(FlatVector update, double elapsed, double[] model) => VectorMath.AddScaled(options.ServerStep, update.Span, model);
}
