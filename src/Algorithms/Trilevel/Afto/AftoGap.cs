using ActorFed.Algorithms.Blocks;
using ActorFed.Algorithms.Numerics;
using static ActorFed.Algorithms.Trilevel.Afto.AftoBody;

namespace ActorFed.Algorithms.Trilevel.Afto;

/// <summary>The stationarity gap of the unregularised Lagrangian L_p at the master's present values.</summary>
public static class AftoGap
{
    /// <summary>
    /// ‖∇L_p‖², stacking ∂f_1j/∂x_1 + θ_j, ∂f_1j/∂x_2 + Σ λ_l b2_{j,l}, ∂f_1j/∂x_3 + Σ λ_l b3_{j,l}, Σ λ_l a1_l − Σ θ_j,
    /// Σ λ_l a2_l, Σ λ_l a3_l, (λ_l − max(0, λ_l + η_λ R_l)) / η_λ, and x_1j − z_1.
    /// </summary>
    /// <param name="state">The master's values.</param>
    /// <param name="planes">The middle level's planes in force after the refresh, if any.</param>
    /// <param name="gradients">Those of f_1 at each worker's copies; null for one that is lost, whose terms are left out.</param>
    /// <returns>The squared Euclidean norm; at least 0.</returns>
    /// <remarks>Equation (36) in docs/notation.md.</remarks>
    public static double Squared(AftoMasterRule state, Polytope planes, IReadOnlyList<UpperGradients?> gradients)
    {
        double sum = 0;
        for (int j = 0; j < gradients.Count; j++)
        {
            if (gradients[j] is not { } gradient)
            {
                continue;
            }

            sum += SquaredSum(new Term(1, gradient.Upper), new Term(1, state.ConsensusDuals[j]))
                + SquaredSum([new Term(1, gradient.Middle), .. planes.WeightedSlopes(1, state.MiddleBlockOf(j))])
                + SquaredSum([new Term(1, gradient.Lower), .. planes.WeightedSlopes(1, state.LowerBlockOf(j))])
                + VectorMath.SquaredDistance(state.Uppers[j].Span, state.Upper.Span);
        }

        sum += SquaredSum(
            [.. planes.WeightedSlopes(1, AftoMasterRule.UpperBlock), .. state.ConsensusDuals.Select(theta => new Term(-1, theta))]);
        sum += SquaredSum([.. planes.WeightedSlopes(1, AftoMasterRule.MiddleBlock)]);
        sum += SquaredSum([.. planes.WeightedSlopes(1, AftoMasterRule.LowerBlock)]);
        return sum + planes.SquaredDualGap(state.MiddlePoint(), state.Options.StepPlaneDual);
    }

    private static double SquaredSum(params Term[] terms) =>
        terms.Length == 0 ? 0 : VectorMath.SquaredNorm(FlatVector.Combine(terms).Span);
}
