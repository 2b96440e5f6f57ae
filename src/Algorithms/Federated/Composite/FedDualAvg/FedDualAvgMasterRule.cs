using System.Collections.Immutable;
using ActorFed.Algorithms.Numerics;
using static ActorFed.Algorithms.Federated.FederatedBody;

namespace ActorFed.Algorithms.Federated.Composite.FedDualAvg;

/// <summary>The server of federated dual averaging: it averages dual states, in which sparse models stay sparse.</summary>
/// <remarks>Source: Yuan, Zaheer, Reddi, ICML 2021, FedDualAvg with h = ½ ‖w‖²; equations as numbered in docs/notation.md.</remarks>
public sealed class FedDualAvgMasterRule : CompositeMasterRule
{
    private readonly FedDualAvgOptions _options;
    private readonly double[] _dual;            // z; the model is its proximal point
    private readonly double[] _elapsed = new double[1];
    private (long Step, FlatVector Dual)? _sent; // one copy for a round

    /// <summary>A server at its starting point.</summary>
    /// <param name="options">Settings.</param>
    /// <param name="start">The first model; length d.</param>
    /// <param name="workerCount">N; at least 1.</param>
    public FedDualAvgMasterRule(FedDualAvgOptions options, FlatVector start, int workerCount)
        : base(options, start, workerCount)
    {
        _options = options;
        _dual = Lower.Span.ToArray();
        Memory = [("dual", _dual), ("elapsed", _elapsed)];
    }

    /// <inheritdoc/>
    protected override ImmutableArray<(string Name, double[] Values)> Memory { get; }

    /// <inheritdoc/>
    protected override string StepKey => "feddualavg.server-step or feddualavg.client.step";

    /// <inheritdoc/>
    protected override Train TaskOf(long number)
    {
        if (_sent?.Step != StepsMade)
        {
            _sent = (StepsMade, FlatVector.CopyOf(_dual));
        }

        return new TrainComposite { Number = number, Model = _sent.Value.Dual, Elapsed = _elapsed[0] };
    }

    /// <inheritdoc/>
    protected override void Move(FlatVector update, double elapsed, double[] model)
    {
        VectorMath.AddScaled(_options.ServerStep, update.Span, _dual);
        _elapsed[0] += _options.ServerStep * elapsed;
        _dual.CopyTo(model, 0);
        Regularizer.Shrink(_elapsed[0], model);
    }
}
