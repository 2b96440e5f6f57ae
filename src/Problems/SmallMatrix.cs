using ActorFed.Algorithms.Numerics;

namespace ActorFed.Problems;

/// <summary>Products with small dense row-major matrices.</summary>
internal static class SmallMatrix
{
    /// <summary>result ← A v.</summary>
    public static void Multiply(ReadOnlySpan<double> matrix, ReadOnlySpan<double> vector, Span<double> result)
    {
        for (int i = 0; i < result.Length; i++)
        {
            result[i] = VectorMath.Dot(matrix.Slice(i * vector.Length, vector.Length), vector);
        }
    }

    /// <summary>result ← factor Aᵀ v.</summary>
    public static void MultiplyTransposed(double factor, ReadOnlySpan<double> matrix, ReadOnlySpan<double> vector, Span<double> result)
    {
        result.Clear();
        for (int i = 0; i < vector.Length; i++)
        {
            VectorMath.AddScaled(factor * vector[i], matrix.Slice(i * result.Length, result.Length), result);
        }
    }

    /// <summary>1/2 I + B Bᵀ / size: symmetric, and positive definite whatever B is.</summary>
    /// <param name="root">B, size × size.</param>
    /// <param name="size">Number of rows.</param>
    public static double[] PositiveDefinite(ReadOnlySpan<double> root, int size)
    {
        double[] matrix = new double[size * size];
        for (int i = 0; i < size; i++)
        {
            for (int j = 0; j < size; j++)
            {
                double dot = VectorMath.Dot(root.Slice(i * size, size), root.Slice(j * size, size));
                matrix[(i * size) + j] = (dot / size) + (i == j ? 0.5 : 0);
            }
        }

        return matrix;
    }

    /// <summary>Independent standard normal entries.</summary>
    public static double[] Gaussians(SeededRandom random, int length)
    {
        double[] values = new double[length];
        foreach (ref double value in values.AsSpan())
        {
            value = random.NextGaussian();
        }

        return values;
    }
}
