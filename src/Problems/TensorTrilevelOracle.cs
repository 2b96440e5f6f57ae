using System.Numerics;
using ActorFed.Algorithms.Oracles;
using ActorFed.Tensors;

namespace ActorFed.Problems;

/// <summary>One worker's three levels, from three losses written on tensors.</summary>
/// <remarks>The memory of the tape is kept from call to call, so that it stops growing after the first ones.</remarks>
/// <typeparam name="T">The precision of the losses; vectors are double.</typeparam>
public sealed class TensorTrilevelOracle<T> : ITrilevelOracle
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int Upper = 0;
    private const int Middle = 1;
    private const int Lower = 2;
    private readonly TensorQueries<T> _queries;

    /// <summary>An oracle over three losses.</summary>
    /// <param name="place">What error messages call the problem and shard.</param>
    /// <param name="upper">The upper variable, and its loss.</param>
    /// <param name="middle">The middle variable, and its loss.</param>
    /// <param name="lower">The lower variable, and its loss.</param>
    public TensorTrilevelOracle(
        string place,
        (ParameterLayout Layout, LevelLoss<T> Loss) upper,
        (ParameterLayout Layout, LevelLoss<T> Loss) middle,
        (ParameterLayout Layout, LevelLoss<T> Loss) lower) => _queries = new TensorQueries<T>(
            place, [upper.Layout, middle.Layout, lower.Layout], ["upper", "middle", "lower"], [upper.Loss, middle.Loss, lower.Loss]);

    /// <inheritdoc/>
    public int UpperLength => _queries.Length(Upper);

    /// <inheritdoc/>
    public int MiddleLength => _queries.Length(Middle);

    /// <inheritdoc/>
    public int LowerLength => _queries.Length(Lower);

    /// <summary>Bytes held for values; stops growing after the first calls.</summary>
    public long CapacityBytes => _queries.CapacityBytes;

    /// <summary>Requires that all three losses are finite scalars at a point.</summary>
    /// <exception cref="ArgumentException">A length is wrong, or a loss is no scalar.</exception>
    /// <exception cref="ArithmeticException">A loss is not finite.</exception>
    public void Check(TrilevelPoint at)
    {
        CheckLengths(at);
        _queries.Check(at.Upper, at.Middle, at.Lower);
    }

    /// <inheritdoc/>
    public double UpperLoss(TrilevelPoint at, Span<double> upperGradient, Span<double> middleGradient, Span<double> lowerGradient)
    {
        OracleArguments.RequireLengthOrEmpty(upperGradient.Length, UpperLength, nameof(upperGradient));
        OracleArguments.RequireLengthOrEmpty(middleGradient.Length, MiddleLength, nameof(middleGradient));
        OracleArguments.RequireLengthOrEmpty(lowerGradient.Length, LowerLength, nameof(lowerGradient));
        Tensor<T> loss = Loss(Upper, at);
        if (!upperGradient.IsEmpty || !middleGradient.IsEmpty || !lowerGradient.IsEmpty)
        {
            _queries.Differentiate(loss);
            _queries.Write(Upper, Upper, upperGradient);
            _queries.Write(Upper, Middle, middleGradient);
            _queries.Write(Upper, Lower, lowerGradient);
        }

        return double.CreateTruncating(loss.Scalar);
    }

    /// <inheritdoc/>
    public double MiddleLoss(TrilevelPoint at, Span<double> middleGradient)
    {
        OracleArguments.RequireLengthOrEmpty(middleGradient.Length, MiddleLength, nameof(middleGradient));
        return OwnLoss(Middle, at, middleGradient);
    }

    /// <inheritdoc/>
    public double LowerLoss(TrilevelPoint at, Span<double> lowerGradient)
    {
        OracleArguments.RequireLengthOrEmpty(lowerGradient.Length, LowerLength, nameof(lowerGradient));
        return OwnLoss(Lower, at, lowerGradient);
    }

    /// <inheritdoc/>
    public void MiddleHessianProduct(TrilevelPoint at, ReadOnlySpan<double> direction, Span<double> product) =>
        Product(Middle, at, direction, Middle, product);

    /// <inheritdoc/>
    public void MiddleUpperProduct(TrilevelPoint at, ReadOnlySpan<double> direction, Span<double> product) =>
        Product(Middle, at, direction, Upper, product);

    /// <inheritdoc/>
    public void MiddleLowerProduct(TrilevelPoint at, ReadOnlySpan<double> direction, Span<double> product) =>
        Product(Middle, at, direction, Lower, product);

    /// <inheritdoc/>
    public void LowerHessianProduct(TrilevelPoint at, ReadOnlySpan<double> direction, Span<double> product) =>
        Product(Lower, at, direction, Lower, product);

    /// <inheritdoc/>
    public void LowerUpperProduct(TrilevelPoint at, ReadOnlySpan<double> direction, Span<double> product) =>
        Product(Lower, at, direction, Upper, product);

    /// <inheritdoc/>
    public void LowerMiddleProduct(TrilevelPoint at, ReadOnlySpan<double> direction, Span<double> product) =>
        Product(Lower, at, direction, Middle, product);

    private double OwnLoss(int level, TrilevelPoint at, Span<double> gradient)
    {
        Tensor<T> loss = Loss(level, at);
        if (!gradient.IsEmpty)
        {
            _queries.Differentiate(loss, level);
            _queries.Write(level, level, gradient);
        }

        return double.CreateTruncating(loss.Scalar);
    }

    private void Product(int level, TrilevelPoint at, ReadOnlySpan<double> direction, int result, Span<double> product)
    {
        OracleArguments.RequireLength(direction.Length, _queries.Length(level), nameof(direction));
        OracleArguments.RequireLength(product.Length, _queries.Length(result), nameof(product));
        _queries.Product(level, Loss(level, at), direction, result, product);
    }

    private Tensor<T> Loss(int level, TrilevelPoint at)
    {
        CheckLengths(at);
        return _queries.Loss(level, at.Upper, at.Middle, at.Lower);
    }

    private void CheckLengths(TrilevelPoint at)
    {
        OracleArguments.RequireLength(at.Upper.Length, UpperLength, "upper");
        OracleArguments.RequireLength(at.Middle.Length, MiddleLength, "middle");
        OracleArguments.RequireLength(at.Lower.Length, LowerLength, "lower");
    }
}
