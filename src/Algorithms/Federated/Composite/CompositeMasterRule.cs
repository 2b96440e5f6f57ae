using System.Collections.Immutable;
using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Federated.Composite.Regularizers;
using ActorFed.Algorithms.Federated.FedOpt;
using ActorFed.Algorithms.Numerics;
using static ActorFed.Algorithms.Federated.FederatedBody;

namespace ActorFed.Algorithms.Federated.Composite;

/// <summary>The server of a federated algorithm for F(w) + ψ(w): the mean of a round's results, and how far its clients went.</summary>
/// <remarks>Source: Yuan, Zaheer, Reddi, ICML 2021; equations as numbered in docs/notation.md.</remarks>
public abstract class CompositeMasterRule : FederatedMasterRule
{
    private readonly CompositeOptions _options;

    /// <summary>A server at its starting point, which is moved into the set where ψ is the indicator of one.</summary>
    /// <param name="options">Settings.</param>
    /// <param name="start">The first model; length d.</param>
    /// <param name="workerCount">N; at least 1.</param>
    protected CompositeMasterRule(CompositeOptions options, FlatVector start, int workerCount)
        : base(Feasible(options, start), workerCount, hasRounds: true) =>
        (_options, Regularizer) = (options, options.Regularizer.Create(start.Length));

    /// <summary>ψ.</summary>
    protected Regularizer Regularizer { get; }

    /// <inheritdoc/>
    protected override Type ResultType => typeof(TrainedComposite);

    /// <inheritdoc/>
    protected override ImmutableArray<(string Name, double[] Values)> Memory => [];

    /// <inheritdoc/>
    protected override ImmutableArray<Measure> OwnMeasures => [new Measure("regularizer", Regularizer.Value(Lower.Span))];

    /// <inheritdoc/>
    protected override Train TaskOf(long number) => new TrainComposite { Number = number, Model = Lower, Elapsed = 0 };

    /// <inheritdoc/>
    protected override string? ObjectionTo(Trained trained) => ((TrainedComposite)trained).Steps is int steps and < 1
        ? $"it counts {steps} local steps; there must be at least 1."
        : null;

    /// <inheritdoc/>
    protected sealed override FlatVector Apply(ImmutableArray<ClientResult> results, double[] model)
    {
        double all = results.Sum(result => (double)result.Trained.Examples);
        double[] weights = [.. results.Select(result => _options.Weighting == ClientWeighting.Uniform ? 1.0 / results.Length : result.Trained.Examples / all)];
        FlatVector update = FlatVector.Combine([.. results.Select((result, i) => new Term(weights[i], result.Trained.Result))]);
        double elapsed = _options.Client.Step * results.Select((result, i) => weights[i] * ((TrainedComposite)result.Trained).Steps).Sum();
        Move(update, elapsed, model);
        return update;
    }

    /// <summary>One server step.</summary>
    /// <param name="update">Δ, the mean of the results; length d.</param>
    /// <param name="elapsed">The mean of the sums of the clients' steps, K η_c.</param>
    /// <param name="model">In: w. Out: the next w. Length d.</param>
    protected abstract void Move(FlatVector update, double elapsed, double[] model);

    private static FlatVector Feasible(CompositeOptions options, FlatVector start)
    {
        double[] model = start.Span.ToArray();
        options.Regularizer.Create(start.Length).Shrink(strength: 0, model);
        return FlatVector.CopyOf(model);
    }
}
