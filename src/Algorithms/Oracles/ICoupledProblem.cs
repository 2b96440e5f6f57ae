using System.Collections.Immutable;
using ActorFed.Algorithms.Numerics;

namespace ActorFed.Algorithms.Oracles;

/// <summary>
/// A problem whose variable is cut into blocks, one per participant, that linear constraints couple: min f(x) subject to
/// Σ_i A_i x_i = c. A participant knows its own block and row of A, and no other's.
/// </summary>
public interface ICoupledProblem : IProblem
{
    /// <summary>c; length p, at least 1.</summary>
    FlatVector RightSide { get; }

    /// <summary>A block at its starting point. All starting points together satisfy the constraints.</summary>
    /// <param name="block">Which block, from 0.</param>
    FlatVector InitialBlock(int block);

    /// <summary>What the owner of a block knows, with scratch memory of its own.</summary>
    /// <param name="block">Which block, from 0.</param>
    IBlockOracle CreateBlock(int block);

    /// <inheritdoc/>
    void IProblem.CheckShard(int shard) => CreateBlock(shard);
}

/// <summary>Answers for one block of a coupled problem. Not thread-safe: it serves one participant.</summary>
public interface IBlockOracle
{
    /// <summary>n_i, the length of the block; at least 1.</summary>
    int Length { get; }

    /// <summary>A_i, row by row; p × n_i.</summary>
    FlatVector Coefficients { get; }

    /// <summary>L_i: by how much f's gradient in this block changes at most, over how much the block does; more than 0.</summary>
    double Lipschitz { get; }

    /// <summary>Other blocks that the gradient in this block depends on, ascending; empty where f is a sum over the blocks. Whoever is here has this block in its own list.</summary>
    ImmutableArray<int> Needs { get; }

    /// <summary>∂²f / ∂x_i ∂x_j of two blocks of length 1.</summary>
    /// <param name="other">Another block.</param>
    double CrossCurvature(int other);

    /// <summary>f's gradient in this block, or an unbiased estimate of it.</summary>
    /// <param name="own">x_i.</param>
    /// <param name="valueOf">Gives the other blocks, of those in <see cref="Needs"/>.</param>
    /// <param name="sample">Number of the sample to estimate from, the same number for the blocks of a pair; null: exactly.</param>
    /// <param name="gradient">Out: length n_i.</param>
    /// <returns>This block's share of f, for people only.</returns>
    double Gradient(ReadOnlySpan<double> own, Func<int, FlatVector> valueOf, long? sample, Span<double> gradient);
}
