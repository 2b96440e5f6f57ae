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
    private readonly FlatVector[] _innerDuals;                    // φ_i^0
    private readonly FlatVector[] _slopes;                        // a_i
    private ConsensusRounds? _rounds;                             // y_i^k, z^k, φ_i^k; from the end of a drain on
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
        (_rule, _options, _isLive) = (rule, rule.Options, [.. isLive]);
        _isOfficial = _options.Profile == AdboProfile.Official;
        _copies = [.. copies];
        _innerDuals = innerDuals;
        _slopes = [.. copies.Select(_ => FlatVector.Empty)];
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
        Stage.Inner => new InnerRound { Upper = _round == 0 ? _rule.Upper : null, Consensus = _rounds!.Consensus, Dual = _rounds.Duals[worker] },
        Stage.Differentiate => _isOfficial
            ? new DifferentiatePlane { Consensus = _rounds!.Consensus, Dual = _rounds.Duals[worker] }
            : new DifferentiatePlane(),
        Stage.Update => Update(worker),
        _ => throw new InvalidOperationException("A draining stage asks for nothing new."),
    };

    /// <inheritdoc/>
    public StarBody StateOf(int worker) => _rule.StateOf(
        worker,
        _copies[worker],
        _round > 0 ? new InnerTrace { Upper = _rule.Upper, Lowers = _rounds!.TraceOf(worker) } : null);

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

    private void BeginRounds() => _rounds = new ConsensusRounds(
        [.. Enumerable.Range(0, _copies.Length).Where(i => _isLive[i])],
        [.. _copies.Select(copy => copy.Lower)],
        _rule.Lower,
        _innerDuals,
        _options.InnerStepConsensus,
        _options.InnerStepDual,
        _options.InnerPenalty);

    private void EndRound(IReadOnlyList<WorkerReport> reports)
    {
        ConsensusRounds rounds = _rounds!;
        foreach (WorkerReport report in reports)
        {
            InnerStepped stepped = (InnerStepped)report.Report;
            rounds.Add(report.Worker, stepped.Lower);
            _lowerObjective += _round == 0 ? stepped.LowerLoss : 0;
        }

        FlatVector z = rounds.Consensus;
        int k = _round;
        if (!_isOfficial)
        {
            rounds.StepConsensus(_options.InnerOrder == InnerOrder.Jacobi ? k : k + 1);
            rounds.StepDuals(rounds.Consensus);
        }
        else if (_options.OfficialForm == OfficialForm.Ijcnn1)
        {
            rounds.StepConsensus(k + 1);
            rounds.StepDuals(z);
        }
        else
        {
            rounds.StepDuals(z);
            rounds.StepConsensus(k + 1);
        }
    }

    private void EndRounds()
    {
        _dropped = PlanesToDrop();
        double h = _rounds!.Violation(_rule.Lower, _rule.Lowers);
        _result = new AdboRefreshResult
        {
            Step = _rule.StepsMade,
            Dropped = _dropped,
            Violation = h,
            Lowers = _rounds.Locals,
            Consensus = _rounds.Consensus,
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
    private ImmutableArray<int> PlanesToDrop() => _isOfficial
        ? [.. Enumerable.Range(0, _rule.Planes.Count).Where(l => _rule.Planes.Planes[l].Dual < OfficialDropTolerance)]
        : _rule.Planes.Inactive(_options.DropTolerance);

    /// <summary>Linearises h ≤ ε at the present point: a = Σ a_i, b_i = 2 (y_i − y_i^K), c = 2 (z − z^K), κ so that the residual is h − ε here.</summary>
    private void MakePlane()
    {
        int workers = _rule.WorkerCount;
        FlatVector upperSlope = FlatVector.Combine(
            [.. Enumerable.Range(0, workers).Where(i => _isLive[i]).Select(i => new Term(1, _slopes[i]))]);
        ImmutableArray<FlatVector> slopes =
        [
            upperSlope,
            _rounds!.SlopeInConsensus(_rule.Lower),
            .. Enumerable.Range(0, workers).Select(i => _rounds.SlopeInLocal(i, _rule.Lowers[i])),
        ];
        CuttingPlane plane = CuttingPlane.Through(
            slopes, _rule.Point, _result!.Violation - (_isOfficial ? 0 : _options.Relaxation), _options.InitialPlaneDual);
        MakeRoom();
        Close(_result with { Dropped = _dropped, Slopes = [.. _slopes] }, plane);
    }

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

        _rule.Commit(_result!, _next!, [.. _rounds!.Duals], _copies, _lowerObjective, gap);
    }
}
