using System.Text.Json;
using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Oracles;

namespace ActorFed.Host.Verify;

/// <summary>
/// Two losses of a vector file that share θ: L_sup = ½ ‖θ − a‖² + ½ (φ + bᵀθ − t)² and L_uns = ½ (θ − c)ᵀ G (θ − c) + ½ (η − dᵀθ)², with
/// x = φ and y = (θ, η).
/// </summary>
internal sealed class JointQuadraticOracle(double[] a, double[] b, double t, double[] c, double[] matrix, double[] d) : IBilevelOracle
{
    private readonly int _shared = a.Length;

    public int UpperLength => 1;

    public int LowerLength => _shared + 1;

    public bool UpperLossDependsOnUpper => true;

    /// <summary>The clients of a file's problem.</summary>
    public static JointQuadraticOracle[] ReadAll(JsonElement problem)
    {
        double[][] a = Lists("a");
        double[][] b = Lists("b");
        double[] t = problem.Field("t").Doubles();
        double[][] c = Lists("c");
        double[][] matrices = Lists("G");
        double[][] d = Lists("d");
        return [.. t.Select((target, i) => new JointQuadraticOracle(a[i], b[i], target, c[i], matrices[i], d[i]))];

        double[][] Lists(string name) => [.. problem.Field(name).EnumerateArray().Select(VectorJson.Doubles)];
    }

    public double UpperLoss(ReadOnlySpan<double> upper, ReadOnlySpan<double> lower, Span<double> upperGradient, Span<double> lowerGradient)
    {
        ReadOnlySpan<double> theta = lower[.._shared];
        double residual = upper[0] + VectorMath.Dot(b, theta) - t;
        if (!upperGradient.IsEmpty)
        {
            upperGradient[0] = residual;
        }

        if (!lowerGradient.IsEmpty)
        {
            lowerGradient.Clear();
            VectorMath.Subtract(theta, a, lowerGradient[.._shared]);
            VectorMath.AddScaled(residual, b, lowerGradient[.._shared]);
        }

        return (VectorMath.SquaredDistance(theta, a) + (residual * residual)) / 2;
    }

    public double LowerLoss(ReadOnlySpan<double> upper, ReadOnlySpan<double> lower, Span<double> upperGradient, Span<double> lowerGradient)
    {
        ReadOnlySpan<double> theta = lower[.._shared];
        double residual = lower[_shared] - VectorMath.Dot(d, theta);
        double[] offset = new double[_shared];
        double[] product = new double[_shared];
        VectorMath.Subtract(theta, c, offset);
        Multiply(offset, product);
        upperGradient.Clear();
        if (!lowerGradient.IsEmpty)
        {
            product.CopyTo(lowerGradient);
            VectorMath.AddScaled(-residual, d, lowerGradient[.._shared]);
            lowerGradient[_shared] = residual;
        }

        return (VectorMath.Dot(offset, product) + (residual * residual)) / 2;
    }

    public void LowerHessianProduct(ReadOnlySpan<double> upper, ReadOnlySpan<double> lower, ReadOnlySpan<double> direction, Span<double> product)
    {
        double slope = direction[_shared] - VectorMath.Dot(d, direction[.._shared]);
        Multiply(direction[.._shared], product[.._shared]);
        VectorMath.AddScaled(-slope, d, product[.._shared]);
        product[_shared] = slope;
    }

    public void LowerCrossProduct(ReadOnlySpan<double> upper, ReadOnlySpan<double> lower, ReadOnlySpan<double> direction, Span<double> product) =>
        product.Clear();

    private void Multiply(ReadOnlySpan<double> vector, Span<double> product)
    {
        for (int row = 0; row < _shared; row++)
        {
            product[row] = VectorMath.Dot(matrix.AsSpan(row * _shared, _shared), vector);
        }
    }
}
