using System.Collections.Immutable;
using System.Runtime.InteropServices;
using ActorFed.Algorithms.Blocks;
using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Star;
using static ActorFed.Algorithms.Bilevel.Adbo.AdboBody;

namespace ActorFed.Algorithms.Bilevel.Adbo;

/// <summary>Where every variable of ADBO begins.</summary>
public sealed record AdboStartingPoint
{
    /// <summary>v; length n.</summary>
    public required FlatVector Upper { get; init; }

    /// <summary>z; length m.</summary>
    public required FlatVector Lower { get; init; }

    /// <summary>x_i; N vectors of length n.</summary>
    public required ImmutableArray<FlatVector> Uppers { get; init; }

    /// <summary>y_i; N vectors of length m.</summary>
    public required ImmutableArray<FlatVector> Lowers { get; init; }

    /// <summary>θ_i; N vectors of length n.</summary>
    public required ImmutableArray<FlatVector> ConsensusDuals { get; init; }
}

/// <summary>
/// ADBO at the master: the consensus variables v and z, the planes with their duals λ, the duals θ_i, and the last received
/// copies of every worker's x_i and y_i, which are authoritative.
/// </summary>
/// <remarks>
/// Source: ADBO, the updates of section 3 there; equations as numbered in docs/notation.md. A step costs N n for the sum over all
/// θ_i, which the paper's update of v has; P N for the residuals of the planes, whose products are kept where a block has not
/// changed; and m for each active worker and plane. A refresh costs K N m for its rounds and N (n + m) for a new plane.
/// </remarks>
public sealed class AdboMasterRule : IStarMasterRule
{
    /// <summary>Index of v among a plane's blocks.</summary>
    public const int UpperBlock = 0;

    /// <summary>Index of z among a plane's blocks.</summary>
    public const int LowerBlock = 1;

    /// <summary>Index of y_0 among a plane's blocks; y_1, … follow.</summary>
    public const int FirstWorkerBlock = 2;

    private readonly FlatVector[] _point;               // (v, z, y_0, …, y_{N−1}), where planes are evaluated
    private readonly FlatVector[] _uppers;              // x_i, as consumed
    private readonly IReadOnlyList<FlatVector> _lowers; // y_i, as consumed: a part of the point
    private readonly FlatVector[] _consensusDuals;      // θ_i
    private readonly double[] _upperLosses;             // G_i as last reported; NaN before
    private readonly WorkerCopy[] _copies;              // what the workers themselves hold
    private readonly List<Term> _terms = [];            // of the sum for v; kept, for it is as long as there are workers
    private FlatVector[] _innerDuals;                   // φ_i^0 of the next refresh
    private FlatVector _planeDuals = FlatVector.Empty;  // λ: one vector for all who are sent it

    /// <summary>ADBO at its starting point.</summary>
    public AdboMasterRule(AdboOptions options, AdboStartingPoint start)
    {
        Options = options;
        _point = [start.Upper, start.Lower, .. start.Lowers];
        _uppers = [.. start.Uppers];
        _lowers = new ArraySegment<FlatVector>(_point, FirstWorkerBlock, _uppers.Length);
        _consensusDuals = [.. start.ConsensusDuals];
        _copies = [.. _uppers.Zip(_lowers, (x, y) => new WorkerCopy(x, y, y))];
        _innerDuals = NoInnerDuals();
        _upperLosses = new double[_uppers.Length];
        Array.Fill(_upperLosses, double.NaN);
    }

    /// <summary>Settings.</summary>
    public AdboOptions Options { get; }

    /// <inheritdoc/>
    public int WorkerCount => _uppers.Length;

    /// <summary>Master steps made, t.</summary>
    public long StepsMade { get; private set; }

    /// <summary>v; length n.</summary>
    public FlatVector Upper
    {
        get => _point[UpperBlock];
        private set => _point[UpperBlock] = value;
    }

    /// <summary>z; length m.</summary>
    public FlatVector Lower
    {
        get => _point[LowerBlock];
        private set => _point[LowerBlock] = value;
    }

    /// <summary>x_i as last consumed; N vectors of length n.</summary>
    public IReadOnlyList<FlatVector> Uppers => _uppers;

    /// <summary>y_i as last consumed; N vectors of length m.</summary>
    public IReadOnlyList<FlatVector> Lowers => _lowers;

    /// <summary>θ_i; N vectors of length n.</summary>
    public IReadOnlyList<FlatVector> ConsensusDuals => _consensusDuals;

    /// <summary>The planes in force.</summary>
    public Polytope Planes { get; private set; } = new();

    /// <summary>What the last refresh did; null before the first.</summary>
    public AdboRefreshResult? LastRefresh { get; private set; }

    /// <inheritdoc/>
    public ImmutableArray<Measure> Measures { get; private set; } = [];

    private bool IsOfficial => Options.Profile == AdboProfile.Official;

    /// <inheritdoc/>
    public StarBody StateOf(int worker) => StateOf(worker, _copies[worker], inner: null);

    /// <inheritdoc/>
    public StarBody StepWork(int worker) => LastRefresh?.Step == StepsMade
        ? new Step() // θ_i and λ have just come with the planes
        : new Step { ConsensusDual = _consensusDuals[worker], PlaneDuals = _planeDuals };

    /// <inheritdoc/>
    public string? ObjectionTo(StarBody work, StarBody report)
    {
        int n = Upper.Length;
        int m = Lower.Length;
        return (work, report) switch
        {
            (AdboBody.Step, Stepped r) => VectorCheck.Objection(r.Upper, n, "x_i") ?? VectorCheck.Objection(r.Lower, m, "y_i"),
            (InnerRound, InnerStepped r) => VectorCheck.Objection(r.Lower, m, "an inner y_i"),
            (DifferentiatePlane, PlaneDifferentiated r) => VectorCheck.Objection(r.Slope, n, "a_i"),
            (PlanesUpdated u, PlanesInstalled r) => u.WantsGradients && r.LowerGradient is null ? "the gradients of G_i are missing."
                : (r.UpperGradient is { } gx ? VectorCheck.Objection(gx, n, "∂G_i/∂x") : null) ?? (r.LowerGradient is { } gy ? VectorCheck.Objection(gy, m, "∂G_i/∂y") : null),
            _ => $"{report.GetType().Name} does not answer {work.GetType().Name}.",
        };
    }

    /// <inheritdoc/>
    public void Step(IReadOnlyList<WorkerReport> reports)
    {
        DualRegularization regularization = IsOfficial ? DualRegularization.Constant : Options.Regularization;
        double c1 = regularization.At(Options.PlaneDualRegularization, Options.StepPlaneDual, StepsMade);
        double c2 = regularization.At(Options.ConsensusDualRegularization, Options.StepConsensusDual, StepsMade);
        foreach (WorkerReport report in reports)
        {
            Stepped stepped = (Stepped)report.Report;
            int i = report.Worker;
            _copies[i] = new WorkerCopy(stepped.Upper, stepped.Lower, _copies[i].Lower);
            (_uppers[i], _point[FirstWorkerBlock + i], _upperLosses[i]) = (stepped.Upper, stepped.Lower, stepped.UpperLoss);
        }

        StepConsensus();
        Planes.StepDuals(_point, Options.StepPlaneDual, c1, Options.MaxPlaneDual);
        _planeDuals = Planes.Duals;
        VectorCheck.RequireFinite(_planeDuals, "the duals of the lower level's planes", "adbo.step-plane-dual", StepsMade);
        foreach (WorkerReport report in reports)
        {
            int i = report.Worker;
            _consensusDuals[i] = ConsensusDual.Step(
                _consensusDuals[i], _uppers[i], Upper, Options.StepConsensusDual, c2, Options.MaxConsensusDual);
        }

        StepsMade++;
        Measures = CheapMeasures();
    }

    /// <inheritdoc/>
    public IStarBarrier? OpenBarrier(IReadOnlyList<bool> isLive)
    {
        long t = StepsMade - 1; // the step just made, from 0
        bool isDue = IsOfficial
            ? t % Options.RefreshEvery == 0
            : (t + 1) % Options.RefreshEvery == 0 && (Options.RefreshUntil is not long end || t < end);
        return isDue ? new AdboRefresh(this, isLive, _copies, _innerDuals) : null;
    }

    /// <inheritdoc/>
    public void Save(SnapshotWriter writer)
    {
        writer.WriteInt64(StepsMade);
        writer.WriteVector(Upper);
        writer.WriteVector(Lower);
        for (int i = 0; i < WorkerCount; i++)
        {
            writer.WriteVector(_uppers[i]);
            writer.WriteVector(_lowers[i]);
            writer.WriteVector(_consensusDuals[i]);
            writer.WriteVector(_innerDuals[i]);
            writer.WriteDouble(_upperLosses[i]);
            _copies[i].Save(writer);
        }

        Planes.Save(writer);
    }

    /// <inheritdoc/>
    public void Restore(SnapshotReader reader)
    {
        StepsMade = reader.ReadInt64();
        Upper = VectorCheck.Read(reader, Upper.Length, "v");
        Lower = VectorCheck.Read(reader, Lower.Length, "z");
        for (int i = 0; i < WorkerCount; i++)
        {
            _uppers[i] = VectorCheck.Read(reader, Upper.Length, "x_i");
            _point[FirstWorkerBlock + i] = VectorCheck.Read(reader, Lower.Length, "y_i");
            _consensusDuals[i] = VectorCheck.Read(reader, Upper.Length, "θ_i");
            _innerDuals[i] = VectorCheck.Read(reader, Lower.Length, "φ_i");
            _upperLosses[i] = reader.ReadDouble();
            _copies[i] = new WorkerCopy(
                VectorCheck.Read(reader, Upper.Length, "x_i"),
                VectorCheck.Read(reader, Lower.Length, "y_i"),
                VectorCheck.Read(reader, Lower.Length, "y_i before"));
        }

        Planes.Restore(reader, _point);
        _planeDuals = Planes.Duals;
    }

    /// <inheritdoc/>
    public IEnumerable<StateEntry> Inspect()
    {
        yield return new StateEntry("upper", Upper);
        yield return new StateEntry("lower", Lower);
        yield return new StateEntry(StateNames.PlaneDuals, Planes.Duals);
        foreach (StateEntry entry in Planes.Inspect("plane"))
        {
            yield return entry;
        }

        for (int i = 0; i < WorkerCount; i++)
        {
            yield return new StateEntry($"upper-{i}", _uppers[i]);
            yield return new StateEntry($"lower-{i}", _lowers[i]);
            yield return new StateEntry($"consensus-dual-{i}", _consensusDuals[i]);
            yield return new StateEntry($"inner-dual-{i}", _innerDuals[i]);
            yield return new StateEntry($"worker-upper-{i}", _copies[i].Upper);
            yield return new StateEntry($"worker-lower-{i}", _copies[i].Lower);
            yield return new StateEntry($"worker-lower-before-{i}", _copies[i].LowerBefore);
        }
    }

    /// <summary>(v, z, y_0, …, y_{N−1}): the present point at which planes are evaluated.</summary>
    internal ReadOnlySpan<FlatVector> Point => _point;

    internal WorkerState StateOf(int worker, WorkerCopy copy, InnerTrace? inner) => new()
    {
        Upper = copy.Upper,
        Lower = copy.Lower,
        LowerBefore = copy.LowerBefore,
        ConsensusDual = _consensusDuals[worker],
        PlaneDuals = _planeDuals,
        PlaneSlopes = [.. Planes.Planes.Select(plane => plane.Slopes[FirstWorkerBlock + worker])],
        Inner = inner,
    };

    /// <summary>Takes over what a refresh found, all at once.</summary>
    internal void Commit(
        AdboRefreshResult result, Polytope planes, FlatVector[] innerDuals, WorkerCopy[] copies, double lowerObjective, double? gap)
    {
        (Planes, _planeDuals) = (planes, planes.Duals);
        copies.CopyTo(_copies, 0);
        _innerDuals = Options.WarmStartInnerDual && !IsOfficial ? innerDuals : NoInnerDuals();
        LastRefresh = result;
        Measures = [.. CheapMeasures(), new Measure(MeasureNames.LowerObjective, lowerObjective)];
        if (gap is double value)
        {
            Measures = Measures.Add(new Measure(MeasureNames.StationarityGap, value));
        }
    }

    private FlatVector[] NoInnerDuals() => [.. Enumerable.Repeat(FlatVector.Zeros(Lower.Length), WorkerCount)];

    /// <summary>v ← v − η_v ( Σ λ_l a_l − Σ θ_i ),  z ← z − η_z Σ λ_l c_l.</summary>
    /// <remarks>
    /// The sum runs over the θ_i of all workers, one after the other. A running total that only follows the active ones would be
    /// cheaper, but round differently.
    /// </remarks>
    private void StepConsensus()
    {
        _terms.Clear();
        _terms.Add(new Term(1, Upper));
        _terms.AddRange(Planes.WeightedSlopes(-Options.StepUpperConsensus, UpperBlock));
        foreach (FlatVector theta in _consensusDuals)
        {
            _terms.Add(new Term(Options.StepUpperConsensus, theta));
        }

        Upper = FlatVector.Combine(CollectionsMarshal.AsSpan(_terms));
        VectorCheck.RequireFinite(Upper, "the upper consensus variable v", "adbo.step-upper-consensus", StepsMade);
        if (Planes.Count > 0)
        {
            Lower = FlatVector.Combine([new Term(1, Lower), .. Planes.WeightedSlopes(-Options.StepLowerConsensus, LowerBlock)]);
            VectorCheck.RequireFinite(Lower, "the lower consensus variable z", "adbo.step-lower-consensus", StepsMade);
        }
    }

    private ImmutableArray<Measure> CheapMeasures()
    {
        double upperObjective = _upperLosses.Sum();
        Measure planes = new(MeasureNames.Planes, Planes.Count);
        return double.IsNaN(upperObjective) ? [planes] : [new Measure(MeasureNames.UpperObjective, upperObjective), planes];
    }
}

/// <summary>The master's copy of what a worker holds. Differs from what was consumed only after an official refresh, which reads one step ahead.</summary>
/// <param name="Upper">x_i; length n.</param>
/// <param name="Lower">y_i; length m.</param>
/// <param name="LowerBefore">y_i one step earlier; length m.</param>
internal readonly record struct WorkerCopy(FlatVector Upper, FlatVector Lower, FlatVector LowerBefore)
{
    public void Save(SnapshotWriter writer)
    {
        writer.WriteVector(Upper);
        writer.WriteVector(Lower);
        writer.WriteVector(LowerBefore);
    }
}
