using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Oracles;

namespace ActorFed.Algorithms.Tests.Bilevel;

/// <summary>
/// G = r/2 |x − e|² + ½ |y − c|² and g = ½ yᵀHy − yᵀ(Mx + d) + s (Σ_j y_j⁴ / 4 + x_0 Σ_j y_j² / 2), in plain loops. With s other
/// than 0 the second derivatives of g move with x and y, so that taking them at the wrong point shows.
/// </summary>
internal sealed class QuadraticShard : IBilevelOracle
{
    public required double R { get; init; }

    public required double[] E { get; init; }

    public required double[] C { get; init; }

    public required double[][] H { get; init; }

    public required double[][] M { get; init; }

    public required double[] D { get; init; }

    public double S { get; init; }

    public int UpperLength => E.Length;

    public int LowerLength => C.Length;

    public bool UpperLossDependsOnUpper => R != 0;

    /// <summary>Different, well-conditioned shards.</summary>
    public static QuadraticShard[] Draw(int workers, int n, int m, double r = 0.1, double s = 0.05)
    {
        SeededRandom random = new(7, "quadratic-shards");
        double[] Row(int length, double scale) => [.. Enumerable.Range(0, length).Select(_ => scale * random.NextGaussian())];
        return [.. Enumerable.Range(0, workers).Select(_ => new QuadraticShard
        {
            R = r,
            E = Row(n, 1),
            C = Row(m, 1),
            H = [.. Enumerable.Range(0, m).Select(row => Enumerable.Range(0, m).Select(column => row == column ? 1 + (0.2 * row) : 0.1).ToArray())],
            M = [.. Enumerable.Range(0, m).Select(_ => Row(n, 0.5))],
            D = Row(m, 0.5),
            S = s,
        })];
    }

    public double[] UpperGradientInUpper(double[] x) => [.. x.Select((value, j) => R * (value - E[j]))];

    public double[] UpperGradientInLower(double[] y) => [.. y.Select((value, j) => value - C[j])];

    public double[] LowerGradient(double[] x, double[] y)
    {
        double[] gradient = new double[y.Length];
        for (int j = 0; j < y.Length; j++)
        {
            gradient[j] = -D[j] + (S * ((y[j] * y[j] * y[j]) + (x[0] * y[j])));
            for (int k = 0; k < y.Length; k++)
            {
                gradient[j] += H[j][k] * y[k];
            }

            for (int k = 0; k < x.Length; k++)
            {
                gradient[j] -= M[j][k] * x[k];
            }
        }

        return gradient;
    }

    /// <summary>∂g/∂x.</summary>
    public double[] UpperDerivatives(double[] y)
    {
        double[] gradient = new double[UpperLength];
        for (int j = 0; j < y.Length; j++)
        {
            gradient[0] += S * y[j] * y[j] / 2;
            for (int k = 0; k < gradient.Length; k++)
            {
                gradient[k] -= M[j][k] * y[j];
            }
        }

        return gradient;
    }

    public double[] HessianProduct(double[] x, double[] y, double[] direction)
    {
        double[] product = new double[y.Length];
        for (int j = 0; j < y.Length; j++)
        {
            product[j] = S * ((3 * y[j] * y[j]) + x[0]) * direction[j];
            for (int k = 0; k < y.Length; k++)
            {
                product[j] += H[j][k] * direction[k];
            }
        }

        return product;
    }

    public double[] CrossProduct(double[] y, double[] direction)
    {
        double[] product = new double[UpperLength];
        for (int j = 0; j < y.Length; j++)
        {
            product[0] += S * y[j] * direction[j];
            for (int k = 0; k < product.Length; k++)
            {
                product[k] -= M[j][k] * direction[j];
            }
        }

        return product;
    }

    public double UpperLoss(ReadOnlySpan<double> upper, ReadOnlySpan<double> lower, Span<double> upperGradient, Span<double> lowerGradient)
    {
        double[] gx = UpperGradientInUpper(upper.ToArray());
        double[] gy = UpperGradientInLower(lower.ToArray());
        if (!upperGradient.IsEmpty)
        {
            gx.CopyTo(upperGradient);
        }

        if (!lowerGradient.IsEmpty)
        {
            gy.CopyTo(lowerGradient);
        }

        return (R == 0 ? 0 : gx.Sum(g => g * g) / (2 * R)) + (gy.Sum(g => g * g) / 2);
    }

    public double LowerLoss(ReadOnlySpan<double> upper, ReadOnlySpan<double> lower, Span<double> upperGradient, Span<double> lowerGradient)
    {
        double[] x = upper.ToArray();
        double[] y = lower.ToArray();
        if (!upperGradient.IsEmpty)
        {
            UpperDerivatives(y).CopyTo(upperGradient);
        }

        if (!lowerGradient.IsEmpty)
        {
            LowerGradient(x, y).CopyTo(lowerGradient);
        }

        double loss = 0;
        for (int j = 0; j < y.Length; j++)
        {
            double square = y[j] * y[j];
            loss += (S * ((square * square / 4) + (x[0] * square / 2))) - (D[j] * y[j]);
            loss += y[j] * ((H[j].Zip(y, (h, value) => h * value).Sum() / 2) - M[j].Zip(x, (m, value) => m * value).Sum());
        }

        return loss;
    }

    public void LowerHessianProduct(
        ReadOnlySpan<double> upper, ReadOnlySpan<double> lower, ReadOnlySpan<double> direction, Span<double> product) =>
        HessianProduct(upper.ToArray(), lower.ToArray(), direction.ToArray()).CopyTo(product);

    public void LowerCrossProduct(
        ReadOnlySpan<double> upper, ReadOnlySpan<double> lower, ReadOnlySpan<double> direction, Span<double> product) =>
        CrossProduct(lower.ToArray(), direction.ToArray()).CopyTo(product);
}
