using System.Collections.Immutable;
using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Numerics;

namespace ActorFed.Algorithms.Oracles;

/// <summary>The variables of the three levels at which an oracle is asked.</summary>
/// <param name="upper">x_1, length d_1.</param>
/// <param name="middle">x_2, length d_2.</param>
/// <param name="lower">x_3, length d_3.</param>
public readonly ref struct TrilevelPoint(ReadOnlySpan<double> upper, ReadOnlySpan<double> middle, ReadOnlySpan<double> lower)
{
    /// <summary>The point of three vectors.</summary>
    public TrilevelPoint(FlatVector upper, FlatVector middle, FlatVector lower)
        : this(upper.Span, middle.Span, lower.Span)
    {
    }

    /// <summary>x_1, length d_1.</summary>
    public ReadOnlySpan<double> Upper { get; } = upper;

    /// <summary>x_2, length d_2.</summary>
    public ReadOnlySpan<double> Middle { get; } = middle;

    /// <summary>x_3, length d_3.</summary>
    public ReadOnlySpan<double> Lower { get; } = lower;
}

/// <summary>
/// Answers value, gradient and product queries about the three levels on one shard: upper f_1, middle f_2 and lower f_3, each a
/// function of x_1 in R^d1, x_2 in R^d2 and x_3 in R^d3. Not thread-safe: an oracle owns its scratch memory and serves one
/// participant.
/// </summary>
/// <remarks>
/// All spans have the lengths named and must not overlap each other. Results are overwritten, not added to. Values of the variables
/// and results are double; implementations may compute in float. Calls of managed oracles allocate
/// nothing after the first.
/// </remarks>
public interface ITrilevelOracle
{
    /// <summary>d_1, the length of the upper variable.</summary>
    int UpperLength { get; }

    /// <summary>d_2, the length of the middle variable.</summary>
    int MiddleLength { get; }

    /// <summary>d_3, the length of the lower variable.</summary>
    int LowerLength { get; }

    /// <summary>f_1 and its partial gradients.</summary>
    /// <param name="at">Where.</param>
    /// <param name="upperGradient">Out: ∂f_1/∂x_1, length d_1; or empty when it is not wanted.</param>
    /// <param name="middleGradient">Out: ∂f_1/∂x_2, length d_2; or empty when it is not wanted.</param>
    /// <param name="lowerGradient">Out: ∂f_1/∂x_3, length d_3; or empty when it is not wanted.</param>
    /// <returns>f_1.</returns>
    double UpperLoss(TrilevelPoint at, Span<double> upperGradient, Span<double> middleGradient, Span<double> lowerGradient);

    /// <summary>f_2 and its partial gradient in x_2.</summary>
    /// <param name="at">Where.</param>
    /// <param name="middleGradient">Out: ∂f_2/∂x_2, length d_2; or empty when it is not wanted.</param>
    /// <returns>f_2.</returns>
    double MiddleLoss(TrilevelPoint at, Span<double> middleGradient);

    /// <summary>f_3 and its partial gradient in x_3.</summary>
    /// <param name="at">Where.</param>
    /// <param name="lowerGradient">Out: ∂f_3/∂x_3, length d_3; or empty when it is not wanted.</param>
    /// <returns>f_3.</returns>
    double LowerLoss(TrilevelPoint at, Span<double> lowerGradient);

    /// <summary>(∂²f_2/∂x_2²) v.</summary>
    /// <param name="at">Where.</param>
    /// <param name="direction">v, length d_2.</param>
    /// <param name="product">Out: the product, length d_2.</param>
    void MiddleHessianProduct(TrilevelPoint at, ReadOnlySpan<double> direction, Span<double> product);

    /// <summary>(∂²f_2/∂x_2∂x_1)ᵀ v, that is ∂/∂x_1 of vᵀ ∂f_2/∂x_2.</summary>
    /// <param name="at">Where.</param>
    /// <param name="direction">v, length d_2.</param>
    /// <param name="product">Out: the product, length d_1.</param>
    void MiddleUpperProduct(TrilevelPoint at, ReadOnlySpan<double> direction, Span<double> product);

    /// <summary>(∂²f_2/∂x_2∂x_3)ᵀ v, that is ∂/∂x_3 of vᵀ ∂f_2/∂x_2.</summary>
    /// <param name="at">Where.</param>
    /// <param name="direction">v, length d_2.</param>
    /// <param name="product">Out: the product, length d_3.</param>
    void MiddleLowerProduct(TrilevelPoint at, ReadOnlySpan<double> direction, Span<double> product);

    /// <summary>(∂²f_3/∂x_3²) v.</summary>
    /// <param name="at">Where.</param>
    /// <param name="direction">v, length d_3.</param>
    /// <param name="product">Out: the product, length d_3.</param>
    void LowerHessianProduct(TrilevelPoint at, ReadOnlySpan<double> direction, Span<double> product);

    /// <summary>(∂²f_3/∂x_3∂x_1)ᵀ v, that is ∂/∂x_1 of vᵀ ∂f_3/∂x_3.</summary>
    /// <param name="at">Where.</param>
    /// <param name="direction">v, length d_3.</param>
    /// <param name="product">Out: the product, length d_1.</param>
    void LowerUpperProduct(TrilevelPoint at, ReadOnlySpan<double> direction, Span<double> product);

    /// <summary>(∂²f_3/∂x_3∂x_2)ᵀ v, that is ∂/∂x_2 of vᵀ ∂f_3/∂x_3.</summary>
    /// <param name="at">Where.</param>
    /// <param name="direction">v, length d_3.</param>
    /// <param name="product">Out: the product, length d_2.</param>
    void LowerMiddleProduct(TrilevelPoint at, ReadOnlySpan<double> direction, Span<double> product);
}

/// <summary>A trilevel problem over shards: one oracle per worker, starting points, and what to measure of a result.</summary>
public interface ITrilevelProblem : IProblem
{
    /// <summary>d_1, the length of the upper variable.</summary>
    int UpperLength { get; }

    /// <summary>d_2, the length of the middle variable.</summary>
    int MiddleLength { get; }

    /// <summary>d_3, the length of the lower variable.</summary>
    int LowerLength { get; }

    /// <summary>A new oracle over shard <paramref name="shard"/>, with scratch memory of its own; the data is shared.</summary>
    ITrilevelOracle CreateOracle(int shard);

    /// <summary>A starting point of the upper variable; length d_1.</summary>
    FlatVector InitialUpper(SeededRandom random);

    /// <summary>A starting point of the middle variable; length d_2.</summary>
    FlatVector InitialMiddle(SeededRandom random);

    /// <summary>A starting point of the lower variable; length d_3.</summary>
    FlatVector InitialLower(SeededRandom random);

    /// <summary>Test metrics of a result; empty when there are none.</summary>
    /// <remarks>Safe to call from one thread while oracles are in use on others.</remarks>
    ImmutableArray<Measure> Evaluate(FlatVector upper, FlatVector middle, FlatVector lower);

    /// <inheritdoc/>
    void IProblem.CheckShard(int shard) => CreateOracle(shard);

    /// <inheritdoc/>
    ImmutableArray<Measure> IProblem.Evaluate(ModelObserved model) => model.Middle is FlatVector middle
        ? Evaluate(model.Upper, middle, model.Lower)
        : throw new ArgumentException("The model has two levels, and the problem has three.", nameof(model));
}
