namespace ActorFed.Algorithms.Graph.Topologies;

/// <summary>How fast a mixing matrix averages.</summary>
/// <param name="Rho">‖W − 11ᵀ/n‖, the largest singular value: the factor by which one mixing brings everyone nearer to the mean, at the least.</param>
/// <param name="Second">λ_2, the largest eigenvalue but for that of 1, where W is symmetric; 0 for n = 1. Null otherwise.</param>
/// <param name="Smallest">λ_n, the smallest eigenvalue, where W is symmetric. Null otherwise.</param>
public sealed record Spectrum(double Rho, double? Second, double? Smallest)
{
    private const double Resolution = 1e-15;   // of a squared singular value

    /// <summary>1 − ρ, the spectral gap, in [0, 1]; 1 for the complete graph.</summary>
    public double Gap => 1 - Rho;

    /// <summary>The spectrum of a matrix; exact to about 1e-10, of matrices without symmetry about 1e-8 where ρ is near 0.</summary>
    public static Spectrum Of(MixingMatrix matrix)
    {
        if (!matrix.IsSymmetric)
        {
            return new Spectrum(RhoOf([matrix]), null, null);
        }

        if (matrix.Count == 1)
        {
            return new Spectrum(0, 0, 1);
        }

        (double smallest, double second) = Lanczos.Extremes(matrix.Count, (x, y) => Mix(matrix, x, y));
        return new Spectrum(Math.Max(Math.Abs(smallest), Math.Abs(second)), second, smallest);
    }

    /// <summary>‖W_T … W_1 − 11ᵀ/n‖: the factor by which these rounds together bring everyone nearer to the mean; exact to about 1e-8, and 0 below 3e-8.</summary>
    /// <param name="rounds">Their matrices, the first one first; at least one.</param>
    public static double RhoOf(IReadOnlyList<MixingMatrix> rounds)
    {
        int count = rounds[0].Count;
        if (count == 1)
        {
            return 0;
        }

        double[] mixed = new double[count];
        (_, double largest) = Lanczos.Extremes(count, (x, y) =>
        {
            x.CopyTo(y, 0);
            foreach (MixingMatrix matrix in rounds)
            {
                Mix(matrix, y, mixed);
                mixed.CopyTo(y, 0);
            }

            foreach (MixingMatrix matrix in rounds.Reverse())
            {
                MixBack(matrix, y, mixed);
                mixed.CopyTo(y, 0);
            }
        });
        return largest < Resolution ? 0 : Math.Sqrt(largest);
    }

    /// <summary>y = W x.</summary>
    private static void Mix(MixingMatrix matrix, double[] x, double[] y)
    {
        for (int i = 0; i < x.Length; i++)
        {
            double sum = matrix.Self(i) * x[i];
            foreach (Weight weight in matrix.Row(i))
            {
                sum += weight.Value * x[weight.Neighbour];
            }

            y[i] = sum;
        }
    }

    /// <summary>y = Wᵀ x.</summary>
    private static void MixBack(MixingMatrix matrix, double[] x, double[] y)
    {
        for (int i = 0; i < x.Length; i++)
        {
            y[i] = matrix.Self(i) * x[i];
        }

        for (int i = 0; i < x.Length; i++)
        {
            foreach (Weight weight in matrix.Row(i))
            {
                y[weight.Neighbour] += weight.Value * x[i];
            }
        }
    }
}
