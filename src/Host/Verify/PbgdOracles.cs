using System.Text.Json;
using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Oracles;

namespace ActorFed.Host.Verify;

/// <summary>f = ½ ‖x − t_a‖² + ½ ‖y − t_b‖² and g = ½ yᵀ A y − yᵀ B x of a vector file.</summary>
/// <param name="a">A, row-major and symmetric.</param>
/// <param name="b">B, row-major.</param>
/// <param name="upperTarget">t_a.</param>
/// <param name="lowerTarget">t_b.</param>
internal sealed class BilinearOracle(double[] a, double[] b, double[] upperTarget, double[] lowerTarget) : IBilevelOracle
{
    public int UpperLength => upperTarget.Length;

    public int LowerLength => lowerTarget.Length;

    public bool UpperLossDependsOnUpper => true;

    public static BilinearOracle Read(JsonElement problem) =>
        new(problem.Field("A").Doubles(), problem.Field("B").Doubles(), problem.Field("ta").Doubles(), problem.Field("tb").Doubles());

    public double UpperLoss(ReadOnlySpan<double> upper, ReadOnlySpan<double> lower, Span<double> upperGradient, Span<double> lowerGradient)
    {
        if (!upperGradient.IsEmpty)
        {
            VectorMath.Subtract(upper, upperTarget, upperGradient);
        }

        if (!lowerGradient.IsEmpty)
        {
            VectorMath.Subtract(lower, lowerTarget, lowerGradient);
        }

        return (VectorMath.SquaredDistance(upper, upperTarget) + VectorMath.SquaredDistance(lower, lowerTarget)) / 2;
    }

    public double LowerLoss(ReadOnlySpan<double> upper, ReadOnlySpan<double> lower, Span<double> upperGradient, Span<double> lowerGradient)
    {
        double[] ay = new double[LowerLength];
        double[] bx = new double[LowerLength];
        Multiply(a, lower, ay);
        Multiply(b, upper, bx);
        if (!upperGradient.IsEmpty)
        {
            LowerCrossProduct(upper, lower, lower, upperGradient);
        }

        if (!lowerGradient.IsEmpty)
        {
            VectorMath.Subtract(ay, bx, lowerGradient);
        }

        return (VectorMath.Dot(lower, ay) / 2) - VectorMath.Dot(lower, bx);
    }

    public void LowerHessianProduct(ReadOnlySpan<double> upper, ReadOnlySpan<double> lower, ReadOnlySpan<double> direction, Span<double> product) =>
        Multiply(a, direction, product);

    /// <summary>−Bᵀ v.</summary>
    public void LowerCrossProduct(ReadOnlySpan<double> upper, ReadOnlySpan<double> lower, ReadOnlySpan<double> direction, Span<double> product)
    {
        product.Clear();
        for (int row = 0; row < LowerLength; row++)
        {
            VectorMath.AddScaled(-direction[row], b.AsSpan(row * UpperLength, UpperLength), product);
        }
    }

    private static void Multiply(double[] matrix, ReadOnlySpan<double> vector, Span<double> product)
    {
        for (int row = 0; row < product.Length; row++)
        {
            product[row] = VectorMath.Dot(matrix.AsSpan(row * vector.Length, vector.Length), vector);
        }
    }
}

/// <summary>f = cos(4y + 2) / (1 + e^(2 − 4x)) + ½ ln((4x − 2)² + 1) and g = s² + x sin² s with s = x + y, whose least value is 0 at every x in [0, 3].</summary>
/// <remarks>Source: the toy problem of Shen and Chen, ICML 2023; with the true derivative, where the published script has a slip.</remarks>
internal sealed class ToyOracle : IBilevelOracle
{
    public int UpperLength => 1;

    public int LowerLength => 1;

    public bool UpperLossDependsOnUpper => true;

    public double UpperLoss(ReadOnlySpan<double> upper, ReadOnlySpan<double> lower, Span<double> upperGradient, Span<double> lowerGradient)
    {
        (double x, double y) = (upper[0], lower[0]);
        double power = Math.Exp(2 - (4 * x));
        double offset = (4 * x) - 2;
        if (!upperGradient.IsEmpty)
        {
            upperGradient[0] = (4 * power * Math.Cos((4 * y) + 2) / ((1 + power) * (1 + power))) + (4 * offset / ((offset * offset) + 1));
        }

        if (!lowerGradient.IsEmpty)
        {
            lowerGradient[0] = -4 * Math.Sin((4 * y) + 2) / (1 + power);
        }

        return (Math.Cos((4 * y) + 2) / (1 + power)) + (Math.Log((offset * offset) + 1) / 2);
    }

    public double LowerLoss(ReadOnlySpan<double> upper, ReadOnlySpan<double> lower, Span<double> upperGradient, Span<double> lowerGradient)
    {
        (double x, double sum) = (upper[0], upper[0] + lower[0]);
        (double sine, double slope) = (Math.Sin(sum) * Math.Sin(sum), (2 * sum) + (x * Math.Sin(2 * sum)));
        if (!upperGradient.IsEmpty)
        {
            upperGradient[0] = slope + sine;
        }

        if (!lowerGradient.IsEmpty)
        {
            lowerGradient[0] = slope;
        }

        return (sum * sum) + (x * sine);
    }

    public void LowerHessianProduct(ReadOnlySpan<double> upper, ReadOnlySpan<double> lower, ReadOnlySpan<double> direction, Span<double> product) =>
        product[0] = direction[0] * (2 + (2 * upper[0] * Math.Cos(2 * (upper[0] + lower[0]))));

    public void LowerCrossProduct(ReadOnlySpan<double> upper, ReadOnlySpan<double> lower, ReadOnlySpan<double> direction, Span<double> product)
    {
        double sum = upper[0] + lower[0];
        product[0] = direction[0] * (2 + Math.Sin(2 * sum) + (2 * upper[0] * Math.Cos(2 * sum)));
    }
}
