using System.Collections.Immutable;
using System.Globalization;
using ActorFed.Algorithms.Blocks;
using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Oracles;
using ActorFed.Algorithms.Star;
using static ActorFed.Algorithms.Trilevel.Afto.AftoBody;

namespace ActorFed.Algorithms.Trilevel.Afto;

/// <summary>AFTO at a worker: local steps, inner rounds of two levels, and its part of new planes.</summary>
/// <param name="options">Settings; the same at all participants.</param>
/// <param name="oracle">The worker's shard; used by this rule alone.</param>
/// <remarks>Source: AFTO; equations as numbered in docs/notation.md.</remarks>
public sealed class AftoWorkerRule(AftoOptions options, ITrilevelOracle oracle) : IStarWorkerRule
{
    private readonly int _d1 = oracle.UpperLength;
    private readonly int _d2 = oracle.MiddleLength;
    private readonly int _d3 = oracle.LowerLength;
    private readonly double[] _upperBuffer = new double[oracle.UpperLength];
    private readonly double[] _middleBuffer = new double[oracle.MiddleLength];
    private readonly double[] _lowerBuffer = new double[oracle.LowerLength];
    private readonly double[] _middleBar = new double[oracle.MiddleLength];
    private readonly double[] _lowerBar = new double[oracle.LowerLength];

    /// <inheritdoc/>
    public string? ObjectionTo(StarBody state, StarBody work)
    {
        if (state is not WorkerState s || !Fits(s))
        {
            return $"the state does not fit an oracle of d1 = {_d1}, d2 = {_d2}, d3 = {_d3}.";
        }

        int planes = s.MiddleSlopes.Length;
        return work switch
        {
            Step step => step.ConsensusDual is { } theta && theta.Length != _d1 ? $"θ has length {theta.Length}; {_d1} is needed."
                : step.PlaneDuals is { } lambda && lambda.Length != planes ? $"λ has length {lambda.Length}; there are {planes} planes here."
                : null,
            LowerRound round => round.Consensus.Length != _d3 || round.Dual.Length != _d3
                || (round.Upper is null) != (round.Middle is null)
                || (round.Upper is { } z1 && z1.Length != _d1) || (round.Middle is { } z2 && z2.Length != _d2)
                ? $"a lower round needs z_1 of length {_d1} with z_2 of length {_d2}, z_3 and φ of length {_d3}."
                : round.Upper is null && s.Inner is null ? "a lower round came before the refresh began." : null,
            MiddleRound round => round.Consensus.Length != _d2 || round.Dual.Length != _d2
                ? $"a middle round needs z_2 and φ of length {_d2}."
                : s.Inner is null ? "a middle round came before the refresh began." : null,
            DifferentiateLower => s.Inner is null ? "a lower plane was asked for outside a refresh." : null,
            DifferentiateMiddle => s.Inner is null || s.Inner.Middles.IsEmpty ? "a middle plane was asked for before its rounds." : null,
            PlanesUpdated update => update.ConsensusDual.Length != _d1
                || (update.MiddleSlope is null) != (update.LowerSlope is null)
                || update.PlaneDuals.Length != planes - update.Dropped.Length + (update.MiddleSlope is null ? 0 : 1)
                || update.Dropped.Any(l => l < 0 || l >= planes) || update.Dropped.Distinct().Count() != update.Dropped.Length
                || (update.MiddleSlope is { } b2 && b2.Length != _d2) || (update.LowerSlope is { } b3 && b3.Length != _d3)
                ? $"the planes do not fit the {planes} here." : null,
            _ => $"{work.GetType().Name} is not work for an AFTO worker.",
        };
    }

    /// <inheritdoc/>
    public (StarBody State, StarBody Report) Do(StarBody state, StarBody work)
    {
        WorkerState s = (WorkerState)state;
        return work switch
        {
            Step step => DoStep(s, step),
            LowerRound round => DoLowerRound(s, round),
            DifferentiateLower => DoDifferentiateLower(s),
            MiddleRound round => DoMiddleRound(s, round),
            DifferentiateMiddle => DoDifferentiateMiddle(s),
            PlanesUpdated update => DoUpdate(s, update),
            _ => throw new ArgumentException($"{work.GetType().Name} is not work for an AFTO worker.", nameof(work)),
        };
    }

    private bool Fits(WorkerState s) =>
        s.Upper.Length == _d1 && s.Middle.Length == _d2 && s.Lower.Length == _d3 && s.ConsensusDual.Length == _d1
        && s.PlaneDuals.Length == s.MiddleSlopes.Length && s.PlaneDuals.Length == s.LowerSlopes.Length
        && s.MiddleSlopes.All(b => b.Length == _d2) && s.LowerSlopes.All(b => b.Length == _d3)
        && (s.Inner is not { } inner || (inner.Upper.Length == _d1 && inner.Middle.Length == _d2 && !inner.Lowers.IsEmpty
            && inner.Lowers.All(x => x.Length == _d3) && inner.Middles.All(x => x.Length == _d2)));

    /// <summary>Each x_ij ← x_ij − η ( ∂f_1j/∂x_i + its dual part ), all three gradients at the old triple.</summary>
    private (StarBody, StarBody) DoStep(WorkerState s, Step step)
    {
        FlatVector theta = step.ConsensusDual ?? s.ConsensusDual;
        FlatVector lambda = step.PlaneDuals ?? s.PlaneDuals;
        TrilevelPoint at = new(s.Upper, s.Middle, s.Lower);
        double loss = oracle.UpperLoss(at, _upperBuffer, _middleBuffer, _lowerBuffer);
        RequireFinite(loss, "upper objective f_1", step.MasterStep, at);
        FlatVector upper = FlatVector.Combine(
            new Term(1, s.Upper), new Term(-options.StepUpper, theta), new Term(-options.StepUpper, _upperBuffer));
        FlatVector middle = StepOn(s.Middle, _middleBuffer, s.MiddleSlopes, lambda, options.StepMiddle);
        FlatVector lower = StepOn(s.Lower, _lowerBuffer, s.LowerSlopes, lambda, options.StepLower);
        VectorCheck.RequireFinite(upper, "the upper variable x_1", "afto.step-upper", step.MasterStep);
        VectorCheck.RequireFinite(middle, "the middle variable x_2", "afto.step-middle", step.MasterStep);
        VectorCheck.RequireFinite(lower, "the lower variable x_3", "afto.step-lower", step.MasterStep);
        upper = options.Bound(upper, options.UpperBound);
        middle = options.Bound(middle, options.MiddleBound);
        lower = options.Bound(lower, options.LowerBound);
        WorkerState next = s with
        {
            Upper = upper,
            Middle = middle,
            Lower = lower,
            ConsensusDual = theta,
            PlaneDuals = lambda,
            Inner = null,
        };
        return (next, new Stepped { Upper = upper, Middle = middle, Lower = lower, UpperLoss = loss });
    }

    private static FlatVector StepOn(FlatVector x, double[] gradient, ImmutableArray<FlatVector> slopes, FlatVector lambda, double step) =>
        FlatVector.Combine(
        [
            new Term(1, x),
            new Term(-step, gradient),
            .. slopes.Select((slope, l) => new Term(-step * lambda[l], slope)).Where(term => term.Factor != 0),
        ]);

    /// <summary>x'_3 ← x'_3 − η_in ( ∂f_3j/∂x_3 (z_1, z_2, x'_3) + φ + κ_3 (x'_3 − z'_3) ).</summary>
    private (StarBody, StarBody) DoLowerRound(WorkerState s, LowerRound round)
    {
        InnerTrace trace = round.Upper is null
            ? s.Inner!
            : new InnerTrace { Upper = round.Upper, Middle = round.Middle!, Lowers = [s.Lower], Middles = [] };
        TrilevelPoint at = new(trace.Upper, trace.Middle, trace.Lowers[^1]);
        double loss = oracle.LowerLoss(at, _lowerBuffer);
        RequireFinite(loss, "lower objective f_3", round.MasterStep, at, isInner: trace.Lowers.Length > 1);
        FlatVector next = ConsensusRounds.LocalStep(
            trace.Lowers[^1], _lowerBuffer, round.Consensus, round.Dual, options.InnerStep, options.LowerPenalty);
        VectorCheck.RequireFinite(next, "an inner x_3 of the lower level", "afto.inner-step", round.MasterStep);
        return (s with { Inner = trace with { Lowers = trace.Lowers.Add(next) } }, new LowerStepped { Lower = next, LowerLoss = loss });
    }

    /// <summary>x'_2 ← x'_2 − η_in ( ∂f_2j/∂x_2 (z_1, x'_2, x_3j) + φ + κ_2 (x'_2 − z'_2) ).</summary>
    private (StarBody, StarBody) DoMiddleRound(WorkerState s, MiddleRound round)
    {
        InnerTrace trace = s.Inner!.Middles.IsEmpty ? s.Inner with { Middles = [s.Middle] } : s.Inner;
        TrilevelPoint at = new(trace.Upper, trace.Middles[^1], s.Lower);
        double loss = oracle.MiddleLoss(at, _middleBuffer);
        RequireFinite(loss, "middle objective f_2", round.MasterStep, at, isInner: trace.Middles.Length > 1);
        FlatVector next = ConsensusRounds.LocalStep(
            trace.Middles[^1], _middleBuffer, round.Consensus, round.Dual, options.InnerStep, options.MiddlePenalty);
        VectorCheck.RequireFinite(next, "an inner x_2 of the middle level", "afto.inner-step", round.MasterStep);
        return (s with { Inner = trace with { Middles = trace.Middles.Add(next) } }, new MiddleStepped { Middle = next, MiddleLoss = loss });
    }

    /// <summary>−2 (∂x'_3^K/∂(z_1, z_2))ᵀ (x_3 − x'_3^K), by a reverse sweep over the inner steps with z'^k and φ^k constant.</summary>
    private (StarBody, StarBody) DoDifferentiateLower(WorkerState s)
    {
        InnerTrace trace = s.Inner!;
        double[] upper = new double[_d1];
        double[] middle = new double[_d2];
        VectorMath.Subtract(s.Lower.Span, trace.Lowers[^1].Span, _lowerBar);
        VectorMath.Scale(-2, _lowerBar);
        for (int k = trace.Lowers.Length - 2; k >= 0; k--)
        {
            TrilevelPoint at = new(trace.Upper, trace.Middle, trace.Lowers[k]);
            oracle.LowerUpperProduct(at, _lowerBar, _upperBuffer);
            VectorMath.AddScaled(-options.InnerStep, _upperBuffer, upper);
            oracle.LowerMiddleProduct(at, _lowerBar, _middleBuffer);
            VectorMath.AddScaled(-options.InnerStep, _middleBuffer, middle);
            if (k > 0)
            {
                oracle.LowerHessianProduct(at, _lowerBar, _lowerBuffer);
                ConsensusRounds.SweepBack(_lowerBar, _lowerBuffer, options.InnerStep, options.LowerPenalty);
            }
        }

        return (s, new LowerDifferentiated(Slope(upper, "a_1 of a lower plane"), Slope(middle, "a_2 of a lower plane")));
    }

    /// <summary>−2 (∂x'_2^K/∂(z_1, x_3))ᵀ (x_2 − x'_2^K), likewise.</summary>
    private (StarBody, StarBody) DoDifferentiateMiddle(WorkerState s)
    {
        InnerTrace trace = s.Inner!;
        double[] upper = new double[_d1];
        double[] lower = new double[_d3];
        VectorMath.Subtract(s.Middle.Span, trace.Middles[^1].Span, _middleBar);
        VectorMath.Scale(-2, _middleBar);
        for (int k = trace.Middles.Length - 2; k >= 0; k--)
        {
            TrilevelPoint at = new(trace.Upper, trace.Middles[k], s.Lower);
            oracle.MiddleUpperProduct(at, _middleBar, _upperBuffer);
            VectorMath.AddScaled(-options.InnerStep, _upperBuffer, upper);
            oracle.MiddleLowerProduct(at, _middleBar, _lowerBuffer);
            VectorMath.AddScaled(-options.InnerStep, _lowerBuffer, lower);
            if (k > 0)
            {
                oracle.MiddleHessianProduct(at, _middleBar, _middleBuffer);
                ConsensusRounds.SweepBack(_middleBar, _middleBuffer, options.InnerStep, options.MiddlePenalty);
            }
        }

        return (s, new MiddleDifferentiated(Slope(upper, "u_1 of a middle plane"), Slope(lower, "u_3 of a middle plane")));
    }

    private (StarBody, StarBody) DoUpdate(WorkerState s, PlanesUpdated update)
    {
        WorkerState next = s with
        {
            ConsensusDual = update.ConsensusDual,
            PlaneDuals = update.PlaneDuals,
            MiddleSlopes = Updated(s.MiddleSlopes, update.Dropped, update.MiddleSlope),
            LowerSlopes = Updated(s.LowerSlopes, update.Dropped, update.LowerSlope),
            Inner = null,
        };
        if (!update.WantsGradients)
        {
            return (next, new PlanesInstalled(Gradients: null));
        }

        oracle.UpperLoss(new TrilevelPoint(s.Upper, s.Middle, s.Lower), _upperBuffer, _middleBuffer, _lowerBuffer);
        return (next, new PlanesInstalled(new UpperGradients(
            FlatVector.CopyOf(_upperBuffer), FlatVector.CopyOf(_middleBuffer), FlatVector.CopyOf(_lowerBuffer))));
    }

    private static ImmutableArray<FlatVector> Updated(ImmutableArray<FlatVector> slopes, ImmutableArray<int> dropped, FlatVector? added)
    {
        ImmutableArray<FlatVector> kept = [.. slopes.Where((_, l) => !dropped.Contains(l))];
        return added is null ? kept : kept.Add(added);
    }

    private static FlatVector Slope(double[] slope, string name)
    {
        FlatVector result = FlatVector.CopyOf(slope);
        VectorCheck.RequireFinite(result, name, "afto.inner-step");
        return result;
    }

    /// <summary>An objective grows out of bounds before the variables do; the largest of them says which step was too long.</summary>
    private static void RequireFinite(double loss, string name, long step, TrilevelPoint at, bool isInner = false)
    {
        if (double.IsFinite(loss))
        {
            return;
        }

        (double Largest, string Key)[] levels =
        [
            (Largest(at.Upper), "afto.step-upper"), (Largest(at.Middle), "afto.step-middle"), (Largest(at.Lower), "afto.step-lower"),
        ];
        string key = isInner ? "afto.inner-step" : levels.MaxBy(level => level.Largest).Key;
        throw new ArithmeticException(string.Create(
            CultureInfo.InvariantCulture,
            $"The {name} became {loss} at master step {step}: the run diverges. Try a smaller {key}, or check the data for extreme values."));
    }

    private static double Largest(ReadOnlySpan<double> values)
    {
        double largest = 0;
        foreach (double value in values)
        {
            largest = Math.Max(largest, Math.Abs(value));
        }

        return largest;
    }
}
