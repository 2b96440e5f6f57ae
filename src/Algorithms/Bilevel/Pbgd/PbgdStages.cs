using ActorFed.Algorithms.Blocks;
using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Star;
using static ActorFed.Algorithms.Bilevel.Pbgd.PbgdBody;

namespace ActorFed.Algorithms.Bilevel.Pbgd;

/// <summary>
/// What a step needs after its first gradients: for the value gap, steps of ω and the gradient of v there; for the gradient norm, products with
/// the mean lower gradient.
/// </summary>
/// <remarks>Source: Shen and Chen, ICML 2023; equations as numbered in docs/notation.md.</remarks>
internal sealed class PbgdStages : IStarBarrier
{
    private enum Stage
    {
        DifferentiateInner,
        DifferentiateValue,
        MultiplyDirection,
    }

    private readonly PbgdMasterRule _rule;
    private Stage _stage;
    private int _innerSteps; // made
    private FlatVector _inner;

    /// <summary>The stages of the step that the rule has just begun.</summary>
    public PbgdStages(PbgdMasterRule rule)
    {
        (_rule, _inner) = (rule, rule.Inner);
        if (rule.HasInner)
        {
            StepInner(rule.Begun.Inner);
        }
        else
        {
            _stage = Stage.MultiplyDirection;
        }
    }

    /// <inheritdoc/>
    public bool DrainsSteps => false;

    /// <summary>The mean of a vector of the reports.</summary>
    public static FlatVector Mean<TReport>(IReadOnlyList<WorkerReport> reports, Func<TReport, FlatVector> vector)
        where TReport : StarBody
    {
        double factor = 1.0 / reports.Count;
        return FlatVector.Combine([.. reports.Select(report => new Term(factor, vector((TReport)report.Report)))]);
    }

    /// <inheritdoc/>
    public StarBody WorkFor(int worker) => _stage switch
    {
        Stage.DifferentiateInner => new DifferentiateInner(_inner),
        Stage.DifferentiateValue => new DifferentiateValue(_inner),
        _ => new MultiplyDirection(_rule.Begun.Inner),
    };

    /// <inheritdoc/>
    public StarBody StateOf(int worker) => _rule.StateAt(_rule.StepsMade - 1);

    /// <inheritdoc/>
    public bool Advance(IReadOnlyList<WorkerReport> reports)
    {
        StepBegun begun = _rule.Begun;
        switch (_stage)
        {
            case Stage.DifferentiateInner:
                StepInner(Mean(reports, (InnerDifferentiated report) => report.Gradient));
                return true;
            case Stage.DifferentiateValue:
                FlatVector value = Mean(reports, (ValueDifferentiated report) => report.Gradient);
                _rule.Commit(_inner, FlatVector.Combine(new Term(1, begun.Upper), new Term(-_rule.Weight, value)), begun.Lower);
                return false;
            default:
                FlatVector cross = Mean(reports, (DirectionMultiplied report) => report.Cross);
                FlatVector hessian = Mean(reports, (DirectionMultiplied report) => report.Hessian);
                double twice = 2 * _rule.Weight;
                _rule.Commit(
                    _inner,
                    FlatVector.Combine(new Term(1, begun.Upper), new Term(twice, cross)),
                    FlatVector.Combine(new Term(1, begun.Lower), new Term(twice, hessian)));
                return false;
        }
    }

    /// <summary>ω ← ω − β ∂g/∂y(x, ω).</summary>
    private void StepInner(FlatVector gradient)
    {
        _inner = FlatVector.Combine(new Term(1, _inner), new Term(-_rule.Options.StepInner, gradient));
        VectorCheck.RequireFinite(_inner, "ω, which follows the lower level's solution,", "pbgd.step-inner", _rule.StepsMade);
        _innerSteps++;
        _stage = _innerSteps < _rule.Options.InnerSteps ? Stage.DifferentiateInner : Stage.DifferentiateValue;
    }
}
