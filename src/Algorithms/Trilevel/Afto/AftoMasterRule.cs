using System.Collections.Immutable;
using ActorFed.Algorithms.Blocks;
using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Star;
using static ActorFed.Algorithms.Trilevel.Afto.AftoBody;

namespace ActorFed.Algorithms.Trilevel.Afto;

/// <summary>Where every variable of AFTO begins.</summary>
public sealed record AftoStartingPoint
{
    /// <summary>z_1; length d1.</summary>
    public required FlatVector Upper { get; init; }

    /// <summary>z_2; length d2.</summary>
    public required FlatVector Middle { get; init; }

    /// <summary>z_3; length d3.</summary>
    public required FlatVector Lower { get; init; }

    /// <summary>x_1j; N vectors of length d1.</summary>
    public required ImmutableArray<FlatVector> Uppers { get; init; }

    /// <summary>x_2j; N vectors of length d2.</summary>
    public required ImmutableArray<FlatVector> Middles { get; init; }

    /// <summary>x_3j; N vectors of length d3.</summary>
    public required ImmutableArray<FlatVector> Lowers { get; init; }

    /// <summary>Requires that every worker has copies as long as the consensus variables.</summary>
    /// <exception cref="ArgumentException">One has not.</exception>
    internal void Check()
    {
        Check("upper", Upper, Uppers);
        Check("middle", Middle, Middles);
        Check("lower", Lower, Lowers);
    }

    private void Check(string level, FlatVector consensus, ImmutableArray<FlatVector> copies)
    {
        if (copies.Length != Uppers.Length || copies.IsEmpty)
        {
            throw new ArgumentException($"There are {copies.Length} copies of the {level} variable for {Uppers.Length} workers; each worker needs one.");
        }

        for (int j = 0; j < copies.Length; j++)
        {
            if (copies[j].Length != consensus.Length)
            {
                throw new ArgumentException(
                    $"Worker {j} has a {level} variable of length {copies[j].Length}; that of the consensus has {consensus.Length}. They must be equally long.");
            }
        }
    }
}

/// <summary>
/// AFTO at the master: the consensus variables z_1, z_2, z_3, the planes of two levels with their duals, the duals θ_j, and the last
/// received copies of every worker's variables, which are authoritative.
/// </summary>
/// <remarks>Source: AFTO; equations as numbered in docs/notation.md.</remarks>
public sealed class AftoMasterRule : IStarMasterRule
{
    /// <summary>Index of z_1 among a plane's blocks.</summary>
    public const int UpperBlock = 0;

    /// <summary>Index of z_2 among a plane's blocks.</summary>
    public const int MiddleBlock = 1;

    /// <summary>Index of z_3 among a plane's blocks.</summary>
    public const int LowerBlock = 2;

    /// <summary>Index of the first worker's variable among a plane's blocks: x_3 in a lower plane, x_2 in a middle one, which has all x_3 after all x_2.</summary>
    public const int FirstWorkerBlock = 3;

    private readonly FlatVector[] _uppers;         // x_1j, as consumed
    private readonly FlatVector[] _middles;        // x_2j, as consumed
    private readonly FlatVector[] _lowers;         // x_3j, as consumed
    private readonly FlatVector[] _consensusDuals; // θ_j
    private readonly double[] _upperLosses;        // f_1j as last reported; NaN before

    /// <summary>AFTO at its starting point, with all θ_j = 0.</summary>
    /// <exception cref="ArgumentException">The lengths of a level's variables disagree.</exception>
    public AftoMasterRule(AftoOptions options, AftoStartingPoint start)
    {
        start.Check();
        Options = options;
        (Upper, Middle, Lower) = (start.Upper, start.Middle, start.Lower);
        _uppers = [.. start.Uppers];
        _middles = [.. start.Middles];
        _lowers = [.. start.Lowers];
        _consensusDuals = [.. _uppers.Select(upper => FlatVector.Zeros(upper.Length))];
        _upperLosses = new double[_uppers.Length];
        Array.Fill(_upperLosses, double.NaN);
    }

    /// <summary>Settings.</summary>
    public AftoOptions Options { get; }

    /// <inheritdoc/>
    public int WorkerCount => _uppers.Length;

    /// <summary>Master steps made, t.</summary>
    public long StepsMade { get; private set; }

    /// <summary>z_1; length d1.</summary>
    public FlatVector Upper { get; private set; }

    /// <summary>z_2; length d2.</summary>
    public FlatVector Middle { get; private set; }

    /// <summary>z_3; length d3.</summary>
    public FlatVector Lower { get; private set; }

    /// <inheritdoc/>
    FlatVector? IStarMasterRule.Middle => Middle;

    /// <summary>x_1j as last consumed; N vectors of length d1.</summary>
    public IReadOnlyList<FlatVector> Uppers => _uppers;

    /// <summary>x_2j as last consumed; N vectors of length d2.</summary>
    public IReadOnlyList<FlatVector> Middles => _middles;

    /// <summary>x_3j as last consumed; N vectors of length d3.</summary>
    public IReadOnlyList<FlatVector> Lowers => _lowers;

    /// <summary>θ_j; N vectors of length d1.</summary>
    public IReadOnlyList<FlatVector> ConsensusDuals => _consensusDuals;

    /// <summary>The planes that stand for the middle level's optimality, with duals λ_l (the paper's II-layer).</summary>
    public Polytope MiddlePlanes { get; private set; } = new();

    /// <summary>The planes that stand for the lower level's optimality within the middle level, with duals γ_l (the paper's I-layer).</summary>
    public Polytope LowerPlanes { get; private set; } = new();

    /// <summary>What the last refresh did; null before the first.</summary>
    public AftoRefreshResult? LastRefresh { get; private set; }

    /// <inheritdoc/>
    public ImmutableArray<Measure> Measures { get; private set; } = [];

    /// <summary>Index of x_2j among a middle plane's blocks.</summary>
    public int MiddleBlockOf(int worker) => FirstWorkerBlock + worker;

    /// <summary>Index of x_3j among a middle plane's blocks.</summary>
    public int LowerBlockOf(int worker) => FirstWorkerBlock + WorkerCount + worker;

    /// <summary>(z_1, z_2, z_3, x_21, …, x_31, …): the point at which middle planes are evaluated.</summary>
    public FlatVector[] MiddlePoint() => [Upper, Middle, Lower, .. _middles, .. _lowers];

    /// <summary>(z_1, z_2, z_3, x_31, …): the point at which lower planes are evaluated.</summary>
    public FlatVector[] LowerPoint() => [Upper, Middle, Lower, .. _lowers];

    /// <inheritdoc/>
    public StarBody StateOf(int worker) => StateOf(worker, inner: null);

    /// <inheritdoc/>
    public StarBody StepWork(int worker) => LastRefresh?.Step == StepsMade
        ? new AftoBody.Step { MasterStep = StepsMade } // θ_j and λ have just come with the planes
        : new AftoBody.Step { MasterStep = StepsMade, ConsensusDual = _consensusDuals[worker], PlaneDuals = MiddlePlanes.Duals };

    /// <inheritdoc/>
    public string? ObjectionTo(StarBody work, StarBody report)
    {
        int d1 = Upper.Length;
        int d2 = Middle.Length;
        int d3 = Lower.Length;
        return (work, report) switch
        {
            (AftoBody.Step, Stepped r) => VectorCheck.Objection(r.Upper, d1, "x_1") ?? VectorCheck.Objection(r.Middle, d2, "x_2")
                ?? VectorCheck.Objection(r.Lower, d3, "x_3"),
            (LowerRound, LowerStepped r) => VectorCheck.Objection(r.Lower, d3, "an inner x_3"),
            (DifferentiateLower, LowerDifferentiated r) => VectorCheck.Objection(r.Upper, d1, "a slope in z_1")
                ?? VectorCheck.Objection(r.Middle, d2, "a slope in z_2"),
            (MiddleRound, MiddleStepped r) => VectorCheck.Objection(r.Middle, d2, "an inner x_2"),
            (DifferentiateMiddle, MiddleDifferentiated r) => VectorCheck.Objection(r.Upper, d1, "a slope in z_1")
                ?? VectorCheck.Objection(r.Lower, d3, "a slope in x_3"),
            (PlanesUpdated update, PlanesInstalled { Gradients: null }) => update.WantsGradients ? "the gradients of f_1 are missing." : null,
            (PlanesUpdated, PlanesInstalled { Gradients: { } g }) => VectorCheck.Objection(g.Upper, d1, "∂f_1/∂x_1")
                ?? VectorCheck.Objection(g.Middle, d2, "∂f_1/∂x_2") ?? VectorCheck.Objection(g.Lower, d3, "∂f_1/∂x_3"),
            _ => $"{report.GetType().Name} does not answer {work.GetType().Name}.",
        };
    }

    /// <inheritdoc/>
    public void Step(IReadOnlyList<WorkerReport> reports)
    {
        double c1 = Options.Regularization.At(Options.PlaneDualRegularization, Options.StepPlaneDual, StepsMade);
        double c2 = Options.Regularization.At(Options.ConsensusDualRegularization, Options.StepConsensusDual, StepsMade);
        foreach (WorkerReport report in reports)
        {
            Stepped stepped = (Stepped)report.Report;
            int j = report.Worker;
            (_uppers[j], _middles[j], _lowers[j]) = (stepped.Upper, stepped.Middle, stepped.Lower);
            _upperLosses[j] = stepped.UpperLoss;
        }

        StepConsensus();
        MiddlePlanes.StepDuals(MiddlePoint(), Options.StepPlaneDual, c1, Options.MaxPlaneDual);
        VectorCheck.RequireFinite(MiddlePlanes.Duals, "the duals of the middle level's planes", "afto.step-plane-dual", StepsMade);
        foreach (WorkerReport report in reports)
        {
            int j = report.Worker;
            _consensusDuals[j] = ConsensusDual.Step(
                _consensusDuals[j], _uppers[j], Upper, Options.StepConsensusDual, c2, Options.MaxConsensusDual);
        }

        StepsMade++;
        Measures = CheapMeasures();
    }

    /// <inheritdoc/>
    public IStarBarrier? OpenBarrier(IReadOnlyList<bool> isLive)
    {
        bool isDue = StepsMade % Options.RefreshEvery == 0 && (Options.RefreshUntil is not long end || StepsMade - 1 < end);
        return isDue ? new AftoRefresh(this, isLive) : null;
    }

    /// <inheritdoc/>
    public void Save(SnapshotWriter writer)
    {
        writer.WriteInt64(StepsMade);
        writer.WriteVector(Upper);
        writer.WriteVector(Middle);
        writer.WriteVector(Lower);
        for (int j = 0; j < WorkerCount; j++)
        {
            writer.WriteVector(_uppers[j]);
            writer.WriteVector(_middles[j]);
            writer.WriteVector(_lowers[j]);
            writer.WriteVector(_consensusDuals[j]);
            writer.WriteDouble(_upperLosses[j]);
        }

        MiddlePlanes.Save(writer);
        LowerPlanes.Save(writer);
    }

    /// <inheritdoc/>
    public void Restore(SnapshotReader reader)
    {
        StepsMade = reader.ReadInt64();
        Upper = VectorCheck.Read(reader, Upper.Length, "z_1");
        Middle = VectorCheck.Read(reader, Middle.Length, "z_2");
        Lower = VectorCheck.Read(reader, Lower.Length, "z_3");
        for (int j = 0; j < WorkerCount; j++)
        {
            _uppers[j] = VectorCheck.Read(reader, Upper.Length, "x_1");
            _middles[j] = VectorCheck.Read(reader, Middle.Length, "x_2");
            _lowers[j] = VectorCheck.Read(reader, Lower.Length, "x_3");
            _consensusDuals[j] = VectorCheck.Read(reader, Upper.Length, "θ");
            _upperLosses[j] = reader.ReadDouble();
        }

        MiddlePlanes.Restore(reader, MiddlePoint());
        LowerPlanes.Restore(reader, LowerPoint());
    }

    /// <inheritdoc/>
    public IEnumerable<StateEntry> Inspect() =>
    [
        new("upper", Upper),
        new("middle", Middle),
        new("lower", Lower),
        new(StateNames.PlaneDuals, MiddlePlanes.Duals),
        .. MiddlePlanes.Inspect("middle-plane"),
        new("lower-plane-duals", LowerPlanes.Duals),
        .. LowerPlanes.Inspect("lower-plane"),
        .. Enumerable.Range(0, WorkerCount).SelectMany(InspectWorker),
    ];

    internal WorkerState StateOf(int worker, InnerTrace? inner) => new()
    {
        Upper = _uppers[worker],
        Middle = _middles[worker],
        Lower = _lowers[worker],
        ConsensusDual = _consensusDuals[worker],
        PlaneDuals = MiddlePlanes.Duals,
        MiddleSlopes = [.. MiddlePlanes.Planes.Select(plane => plane.Slopes[MiddleBlockOf(worker)])],
        LowerSlopes = [.. MiddlePlanes.Planes.Select(plane => plane.Slopes[LowerBlockOf(worker)])],
        Inner = inner,
    };

    /// <summary>Takes over what a refresh found, all at once.</summary>
    internal void Commit(AftoRefreshResult result, Polytope middlePlanes, Polytope lowerPlanes, ImmutableArray<Measure> measures)
    {
        (MiddlePlanes, LowerPlanes, LastRefresh) = (middlePlanes, lowerPlanes, result);
        for (int l = 0; l < lowerPlanes.Count; l++)
        {
            lowerPlanes.Planes[l].UpdateDual(result.LowerDuals[l]);
        }

        Measures = [.. CheapMeasures(), .. measures];
    }

    private StateEntry[] InspectWorker(int j) =>
    [
        new($"upper-{j}", _uppers[j]),
        new($"middle-{j}", _middles[j]),
        new($"lower-{j}", _lowers[j]),
        new($"consensus-dual-{j}", _consensusDuals[j]),
        new($"upper-loss-{j}", double.IsNaN(_upperLosses[j]) ? FlatVector.Empty : FlatVector.Of(_upperLosses[j])), // none before its first report
    ];

    /// <summary>z_1 ← z_1 − η_z1 ( Σ λ_l a1_l − Σ θ_j ),  z_2 ← z_2 − η_z2 Σ λ_l a2_l,  z_3 ← z_3 − η_z3 Σ λ_l a3_l.</summary>
    private void StepConsensus()
    {
        Upper = Checked(FlatVector.Combine(
        [
            new Term(1, Upper),
            .. MiddlePlanes.WeightedSlopes(-Options.StepUpperConsensus, UpperBlock),
            .. _consensusDuals.Select(theta => new Term(Options.StepUpperConsensus, theta)),
        ]), Options.UpperBound, "the upper consensus variable z_1", "afto.step-upper-consensus");
        Middle = Checked(FlatVector.Combine(
            [new Term(1, Middle), .. MiddlePlanes.WeightedSlopes(-Options.StepMiddleConsensus, MiddleBlock)]),
            Options.MiddleBound, "the middle consensus variable z_2", "afto.step-middle-consensus");
        Lower = Checked(FlatVector.Combine(
            [new Term(1, Lower), .. MiddlePlanes.WeightedSlopes(-Options.StepLowerConsensus, LowerBlock)]),
            Options.LowerBound, "the lower consensus variable z_3", "afto.step-lower-consensus");

        FlatVector Checked(FlatVector next, double bound, string name, string key)
        {
            VectorCheck.RequireFinite(next, name, key, StepsMade);
            return Options.Bound(next, bound);
        }
    }

    private ImmutableArray<Measure> CheapMeasures()
    {
        double upperObjective = _upperLosses.Sum();
        Measure planes = new(MeasureNames.Planes, MiddlePlanes.Count);
        return double.IsNaN(upperObjective) ? [planes] : [new Measure(MeasureNames.UpperObjective, upperObjective), planes];
    }
}
