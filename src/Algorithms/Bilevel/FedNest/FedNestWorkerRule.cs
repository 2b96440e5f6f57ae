using ActorFed.Algorithms.Blocks;
using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Oracles;
using ActorFed.Algorithms.Star;
using static ActorFed.Algorithms.Bilevel.FedNest.FedNestBody;

namespace ActorFed.Algorithms.Bilevel.FedNest;

/// <summary>FedNest at a worker: gradients, products and local steps at the point that the master sets.</summary>
/// <param name="options">Settings; the same at all participants.</param>
/// <param name="oracle">The worker's shard; used by this rule alone.</param>
/// <remarks>Source: FedNest, algorithms 1 to 4 there; equations as numbered in docs/notation.md.</remarks>
public sealed class FedNestWorkerRule(FedNestOptions options, IBilevelOracle oracle) : IStarWorkerRule
{
    private readonly int _n = oracle.UpperLength;
    private readonly int _m = oracle.LowerLength;
    private readonly double[] _upperBuffer = new double[oracle.UpperLength];
    private readonly double[] _upperAnchor = new double[oracle.UpperLength]; // ∂G_i/∂x where the local steps began
    private readonly double[] _lowerBuffer = new double[oracle.LowerLength];
    private readonly double[] _lowerAnchor = new double[oracle.LowerLength]; // ∂g_i/∂y where the local steps began

    /// <inheritdoc/>
    public string? ObjectionTo(StarBody state, StarBody work)
    {
        if (state is not WorkerState s || s.Upper.Length != _n || s.Lower.Length != _m)
        {
            return $"the state does not fit an oracle of n = {_n}, m = {_m}.";
        }

        return work switch
        {
            BeginEpoch w => Check(w.Upper, _n, "x"),
            DifferentiateLower w => Check(w.Lower, _m, "y"),
            StepLower w => Check(w.MeanGradient, _m, "the mean lower gradient"),
            DifferentiateUpper w => Check(w.Lower, _m, "y"),
            MultiplyHessian w => Check(w.Direction, _m, "p"),
            DifferentiateTotal w => Check(w.Direction, _m, "v"),
            StepUpper w => Check(w.MeanHypergradient, _n, "h"),
            _ => $"{work.GetType().Name} is not work for a FedNest worker.",
        };
    }

    /// <inheritdoc/>
    public (StarBody State, StarBody Report) Do(StarBody state, StarBody work)
    {
        WorkerState s = (WorkerState)state;
        switch (work)
        {
            case BeginEpoch begin:
                s = s with { Upper = begin.Upper };
                return (s, LowerGradient(s));
            case DifferentiateLower differentiate:
                s = s with { Lower = differentiate.Lower };
                return (s, LowerGradient(s));
            case StepLower step:
                return (s, LocalLowerSteps(s, step.MeanGradient));
            case DifferentiateUpper differentiate:
                s = s with { Lower = differentiate.Lower };
                return (s, UpperGradient(s));
            case MultiplyHessian multiply:
                return (s, HessianProduct(s, multiply.Direction));
            case DifferentiateTotal differentiate:
                return (s, Hypergradient(s, differentiate.Direction));
            case StepUpper step:
                return (s, LocalUpperSteps(s, step.MeanHypergradient));
            default:
                throw new ArgumentException($"{work.GetType().Name} is not work for a FedNest worker.", nameof(work));
        }
    }

    private static string? Check(FlatVector vector, int length, string name) =>
        vector.Length == length ? null : $"{name} has length {vector.Length}; {length} is needed.";

    private LowerDifferentiated LowerGradient(WorkerState s)
    {
        double loss = oracle.LowerLoss(s.Upper.Span, s.Lower.Span, [], _lowerBuffer);
        return new LowerDifferentiated { Gradient = Finite(_lowerBuffer, "the lower level's gradient ∂g_i/∂y", "fednest.step-lower"), Loss = loss };
    }

    /// <summary>y_i ← y_i − β ( ∂g_i/∂y (y_i) − ∂g_i/∂y (y) + ḡ ), τ times from y; the first step is along ḡ itself.</summary>
    private LowerStepped LocalLowerSteps(WorkerState s, FlatVector mean)
    {
        double[] y = s.Lower.Span.ToArray();
        if (options.LowerLocalSteps > 1)
        {
            oracle.LowerLoss(s.Upper.Span, y, [], _lowerAnchor);
        }

        VectorMath.AddScaled(-options.StepLower, mean.Span, y);
        for (int step = 1; step < options.LowerLocalSteps; step++)
        {
            oracle.LowerLoss(s.Upper.Span, y, [], _lowerBuffer);
            VectorMath.Subtract(_lowerBuffer, _lowerAnchor, _lowerBuffer);
            VectorMath.AddScaled(1, mean.Span, _lowerBuffer);
            VectorMath.AddScaled(-options.StepLower, _lowerBuffer, y);
        }

        return new LowerStepped(Finite(y, "the lower variable y_i", "fednest.step-lower"));
    }

    private UpperDifferentiated UpperGradient(WorkerState s)
    {
        double loss = oracle.UpperLoss(s.Upper.Span, s.Lower.Span, [], _lowerBuffer);
        return new UpperDifferentiated { Gradient = Finite(_lowerBuffer, "the upper level's gradient ∂G_i/∂y", "fednest.step-lower"), Loss = loss };
    }

    private HessianMultiplied HessianProduct(WorkerState s, FlatVector direction)
    {
        oracle.LowerHessianProduct(s.Upper.Span, s.Lower.Span, direction.Span, _lowerBuffer);
        return new HessianMultiplied(Finite(_lowerBuffer, "the lower level's product H_i p", "fednest.neumann-step"));
    }

    /// <summary>h_i = ∂G_i/∂x − (∂²g_i/∂y∂x)ᵀ v.</summary>
    private TotalDifferentiated Hypergradient(WorkerState s, FlatVector direction)
    {
        oracle.LowerCrossProduct(s.Upper.Span, s.Lower.Span, direction.Span, _upperBuffer);
        VectorMath.Scale(-1, _upperBuffer);
        if (oracle.UpperLossDependsOnUpper)
        {
            oracle.UpperLoss(s.Upper.Span, s.Lower.Span, _upperAnchor, []);
            VectorMath.AddScaled(1, _upperAnchor, _upperBuffer);
        }

        return new TotalDifferentiated(Finite(_upperBuffer, "the upper level's hypergradient h_i", "fednest.step-upper"));
    }

    /// <summary>x_i ← x_i − α ( ∂G_i/∂x (x_i) − ∂G_i/∂x (x) + h ) from x; the first step is along h itself.</summary>
    private UpperStepped LocalUpperSteps(WorkerState s, FlatVector mean)
    {
        double[] x = s.Upper.Span.ToArray();
        bool isCorrected = options.UpperLocalSteps > 1 && oracle.UpperLossDependsOnUpper;
        if (isCorrected)
        {
            oracle.UpperLoss(x, s.Lower.Span, _upperAnchor, []);
        }

        VectorMath.AddScaled(-options.StepUpper, mean.Span, x);
        for (int step = 1; step < options.UpperLocalSteps; step++)
        {
            if (isCorrected)
            {
                oracle.UpperLoss(x, s.Lower.Span, _upperBuffer, []);
                VectorMath.Subtract(_upperBuffer, _upperAnchor, _upperBuffer);
                VectorMath.AddScaled(-options.StepUpper, _upperBuffer, x);
            }

            VectorMath.AddScaled(-options.StepUpper, mean.Span, x);
        }

        return new UpperStepped(Finite(x, "the upper variable x_i", "fednest.step-upper"));
    }

    private static FlatVector Finite(double[] values, string name, string key)
    {
        FlatVector vector = FlatVector.CopyOf(values);
        VectorCheck.RequireFinite(vector, name, key);
        return vector;
    }
}
