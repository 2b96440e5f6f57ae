using ActorFed.Algorithms.Blocks;
using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Star;
using static ActorFed.Algorithms.Bilevel.FedNest.FedNestBody;

namespace ActorFed.Algorithms.Bilevel.FedNest;

/// <summary>
/// An epoch from the first mean lower gradient on: the lower rounds (FedInn), the Neumann series (FedIHGP) and the upper step
/// (FedOut). Every mean is over the workers that take part in the stage.
/// </summary>
/// <remarks>Source: FedNest, algorithms 1 to 4 there; equations as numbered in docs/notation.md.</remarks>
internal sealed class FedNestEpoch : IStarBarrier
{
    private enum Stage
    {
        DifferentiateLower,
        StepLower,
        DifferentiateUpper,
        MultiplyHessian,
        DifferentiateTotal,
        StepUpper,
    }

    private readonly FedNestMasterRule _rule;
    private readonly FedNestOptions _options;
    private Stage _stage;
    private int _round;                                // lower rounds ended
    private int _productsLeft;
    private FlatVector _lower;                         // y
    private FlatVector _lowerGradient;                 // ḡ at y
    private double _lowerObjective;
    private double _upperObjective;
    private FlatVector _term = FlatVector.Empty;       // p = (I − λH)^j b
    private FlatVector _direction = FlatVector.Empty;  // v
    private FlatVector _hypergradient = FlatVector.Empty;

    /// <summary>The epoch that the rule has just begun.</summary>
    /// <param name="rule">Holds x, y and the mean lower gradient there.</param>
    /// <param name="products">Hessian products of the Neumann series; at least 0.</param>
    public FedNestEpoch(FedNestMasterRule rule, int products)
    {
        (_rule, _options, _lower, _productsLeft) = (rule, rule.Options, rule.Lower, products);
        (_lowerGradient, _lowerObjective) = (rule.LowerGradient, rule.LowerObjective);
        TakeLowerStep();
    }

    /// <inheritdoc/>
    public bool DrainsSteps => false;

    /// <summary>The mean of the workers' lower gradients, and the sum of their losses.</summary>
    public static (FlatVector Gradient, double Objective) MeanLowerGradient(IReadOnlyList<WorkerReport> reports) => (
        Mean(reports, (LowerDifferentiated report) => report.Gradient),
        reports.Sum(report => ((LowerDifferentiated)report.Report).Loss));

    /// <inheritdoc/>
    public StarBody WorkFor(int worker) => _stage switch
    {
        Stage.DifferentiateLower => new DifferentiateLower(_lower),
        Stage.StepLower => new StepLower(_lowerGradient),
        Stage.DifferentiateUpper => new DifferentiateUpper(_lower),
        Stage.MultiplyHessian => new MultiplyHessian(_term),
        Stage.DifferentiateTotal => new DifferentiateTotal(_direction),
        _ => new StepUpper(_hypergradient),
    };

    /// <inheritdoc/>
    public StarBody StateOf(int worker) => new WorkerState { Upper = _rule.Upper, Lower = _lower };

    /// <inheritdoc/>
    public bool Advance(IReadOnlyList<WorkerReport> reports)
    {
        switch (_stage)
        {
            case Stage.DifferentiateLower:
                (_lowerGradient, _lowerObjective) = MeanLowerGradient(reports);
                TakeLowerStep();
                return true;
            case Stage.StepLower:
                EndLowerRound(Mean(reports, (LowerStepped report) => report.Lower));
                return true;
            case Stage.DifferentiateUpper:
                _upperObjective = reports.Sum(report => ((UpperDifferentiated)report.Report).Loss);
                BeginSeries(Mean(reports, (UpperDifferentiated report) => report.Gradient));
                return true;
            case Stage.MultiplyHessian:
                AddToSeries(Mean(reports, (HessianMultiplied report) => report.Product));
                return true;
            case Stage.DifferentiateTotal:
                _hypergradient = Mean(reports, (TotalDifferentiated report) => report.Hypergradient);
                if (_options.UpperLocalSteps > 1)
                {
                    _stage = Stage.StepUpper;
                    return true;
                }

                End(FlatVector.Combine(new Term(1, _rule.Upper), new Term(-_options.StepUpper, _hypergradient)));
                return false;
            default:
                End(Mean(reports, (UpperStepped report) => report.Upper));
                return false;
        }
    }

    private static FlatVector Mean<TReport>(IReadOnlyList<WorkerReport> reports, Func<TReport, FlatVector> vector)
        where TReport : StarBody
    {
        double factor = 1.0 / reports.Count;
        return FlatVector.Combine([.. reports.Select(report => new Term(factor, vector((TReport)report.Report)))]);
    }

    /// <summary>A single local step is y − β ḡ at every worker, so nobody needs to be asked.</summary>
    private void TakeLowerStep()
    {
        if (_options.LowerLocalSteps > 1)
        {
            _stage = Stage.StepLower;
        }
        else
        {
            EndLowerRound(FlatVector.Combine(new Term(1, _lower), new Term(-_options.StepLower, _lowerGradient)));
        }
    }

    private void EndLowerRound(FlatVector lower)
    {
        _lower = Finite(lower, "the lower variable y", "fednest.step-lower");
        _round++;
        _stage = _round < _options.LowerRounds ? Stage.DifferentiateLower : Stage.DifferentiateUpper;
    }

    /// <summary>p ← b, v ← λ b.</summary>
    private void BeginSeries(FlatVector gradient)
    {
        _term = gradient;
        _direction = FlatVector.Combine(new Term(_options.NeumannStep, gradient));
        EndSeriesWhenDone();
    }

    /// <summary>p ← p − λ H p, v ← v + λ p.</summary>
    private void AddToSeries(FlatVector product)
    {
        double step = _options.NeumannStep;
        _term = FlatVector.Combine(new Term(1, _term), new Term(-step, product));
        _direction = FlatVector.Combine(new Term(1, _direction), new Term(step, _term));
        _productsLeft--;
        EndSeriesWhenDone();
    }

    private void EndSeriesWhenDone()
    {
        if (_productsLeft > 0)
        {
            _stage = Stage.MultiplyHessian;
            return;
        }

        if (_options.NeumannSeries == NeumannSeries.Random)
        {
            _direction = FlatVector.Combine(new Term(_options.NeumannStep * _options.NeumannTerms, _term));
        }

        Finite(_direction, "v, the lower level's inverse Hessian product,", "fednest.neumann-step");
        _stage = Stage.DifferentiateTotal;
    }

    private void End(FlatVector upper) => _rule.Commit(
        Finite(upper, "the upper variable x", "fednest.step-upper"),
        _lower,
        [
            new Measure(MeasureNames.UpperObjective, _upperObjective),
            new Measure(MeasureNames.LowerObjective, _lowerObjective),
            new Measure(MeasureNames.StationarityGap, Math.Sqrt(VectorMath.SquaredNorm(_hypergradient.Span))),
        ]);

    private FlatVector Finite(FlatVector vector, string name, string key)
    {
        VectorCheck.RequireFinite(vector, name, key, _rule.StepsMade);
        return vector;
    }
}
