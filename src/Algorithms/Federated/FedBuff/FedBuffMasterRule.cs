using System.Collections.Immutable;
using ActorFed.Algorithms.Numerics;

namespace ActorFed.Algorithms.Federated.FedBuff;

/// <summary>FedBuff's server: x ← x + η_g · (1/K) Σ s(τ_i) Δ_i, along a heavy ball where there is momentum.</summary>
/// <remarks>Source: Nguyen et al., AISTATS 2022, algorithm 1; equations as numbered in docs/notation.md.</remarks>
public sealed class FedBuffMasterRule : FederatedMasterRule
{
    private readonly FedBuffOptions _options;
    private readonly double[] _ball;

    /// <summary>A server at its starting point.</summary>
    /// <param name="options">Settings.</param>
    /// <param name="start">The first model; length d.</param>
    /// <param name="workerCount">N; at least 1.</param>
    public FedBuffMasterRule(FedBuffOptions options, FlatVector start, int workerCount)
        : base(start, workerCount, hasRounds: false)
    {
        _options = options;
        _ball = new double[options.Momentum > 0 ? start.Length : 0];
        Memory = options.Momentum > 0 ? [("momentum", _ball)] : [];
    }

    /// <inheritdoc/>
    protected override ImmutableArray<(string Name, double[] Values)> Memory { get; }

    /// <inheritdoc/>
    protected override string StepKey => "fedbuff.server-step or fedbuff.client.step";

    /// <inheritdoc/>
    protected override FlatVector Apply(ImmutableArray<ClientResult> results, double[] model)
    {
        double reference = _options.Staleness.At(_options.ReferenceStaleness) * results.Length;
        FlatVector update = FlatVector.Combine(
            [.. results.Select(result => new Term(_options.Staleness.At(result.Staleness) / reference, result.Trained.Result))]);
        if (_options.Momentum > 0)
        {
            VectorMath.Scale(_options.Momentum, _ball);
            VectorMath.AddScaled(1, update.Span, _ball);
            VectorMath.AddScaled(_options.ServerStep, _ball, model);
        }
        else
        {
            VectorMath.AddScaled(_options.ServerStep, update.Span, model);
        }

        return update;
    }
}
