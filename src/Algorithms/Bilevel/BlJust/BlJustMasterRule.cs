using System.Collections.Immutable;
using ActorFed.Algorithms.Blocks;
using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Star;
using static ActorFed.Algorithms.Bilevel.BlJust.BlJustBody;

namespace ActorFed.Algorithms.Bilevel.BlJust;

/// <summary>
/// Joint training at the master: θ, φ and η move along the mean gradients of both losses. Each mean is over the workers that have rows for its loss,
/// weighted by them.
/// </summary>
/// <remarks>Source: as <see cref="BlJustOptions"/>; equations as numbered in docs/notation.md.</remarks>
/// <param name="options">Settings.</param>
/// <param name="head">The first φ; length p.</param>
/// <param name="lower">The first y = (θ, η); length s + q.</param>
/// <param name="sharedLength">s, length of θ.</param>
/// <param name="workerCount">N; at least 1.</param>
public sealed class BlJustMasterRule(BlJustOptions options, FlatVector head, FlatVector lower, int sharedLength, int workerCount) : IStarMasterRule
{
    /// <inheritdoc/>
    public int WorkerCount => workerCount;

    /// <summary>Steps made, k.</summary>
    public long StepsMade { get; private set; }

    /// <summary>φ; length p.</summary>
    public FlatVector Upper { get; private set; } = head;

    /// <summary>y = (θ, η); length s + q.</summary>
    public FlatVector Lower { get; private set; } = lower;

    /// <inheritdoc/>
    public ImmutableArray<Measure> Measures { get; private set; } = [];

    /// <inheritdoc/>
    public StarBody StateOf(int worker) => new WorkerState();

    /// <inheritdoc/>
    public StarBody StepWork(int worker)
    {
        JointPhase phase = options.PhaseAt(StepsMade);
        return new Differentiate
        {
            Number = StepsMade,
            Phase = phase,
            Weight = options.WeightAt(StepsMade),
            Shared = FlatVector.CopyOf(Lower.Span[..sharedLength]),
            Head = phase == JointPhase.Explore ? FlatVector.Empty : Upper,
            Own = phase == JointPhase.FineTune ? FlatVector.Empty : FlatVector.CopyOf(Lower.Span[sharedLength..]),
        };
    }

    /// <inheritdoc/>
    public string? ObjectionTo(StarBody work, StarBody report)
    {
        if (report is not Differentiated r)
        {
            return $"{report.GetType().Name} does not answer {work.GetType().Name}.";
        }

        JointPhase phase = ((Differentiate)work).Phase;
        bool isLabelled = r.LabelledExamples > 0;
        bool isUnlabelled = r.UnlabelledExamples > 0;
        return r switch
        {
            { LabelledExamples: < 0 } or { UnlabelledExamples: < 0 } => $"it counts {r.LabelledExamples} labelled and {r.UnlabelledExamples} unlabelled examples; both must be at least 0.",
            _ when isLabelled && phase == JointPhase.Explore => $"it counts {r.LabelledExamples} labelled examples in exploration, where none counts.",
            _ when isUnlabelled && phase == JointPhase.FineTune => $"it counts {r.UnlabelledExamples} unlabelled examples in fine-tuning, where none counts.",
            _ when !(double.IsFinite(r.SupervisedLoss) && double.IsFinite(r.UnsupervisedLoss)) => $"its losses are {r.SupervisedLoss} and {r.UnsupervisedLoss}; both must be finite.",
            _ => VectorCheck.Objection(r.SharedOfSupervised, isLabelled ? sharedLength : 0, "∂L_sup/∂θ")
                ?? VectorCheck.Objection(r.SharedOfUnsupervised, isUnlabelled ? sharedLength : 0, "∂L_uns/∂θ")
                ?? VectorCheck.Objection(r.Head, isLabelled ? Upper.Length : 0, "∂L_sup/∂φ")
                ?? VectorCheck.Objection(r.Own, isUnlabelled ? Lower.Length - sharedLength : 0, "∂L_uns/∂η"),
        };
    }

    /// <inheritdoc/>
    public void Step(IReadOnlyList<WorkerReport> reports)
    {
        ImmutableArray<Differentiated> all = [.. reports.Select(report => (Differentiated)report.Report)];
        ImmutableArray<(double Weight, Differentiated Report)> labelled = Weighted(all, report => report.LabelledExamples);
        ImmutableArray<(double Weight, Differentiated Report)> unlabelled = Weighted(all, report => report.UnlabelledExamples);
        double[] phi = Upper.Span.ToArray();
        double[] y = Lower.Span.ToArray();
        new JointPoint(options, sharedLength, phi, y).Move(
            options.PhaseAt(StepsMade), options.WeightAt(StepsMade), Mean(labelled, report => report.SharedOfSupervised),
            Mean(unlabelled, report => report.SharedOfUnsupervised), Mean(labelled, report => report.Head), Mean(unlabelled, report => report.Own));
        FlatVector head = FlatVector.CopyOf(phi);
        FlatVector lower = FlatVector.CopyOf(y);
        VectorCheck.RequireFinite(head, "the head φ", "bl-just.step-head", StepsMade);
        VectorCheck.RequireFinite(lower, "(θ, η)", "bl-just.step-shared, bl-just.step-own or bl-just.step-explore", StepsMade);
        Measures =
        [
            .. labelled.IsEmpty ? [] : (Measure[])[new(MeasureNames.UpperObjective, workerCount * labelled.Sum(own => own.Weight * own.Report.SupervisedLoss))],
            .. unlabelled.IsEmpty ? [] : (Measure[])[new(MeasureNames.LowerObjective, workerCount * unlabelled.Sum(own => own.Weight * own.Report.UnsupervisedLoss))],
            new Measure("penalty-weight", options.WeightAt(StepsMade)),
        ];
        (Upper, Lower) = (head, lower);
        StepsMade++;
    }

    /// <inheritdoc/>
    public IStarBarrier? OpenBarrier(IReadOnlyList<bool> isLive) => null;

    /// <inheritdoc/>
    public void Save(SnapshotWriter writer)
    {
        writer.WriteInt64(StepsMade);
        writer.WriteVector(Upper);
        writer.WriteVector(Lower);
    }

    /// <inheritdoc/>
    public void Restore(SnapshotReader reader)
    {
        StepsMade = reader.ReadInt64();
        Upper = VectorCheck.Read(reader, Upper.Length, "the head φ");
        Lower = VectorCheck.Read(reader, Lower.Length, "(θ, η)");
    }

    /// <inheritdoc/>
    public IEnumerable<StateEntry> Inspect() => [new("head", Upper), new("shared-and-own", Lower)];

    /// <summary>The reports with rows for a loss, each with its share of all rows.</summary>
    private static ImmutableArray<(double Weight, Differentiated Report)> Weighted(ImmutableArray<Differentiated> reports, Func<Differentiated, int> examples)
    {
        double sum = reports.Sum(report => (double)examples(report));
        return [.. reports.Where(report => examples(report) > 0).Select(report => (examples(report) / sum, report))];
    }

    /// <summary>The weighted mean of one part; empty where no worker has rows for it, so that nothing moves.</summary>
    private static ReadOnlySpan<double> Mean(ImmutableArray<(double Weight, Differentiated Report)> reports, Func<Differentiated, FlatVector> part) =>
        reports.IsEmpty ? [] : FlatVector.Combine([.. reports.Select(own => new Term(own.Weight, part(own.Report)))]).Span;
}
