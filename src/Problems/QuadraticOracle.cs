using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Oracles;

namespace ActorFed.Problems;

/// <summary>One worker's two levels of <see cref="QuadraticProblem"/>, exact up to rounding.</summary>
internal sealed class QuadraticOracle(QuadraticWorker worker) : IBilevelOracle
{
    private readonly double[] _product = new double[worker.LowerTarget.Length];

    public int UpperLength => worker.UpperTarget.Length;

    public int LowerLength => worker.LowerTarget.Length;

    public bool UpperLossDependsOnUpper => true;

    public double UpperLoss(
        ReadOnlySpan<double> upper, ReadOnlySpan<double> lower, Span<double> upperGradient, Span<double> lowerGradient)
    {
        OracleArguments.CheckUpperLoss(this, upper, lower, upperGradient, lowerGradient);
        if (!upperGradient.IsEmpty)
        {
            VectorMath.Subtract(upper, worker.UpperTarget.Span, upperGradient);
            VectorMath.Scale(worker.UpperWeight, upperGradient);
        }

        if (!lowerGradient.IsEmpty)
        {
            VectorMath.Subtract(lower, worker.LowerTarget.Span, lowerGradient);
        }

        return ((worker.UpperWeight * VectorMath.SquaredDistance(upper, worker.UpperTarget.Span))
            + VectorMath.SquaredDistance(lower, worker.LowerTarget.Span)) / 2;
    }

    public double LowerLoss(ReadOnlySpan<double> upper, ReadOnlySpan<double> lower, Span<double> lowerGradient)
    {
        OracleArguments.CheckLowerLoss(this, upper, lower, lowerGradient);
        double loss = 0;
        Multiply(worker.Hessian.Span, lower, _product);
        for (int i = 0; i < lower.Length; i++)
        {
            double pull = VectorMath.Dot(worker.Coupling.Span.Slice(i * UpperLength, UpperLength), upper) + worker.Linear[i];
            loss += lower[i] * ((_product[i] / 2) - pull);
            if (!lowerGradient.IsEmpty)
            {
                lowerGradient[i] = _product[i] - pull;
            }
        }

        return loss;
    }

    public void LowerHessianProduct(
        ReadOnlySpan<double> upper, ReadOnlySpan<double> lower, ReadOnlySpan<double> direction, Span<double> product)
    {
        OracleArguments.CheckProduct(this, upper, lower, direction, product, LowerLength);
        Multiply(worker.Hessian.Span, direction, product);
    }

    public void LowerCrossProduct(
        ReadOnlySpan<double> upper, ReadOnlySpan<double> lower, ReadOnlySpan<double> direction, Span<double> product)
    {
        OracleArguments.CheckProduct(this, upper, lower, direction, product, UpperLength);
        product.Clear();
        for (int i = 0; i < direction.Length; i++)
        {
            VectorMath.AddScaled(-direction[i], worker.Coupling.Span.Slice(i * UpperLength, UpperLength), product);
        }
    }

    private static void Multiply(ReadOnlySpan<double> matrix, ReadOnlySpan<double> vector, Span<double> result)
    {
        for (int i = 0; i < result.Length; i++)
        {
            result[i] = VectorMath.Dot(matrix.Slice(i * vector.Length, vector.Length), vector);
        }
    }
}
