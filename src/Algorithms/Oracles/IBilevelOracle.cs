using System.Collections.Immutable;
using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Numerics;

namespace ActorFed.Algorithms.Oracles;

/// <summary>
/// Answers value, gradient and product queries about the two levels on one shard: upper G(x, y), lower g(x, y), with x in R^n
/// and y in R^m. Not thread-safe: an oracle owns its scratch memory and serves one participant.
/// </summary>
/// <remarks>
/// All spans have length n or m as named and must not overlap each other. Results are overwritten, not added to. Values of
/// the variables and results are double; implementations may compute in float. Calls of managed oracles allocate
/// nothing after the first.
/// </remarks>
public interface IBilevelOracle
{
    /// <summary>n, the length of the upper variable.</summary>
    int UpperLength { get; }

    /// <summary>m, the length of the lower variable.</summary>
    int LowerLength { get; }

    /// <summary>Whether ∂G/∂x can differ from zero; false in hyper-parameter problems, whose upper loss sees x only through y.</summary>
    bool UpperLossDependsOnUpper { get; }

    /// <summary>What G counts in a mean that is weighted by examples: rows behind it; 0 where the shard has none. 1 where there is nothing to count.</summary>
    int UpperExamples => 1;

    /// <summary>The same for g.</summary>
    int LowerExamples => 1;

    /// <summary>An epoch begins: where rows are selected by epoch, these are its rows from now on. Else nothing changes.</summary>
    /// <param name="epoch">Its number, at least 0. One that was begun before has the same rows again.</param>
    void BeginEpoch(long epoch)
    {
    }

    /// <summary>G and its partial gradients at (x, y).</summary>
    /// <param name="upper">x, length n.</param>
    /// <param name="lower">y, length m.</param>
    /// <param name="upperGradient">Out: ∂G/∂x, length n; or empty when it is not wanted.</param>
    /// <param name="lowerGradient">Out: ∂G/∂y, length m; or empty when it is not wanted.</param>
    /// <returns>G(x, y).</returns>
    double UpperLoss(ReadOnlySpan<double> upper, ReadOnlySpan<double> lower, Span<double> upperGradient, Span<double> lowerGradient);

    /// <summary>g and its partial gradients at (x, y).</summary>
    /// <param name="upper">x, length n.</param>
    /// <param name="lower">y, length m.</param>
    /// <param name="upperGradient">Out: ∂g/∂x, length n; or empty when it is not wanted.</param>
    /// <param name="lowerGradient">Out: ∂g/∂y, length m; or empty when it is not wanted.</param>
    /// <returns>g(x, y).</returns>
    double LowerLoss(ReadOnlySpan<double> upper, ReadOnlySpan<double> lower, Span<double> upperGradient, Span<double> lowerGradient);

    /// <summary>(∂²g/∂y²) v at (x, y).</summary>
    /// <param name="upper">x, length n.</param>
    /// <param name="lower">y, length m.</param>
    /// <param name="direction">v, length m.</param>
    /// <param name="product">Out: the product, length m.</param>
    void LowerHessianProduct(
        ReadOnlySpan<double> upper, ReadOnlySpan<double> lower, ReadOnlySpan<double> direction, Span<double> product);

    /// <summary>(∂²g/∂y∂x)ᵀ v at (x, y), that is ∂/∂x of vᵀ ∂g/∂y.</summary>
    /// <param name="upper">x, length n.</param>
    /// <param name="lower">y, length m.</param>
    /// <param name="direction">v, length m.</param>
    /// <param name="product">Out: the product, length n.</param>
    void LowerCrossProduct(
        ReadOnlySpan<double> upper, ReadOnlySpan<double> lower, ReadOnlySpan<double> direction, Span<double> product);
}

/// <summary>A bilevel problem over shards: one oracle per worker, starting points, and what to measure of a result.</summary>
public interface IBilevelProblem : IProblem
{
    /// <summary>n, the length of the upper variable.</summary>
    int UpperLength { get; }

    /// <summary>m, the length of the lower variable.</summary>
    int LowerLength { get; }

    /// <summary>
    /// Where two objectives share variables: y = (θ, η), the first entries of y, as many as this, are θ; G sees x and θ alone, and g sees θ and η
    /// alone. Null for other problems.
    /// </summary>
    int? SharedLength => null;

    /// <summary>A new oracle over shard <paramref name="shard"/>, with scratch memory of its own; the data is shared.</summary>
    IBilevelOracle CreateOracle(int shard);

    /// <summary>A starting point of the upper variable; length n.</summary>
    FlatVector InitialUpper(SeededRandom random);

    /// <summary>A starting point of the lower variable; length m. Different streams give independent draws.</summary>
    FlatVector InitialLower(SeededRandom random);

    /// <summary>Test metrics of a result, such as <c>test-accuracy</c> and <c>test-loss</c>; empty when there are none.</summary>
    /// <remarks>Safe to call from one thread while oracles are in use on others.</remarks>
    ImmutableArray<Measure> Evaluate(FlatVector upper, FlatVector lower);

    /// <inheritdoc/>
    void IProblem.CheckShard(int shard) => CreateOracle(shard);

    /// <inheritdoc/>
    ImmutableArray<Measure> IProblem.Evaluate(ModelObserved model) => model.Middle is null
        ? Evaluate(model.Upper, model.Lower)
        : throw new ArgumentException("The model has three levels, and the problem has two.", nameof(model));
}
