using System.Numerics;
using ActorFed.Algorithms.Oracles;
using ActorFed.Tensors;

namespace ActorFed.Problems;

/// <summary>One worker's two levels, from two losses written on tensors.</summary>
/// <remarks>The memory of the tape is kept from call to call, so that it stops growing after the first ones.</remarks>
/// <typeparam name="T">The precision of the losses; vectors are double.</typeparam>
public sealed class TensorBilevelOracle<T> : IBilevelOracle
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int Upper = 0;
    private const int Lower = 1;
    private readonly TensorQueries<T> _queries;

    /// <summary>An oracle over two losses.</summary>
    /// <param name="place">What error messages call the problem and shard.</param>
    /// <param name="upper">The upper variable, and its loss.</param>
    /// <param name="lower">The lower variable, and its loss.</param>
    /// <param name="upperLossDependsOnUpper">What <see cref="UpperLossDependsOnUpper"/> says.</param>
    public TensorBilevelOracle(
        string place, (ParameterLayout Layout, LevelLoss<T> Loss) upper, (ParameterLayout Layout, LevelLoss<T> Loss) lower, bool upperLossDependsOnUpper)
    {
        _queries = new TensorQueries<T>(place, [upper.Layout, lower.Layout], ["upper", "lower"], [upper.Loss, lower.Loss]);
        UpperLossDependsOnUpper = upperLossDependsOnUpper;
    }

    /// <inheritdoc/>
    public int UpperLength => _queries.Length(Upper);

    /// <inheritdoc/>
    public int LowerLength => _queries.Length(Lower);

    /// <inheritdoc/>
    public bool UpperLossDependsOnUpper { get; }

    /// <summary>Bytes held for values; stops growing after the first calls.</summary>
    public long CapacityBytes => _queries.CapacityBytes;

    /// <summary>Requires that both losses are finite scalars at these variables.</summary>
    /// <exception cref="ArgumentException">A length is wrong, or a loss is no scalar.</exception>
    /// <exception cref="ArithmeticException">A loss is not finite.</exception>
    public void Check(ReadOnlySpan<double> upper, ReadOnlySpan<double> lower)
    {
        OracleArguments.CheckLoss(this, upper, lower, [], []);
        _queries.Check(upper, lower, []);
    }

    /// <inheritdoc/>
    public double UpperLoss(ReadOnlySpan<double> upper, ReadOnlySpan<double> lower, Span<double> upperGradient, Span<double> lowerGradient)
    {
        OracleArguments.CheckLoss(this, upper, lower, upperGradient, lowerGradient);
        Tensor<T> loss = _queries.Loss(Upper, upper, lower, []);
        if (!upperGradient.IsEmpty || !lowerGradient.IsEmpty)
        {
            _queries.Differentiate(loss);
            _queries.Write(Upper, Upper, upperGradient);
            _queries.Write(Upper, Lower, lowerGradient);
        }

        return double.CreateTruncating(loss.Scalar);
    }

    /// <inheritdoc/>
    public double LowerLoss(ReadOnlySpan<double> upper, ReadOnlySpan<double> lower, Span<double> upperGradient, Span<double> lowerGradient)
    {
        OracleArguments.CheckLoss(this, upper, lower, upperGradient, lowerGradient);
        Tensor<T> loss = _queries.Loss(Lower, upper, lower, []);
        if (!upperGradient.IsEmpty)
        {
            _queries.Differentiate(loss);
            _queries.Write(Lower, Upper, upperGradient);
            _queries.Write(Lower, Lower, lowerGradient);
        }
        else if (!lowerGradient.IsEmpty)
        {
            _queries.Differentiate(loss, Lower);
            _queries.Write(Lower, Lower, lowerGradient);
        }

        return double.CreateTruncating(loss.Scalar);
    }

    /// <inheritdoc/>
    public void LowerHessianProduct(
        ReadOnlySpan<double> upper, ReadOnlySpan<double> lower, ReadOnlySpan<double> direction, Span<double> product)
    {
        OracleArguments.CheckProduct(this, upper, lower, direction, product, LowerLength);
        _queries.Product(Lower, _queries.Loss(Lower, upper, lower, []), direction, Lower, product);
    }

    /// <inheritdoc/>
    public void LowerCrossProduct(
        ReadOnlySpan<double> upper, ReadOnlySpan<double> lower, ReadOnlySpan<double> direction, Span<double> product)
    {
        OracleArguments.CheckProduct(this, upper, lower, direction, product, UpperLength);
        _queries.Product(Lower, _queries.Loss(Lower, upper, lower, []), direction, Upper, product);
    }
}
