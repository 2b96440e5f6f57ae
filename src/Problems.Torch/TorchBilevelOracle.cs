using ActorFed.Algorithms.Oracles;

namespace ActorFed.Problems.Torch;

/// <summary>One worker's two levels on libtorch.</summary>
internal sealed class TorchBilevelOracle(TorchQueries queries, bool upperLossDependsOnUpper) : IBilevelOracle
{
    private const int Upper = 0;
    private const int Lower = 1;

    public int UpperLength => queries.Length(Upper);

    public int LowerLength => queries.Length(Lower);

    public bool UpperLossDependsOnUpper => upperLossDependsOnUpper;

    public double UpperLoss(ReadOnlySpan<double> upper, ReadOnlySpan<double> lower, Span<double> upperGradient, Span<double> lowerGradient)
    {
        OracleArguments.CheckLoss(this, upper, lower, upperGradient, lowerGradient);
        if (!upperLossDependsOnUpper)
        {
            upperGradient.Clear();
            upperGradient = [];
        }

        return Loss(Upper, upper, lower, upperGradient, lowerGradient);
    }

    public double LowerLoss(ReadOnlySpan<double> upper, ReadOnlySpan<double> lower, Span<double> upperGradient, Span<double> lowerGradient)
    {
        OracleArguments.CheckLoss(this, upper, lower, upperGradient, lowerGradient);
        return Loss(Lower, upper, lower, upperGradient, lowerGradient);
    }

    public void LowerHessianProduct(
        ReadOnlySpan<double> upper, ReadOnlySpan<double> lower, ReadOnlySpan<double> direction, Span<double> product)
    {
        OracleArguments.CheckProduct(this, upper, lower, direction, product, LowerLength);
        Read(upper, lower);
        queries.Product(Lower, direction, Lower, product);
    }

    public void LowerCrossProduct(
        ReadOnlySpan<double> upper, ReadOnlySpan<double> lower, ReadOnlySpan<double> direction, Span<double> product)
    {
        OracleArguments.CheckProduct(this, upper, lower, direction, product, UpperLength);
        Read(upper, lower);
        queries.Product(Lower, direction, Upper, product);
    }

    private double Loss(int level, ReadOnlySpan<double> upper, ReadOnlySpan<double> lower, Span<double> upperGradient, Span<double> lowerGradient)
    {
        Read(upper, lower);
        return upperGradient.IsEmpty && lowerGradient.IsEmpty ? queries.Loss(level) : queries.Gradients(level, upperGradient, lowerGradient);
    }

    private void Read(ReadOnlySpan<double> upper, ReadOnlySpan<double> lower)
    {
        queries.Read(Upper, upper);
        queries.Read(Lower, lower);
    }
}
