using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Oracles;

namespace ActorFed.Algorithms.Tests.Trilevel;

/// <summary>
/// f(x; u, v) = ½ xᵀHx − xᵀ(Au + Bv + b) + s (Σ_j x_j⁴ / 4 + (u_0 + v_0) Σ_j x_j² / 2), in plain loops. With s other than 0 the second
/// derivatives move with all three variables, so that taking them at the wrong point shows.
/// </summary>
internal sealed class ShardLevel
{
    public required double[][] H { get; init; }

    public required double[][] A { get; init; }

    public required double[][] B { get; init; }

    public required double[] Linear { get; init; }

    public double S { get; init; }

    public double Value(double[] x, double[] u, double[] v)
    {
        double sum = 0;
        for (int j = 0; j < x.Length; j++)
        {
            sum += (x[j] * ((Row(H, j, x) / 2) - Row(A, j, u) - Row(B, j, v) - Linear[j]))
                + (S * ((x[j] * x[j] * x[j] * x[j] / 4) + ((u[0] + v[0]) * x[j] * x[j] / 2)));
        }

        return sum;
    }

    public double[] Gradient(double[] x, double[] u, double[] v) => [.. x.Select((value, j) =>
        Row(H, j, x) - Row(A, j, u) - Row(B, j, v) - Linear[j] + (S * ((value * value * value) + ((u[0] + v[0]) * value))))];

    public double[] HessianProduct(double[] x, double[] u, double[] v, double[] direction) => [.. x.Select((value, j) =>
        Row(H, j, direction) + (S * ((3 * value * value) + u[0] + v[0]) * direction[j]))];

    public double[] ProductInU(double[] x, double[] direction) => Cross(A, x, direction);

    public double[] ProductInV(double[] x, double[] direction) => Cross(B, x, direction);

    private double[] Cross(double[][] matrix, double[] x, double[] direction)
    {
        double[] product = new double[matrix[0].Length];
        for (int j = 0; j < x.Length; j++)
        {
            product[0] += S * x[j] * direction[j];
            for (int k = 0; k < product.Length; k++)
            {
                product[k] -= matrix[j][k] * direction[j];
            }
        }

        return product;
    }

    private static double Row(double[][] matrix, int row, double[] vector)
    {
        double sum = 0;
        for (int k = 0; k < vector.Length; k++)
        {
            sum += matrix[row][k] * vector[k];
        }

        return sum;
    }
}

/// <summary>f_1 = r/2 |x_1 − e|² + ½ |x_2 − c_2|² + ½ |x_3 − c_3|², with f_2 and f_3 as <see cref="ShardLevel"/> says.</summary>
internal sealed class TrilevelShard : ITrilevelOracle
{
    public required double R { get; init; }

    public required double[] E { get; init; }

    public required double[] C2 { get; init; }

    public required double[] C3 { get; init; }

    /// <summary>f_2(x_2; x_1, x_3).</summary>
    public required ShardLevel MiddleLevel { get; init; }

    /// <summary>f_3(x_3; x_1, x_2).</summary>
    public required ShardLevel LowerLevel { get; init; }

    public int UpperLength => E.Length;

    public int MiddleLength => C2.Length;

    public int LowerLength => C3.Length;

    /// <summary>Different, well-conditioned shards.</summary>
    public static TrilevelShard[] Draw(int workers, int d1, int d2, int d3, double s = 0.05)
    {
        SeededRandom random = new(7, "trilevel-shards");
        double[] Row(int length, double scale) => [.. Enumerable.Range(0, length).Select(_ => scale * random.NextGaussian())];
        double[][] Matrix(int rows, int columns) => [.. Enumerable.Range(0, rows).Select(_ => Row(columns, 0.4))];
        ShardLevel Level(int d, int u, int v) => new()
        {
            H = [.. Enumerable.Range(0, d).Select(row => Enumerable.Range(0, d).Select(column => row == column ? 1 + (0.2 * row) : 0.1).ToArray())],
            A = Matrix(d, u),
            B = Matrix(d, v),
            Linear = Row(d, 0.5),
            S = s,
        };
        return [.. Enumerable.Range(0, workers).Select(_ => new TrilevelShard
        {
            R = 0.1,
            E = Row(d1, 1),
            C2 = Row(d2, 1),
            C3 = Row(d3, 1),
            MiddleLevel = Level(d2, d1, d3),
            LowerLevel = Level(d3, d1, d2),
        })];
    }

    public double UpperLoss(TrilevelPoint at, Span<double> upperGradient, Span<double> middleGradient, Span<double> lowerGradient) =>
        Part(R, at.Upper, E, upperGradient) + Part(1, at.Middle, C2, middleGradient) + Part(1, at.Lower, C3, lowerGradient);

    public double MiddleLoss(TrilevelPoint at, Span<double> middleGradient)
    {
        (double[] x1, double[] x2, double[] x3) = Copy(at);
        MiddleLevel.Gradient(x2, x1, x3).CopyTo(middleGradient);
        return MiddleLevel.Value(x2, x1, x3);
    }

    public double LowerLoss(TrilevelPoint at, Span<double> lowerGradient)
    {
        (double[] x1, double[] x2, double[] x3) = Copy(at);
        LowerLevel.Gradient(x3, x1, x2).CopyTo(lowerGradient);
        return LowerLevel.Value(x3, x1, x2);
    }

    public void MiddleHessianProduct(TrilevelPoint at, ReadOnlySpan<double> direction, Span<double> product)
    {
        (double[] x1, double[] x2, double[] x3) = Copy(at);
        MiddleLevel.HessianProduct(x2, x1, x3, direction.ToArray()).CopyTo(product);
    }

    public void MiddleUpperProduct(TrilevelPoint at, ReadOnlySpan<double> direction, Span<double> product) =>
        MiddleLevel.ProductInU(at.Middle.ToArray(), direction.ToArray()).CopyTo(product);

    public void MiddleLowerProduct(TrilevelPoint at, ReadOnlySpan<double> direction, Span<double> product) =>
        MiddleLevel.ProductInV(at.Middle.ToArray(), direction.ToArray()).CopyTo(product);

    public void LowerHessianProduct(TrilevelPoint at, ReadOnlySpan<double> direction, Span<double> product)
    {
        (double[] x1, double[] x2, double[] x3) = Copy(at);
        LowerLevel.HessianProduct(x3, x1, x2, direction.ToArray()).CopyTo(product);
    }

    public void LowerUpperProduct(TrilevelPoint at, ReadOnlySpan<double> direction, Span<double> product) =>
        LowerLevel.ProductInU(at.Lower.ToArray(), direction.ToArray()).CopyTo(product);

    public void LowerMiddleProduct(TrilevelPoint at, ReadOnlySpan<double> direction, Span<double> product) =>
        LowerLevel.ProductInV(at.Lower.ToArray(), direction.ToArray()).CopyTo(product);

    private static (double[] X1, double[] X2, double[] X3) Copy(TrilevelPoint at) => (at.Upper.ToArray(), at.Middle.ToArray(), at.Lower.ToArray());

    private static double Part(double weight, ReadOnlySpan<double> x, double[] centre, Span<double> gradient)
    {
        double sum = 0;
        for (int j = 0; j < x.Length; j++)
        {
            double difference = x[j] - centre[j];
            sum += weight * difference * difference / 2;
            if (!gradient.IsEmpty)
            {
                gradient[j] = weight * difference;
            }
        }

        return sum;
    }
}
