using ActorFed.Algorithms.Numerics;

namespace ActorFed.Algorithms.Federated.Composite.FedMid;

/// <summary>The server of federated mirror descent: it averages models, then shrinks their mean.</summary>
/// <param name="options">Settings.</param>
/// <param name="start">The first model; length d.</param>
/// <param name="workerCount">N; at least 1.</param>
/// <remarks>Source: Yuan, Zaheer, Reddi, ICML 2021, FedMiD with h = ½ ‖w‖²; equations as numbered in docs/notation.md.</remarks>
public sealed class FedMidMasterRule(FedMidOptions options, FlatVector start, int workerCount) : CompositeMasterRule(options, start, workerCount)
{
    /// <inheritdoc/>
    protected override string StepKey => "fedmid.server-step or fedmid.client.step";

    /// <inheritdoc/>
    protected override void Move(FlatVector update, double elapsed, double[] model)
    {
        VectorMath.AddScaled(options.ServerStep, update.Span, model);
        Regularizer.Shrink(options.ServerStep * (options.ServerStrength == ServerStrength.Elapsed ? elapsed : options.Client.Step), model);
    }
}
