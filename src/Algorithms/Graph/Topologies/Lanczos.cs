using ActorFed.Algorithms.Numerics;

namespace ActorFed.Algorithms.Graph.Topologies;

/// <summary>The smallest and largest eigenvalue of a symmetric matrix that is known by its products with vectors.</summary>
/// <remarks>
/// Source: Lanczos 1950, with all vectors kept orthogonal to each other as in Parlett, "The symmetric eigenvalue problem", 1998, section 13.
/// The eigenvalues of the tridiagonal matrix come from counting its negative pivots (Givens 1954), the last entry of an
/// eigenvector, which tells how far off its eigenvalue is, from the three-term recurrence.
/// </remarks>
internal static class Lanczos
{
    private const double Residual = 1e-10;     // an eigenvalue is at most as far away as its residual, and by far nearer as a rule
    private const double Breakdown = 1e-13;    // a new direction of this length is rounding: all that the start reaches is explored
    private const int Halvings = 60;

    /// <summary>The extreme eigenvalues among the eigenvectors whose entries sum to 0.</summary>
    /// <param name="count">n; at least 2.</param>
    /// <param name="apply">y = A x; A symmetric of norm at most 1, with A 1 = 1.</param>
    public static (double Smallest, double Largest) Extremes(int count, Action<double[], double[]> apply)
    {
        SeededRandom random = new(1, "lanczos");
        double[] next = new double[count];
        for (int i = 0; i < count; i++)
        {
            next[i] = random.NextGaussian();
        }

        Centre(next);
        double length = VectorMath.Norm(next);
        List<double[]> basis = [];
        List<double> diagonal = [];
        List<double> beside = [];
        int check = 8;
        while (true)
        {
            double[] direction = [.. next.Select(entry => entry / length)];
            basis.Add(direction);
            apply(direction, next);
            Centre(next);
            diagonal.Add(VectorMath.Dot(direction, next));
            RemoveDirections(basis, next);
            length = VectorMath.Norm(next);
            bool isComplete = length <= Breakdown || basis.Count == count - 1;
            if (isComplete || basis.Count == check)
            {
                double smallest = Bisect(diagonal, beside, 0);
                double largest = Bisect(diagonal, beside, diagonal.Count - 1);
                if (isComplete || (length * LastEntry(diagonal, beside, smallest) <= Residual && length * LastEntry(diagonal, beside, largest) <= Residual))
                {
                    return (smallest, largest);
                }

                check += Math.Max(8, check / 8);
            }

            beside.Add(length);
        }
    }

    private static void Centre(double[] vector)
    {
        double mean = vector.Sum() / vector.Length;
        for (int i = 0; i < vector.Length; i++)
        {
            vector[i] -= mean;
        }
    }

    private static void RemoveDirections(List<double[]> basis, double[] vector)
    {
        for (int pass = 0; pass < 2; pass++)   // once leaves what rounding has put in; twice is enough
        {
            foreach (double[] direction in basis)
            {
                VectorMath.AddScaled(-VectorMath.Dot(direction, vector), direction, vector);
            }
        }
    }

    /// <summary>Eigenvalue number <paramref name="index"/> of a tridiagonal matrix, ascending from 0; all are in [−1, 1].</summary>
    private static double Bisect(List<double> diagonal, List<double> beside, int index)
    {
        (double low, double high) = (-1.001, 1.001);
        for (int k = 0; k < Halvings; k++)
        {
            double middle = (low + high) / 2;
            (low, high) = CountBelow(diagonal, beside, middle) > index ? (low, middle) : (middle, high);
        }

        return (low + high) / 2;
    }

    private static int CountBelow(List<double> diagonal, List<double> beside, double shift)
    {
        int below = 0;
        double pivot = 1;
        for (int i = 0; i < diagonal.Count; i++)
        {
            pivot = diagonal[i] - shift - (i == 0 ? 0 : beside[i - 1] * beside[i - 1] / pivot);
            pivot = pivot == 0 ? 1e-300 : pivot;
            below += pivot < 0 ? 1 : 0;
        }

        return below;
    }

    /// <summary>The size of the last entry of the unit eigenvector, by the recurrence from the last row up: its entries grow, so that it is stable.</summary>
    private static double LastEntry(List<double> diagonal, List<double> beside, double eigenvalue)
    {
        (double below, double entry, double squares) = (0, 1, 1);
        for (int i = diagonal.Count - 1; i > 0; i--)
        {
            double above = (((eigenvalue - diagonal[i]) * entry) - (i == diagonal.Count - 1 ? 0 : beside[i] * below)) / beside[i - 1];
            (below, entry) = (entry, above);
            squares += above * above;
            if (squares > 1e200)
            {
                return 0;
            }
        }

        return 1 / Math.Sqrt(squares);
    }
}
