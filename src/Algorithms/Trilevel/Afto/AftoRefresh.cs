using System.Collections.Immutable;
using ActorFed.Algorithms.Blocks;
using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Star;
using static ActorFed.Algorithms.Trilevel.Afto.AftoBody;

namespace ActorFed.Algorithms.Trilevel.Afto;

/// <summary>What one level's part of a refresh did.</summary>
public sealed record AftoLayerResult
{
    /// <summary>Indices of the planes dropped, ascending, in the old numbering.</summary>
    public required ImmutableArray<int> Dropped { get; init; }

    /// <summary>h: squared distance of the level's copies and consensus from the estimate.</summary>
    public required double Violation { get; init; }

    /// <summary>m: what the new plane leaves for weak convexity.</summary>
    public required double Margin { get; init; }

    /// <summary>The estimate's copies; N vectors.</summary>
    public required ImmutableArray<FlatVector> Locals { get; init; }

    /// <summary>The estimate's consensus.</summary>
    public required FlatVector Consensus { get; init; }

    /// <summary>Whether a plane was added: h was more than ε.</summary>
    public required bool HasAdded { get; init; }
}

/// <summary>What a refresh of the planes did.</summary>
public sealed record AftoRefreshResult
{
    /// <summary>Master steps made when it happened.</summary>
    public required long Step { get; init; }

    /// <summary>The lower level (I-layer).</summary>
    public required AftoLayerResult Lower { get; init; }

    /// <summary>The middle level (II-layer).</summary>
    public required AftoLayerResult Middle { get; init; }

    /// <summary>s_l of the lower planes before the middle level's rounds.</summary>
    public required FlatVector FirstSlacks { get; init; }

    /// <summary>s_l after them.</summary>
    public required FlatVector Slacks { get; init; }

    /// <summary>γ_l after them.</summary>
    public required FlatVector LowerDuals { get; init; }
}

/// <summary>
/// A refresh of the planes, level by level from below: estimate the level's solution by inner rounds, and where its constraint h ≤ ε is
/// violated cut the present point off. A barrier: every live worker takes part in every stage.
/// </summary>
/// <remarks>Source: AFTO, the construction of the two layers of cuts; equations as numbered in docs/notation.md.</remarks>
internal sealed class AftoRefresh : IStarBarrier
{
    private enum Stage
    {
        LowerRounds,
        DifferentiateLower,
        MiddleRounds,
        DifferentiateMiddle,
        Update,
    }

    /// <summary>Counts the lower level's planes in force.</summary>
    private const string LowerPlanesMeasure = "lower-planes";

    private readonly AftoMasterRule _rule;
    private readonly AftoOptions _options;
    private readonly int[] _live;
    private readonly ConsensusRounds _lower;      // x'_3j, z'_3, φ_3j
    private readonly ConsensusRounds _middle;     // x'_2j, z'_2, φ_2j
    private readonly Polytope _lowerPlanes;       // from the end of this refresh on, as are the next
    private readonly Polytope _middlePlanes;
    private readonly ImmutableArray<int> _lowerDropped;
    private readonly ImmutableArray<int> _middleDropped;
    private SlackedPlanes? _slacked;              // from the end of the lower level on
    private AftoLayerResult? _lowerResult;
    private AftoLayerResult? _middleResult;
    private CuttingPlane? _added;                 // to the middle level
    private Stage _stage;
    private int _round;
    private double _lowerObjective;
    private double _middleObjective;

    public AftoRefresh(AftoMasterRule rule, IReadOnlyList<bool> isLive)
    {
        (_rule, _options) = (rule, rule.Options);
        _live = [.. Enumerable.Range(0, rule.WorkerCount).Where(j => isLive[j])];
        _lower = new ConsensusRounds(
            _live, rule.Lowers, rule.Lower, Zeros(rule.Lower), _options.InnerStep, _options.InnerStepDual, _options.LowerPenalty);
        _middle = new ConsensusRounds(
            _live, rule.Middles, rule.Middle, Zeros(rule.Middle), _options.InnerStep, _options.InnerStepDual, _options.MiddlePenalty);
        _lowerDropped = rule.LowerPlanes.Inactive(_options.DropTolerance);
        _middleDropped = rule.MiddlePlanes.Inactive(_options.DropTolerance);
        _lowerPlanes = rule.LowerPlanes.Without(_lowerDropped);
        _middlePlanes = rule.MiddlePlanes.Without(_middleDropped);
    }

    /// <inheritdoc/>
    public bool DrainsSteps => false;

    /// <inheritdoc/>
    public StarBody WorkFor(int worker) => _stage switch
    {
        Stage.LowerRounds => new LowerRound
        {
            MasterStep = _rule.StepsMade,
            Upper = _round == 0 ? _rule.Upper : null,
            Middle = _round == 0 ? _rule.Middle : null,
            Consensus = _lower.Consensus,
            Dual = _lower.Duals[worker],
        },
        Stage.DifferentiateLower => new DifferentiateLower { MasterStep = _rule.StepsMade },
        Stage.MiddleRounds => new MiddleRound
        {
            MasterStep = _rule.StepsMade,
            Consensus = _middle.Consensus,
            Dual = _middle.Duals[worker],
        },
        Stage.DifferentiateMiddle => new DifferentiateMiddle { MasterStep = _rule.StepsMade },
        _ => new PlanesUpdated
        {
            MasterStep = _rule.StepsMade,
            Dropped = _middleDropped,
            MiddleSlope = _added?.Slopes[_rule.MiddleBlockOf(worker)],
            LowerSlope = _added?.Slopes[_rule.LowerBlockOf(worker)],
            PlaneDuals = _middlePlanes.Duals,
            ConsensusDual = _rule.ConsensusDuals[worker],
            WantsGradients = _options.MeasureGap,
        },
    };

    /// <inheritdoc/>
    public StarBody StateOf(int worker)
    {
        ImmutableArray<FlatVector> lowers = _lower.TraceOf(worker);
        ImmutableArray<FlatVector> middles = _middle.TraceOf(worker);
        return _rule.StateOf(worker, lowers.Length == 1 ? null : new InnerTrace
        {
            Upper = _rule.Upper,
            Middle = _rule.Middle,
            Lowers = lowers,
            Middles = middles.Length == 1 ? [] : middles, // as the worker has it before its first middle round
        });
    }

    /// <inheritdoc/>
    public bool Advance(IReadOnlyList<WorkerReport> reports)
    {
        switch (_stage)
        {
            case Stage.LowerRounds:
                EndLowerRound(reports);
                return true;
            case Stage.DifferentiateLower:
                _lowerPlanes.Add(LowerPlane(reports));
                BeginMiddle();
                return true;
            case Stage.MiddleRounds:
                EndMiddleRound(reports);
                return true;
            case Stage.DifferentiateMiddle:
                _middlePlanes.Add(_added = MiddlePlane(reports));
                _stage = Stage.Update;
                return true;
            default:
                End(reports);
                return false;
        }
    }

    private FlatVector[] Zeros(FlatVector like) => [.. Enumerable.Repeat(FlatVector.Zeros(like.Length), _rule.WorkerCount)];

    private void EndLowerRound(IReadOnlyList<WorkerReport> reports)
    {
        foreach (WorkerReport report in reports)
        {
            LowerStepped stepped = (LowerStepped)report.Report;
            _lower.Add(report.Worker, stepped.Lower);
            _lowerObjective += _round == 0 ? stepped.LowerLoss : 0;
        }

        _lower.StepConsensus(_round);
        _lower.StepDuals(_lower.Consensus);
        _round++;
        if (_round < _options.LowerRounds)
        {
            return;
        }

        double h = _lower.Violation(_rule.Lower, _rule.Lowers);
        _lowerResult = Result(_lowerDropped, _lower, h, _options.LowerRelaxation, LowerMargin());
        if (_lowerResult.HasAdded)
        {
            _stage = Stage.DifferentiateLower;
        }
        else
        {
            BeginMiddle();
        }
    }

    private void BeginMiddle()
    {
        (_stage, _round) = (Stage.MiddleRounds, 0);
        _slacked = new SlackedPlanes(_lowerPlanes, _rule.LowerPoint(), _options);
    }

    private void EndMiddleRound(IReadOnlyList<WorkerReport> reports)
    {
        foreach (WorkerReport report in reports)
        {
            MiddleStepped stepped = (MiddleStepped)report.Report;
            _middle.Add(report.Worker, stepped.Middle);
            _middleObjective += _round == 0 ? stepped.MiddleLoss : 0;
        }

        _middle.StepConsensus(_round, _slacked!.Pull());
        _middle.StepDuals(_middle.Consensus);
        _slacked.Step(_middle.Consensus);
        VectorCheck.RequireFinite(_middle.Consensus, "an inner z_2 of the middle level", "afto.inner-step", _rule.StepsMade);
        VectorCheck.RequireFinite(_slacked.Duals, "the duals of the lower level's planes", "afto.inner-step-plane-dual", _rule.StepsMade);
        _round++;
        if (_round < _options.MiddleRounds)
        {
            return;
        }

        double h = _middle.Violation(_rule.Middle, _rule.Middles);
        _middleResult = Result(_middleDropped, _middle, h, _options.MiddleRelaxation, MiddleMargin());
        _stage = _middleResult.HasAdded ? Stage.DifferentiateMiddle : Stage.Update;
    }

    private static AftoLayerResult Result(
        ImmutableArray<int> dropped, ConsensusRounds rounds, double violation, double relaxation, double margin) => new()
        {
            Dropped = dropped,
            Violation = violation,
            Margin = margin,
            Locals = rounds.Locals,
            Consensus = rounds.Consensus,
            HasAdded = violation > relaxation,
        };

    /// <summary>m_I = μ_I ( α_1 + α_2 + (N + 1) α_3 + Σ ‖x_3j‖² + Σ ‖z_i‖² ).</summary>
    private double LowerMargin() => _options.LowerWeakConvexity
        * (_options.UpperBound + _options.MiddleBound + ((_rule.WorkerCount + 1) * _options.LowerBound) + SquaredNorms(_rule.LowerPoint()));

    /// <summary>m_II = μ_II ( α_1 + (N + 1) α_2 + (N + 1) α_3 + Σ ( ‖x_2j‖² + ‖x_3j‖² ) + Σ ‖z_i‖² ).</summary>
    private double MiddleMargin() => _options.MiddleWeakConvexity
        * (_options.UpperBound + ((_rule.WorkerCount + 1) * (_options.MiddleBound + _options.LowerBound)) + SquaredNorms(_rule.MiddlePoint()));

    private static double SquaredNorms(FlatVector[] point) => point.Sum(block => VectorMath.SquaredNorm(block.Span));

    private CuttingPlane LowerPlane(IReadOnlyList<WorkerReport> reports)
    {
        IEnumerable<LowerDifferentiated> parts = reports.Select(report => (LowerDifferentiated)report.Report);
        return CuttingPlane.Through(
            [
                FlatVector.Combine([.. parts.Select(part => new Term(1, part.Upper))]),
                FlatVector.Combine([.. parts.Select(part => new Term(1, part.Middle))]),
                _lower.SlopeInConsensus(_rule.Lower),
                .. _rule.Lowers.Select((x, j) => _lower.SlopeInLocal(j, x)),
            ],
            _rule.LowerPoint(),
            _lowerResult!.Violation - _options.LowerRelaxation - _lowerResult.Margin,
            dual: 0);
    }

    private CuttingPlane MiddlePlane(IReadOnlyList<WorkerReport> reports)
    {
        FlatVector slope = _middle.SlopeInConsensus(_rule.Middle);
        FlatVector bar = FlatVector.Combine(new Term(-1, slope));
        FlatVector zero = FlatVector.Zeros(_rule.Lower.Length);
        FlatVector[] lowerSlopes = [.. Enumerable.Repeat(zero, _rule.WorkerCount)]; // u_3j; 0 for a lost worker
        foreach (WorkerReport report in reports)
        {
            lowerSlopes[report.Worker] = ((MiddleDifferentiated)report.Report).Lower;
        }

        return CuttingPlane.Through(
            [
                FlatVector.Combine(
                [
                    .. reports.Select(report => new Term(1, ((MiddleDifferentiated)report.Report).Upper)),
                    .. _slacked!.SlopesThrough(bar, AftoMasterRule.UpperBlock),
                ]),
                slope,
                FlatVector.Combine([new Term(0, zero), .. _slacked.SlopesThrough(bar, AftoMasterRule.LowerBlock)]),
                .. _rule.Middles.Select((x, j) => _middle.SlopeInLocal(j, x)),
                .. lowerSlopes.Select((u, j) => FlatVector.Combine(
                    [new Term(1, u), .. _slacked.SlopesThrough(bar, AftoMasterRule.FirstWorkerBlock + j)])),
            ],
            _rule.MiddlePoint(),
            _middleResult!.Violation - _options.MiddleRelaxation - _middleResult.Margin,
            dual: 0);
    }

    private void End(IReadOnlyList<WorkerReport> reports)
    {
        ImmutableArray<Measure> measures =
        [
            new Measure(MeasureNames.MiddleObjective, _middleObjective),
            new Measure(MeasureNames.LowerObjective, _lowerObjective),
            new Measure(LowerPlanesMeasure, _lowerPlanes.Count),
        ];
        if (_options.MeasureGap)
        {
            UpperGradients?[] gradients = new UpperGradients?[_rule.WorkerCount];
            foreach (WorkerReport report in reports)
            {
                gradients[report.Worker] = ((PlanesInstalled)report.Report).Gradients;
            }

            double gap = Math.Sqrt(AftoGap.Squared(_rule, _middlePlanes, gradients));
            measures = measures.Add(new Measure(MeasureNames.StationarityGap, gap));
        }

        AftoRefreshResult result = new()
        {
            Step = _rule.StepsMade,
            Lower = _lowerResult!,
            Middle = _middleResult!,
            FirstSlacks = _slacked!.FirstSlacks,
            Slacks = _slacked.Slacks,
            LowerDuals = _slacked.Duals,
        };
        _rule.Commit(result, _middlePlanes, _lowerPlanes, measures);
    }
}
