using System.Collections.Immutable;
using ActorFed.Algorithms.Numerics;

namespace ActorFed.Algorithms.Federated.Fadas;

/// <summary>FADAS's server: a step of AMSGrad along the mean of a buffer, shorter where a report in it is too stale.</summary>
/// <remarks>Source: Wang et al., ICML 2024, algorithm 1 and its delay-adaptive form; equations as numbered in docs/notation.md.</remarks>
public sealed class FadasMasterRule : FederatedMasterRule
{
    private readonly FadasOptions _options;
    private readonly Moments _moments;

    /// <summary>A server at its starting point.</summary>
    /// <param name="options">Settings.</param>
    /// <param name="start">The first model; length d.</param>
    /// <param name="workerCount">N; at least 1.</param>
    public FadasMasterRule(FadasOptions options, FlatVector start, int workerCount)
        : base(start, workerCount, hasRounds: false)
    {
        _options = options;
        _moments = new Moments(start.Length, start: 0);
        Memory = [("first-moment", _moments.First), ("second-moment", _moments.Second), ("largest-moment", _moments.Largest)];
    }

    /// <summary>η_t of the last step, before any bias correction.</summary>
    public double Rate { get; private set; }

    /// <summary>τ_max of the last step.</summary>
    public int MaxStaleness { get; private set; }

    /// <inheritdoc/>
    protected override ImmutableArray<(string Name, double[] Values)> Memory { get; }

    /// <inheritdoc/>
    protected override string StepKey => "fadas.server-step or fadas.client.step";

    /// <inheritdoc/>
    protected override FlatVector Apply(ImmutableArray<ClientResult> results, double[] model)
    {
        FlatVector update = FlatVector.Combine([.. results.Select(result => new Term(1.0 / results.Length, result.Trained.Result))]);
        MaxStaleness = results.Max(result => result.Staleness);
        Rate = RateOf(MaxStaleness);
        _moments.Take(update.Span, _options.FirstDecay, SecondMoment.Mean, _options.SecondDecay, ofFirst: false);
        if (_options.BiasCorrection)
        {
            long step = StepsApplied + 1;
            double rate = Rate / (1 - Math.Pow(_options.FirstDecay, step));
            _moments.Move(rate, 1 / Math.Sqrt(1 - Math.Pow(_options.SecondDecay, step)), _options.Adaptivity, usesLargest: true, model);
        }
        else
        {
            _moments.Move(Rate, scale: 1, _options.Adaptivity, usesLargest: true, model);
        }

        return update;
    }

    private double RateOf(int staleness) =>
        !(staleness > _options.DelayThreshold) ? _options.ServerStep
        : _options.DelayRule == DelayRule.Capped ? Math.Min(_options.ServerStep, 1.0 / staleness)
        : _options.ServerStep / staleness;
}
