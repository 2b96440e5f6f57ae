using System.Collections.Immutable;
using ActorFed.Algorithms.Blocks;
using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Oracles;
using ActorFed.Algorithms.Star;
using static ActorFed.Algorithms.Bilevel.Adbo.AdboBody;

namespace ActorFed.Algorithms.Bilevel.Adbo;

/// <summary>ADBO at a worker: local steps, inner rounds, and its part of a new plane.</summary>
/// <param name="options">Settings; the same at all participants.</param>
/// <param name="oracle">The worker's shard; used by this rule alone.</param>
/// <remarks>Source: ADBO; equations as numbered in docs/notation.md.</remarks>
public sealed class AdboWorkerRule(AdboOptions options, IBilevelOracle oracle) : IStarWorkerRule
{
    private readonly int _n = oracle.UpperLength;
    private readonly int _m = oracle.LowerLength;
    private readonly double[] _upperBuffer = new double[oracle.UpperLength];
    private readonly double[] _lowerBuffer = new double[oracle.LowerLength];
    private readonly double[] _bar = new double[oracle.LowerLength];

    private bool IsOfficial => options.Profile == AdboProfile.Official;

    /// <inheritdoc/>
    public string? ObjectionTo(StarBody state, StarBody work)
    {
        if (state is not WorkerState s || s.Upper.Length != _n || s.Lower.Length != _m || s.ConsensusDual.Length != _n
            || s.LowerBefore.Length != _m || s.PlaneDuals.Length != s.PlaneSlopes.Length || s.PlaneSlopes.Any(b => b.Length != _m)
            || (s.Inner is { } inner && (inner.Upper.Length != _n || inner.Lowers.IsEmpty || inner.Lowers.Any(y => y.Length != _m))))
        {
            return $"the state does not fit an oracle of n = {_n}, m = {_m}.";
        }

        int planes = s.PlaneSlopes.Length;
        return work switch
        {
            Step step => step.ConsensusDual is { } theta && theta.Length != _n ? $"θ has length {theta.Length}; {_n} is needed."
                : step.PlaneDuals is { } lambda && lambda.Length != planes ? $"λ has length {lambda.Length}; there are {planes} planes here."
                : null,
            InnerRound round => round.Consensus.Length != _m || round.Dual.Length != _m || round.Upper is { } v && v.Length != _n
                ? $"an inner round needs v of length {_n}, z and φ of length {_m}."
                : round.Upper is null && s.Inner is null ? "an inner round came before the refresh began." : null,
            DifferentiatePlane ask => s.Inner is null ? "a plane was asked for outside a refresh."
                : IsOfficial && (ask.Consensus?.Length != _m || ask.Dual?.Length != _m) ? $"the official profile needs z and φ of length {_m} here."
                : null,
            PlanesUpdated update => update.ConsensusDual.Length != _n
                || update.PlaneDuals.Length != planes - update.Dropped.Length + (update.Slope is null ? 0 : 1)
                || update.Dropped.Any(l => l < 0 || l >= planes) || update.Dropped.Distinct().Count() != update.Dropped.Length
                || (update.Slope is { } slope && slope.Length != _m)
                ? $"the planes do not fit the {planes} here." : null,
            _ => $"{work.GetType().Name} is not work for an ADBO worker.",
        };
    }

    /// <inheritdoc/>
    public (StarBody State, StarBody Report) Do(StarBody state, StarBody work)
    {
        WorkerState s = (WorkerState)state;
        return work switch
        {
            Step step => DoStep(s, step),
            InnerRound round => DoInnerRound(s, round),
            DifferentiatePlane ask => DoDifferentiate(s, ask),
            PlanesUpdated update => DoUpdate(s, update),
            _ => throw new ArgumentException($"{work.GetType().Name} is not work for an ADBO worker.", nameof(work)),
        };
    }

    private (StarBody, StarBody) DoStep(WorkerState s, Step step)
    {
        FlatVector theta = step.ConsensusDual ?? s.ConsensusDual;
        FlatVector lambda = step.PlaneDuals ?? s.PlaneDuals;
        bool hasUpperGradient = oracle.UpperLossDependsOnUpper;
        double loss = oracle.UpperLoss(s.Upper.Span, s.Lower.Span, hasUpperGradient ? _upperBuffer : [], _lowerBuffer);

        // x_i ← x_i − η_x ( ∂G_i/∂x + θ_i )
        Term x = new(1, s.Upper);
        Term dual = new(-options.StepUpper, theta);
        FlatVector upper = hasUpperGradient
            ? FlatVector.Combine(x, dual, new Term(-options.StepUpper, _upperBuffer))
            : FlatVector.Combine(x, dual);

        // y_i ← y_i − η_y ( ∂G_i/∂y + Σ_l λ_l b_{i,l} )
        FlatVector lower = FlatVector.Combine(
        [
            new Term(1, s.Lower),
            new Term(-options.StepLower, _lowerBuffer),
            .. s.PlaneSlopes.Select((slope, l) => new Term(-options.StepLower * lambda[l], slope)).Where(term => term.Factor != 0),
        ]);
        VectorCheck.RequireFinite(upper, "the upper variable x_i", "adbo.step-upper");
        VectorCheck.RequireFinite(lower, "the lower variable y_i", "adbo.step-lower");
        WorkerState next = s with
        {
            Upper = upper,
            Lower = lower,
            LowerBefore = s.Lower,
            ConsensusDual = theta,
            PlaneDuals = lambda,
            Inner = null,
        };
        return (next, new Stepped { Upper = upper, Lower = lower, UpperLoss = loss });
    }

    private (StarBody, StarBody) DoInnerRound(WorkerState s, InnerRound round)
    {
        InnerTrace trace = round.Upper is null ? s.Inner! : new InnerTrace { Upper = round.Upper, Lowers = [s.Lower] };
        (FlatVector lower, double loss) = InnerStep(trace.Upper, trace.Lowers[^1], round.Consensus, round.Dual);
        return (s with { Inner = trace with { Lowers = trace.Lowers.Add(lower) } }, new InnerStepped { Lower = lower, LowerLoss = loss });
    }

    /// <summary>y^{k+1} = y^k − η_yl ( ∂g_i/∂y (v, y^k) + φ_i^k + μ (y^k − z^k) ).</summary>
    private (FlatVector Lower, double Loss) InnerStep(FlatVector v, FlatVector y, FlatVector z, FlatVector phi)
    {
        double loss = oracle.LowerLoss(v.Span, y.Span, [], _lowerBuffer);
        FlatVector next = ConsensusRounds.LocalStep(y, _lowerBuffer, z, phi, options.InnerStepLower, options.InnerPenalty);
        VectorCheck.RequireFinite(next, "an inner y_i of the lower level", "adbo.inner-step-lower");
        return (next, loss);
    }

    /// <summary>a_i = −2 (∂y_i^K/∂v)ᵀ (y_i − y_i^K), by a reverse sweep over the inner steps with z^k and φ^k constant.</summary>
    private (StarBody, StarBody) DoDifferentiate(WorkerState s, DifferentiatePlane ask)
    {
        ImmutableArray<FlatVector> lowers = s.Inner!.Lowers;
        FlatVector reference = s.Lower;
        if (IsOfficial)
        {
            // The official worker makes one more inner step, and compares with its y from before its last step.
            lowers = lowers.Add(InnerStep(s.Inner.Upper, lowers[^1], ask.Consensus!, ask.Dual!).Lower);
            reference = s.LowerBefore;
        }

        bool followsChain = !IsOfficial || options.OfficialForm == OfficialForm.Ijcnn1;
        ReadOnlySpan<double> v = s.Inner.Upper.Span;
        VectorMath.Subtract(reference.Span, lowers[^1].Span, _bar);
        VectorMath.Scale(-2, _bar);
        double[] slope = new double[_n];
        for (int k = lowers.Length - 2; k >= 0; k--)
        {
            oracle.LowerCrossProduct(v, lowers[k].Span, _bar, _upperBuffer);
            VectorMath.AddScaled(-options.InnerStepLower, _upperBuffer, slope);
            if (k > 0 && followsChain)
            {
                oracle.LowerHessianProduct(v, lowers[k].Span, _bar, _lowerBuffer);
                ConsensusRounds.SweepBack(_bar, _lowerBuffer, options.InnerStepLower, options.InnerPenalty);
            }
        }

        FlatVector result = FlatVector.CopyOf(slope);
        VectorCheck.RequireFinite(result, "a_i of a lower plane", "adbo.inner-step-lower");
        return (s, new PlaneDifferentiated(result));
    }

    private (StarBody, StarBody) DoUpdate(WorkerState s, PlanesUpdated update)
    {
        ImmutableArray<FlatVector> slopes = [.. s.PlaneSlopes.Where((_, l) => !update.Dropped.Contains(l))];
        WorkerState next = s with
        {
            ConsensusDual = update.ConsensusDual,
            PlaneDuals = update.PlaneDuals,
            PlaneSlopes = update.Slope is null ? slopes : slopes.Add(update.Slope),
            Inner = null,
        };
        if (!update.WantsGradients)
        {
            return (next, new PlanesInstalled());
        }

        bool hasUpperGradient = oracle.UpperLossDependsOnUpper;
        oracle.UpperLoss(s.Upper.Span, s.Lower.Span, hasUpperGradient ? _upperBuffer : [], _lowerBuffer);
        FlatVector? upperGradient = hasUpperGradient ? FlatVector.CopyOf(_upperBuffer) : null;
        FlatVector lowerGradient = FlatVector.CopyOf(_lowerBuffer);
        VectorCheck.RequireFinite(upperGradient ?? FlatVector.Empty, "the upper level's gradient ∂G_i/∂x", "adbo.step-upper");
        VectorCheck.RequireFinite(lowerGradient, "the upper level's gradient ∂G_i/∂y", "adbo.step-lower");
        return (next, new PlanesInstalled { UpperGradient = upperGradient, LowerGradient = lowerGradient });
    }
}
