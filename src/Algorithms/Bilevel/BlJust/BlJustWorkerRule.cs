using ActorFed.Algorithms.Blocks;
using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Oracles;
using ActorFed.Algorithms.Star;
using static ActorFed.Algorithms.Bilevel.BlJust.BlJustBody;

namespace ActorFed.Algorithms.Bilevel.BlJust;

/// <summary>Joint training at a worker: the gradients of both losses, summed over its local steps.</summary>
/// <remarks>Source: as <see cref="BlJustOptions"/>; equations as numbered in docs/notation.md.</remarks>
public sealed class BlJustWorkerRule : IStarWorkerRule
{
    private readonly BlJustOptions _options;
    private readonly IBilevelOracle _oracle;
    private readonly int _shared;
    private readonly double[] _head;           // φ
    private readonly double[] _lower;          // (θ, η)
    private readonly double[] _headGradient;
    private readonly double[] _ofSupervised;   // ∂L_sup/∂(θ, η)
    private readonly double[] _ofUnsupervised; // ∂L_uns/∂(θ, η)
    private readonly double[] _headSum;
    private readonly double[] _supervisedSum;
    private readonly double[] _unsupervisedSum;

    /// <summary>A worker over its shard.</summary>
    /// <param name="options">Settings; the same at all participants.</param>
    /// <param name="oracle">The shard; used by this rule alone.</param>
    /// <param name="sharedLength">s, length of θ.</param>
    public BlJustWorkerRule(BlJustOptions options, IBilevelOracle oracle, int sharedLength)
    {
        (_options, _oracle, _shared) = (options, oracle, sharedLength);
        (_head, _headGradient, _headSum) = (new double[oracle.UpperLength], new double[oracle.UpperLength], new double[oracle.UpperLength]);
        (_lower, _ofSupervised, _ofUnsupervised) = (new double[oracle.LowerLength], new double[oracle.LowerLength], new double[oracle.LowerLength]);
        (_supervisedSum, _unsupervisedSum) = (new double[oracle.LowerLength], new double[oracle.LowerLength]);
    }

    /// <inheritdoc/>
    public string? ObjectionTo(StarBody state, StarBody work) => (state, work) switch
    {
        (not WorkerState, _) => $"{state.GetType().Name} is not the state of a worker of joint training.",
        (_, not Differentiate) => $"{work.GetType().Name} is not work for a worker of joint training.",
        (_, Differentiate { Number: < 0 } w) => $"the number of the step is {w.Number}; it must be at least 0.",
        (_, Differentiate w) when !Enum.IsDefined(w.Phase) => $"the phase is {(int)w.Phase}; it must be between 0 and 2.",
        (_, Differentiate w) when !(double.IsFinite(w.Weight) && w.Weight >= 0) => $"the weight is {w.Weight}; it must be finite and at least 0.",
        (_, Differentiate w) => Check(w.Shared, _shared, "θ")
            ?? Check(w.Head, w.Phase == JointPhase.Explore ? 0 : _head.Length, "φ")
            ?? Check(w.Own, w.Phase == JointPhase.FineTune ? 0 : _lower.Length - _shared, "η"),
    };

    /// <inheritdoc/>
    public (StarBody State, StarBody Report) Do(StarBody state, StarBody work) => (state, Report((Differentiate)work));

    private static string? Check(FlatVector vector, int length, string name) =>
        vector.Length == length ? null : $"{name} has length {vector.Length}; {length} is needed.";

    private Differentiated Report(Differentiate work)
    {
        Begin(work);
        int labelled = 0;
        int unlabelled = 0;
        double supervised = 0;
        double unsupervised = 0;
        for (int step = 0; step < _options.LocalSteps; step++)
        {
            _oracle.BeginEpoch((work.Number * _options.LocalSteps) + step);
            labelled = work.Phase == JointPhase.Explore ? 0 : _oracle.UpperExamples;
            unlabelled = work.Phase == JointPhase.FineTune ? 0 : _oracle.LowerExamples;
            supervised += labelled > 0 ? _oracle.UpperLoss(_head, _lower, _headGradient, _ofSupervised) : 0;
            unsupervised += unlabelled > 0 ? _oracle.LowerLoss(_head, _lower, [], _ofUnsupervised) : 0;
            VectorMath.AddScaled(1, _headGradient, _headSum);
            VectorMath.AddScaled(1, _ofSupervised, _supervisedSum);
            VectorMath.AddScaled(1, _ofUnsupervised, _unsupervisedSum);
            new JointPoint(_options, _shared, _head, _lower).Move(
                work.Phase, work.Weight, _ofSupervised.AsSpan(0, _shared), _ofUnsupervised.AsSpan(0, _shared), _headGradient, _ofUnsupervised.AsSpan(_shared));
        }

        return new Differentiated
        {
            SharedOfSupervised = Finite(labelled, _supervisedSum.AsSpan(0, _shared), "the gradient of the supervised loss in θ"),
            SharedOfUnsupervised = Finite(unlabelled, _unsupervisedSum.AsSpan(0, _shared), "the gradient of the unsupervised loss in θ"),
            Head = Finite(labelled, _headSum, "the gradient of the supervised loss in φ"),
            Own = Finite(unlabelled, _unsupervisedSum.AsSpan(_shared), "the gradient of the unsupervised loss in η"),
            LabelledExamples = labelled,
            UnlabelledExamples = unlabelled,
            SupervisedLoss = supervised / _options.LocalSteps,
            UnsupervisedLoss = unsupervised / _options.LocalSteps,
        };
    }

    private void Begin(Differentiate work)
    {
        foreach (double[] buffer in (ReadOnlySpan<double[]>)[_headGradient, _ofSupervised, _ofUnsupervised, _headSum, _supervisedSum, _unsupervisedSum, _head, _lower])
        {
            buffer.AsSpan().Clear();
        }

        work.Head.Span.CopyTo(_head);
        work.Shared.Span.CopyTo(_lower);
        work.Own.Span.CopyTo(_lower.AsSpan(_shared));
    }

    private static FlatVector Finite(int examples, ReadOnlySpan<double> sum, string name)
    {
        FlatVector vector = examples > 0 ? FlatVector.CopyOf(sum) : FlatVector.Empty;
        VectorCheck.RequireFinite(vector, name, "bl-just.step-shared or bl-just.step-explore");
        return vector;
    }
}
