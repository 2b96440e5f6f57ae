using ActorFed.Algorithms.Blocks;
using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Oracles;
using ActorFed.Algorithms.Star;
using static ActorFed.Algorithms.Bilevel.Pbgd.PbgdBody;

namespace ActorFed.Algorithms.Bilevel.Pbgd;

/// <summary>Penalty-based bilevel gradient descent at a worker: gradients and products at the points that the master sets.</summary>
/// <param name="oracle">The worker's shard; used by this rule alone.</param>
/// <remarks>Source: Shen and Chen, ICML 2023; equations as numbered in docs/notation.md.</remarks>
public sealed class PbgdWorkerRule(IBilevelOracle oracle) : IStarWorkerRule
{
    private readonly int _n = oracle.UpperLength;
    private readonly int _m = oracle.LowerLength;
    private readonly double[] _upper = new double[oracle.UpperLength];
    private readonly double[] _upperOfLower = new double[oracle.UpperLength];
    private readonly double[] _lower = new double[oracle.LowerLength];
    private readonly double[] _lowerOfLower = new double[oracle.LowerLength];

    /// <inheritdoc/>
    public string? ObjectionTo(StarBody state, StarBody work)
    {
        if (state is not WorkerState s || s.Number < 0 || s.Upper.Length != _n || s.Lower.Length != _m)
        {
            return $"the state does not fit an oracle of n = {_n}, m = {_m}, or has a number below 0.";
        }

        return work switch
        {
            BeginStep { Number: < 0 } w => $"the number of the step is {w.Number}; it must be at least 0.",
            BeginStep w when !(double.IsFinite(w.Weight) && w.Weight >= 0) => $"the weight of the penalty is {w.Weight}; it must be finite and at least 0.",
            BeginStep w => Check(w.Upper, _n, "x") ?? Check(w.Lower, _m, "y") ?? (w.Inner.Length == 0 ? null : Check(w.Inner, _m, "ω")),
            DifferentiateInner w => Check(w.Inner, _m, "ω"),
            DifferentiateValue w => Check(w.Inner, _m, "ω"),
            MultiplyDirection w => Check(w.Direction, _m, "d"),
            _ => $"{work.GetType().Name} is not work for a worker of penalty-based bilevel gradient descent.",
        };
    }

    /// <inheritdoc/>
    public (StarBody State, StarBody Report) Do(StarBody state, StarBody work)
    {
        WorkerState s = (WorkerState)state;
        oracle.BeginEpoch(work is BeginStep first ? first.Number : s.Number);
        switch (work)
        {
            case BeginStep begin:
                return (new WorkerState { Number = begin.Number, Upper = begin.Upper, Lower = begin.Lower }, Begin(begin));
            case DifferentiateInner differentiate:
                oracle.LowerLoss(s.Upper.Span, differentiate.Inner.Span, [], _lower);
                return (s, new InnerDifferentiated(Finite(_lower, "the lower level's gradient ∂g_i/∂y", "pbgd.step-inner")));
            case DifferentiateValue differentiate:
                oracle.LowerLoss(s.Upper.Span, differentiate.Inner.Span, _upper, []);
                return (s, new ValueDifferentiated(Finite(_upper, "the lower level's gradient ∂g_i/∂x", "pbgd.step-inner")));
            case MultiplyDirection multiply:
                return (s, Multiply(s, multiply.Direction.Span));
            default:
                throw new ArgumentException($"{work.GetType().Name} is not work for a worker of penalty-based bilevel gradient descent.", nameof(work));
        }
    }

    private static string? Check(FlatVector vector, int length, string name) =>
        vector.Length == length ? null : $"{name} has length {vector.Length}; {length} is needed.";

    private StepBegun Begin(BeginStep begin)
    {
        ReadOnlySpan<double> x = begin.Upper.Span;
        ReadOnlySpan<double> y = begin.Lower.Span;
        _upper.AsSpan().Clear();
        double upperLoss = oracle.UpperLoss(x, y, oracle.UpperLossDependsOnUpper ? _upper : [], _lower);
        double lowerLoss = begin.Weight > 0 ? oracle.LowerLoss(x, y, _upperOfLower, _lowerOfLower) : oracle.LowerLoss(x, y, [], []);
        if (begin.Weight > 0)
        {
            VectorMath.AddScaled(begin.Weight, _upperOfLower, _upper);
            VectorMath.AddScaled(begin.Weight, _lowerOfLower, _lower);
        }

        FlatVector upper = Finite(_upper, "the gradient in x", "pbgd.step-upper");
        FlatVector lower = Finite(_lower, "the gradient in y", "pbgd.step-lower");
        double innerLoss = begin.Inner.Length == 0 ? 0 : oracle.LowerLoss(x, begin.Inner.Span, [], _lower);
        return new StepBegun
        {
            Upper = upper,
            Lower = lower,
            Inner = begin.Inner.Length == 0 ? FlatVector.Empty : Finite(_lower, "the lower level's gradient ∂g_i/∂y", "pbgd.step-inner"),
            UpperLoss = upperLoss,
            LowerLoss = lowerLoss,
            InnerLoss = innerLoss,
        };
    }

    private DirectionMultiplied Multiply(WorkerState s, ReadOnlySpan<double> direction)
    {
        oracle.LowerCrossProduct(s.Upper.Span, s.Lower.Span, direction, _upper);
        oracle.LowerHessianProduct(s.Upper.Span, s.Lower.Span, direction, _lower);
        return new DirectionMultiplied
        {
            Cross = Finite(_upper, "the product (∂²g_i/∂y∂x)ᵀ d", "pbgd.step-lower"),
            Hessian = Finite(_lower, "the product (∂²g_i/∂y²) d", "pbgd.step-lower"),
        };
    }

    private static FlatVector Finite(double[] values, string name, string key)
    {
        FlatVector vector = FlatVector.CopyOf(values);
        VectorCheck.RequireFinite(vector, name, key);
        return vector;
    }
}
