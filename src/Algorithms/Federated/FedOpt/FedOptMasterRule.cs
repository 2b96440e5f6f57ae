using System.Collections.Immutable;
using ActorFed.Algorithms.Numerics;

namespace ActorFed.Algorithms.Federated.FedOpt;

/// <summary>The server of FedAvg, FedAvgM, FedAdagrad, FedAdam and FedYogi: one step along the mean update of a round's clients.</summary>
/// <remarks>Source: Reddi et al., ICLR 2021, algorithms 1 and 2; equations as numbered in docs/notation.md.</remarks>
public sealed class FedOptMasterRule : FederatedMasterRule
{
    private readonly FedOptOptions _options;
    private readonly double[] _ball; // buf of FedAvgM
    private readonly Moments _moments;

    /// <summary>A server at its starting point.</summary>
    /// <param name="options">Settings.</param>
    /// <param name="start">The first model; length d.</param>
    /// <param name="workerCount">N; at least 1.</param>
    public FedOptMasterRule(FedOptOptions options, FlatVector start, int workerCount)
        : base(start, workerCount, hasRounds: true)
    {
        _options = options;
        _ball = new double[options.Optimiser == ServerOptimiser.Momentum ? start.Length : 0];
        _moments = new Moments(
            options.IsAdaptive ? start.Length : 0, options.InitialMoment == InitialMoment.Zero ? 0 : options.Adaptivity * options.Adaptivity);
        Memory = options.IsAdaptive
            ? [("first-moment", _moments.First), ("second-moment", _moments.Second), ("largest-moment", _moments.Largest)]
            : options.Optimiser == ServerOptimiser.Momentum ? [("momentum", _ball)] : [];
    }

    /// <summary>w_i of the last usable round's usable clients, ascending by client.</summary>
    public ImmutableArray<double> Weights { get; private set; } = [];

    /// <summary>η_t, the step of the last usable round.</summary>
    public double Rate { get; private set; }

    /// <inheritdoc/>
    protected override ImmutableArray<(string Name, double[] Values)> Memory { get; }

    /// <inheritdoc/>
    protected override string StepKey => "fedopt.server-step or fedopt.client.step";

    /// <inheritdoc/>
    protected override FlatVector Apply(ImmutableArray<ClientResult> results, double[] model)
    {
        Weights = WeightsOf(results);
        FlatVector update = FlatVector.Combine([.. results.Select((result, i) => new Term(Weights[i], result.Trained.Result))]);
        Rate = _options.ServerStep * Correction(StepsApplied + (_options.BiasCorrection == BiasCorrection.Flower ? 2 : 1));
        switch (_options.Optimiser)
        {
            case ServerOptimiser.Average:
                VectorMath.AddScaled(Rate, update.Span, model);
                break;
            case ServerOptimiser.Momentum:
                VectorMath.Scale(_options.Momentum, _ball);
                VectorMath.AddScaled(1, update.Span, _ball);
                VectorMath.AddScaled(Rate, _ball, model);
                break;
            default:
                _moments.Take(update.Span, _options.FirstDecay, Kind(), _options.SecondDecay, _options.MomentInput == MomentInput.Momentum);
                _moments.Move(Rate, scale: 1, _options.Adaptivity, _options.LargestMoment, model);
                break;
        }

        return update;
    }

    private SecondMoment Kind() => _options.Optimiser switch
    {
        ServerOptimiser.Adagrad => SecondMoment.Sum,
        ServerOptimiser.Adam => SecondMoment.Mean,
        _ => SecondMoment.Sign,
    };

    private double Correction(long exponent) => _options.BiasCorrection == BiasCorrection.None
        ? 1
        : Math.Sqrt(1 - Math.Pow(_options.SecondDecay, exponent)) / (1 - Math.Pow(_options.FirstDecay, exponent));

    private ImmutableArray<double> WeightsOf(ImmutableArray<ClientResult> results)
    {
        double all = results.Sum(result => (double)result.Trained.Examples);
        return [.. results.Select(result => _options.Weighting == ClientWeighting.Uniform ? 1.0 / results.Length : result.Trained.Examples / all)];
    }
}
