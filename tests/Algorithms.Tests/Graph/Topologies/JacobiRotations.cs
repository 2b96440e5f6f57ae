namespace ActorFed.Algorithms.Tests.Graph.Topologies;

/// <summary>The naive twin of the solver: all eigenvalues of a dense symmetric matrix.</summary>
/// <remarks>Source: the cyclic method of Jacobi, as in Golub and Van Loan, "Matrix computations", section 8.5.</remarks>
internal static class JacobiRotations
{
    /// <summary>Ascending.</summary>
    public static double[] Eigenvalues(double[,] matrix)
    {
        double[,] a = (double[,])matrix.Clone();
        int count = a.GetLength(0);
        for (int sweep = 0; sweep < 30; sweep++)
        {
            for (int p = 0; p < count; p++)
            {
                for (int q = p + 1; q < count; q++)
                {
                    Rotate(a, p, q);
                }
            }
        }

        return [.. Enumerable.Range(0, count).Select(i => a[i, i]).Order()];
    }

    private static void Rotate(double[,] a, int p, int q)
    {
        if (Math.Abs(a[p, q]) < 1e-300)
        {
            return;
        }

        double ratio = (a[q, q] - a[p, p]) / (2 * a[p, q]);
        double tangent = (ratio >= 0 ? 1 : -1) / (Math.Abs(ratio) + Math.Sqrt(1 + (ratio * ratio)));
        double cosine = 1 / Math.Sqrt(1 + (tangent * tangent));
        double sine = tangent * cosine;
        int count = a.GetLength(0);
        for (int k = 0; k < count; k++)
        {
            (a[k, p], a[k, q]) = ((cosine * a[k, p]) - (sine * a[k, q]), (sine * a[k, p]) + (cosine * a[k, q]));
        }

        for (int k = 0; k < count; k++)
        {
            (a[p, k], a[q, k]) = ((cosine * a[p, k]) - (sine * a[q, k]), (sine * a[p, k]) + (cosine * a[q, k]));
        }
    }
}
