using System.Collections.Immutable;
using ActorFed.Algorithms.Blocks;
using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Star;
using static ActorFed.Algorithms.Bilevel.Adbo.AdboBody;

namespace ActorFed.Algorithms.Bilevel.Adbo;

/// <summary>What a refresh of the planes did.</summary>
public sealed record AdboRefreshResult
{
    /// <summary>Master steps made when it happened.</summary>
    public required long Step { get; init; }

    /// <summary>Indices of the planes dropped, ascending, in the old numbering.</summary>
    public required ImmutableArray<int> Dropped { get; init; }

    /// <summary>h: squared distance of ({y_i}, z) from the estimate.</summary>
    public required double Violation { get; init; }

    /// <summary>The estimate's y_i^K; N vectors of length m.</summary>
    public required ImmutableArray<FlatVector> Lowers { get; init; }

    /// <summary>The estimate's z^K; length m.</summary>
    public required FlatVector Consensus { get; init; }

    /// <summary>The workers' a_i; N vectors of length n; empty when no plane was added.</summary>
    public required ImmutableArray<FlatVector> Slopes { get; init; }
}

/// <summary>
/// A refresh of the planes: estimate the lower solution φ(v) by K inner rounds, and where the constraint h ≤ ε is violated cut the
/// present point off. A barrier: every live worker takes part in every stage.
/// </summary>
/// <remarks>Source: ADBO, sections 2 and 3 of its method; the official profile follows the code instead, see docs/fidelity.md.</remarks>
internal sealed class AdboRefresh : IStarBarrier
{
    private enum Stage
    {
        Drain,
        Inner,
        Differentiate,
        Update,
    }

    private const double OfficialDropTolerance = 1e-10;

    private readonly AdboMasterRule _rule;
    private readonly AdboOptions _options;
    private readonly bool[] _isLive;                              // when the refresh began
    private readonly bool _isOfficial;
    private readonly WorkerCopy[] _copies;                        // what the workers hold
    private readonly FlatVector[] _duals;                         // φ_i^k
    private readonly ImmutableArray<FlatVector>.Builder[] _trace; // y_i^0 … y_i^k
    private readonly FlatVector[] _slopes;                        // a_i
    private FlatVector _consensus;                                // z^k
    private Stage _stage;
    private int _round;
    private double _lowerObjective;
    private ImmutableArray<int> _dropped = [];
    private AdboRefreshResult? _result;
    private CuttingPlane? _added;
    private Polytope? _next;                                      // the planes from the end of this refresh on
    private FlatVector _nextDuals = FlatVector.Empty;             // their λ

    public AdboRefresh(AdboMasterRule rule, IReadOnlyList<bool> isLive, WorkerCopy[] copies, FlatVector[] innerDuals)
    {
        (_rule, _options, _isLive, _consensus) = (rule, rule.Options, [.. isLive], rule.Lower);
        _isOfficial = _options.Profile == AdboProfile.Official;
        _copies = [.. copies];
        _duals = [.. innerDuals];
        _slopes = [.. copies.Select(_ => FlatVector.Empty)];
        _trace = [.. copies.Select(_ => ImmutableArray.CreateBuilder<FlatVector>())];
        _stage = _isOfficial ? Stage.Drain : Stage.Inner;
        if (!_isOfficial)
        {
            BeginRounds();
        }
    }

    /// <inheritdoc/>
    public bool DrainsSteps => _isOfficial;

    /// <inheritdoc/>
    public StarBody WorkFor(int worker) => _stage switch
    {
        Stage.Inner => new InnerRound { Upper = _round == 0 ? _rule.Upper : null, Consensus = _consensus, Dual = _duals[worker] },
        Stage.Differentiate => _isOfficial
            ? new DifferentiatePlane { Consensus = _consensus, Dual = _duals[worker] }
            : new DifferentiatePlane(),
        Stage.Update => Update(worker),
        _ => throw new InvalidOperationException("A draining stage asks for nothing new."),
    };

    /// <inheritdoc/>
    public StarBody StateOf(int worker) => _rule.StateOf(
        worker,
        _copies[worker],
        _round > 0 ? new InnerTrace { Upper = _rule.Upper, Lowers = _trace[worker].ToImmutable() } : null);

    /// <inheritdoc/>
    public bool Advance(IReadOnlyList<WorkerReport> reports)
    {
        switch (_stage)
        {
            case Stage.Drain:
                foreach (WorkerReport report in reports)
                {
                    Stepped stepped = (Stepped)report.Report;
                    _copies[report.Worker] = new WorkerCopy(stepped.Upper, stepped.Lower, _copies[report.Worker].Lower);
                }

                BeginRounds();
                _stage = Stage.Inner;
                return true;
            case Stage.Inner:
                EndRound(reports);
                _round++;
                if (_round == _options.InnerRounds)
                {
                    EndRounds();
                }

                return true;
            case Stage.Differentiate:
                foreach (WorkerReport report in reports)
                {
                    _slopes[report.Worker] = ((PlaneDifferentiated)report.Report).Slope;
                }

                MakePlane();
                return true;
            default:
                End(reports);
                return false;
        }
    }

    private void BeginRounds()
    {
        for (int i = 0; i < _trace.Length; i++)
        {
            _trace[i].Add(_copies[i].Lower);
        }
    }

    private void EndRound(IReadOnlyList<WorkerReport> reports)
    {
        foreach (WorkerReport report in reports)
        {
            InnerStepped stepped = (InnerStepped)report.Report;
            _trace[report.Worker].Add(stepped.Lower);
            _lowerObjective += _round == 0 ? stepped.LowerLoss : 0;
        }

        FlatVector z = _consensus;
        int k = _round;
        if (!_isOfficial)
        {
            _consensus = StepConsensus(reports, _options.InnerOrder == InnerOrder.Jacobi ? k : k + 1);
            StepDuals(reports, _consensus);
        }
        else if (_options.OfficialForm == OfficialForm.Ijcnn1)
        {
            _consensus = StepConsensus(reports, k + 1);
            StepDuals(reports, z);
        }
        else
        {
            StepDuals(reports, z);
            _consensus = StepConsensus(reports, k + 1);
        }
    }

    /// <summary>z^{k+1} = z^k − η_zl Σ_i ( −φ_i − μ (y_i − z^k) ), with y_i from the given place of the trace.</summary>
    private FlatVector StepConsensus(IReadOnlyList<WorkerReport> reports, int place)
    {
        double step = _options.InnerStepConsensus;
        double mu = _options.InnerPenalty;
        return FlatVector.Combine(
        [
            new Term(1 - (step * mu * reports.Count), _consensus),
            .. reports.Select(report => new Term(step, _duals[report.Worker])),
            .. reports.Select(report => new Term(step * mu, _trace[report.Worker][place])),
        ]);
    }

    /// <summary>φ_i^{k+1} = φ_i^k + η_φ ( y_i^{k+1} − z ).</summary>
    private void StepDuals(IReadOnlyList<WorkerReport> reports, FlatVector z)
    {
        foreach (WorkerReport report in reports)
        {
            int i = report.Worker;
            _duals[i] = FlatVector.Combine(
                new Term(1, _duals[i]), new Term(_options.InnerStepDual, _trace[i][^1]), new Term(-_options.InnerStepDual, z));
        }
    }

    private void EndRounds()
    {
        _dropped = PlanesToDrop();
        double h = VectorMath.SquaredDistance(_rule.Lower.Span, _consensus.Span);
        for (int i = 0; i < _trace.Length; i++)
        {
            h += _isLive[i] ? VectorMath.SquaredDistance(_rule.Lowers[i].Span, _trace[i][^1].Span) : 0;
        }

        _result = new AdboRefreshResult
        {
            Step = _rule.StepsMade,
            Dropped = _dropped,
            Violation = h,
            Lowers = [.. _trace.Select(trace => trace[^1])],
            Consensus = _consensus,
            Slopes = [],
        };
        if (_isOfficial || h > _options.Relaxation)
        {
            _stage = Stage.Differentiate;
        }
        else
        {
            Close(_result, added: null);
        }
    }

    /// <summary>Paper: λ was 0 twice running. Official: λ is below 1e-10.</summary>
    private ImmutableArray<int> PlanesToDrop()
    {
        ImmutableArray<int>.Builder dropped = ImmutableArray.CreateBuilder<int>();
        IReadOnlyList<CuttingPlane> planes = _rule.Planes.Planes;
        for (int l = 0; l < planes.Count; l++)
        {
            CuttingPlane plane = planes[l];
            if (_isOfficial
                ? plane.Dual < OfficialDropTolerance
                : plane.DualUpdates >= 2 && plane.Dual <= _options.DropTolerance && plane.PreviousDual <= _options.DropTolerance)
            {
                dropped.Add(l);
            }
        }

        return dropped.ToImmutable();
    }

    /// <summary>Linearises h ≤ ε at the present point: a = Σ a_i, b_i = 2 (y_i − y_i^K), c = 2 (z − z^K), κ so that the residual is h − ε here.</summary>
    private void MakePlane()
    {
        int workers = _rule.WorkerCount;
        FlatVector upperSlope = FlatVector.Combine(
            [.. Enumerable.Range(0, workers).Where(i => _isLive[i]).Select(i => new Term(1, _slopes[i]))]);
        FlatVector frozen = FlatVector.Zeros(_rule.Lower.Length); // slope of a lost worker's y_i
        ImmutableArray<FlatVector> slopes =
        [
            upperSlope,
            TwiceDifference(_rule.Lower, _consensus),
            .. Enumerable.Range(0, workers).Select(i => _isLive[i] ? TwiceDifference(_rule.Lowers[i], _trace[i][^1]) : frozen),
        ];

        double offset = _result!.Violation - (_isOfficial ? 0 : _options.Relaxation);
        for (int b = 0; b < slopes.Length; b++)
        {
            offset -= VectorMath.Dot(slopes[b].Span, _rule.Point[b].Span);
        }

        MakeRoom();
        Close(_result with { Dropped = _dropped, Slopes = [.. _slopes] }, new CuttingPlane(slopes, offset, _options.InitialPlaneDual));
    }

    private static FlatVector TwiceDifference(FlatVector left, FlatVector right) =>
        FlatVector.Combine(new Term(2, left), new Term(-2, right));

    /// <summary>Where the number of planes is bounded, the ones with the smallest λ go, the oldest among equals first.</summary>
    private void MakeRoom()
    {
        if (_isOfficial || _options.MaxPlanes is not int max)
        {
            return;
        }

        IReadOnlyList<CuttingPlane> planes = _rule.Planes.Planes;
        int surplus = planes.Count - _dropped.Length - max + 1;
        IEnumerable<int> smallest = Enumerable.Range(0, planes.Count)
            .Where(l => !_dropped.Contains(l))
            .OrderBy(l => planes[l].Dual) // stable: the oldest first
            .Take(Math.Max(0, surplus));
        _dropped = [.. _dropped.Concat(smallest).Order()];
    }

    private void Close(AdboRefreshResult result, CuttingPlane? added)
    {
        (_result, _added, _stage) = (result, added, Stage.Update);
        _next = _rule.Planes.Without(result.Dropped);
        if (added is not null)
        {
            _next.Add(added);
        }

        _nextDuals = _next.Duals;
    }

    private PlanesUpdated Update(int worker) => new()
    {
        Dropped = _result!.Dropped,
        Slope = _added?.Slopes[AdboMasterRule.FirstWorkerBlock + worker],
        PlaneDuals = _nextDuals,
        ConsensusDual = _rule.ConsensusDuals[worker],
        WantsGradients = _options.MeasureGap,
    };

    private void End(IReadOnlyList<WorkerReport> reports)
    {
        double? gap = null;
        if (_options.MeasureGap)
        {
            (FlatVector? Upper, FlatVector Lower)?[] gradients = new (FlatVector?, FlatVector)?[_rule.WorkerCount];
            foreach (WorkerReport report in reports)
            {
                PlanesInstalled installed = (PlanesInstalled)report.Report;
                gradients[report.Worker] = (installed.UpperGradient, installed.LowerGradient!);
            }

            gap = Math.Sqrt(AdboGap.Squared(_rule, _next!, gradients));
        }

        _rule.Commit(_result!, _next!, _duals, _copies, _lowerObjective, gap);
    }
}
