using System.Collections.Immutable;
using ActorFed.Algorithms.Blocks;
using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Star;
using static ActorFed.Algorithms.Bilevel.Pbgd.PbgdBody;

namespace ActorFed.Algorithms.Bilevel.Pbgd;

/// <summary>
/// Penalty-based bilevel gradient descent at the master: x, y, and ω, which follows the lower level's solution. A master step takes the workers'
/// gradients at (x, y); the barrier after it, <see cref="PbgdStages"/>, does what the penalty needs besides, and moves x and y.
/// </summary>
/// <remarks>Source: Shen and Chen, ICML 2023; equations as numbered in docs/notation.md. All means are over the workers that take part.</remarks>
/// <param name="options">Settings.</param>
/// <param name="upper">The first x; length n.</param>
/// <param name="lower">The first y, and the first ω; length m.</param>
/// <param name="workerCount">N; at least 1.</param>
public sealed class PbgdMasterRule(PbgdOptions options, FlatVector upper, FlatVector lower, int workerCount) : IStarMasterRule
{
    /// <summary>Settings.</summary>
    public PbgdOptions Options => options;

    /// <inheritdoc/>
    public int WorkerCount => workerCount;

    /// <summary>Steps begun; all of them are ended but the last, while its barrier is open.</summary>
    public long StepsMade { get; private set; }

    /// <summary>x; length n.</summary>
    public FlatVector Upper { get; private set; } = Project(options, upper);

    /// <summary>y; length m.</summary>
    public FlatVector Lower { get; private set; } = lower;

    /// <summary>ω; length m. Not used where there is none.</summary>
    public FlatVector Inner { get; private set; } = lower;

    /// <summary>The gradient in x that the last step moved along; length n.</summary>
    public FlatVector UpperGradient { get; private set; } = FlatVector.Zeros(upper.Length);

    /// <summary>The gradient in y that the last step moved along; length m.</summary>
    public FlatVector LowerGradient { get; private set; } = FlatVector.Zeros(lower.Length);

    /// <inheritdoc/>
    public ImmutableArray<Measure> Measures { get; private set; } = [];

    /// <summary>Whether ω follows the lower level's solution.</summary>
    internal bool HasInner => options.Penalty == PenaltyKind.ValueGap && options.InnerSteps > 0;

    /// <summary>γ of the present step.</summary>
    internal double Weight => options.WeightAt(StepsMade - 1);

    /// <summary>The means that the present step began with.</summary>
    internal StepBegun Begun { get; private set; } = new()
    {
        Upper = FlatVector.Zeros(upper.Length),
        Lower = FlatVector.Zeros(lower.Length),
        Inner = FlatVector.Zeros(lower.Length),
        UpperLoss = 0,
        LowerLoss = 0,
        InnerLoss = 0,
    };

    private bool AsksInner => HasInner || options.Penalty == PenaltyKind.GradientNorm;

    /// <inheritdoc/>
    public StarBody StateOf(int worker) => StateAt(StepsMade);

    /// <inheritdoc/>
    public StarBody StepWork(int worker) => new BeginStep
    {
        Number = StepsMade,
        Weight = options.Penalty == PenaltyKind.ValueGap ? options.WeightAt(StepsMade) : 0,
        Upper = Upper,
        Lower = Lower,
        Inner = HasInner ? Inner : AsksInner ? Lower : FlatVector.Empty,
    };

    /// <inheritdoc/>
    public string? ObjectionTo(StarBody work, StarBody report)
    {
        int n = Upper.Length;
        int m = Lower.Length;
        return (work, report) switch
        {
            (BeginStep, StepBegun r) when !(double.IsFinite(r.UpperLoss) && double.IsFinite(r.LowerLoss) && double.IsFinite(r.InnerLoss)) =>
                $"its losses are {r.UpperLoss}, {r.LowerLoss} and {r.InnerLoss}; all must be finite.",
            (BeginStep, StepBegun r) => VectorCheck.Objection(r.Upper, n, "the gradient in x") ?? VectorCheck.Objection(r.Lower, m, "the gradient in y")
                ?? VectorCheck.Objection(r.Inner, AsksInner ? m : 0, "∂g_i/∂y"),
            (DifferentiateInner, InnerDifferentiated r) => VectorCheck.Objection(r.Gradient, m, "∂g_i/∂y"),
            (DifferentiateValue, ValueDifferentiated r) => VectorCheck.Objection(r.Gradient, n, "∂g_i/∂x"),
            (MultiplyDirection, DirectionMultiplied r) => VectorCheck.Objection(r.Cross, n, "(∂²g_i/∂y∂x)ᵀ d") ?? VectorCheck.Objection(r.Hessian, m, "(∂²g_i/∂y²) d"),
            _ => $"{report.GetType().Name} does not answer {work.GetType().Name}.",
        };
    }

    /// <inheritdoc/>
    public void Step(IReadOnlyList<WorkerReport> reports)
    {
        Begun = new StepBegun
        {
            Upper = PbgdStages.Mean(reports, (StepBegun report) => report.Upper),
            Lower = PbgdStages.Mean(reports, (StepBegun report) => report.Lower),
            Inner = AsksInner ? PbgdStages.Mean(reports, (StepBegun report) => report.Inner) : FlatVector.Zeros(Lower.Length),
            UpperLoss = reports.Average(report => ((StepBegun)report.Report).UpperLoss),
            LowerLoss = reports.Average(report => ((StepBegun)report.Report).LowerLoss),
            InnerLoss = reports.Average(report => ((StepBegun)report.Report).InnerLoss),
        };
        StepsMade++;
        Measures = [];
        if (!AsksInner)
        {
            Commit(Inner, Begun.Upper, Begun.Lower);
        }
    }

    /// <inheritdoc/>
    public IStarBarrier? OpenBarrier(IReadOnlyList<bool> isLive) => AsksInner ? new PbgdStages(this) : null;

    /// <inheritdoc/>
    public void Save(SnapshotWriter writer)
    {
        writer.WriteInt64(StepsMade);
        foreach (FlatVector vector in (ReadOnlySpan<FlatVector>)[Upper, Lower, Inner, UpperGradient, LowerGradient, Begun.Upper, Begun.Lower, Begun.Inner])
        {
            writer.WriteVector(vector);
        }

        writer.WriteDouble(Begun.UpperLoss);
        writer.WriteDouble(Begun.LowerLoss);
        writer.WriteDouble(Begun.InnerLoss);
    }

    /// <inheritdoc/>
    public void Restore(SnapshotReader reader)
    {
        int n = Upper.Length;
        int m = Lower.Length;
        StepsMade = reader.ReadInt64();
        Upper = VectorCheck.Read(reader, n, "x");
        Lower = VectorCheck.Read(reader, m, "y");
        Inner = VectorCheck.Read(reader, m, "ω");
        UpperGradient = VectorCheck.Read(reader, n, "the gradient in x");
        LowerGradient = VectorCheck.Read(reader, m, "the gradient in y");
        Begun = new StepBegun
        {
            Upper = VectorCheck.Read(reader, n, "the mean gradient in x"),
            Lower = VectorCheck.Read(reader, m, "the mean gradient in y"),
            Inner = VectorCheck.Read(reader, m, "the mean lower gradient"),
            UpperLoss = reader.ReadDouble(),
            LowerLoss = reader.ReadDouble(),
            InnerLoss = reader.ReadDouble(),
        };
    }

    /// <inheritdoc/>
    public IEnumerable<StateEntry> Inspect() =>
    [
        new("upper", Upper),
        new("lower", Lower),
        new("inner", Inner),
        new("upper-gradient", UpperGradient),
        new("lower-gradient", LowerGradient),
        new("begun-upper", Begun.Upper),
        new("begun-lower", Begun.Lower),
        new("begun-inner", Begun.Inner),
        new("begun-losses", FlatVector.Of(Begun.UpperLoss, Begun.LowerLoss, Begun.InnerLoss)),
    ];

    /// <summary>The state of a worker at the present point, in step <paramref name="number"/>.</summary>
    internal WorkerState StateAt(long number) => new() { Number = number, Upper = Upper, Lower = Lower };

    /// <summary>Ends the step: x and y move along the penalised gradient, both from where they were.</summary>
    /// <param name="inner">The ω that the gradients were taken with.</param>
    /// <param name="upperGradient">The gradient in x; length n.</param>
    /// <param name="lowerGradient">The gradient in y; length m.</param>
    internal void Commit(FlatVector inner, FlatVector upperGradient, FlatVector lowerGradient)
    {
        double scale = options.Rescale && Weight > 1 ? 1 / Weight : 1;
        FlatVector x = Project(options, Move(Upper, scale * options.StepUpper, upperGradient));
        FlatVector y = Move(Lower, scale * options.StepLower, lowerGradient);
        VectorCheck.RequireFinite(x, "the upper variable x", "pbgd.step-upper", StepsMade);
        VectorCheck.RequireFinite(y, "the lower variable y", "pbgd.step-lower", StepsMade);
        double upperGap = Math.Sqrt(VectorMath.SquaredDistance(x.Span, Upper.Span)) / (scale * options.StepUpper);
        (Upper, Lower, Inner, UpperGradient, LowerGradient) = (x, y, inner, upperGradient, lowerGradient);
        Measures =
        [
            new Measure(MeasureNames.UpperObjective, workerCount * Begun.UpperLoss),
            new Measure(MeasureNames.LowerObjective, workerCount * Begun.LowerLoss),
            new Measure(MeasureNames.StationarityGap, double.Hypot(upperGap, VectorMath.Norm(lowerGradient.Span))),
            new Measure("penalty", options.Penalty == PenaltyKind.GradientNorm ? VectorMath.SquaredNorm(Begun.Inner.Span) : Begun.LowerLoss - Begun.InnerLoss),
            new Measure("penalty-weight", Weight),
        ];
    }

    private static FlatVector Move(FlatVector from, double step, FlatVector gradient) =>
        FlatVector.Combine(new Term(1, from), new Term(-step, gradient));

    private static FlatVector Project(PbgdOptions options, FlatVector upper) => options.MinUpper is null && options.MaxUpper is null
        ? upper
        : FlatVector.Create(upper.Length, values =>
        {
            for (int i = 0; i < values.Length; i++)
            {
                values[i] = Math.Clamp(upper[i], options.MinUpper ?? double.NegativeInfinity, options.MaxUpper ?? double.PositiveInfinity);
            }
        });
}
