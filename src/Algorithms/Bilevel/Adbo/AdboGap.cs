using ActorFed.Algorithms.Blocks;
using ActorFed.Algorithms.Numerics;

namespace ActorFed.Algorithms.Bilevel.Adbo;

/// <summary>The stationarity gap of the unregularised Lagrangian L_p at the master's present values.</summary>
public static class AdboGap
{
    /// <summary>
    /// ‖∇L_p‖², stacking ∂G_i/∂x + θ_i, ∂G_i/∂y + Σ λ_l b_{i,l}, Σ λ_l a_l − Σ θ_i, Σ λ_l c_l,
    /// (λ_l − max(0, λ_l + η_λ r_l)) / η_λ, and x_i − v.
    /// </summary>
    /// <param name="state">The master's values.</param>
    /// <param name="planes">The planes in force after the refresh, if any.</param>
    /// <param name="gradients">∂G_i/∂x (null where zero everywhere) and ∂G_i/∂y of each worker; null for one that is lost, whose terms are left out.</param>
    /// <returns>The squared Euclidean norm; at least 0.</returns>
    /// <remarks>Source: spec of the stopping rule in ADBO, section 4 there; docs/fidelity.md.</remarks>
    public static double Squared(
        AdboMasterRule state, Polytope planes, IReadOnlyList<(FlatVector? Upper, FlatVector Lower)?> gradients)
    {
        double[] upper = new double[state.Upper.Length];
        double[] lower = new double[state.Lower.Length];
        double sum = 0;
        for (int i = 0; i < gradients.Count; i++)
        {
            if (gradients[i] is not { } gradient)
            {
                continue;
            }

            state.ConsensusDuals[i].Span.CopyTo(upper);
            if (gradient.Upper is FlatVector upperGradient)
            {
                VectorMath.AddScaled(1, upperGradient.Span, upper);
            }

            gradient.Lower.Span.CopyTo(lower);
            planes.AddWeightedSlopes(1, AdboMasterRule.FirstWorkerBlock + i, lower);
            sum += VectorMath.SquaredNorm(upper) + VectorMath.SquaredNorm(lower)
                + VectorMath.SquaredDistance(state.Uppers[i].Span, state.Upper.Span);
        }

        Array.Clear(upper);
        planes.AddWeightedSlopes(1, AdboMasterRule.UpperBlock, upper);
        foreach (FlatVector theta in state.ConsensusDuals)
        {
            VectorMath.AddScaled(-1, theta.Span, upper);
        }

        Array.Clear(lower);
        planes.AddWeightedSlopes(1, AdboMasterRule.LowerBlock, lower);
        sum += VectorMath.SquaredNorm(upper) + VectorMath.SquaredNorm(lower);

        FlatVector[] blocks = state.Blocks();
        double step = state.Options.StepPlaneDual;
        foreach (CuttingPlane plane in planes.Planes)
        {
            double term = (plane.Dual - Math.Max(0, plane.Dual + (step * plane.Residual(blocks)))) / step;
            sum += term * term;
        }

        return sum;
    }
}
