using ActorFed.Algorithms.Graph;
using ActorFed.Algorithms.Numerics;

namespace ActorFed.Algorithms.Decentralized.Consensus;

/// <summary>How the participants' copies of a variable descend together: instances of one primal-dual form, in the order of what they send.</summary>
/// <remarks>
/// The form is s' = A (C s − τ g) − B d, d' = d + B s', d = 0 at first; A, B and C are polynomials of the mixing matrix W.
/// Source: Alghunaim and Yuan, "A unified and refined convergence analysis for non-convex decentralized learning", 2022; as the building
/// block of two levels in Zhu et al., "SPARKLE", NeurIPS 2024.
/// </remarks>
public enum ConsensusMethod
{
    /// <summary>Diffusion, without correction: A = W, B = 0, C = I. Constant steps leave a bias where the participants' losses differ.</summary>
    None,

    /// <summary>Exact diffusion, also D²: A = W, B² = I − W, C = I. One vector.</summary>
    Ed,

    /// <summary>EXTRA: A = I, B² = I − W, C = W. One vector, known before the direction is.</summary>
    Extra,

    /// <summary>Gradient tracking, adapt then combine: A = W², B = I − W, C = I. Two vectors, one after the other.</summary>
    AtcGt,

    /// <summary>Gradient tracking, combined half-way: A = W, B = I − W, C = W. Two vectors at once.</summary>
    SemiAtcGt,

    /// <summary>Gradient tracking, combine then adapt: A = I, B = I − W, C = W². Two vectors at once, known before the direction is.</summary>
    NonAtcGt,
}

/// <summary>Makes the optimisers of the methods.</summary>
public static class ConsensusMethods
{
    /// <summary>The optimiser of one variable at one participant.</summary>
    /// <param name="method">How.</param>
    /// <param name="name">The variable's name, in kebab case; its streams and state entries are named after it.</param>
    /// <param name="start">Its value at first; the same with everyone.</param>
    /// <param name="level">Whose graph it travels on.</param>
    public static ConsensusOptimiser Create(ConsensusMethod method, string name, FlatVector start, StreamLevel level) => method switch
    {
        ConsensusMethod.None => new Diffusion(name, start, level),
        ConsensusMethod.Ed => new ExactDiffusion(name, start, level),
        ConsensusMethod.Extra => new Extra(name, start, level),
        ConsensusMethod.AtcGt => new AtcGradientTracking(name, start, level),
        ConsensusMethod.SemiAtcGt => new SemiAtcGradientTracking(name, start, level),
        ConsensusMethod.NonAtcGt => new NonAtcGradientTracking(name, start, level),
        _ => throw new ArgumentOutOfRangeException(nameof(method), method, $"It must be one of {string.Join(", ", Enum.GetNames<ConsensusMethod>())}."),
    };
}
