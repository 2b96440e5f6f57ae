using ActorFed.Algorithms.Oracles;

namespace ActorFed.Problems.Torch;

/// <summary>One worker's three levels on libtorch.</summary>
internal sealed class TorchTrilevelOracle(TorchQueries queries) : ITrilevelOracle
{
    private const int Upper = 0;
    private const int Middle = 1;
    private const int Lower = 2;

    public int UpperLength => queries.Length(Upper);

    public int MiddleLength => queries.Length(Middle);

    public int LowerLength => queries.Length(Lower);

    public double UpperLoss(TrilevelPoint at, Span<double> upperGradient, Span<double> middleGradient, Span<double> lowerGradient)
    {
        OracleArguments.RequireLengthOrEmpty(upperGradient.Length, UpperLength, nameof(upperGradient));
        OracleArguments.RequireLengthOrEmpty(middleGradient.Length, MiddleLength, nameof(middleGradient));
        OracleArguments.RequireLengthOrEmpty(lowerGradient.Length, LowerLength, nameof(lowerGradient));
        Read(at);
        return upperGradient.IsEmpty && middleGradient.IsEmpty && lowerGradient.IsEmpty
            ? queries.Loss(Upper)
            : queries.Gradients(Upper, upperGradient, middleGradient, lowerGradient);
    }

    public double MiddleLoss(TrilevelPoint at, Span<double> middleGradient)
    {
        OracleArguments.RequireLengthOrEmpty(middleGradient.Length, MiddleLength, nameof(middleGradient));
        Read(at);
        return middleGradient.IsEmpty ? queries.Loss(Middle) : queries.Gradients(Middle, [], middleGradient, []);
    }

    public double LowerLoss(TrilevelPoint at, Span<double> lowerGradient)
    {
        OracleArguments.RequireLengthOrEmpty(lowerGradient.Length, LowerLength, nameof(lowerGradient));
        Read(at);
        return lowerGradient.IsEmpty ? queries.Loss(Lower) : queries.Gradients(Lower, [], [], lowerGradient);
    }

    public void MiddleHessianProduct(TrilevelPoint at, ReadOnlySpan<double> direction, Span<double> product) =>
        Product(Middle, at, direction, Middle, product);

    public void MiddleUpperProduct(TrilevelPoint at, ReadOnlySpan<double> direction, Span<double> product) =>
        Product(Middle, at, direction, Upper, product);

    public void MiddleLowerProduct(TrilevelPoint at, ReadOnlySpan<double> direction, Span<double> product) =>
        Product(Middle, at, direction, Lower, product);

    public void LowerHessianProduct(TrilevelPoint at, ReadOnlySpan<double> direction, Span<double> product) =>
        Product(Lower, at, direction, Lower, product);

    public void LowerUpperProduct(TrilevelPoint at, ReadOnlySpan<double> direction, Span<double> product) =>
        Product(Lower, at, direction, Upper, product);

    public void LowerMiddleProduct(TrilevelPoint at, ReadOnlySpan<double> direction, Span<double> product) =>
        Product(Lower, at, direction, Middle, product);

    private void Product(int level, TrilevelPoint at, ReadOnlySpan<double> direction, int result, Span<double> product)
    {
        OracleArguments.RequireLength(direction.Length, queries.Length(level), nameof(direction));
        OracleArguments.RequireLength(product.Length, queries.Length(result), nameof(product));
        Read(at);
        queries.Product(level, direction, result, product);
    }

    private void Read(TrilevelPoint at)
    {
        OracleArguments.RequireLength(at.Upper.Length, UpperLength, "upper");
        OracleArguments.RequireLength(at.Middle.Length, MiddleLength, "middle");
        OracleArguments.RequireLength(at.Lower.Length, LowerLength, "lower");
        queries.Read(Upper, at.Upper);
        queries.Read(Middle, at.Middle);
        queries.Read(Lower, at.Lower);
    }
}
