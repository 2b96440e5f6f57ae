namespace ActorFed.Algorithms.Decentralized.Consensus;

/// <summary>How far a constant step may go before the copies of a variable drift apart or diverge.</summary>
public static class StepLimits
{
    /// <summary>
    /// The least upper bound of τ L for which every mode of a quadratic of curvature L decays, given the smallest eigenvalue of W. A step is
    /// safe below it, diverges above it, and stands still at it. 0 says that no small step is safe.
    /// </summary>
    /// <param name="method">How the copies descend.</param>
    /// <param name="smallestEigenvalue">λ, of a symmetric mixing matrix; in (−1, 1].</param>
    /// <exception cref="ArgumentOutOfRangeException">The eigenvalue is not in its range.</exception>
    /// <remarks>
    /// From the characteristic polynomial of the recursion in one eigenvector of W, minimised over the eigenvalues in [λ, 1]. Curvatures that
    /// differ between participants make it an estimate: take the largest for L.
    /// </remarks>
    public static double Limit(ConsensusMethod method, double smallestEigenvalue)
    {
        double λ = smallestEigenvalue;
        if (!(λ > -1 && λ <= 1))
        {
            throw new ArgumentOutOfRangeException(
                nameof(smallestEigenvalue), λ, "The smallest eigenvalue of a mixing matrix must be in (-1, 1]; at -1 nothing averages. Use lazy weights.");
        }

        return method switch
        {
            ConsensusMethod.None => 2,                                 // |λ (1 − τL)| < 1, tightest at 1
            ConsensusMethod.Ed => (3 * λ) + 1 >= -1e-9 ? 2 : 0,       // 1 + 3λ > 2λ τL: for λ < −1/3 only large steps fulfil it
            ConsensusMethod.Extra => Math.Max(0, (1 + (3 * λ)) / 2),
            ConsensusMethod.NonAtcGt => (1 + λ) * (1 + λ) / 2,
            ConsensusMethod.SemiAtcGt => λ < 0 ? Math.Min(2, (1 - (λ * λ)) / -λ) : 2,
            ConsensusMethod.AtcGt => λ < 0 ? Math.Min(2, (1 + λ) * (1 + λ) / (2 * λ * λ)) : 2,
            _ => throw new ArgumentOutOfRangeException(nameof(method), method, $"It must be one of {string.Join(", ", Enum.GetNames<ConsensusMethod>())}."),
        };
    }
}
