namespace ActorFed.Algorithms.Numerics;

/// <summary>Singular values and right singular vectors of a small dense matrix by one-sided Jacobi rotations of its rows.</summary>
/// <remarks>Source: Hestenes, "Inversion of matrices by biorthogonalization and related results", 1958; Demmel and Veselić, 1992, on its accuracy.</remarks>
public static class JacobiRotations
{
    /// <summary>Rows count as orthogonal when their product is this share of that of their norms, or less.</summary>
    private const double Tolerance = 1e-14;

    /// <summary>Below this share of the largest norm a row is rounding, and its direction means nothing.</summary>
    private const double Rounding = 1e-15;

    private const int MaxSweeps = 60;

    /// <summary>
    /// Rotates the rows until all pairs are orthogonal, then makes them unit vectors; the norms that they had are the singular values, in no
    /// order. A row whose singular value is zero, but for rounding, becomes zero. Numbers that are not finite lead to such.
    /// </summary>
    /// <param name="rows">In: the matrix, row by row, with no more rows than columns. Out: right singular vectors as rows.</param>
    /// <param name="values">Out: the singular values; as many as rows.</param>
    /// <exception cref="ArithmeticException">The rotations come to no end.</exception>
    public static void Orthogonalise(Span<double> rows, Span<double> values)
    {
        double[] kept = new double[rows.Length / values.Length];
        int sweeps = 0;
        while (Sweep(rows, values.Length, kept))
        {
            if (++sweeps == MaxSweeps)
            {
                throw new ArithmeticException($"The singular values of {values.Length} rows of length {kept.Length} did not settle in {MaxSweeps} sweeps.");
            }
        }

        double largest = 0;
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = VectorMath.Norm(Row(rows, i, kept.Length));
            largest = Math.Max(largest, values[i]);
        }

        for (int i = 0; i < values.Length; i++)
        {
            VectorMath.Scale(values[i] <= Rounding * largest ? 0 : 1 / values[i], Row(rows, i, kept.Length));
        }
    }

    /// <summary>Rotates every pair of rows once.</summary>
    /// <returns>Whether a pair was not orthogonal yet.</returns>
    private static bool Sweep(Span<double> rows, int count, double[] kept)
    {
        double largest = VectorMath.Norm(rows); // of all entries: at least the largest singular value
        bool hasRotated = false;
        for (int i = 0; i < count; i++)
        {
            for (int j = i + 1; j < count; j++)
            {
                hasRotated |= Rotate(Row(rows, i, kept.Length), Row(rows, j, kept.Length), Rounding * largest, kept);
            }
        }

        return hasRotated;
    }

    private static bool Rotate(Span<double> first, Span<double> second, double negligible, double[] kept)
    {
        double firstNorm = VectorMath.Norm(first);
        double secondNorm = VectorMath.Norm(second);
        double product = VectorMath.Dot(first, second);
        if (!(Math.Abs(product) > Tolerance * firstNorm * secondNorm) || Math.Min(firstNorm, secondNorm) <= negligible)
        {
            return false;
        }

        double zeta = (secondNorm - firstNorm) * (secondNorm + firstNorm) / (2 * product);
        double tangent = Math.CopySign(1, zeta) / (Math.Abs(zeta) + Math.Sqrt(1 + (zeta * zeta)));
        double cosine = 1 / Math.Sqrt(1 + (tangent * tangent));
        double sine = cosine * tangent;
        first.CopyTo(kept);
        VectorMath.Scale(cosine, first);
        VectorMath.AddScaled(-sine, second, first);
        VectorMath.Scale(cosine, second);
        VectorMath.AddScaled(sine, kept, second);
        return true;
    }

    private static Span<double> Row(Span<double> rows, int index, int width) => rows.Slice(index * width, width);
}
