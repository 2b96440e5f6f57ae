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
    /// <remarks>Equation (12) in docs/notation.md; what is our own in it stands in docs/fidelity.md.</remarks>
    public static double Squared(
        AdboMasterRule state, Polytope planes, IReadOnlyList<(FlatVector? Upper, FlatVector Lower)?> gradients)
    {
        double sum = 0;
        for (int i = 0; i < gradients.Count; i++)
        {
            if (gradients[i] is not { } gradient)
            {
                continue;
            }

            FlatVector theta = state.ConsensusDuals[i];
            FlatVector upper = gradient.Upper is null ? theta : FlatVector.Combine(new Term(1, theta), new Term(1, gradient.Upper));
            FlatVector lower = FlatVector.Combine(
                [new Term(1, gradient.Lower), .. planes.WeightedSlopes(1, AdboMasterRule.FirstWorkerBlock + i)]);
            sum += VectorMath.SquaredNorm(upper.Span) + VectorMath.SquaredNorm(lower.Span)
                + VectorMath.SquaredDistance(state.Uppers[i].Span, state.Upper.Span);
        }

        FlatVector consensusUpper = FlatVector.Combine(
            [.. planes.WeightedSlopes(1, AdboMasterRule.UpperBlock), .. state.ConsensusDuals.Select(theta => new Term(-1, theta))]);
        sum += VectorMath.SquaredNorm(consensusUpper.Span);
        Term[] consensusLower = [.. planes.WeightedSlopes(1, AdboMasterRule.LowerBlock)];
        sum += consensusLower.Length == 0 ? 0 : VectorMath.SquaredNorm(FlatVector.Combine(consensusLower).Span);

        return sum + planes.SquaredDualGap(state.Point, state.Options.StepPlaneDual);
    }
}
