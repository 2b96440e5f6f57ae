using ActorFed.Algorithms.Numerics;

namespace ActorFed.Algorithms.Decentralized.CoupledCd;

/// <summary>The move of a pair within A_i d_i + A_j d_j = 0: the minimisers of the models of the paper's scenarios, in closed form.</summary>
public static class PairStep
{
    private const double RankTolerance = 1e-12; // of singular values, relative to the largest

    /// <summary>λ = S⁺ slope, S = s_i A_i A_iᵀ + s_j A_j A_jᵀ.</summary>
    /// <param name="gram">S, p × p, symmetric, row by row.</param>
    /// <param name="slope">s_i A_i g_i + s_j A_j g_j; length p.</param>
    public static FlatVector Multiplier(ReadOnlySpan<double> gram, ReadOnlySpan<double> slope)
    {
        int p = slope.Length;
        if (p == 1)
        {
            return FlatVector.Of(gram[0] > 0 ? slope[0] / gram[0] : 0);
        }

        double[] rows = gram.ToArray(); // become the eigenvectors, since S is symmetric
        double[] values = new double[p];
        JacobiRotations.Orthogonalise(rows, values);
        double[] multiplier = new double[p];
        double most = values.Max();
        for (int k = 0; k < p; k++)
        {
            if (values[k] > RankTolerance * most)
            {
                ReadOnlySpan<double> row = rows.AsSpan(k * p, p);
                VectorMath.AddScaled(VectorMath.Dot(row, slope) / values[k], row, multiplier);
            }
        }

        return FlatVector.CopyOf(multiplier);
    }

    /// <summary>Adds −α (g − Aᵀ λ) to a block.</summary>
    /// <param name="step">α.</param>
    /// <param name="gradient">g; length n.</param>
    /// <param name="coefficients">A, p × n.</param>
    /// <param name="multiplier">λ; length p.</param>
    /// <param name="block">In: x. Out: x + d. Length n.</param>
    public static void Move(double step, ReadOnlySpan<double> gradient, ReadOnlySpan<double> coefficients, ReadOnlySpan<double> multiplier, Span<double> block)
    {
        double[] direction = gradient.ToArray();
        for (int k = 0; k < multiplier.Length; k++)
        {
            VectorMath.AddScaled(-multiplier[k], coefficients.Slice(k * block.Length, block.Length), direction);
        }

        VectorMath.AddScaled(-step, direction, block);
    }

    /// <summary>The largest eigenvalue of [[a, c], [c, b]].</summary>
    public static double LargestEigenvalue(double a, double b, double c) => ((a + b) / 2) + Math.Sqrt(((a - b) * (a - b) / 4) + (c * c));

    /// <summary>The t that minimises slope · t + t² / α + λ |x + t| + λ |y − t|.</summary>
    /// <param name="slope">g_i − g_j.</param>
    /// <param name="step">α; more than 0.</param>
    /// <param name="weight">λ; at least 0.</param>
    /// <param name="x">x_i, which moves by t.</param>
    /// <param name="y">x_j, which moves by −t.</param>
    public static double MoveL1(double slope, double step, double weight, double x, double y)
    {
        (double low, double high) = (Math.Min(-x, y), Math.Max(-x, y)); // the kinks
        double best = Value(low) <= Value(high) ? low : high;
        Try(double.NegativeInfinity, low, low - 1);
        Try(low, high, low + ((high - low) / 2));
        Try(high, double.PositiveInfinity, high + 1);
        return best;

        void Try(double from, double to, double inside)
        {
            double t = -(slope + (weight * Math.Sign(x + inside)) - (weight * Math.Sign(y - inside))) * step / 2;
            best = t > from && t < to && Value(t) < Value(best) ? t : best;
        }

        double Value(double t) => (slope * t) + (t * t / step) + (weight * Math.Abs(x + t)) + (weight * Math.Abs(y - t));
    }

    /// <summary>The t that minimises slope · t + t² / α, where both x + t and y − t stay within bounds.</summary>
    /// <param name="slope">g_i − g_j.</param>
    /// <param name="step">α; more than 0.</param>
    /// <param name="lower">Least value of both.</param>
    /// <param name="upper">Largest value of both.</param>
    /// <param name="x">x_i, which moves by t; within the bounds.</param>
    /// <param name="y">x_j, which moves by −t; within the bounds.</param>
    public static double MoveBox(double slope, double step, double lower, double upper, double x, double y) =>
        Math.Clamp(-step * slope / 2, Math.Min(0, Math.Max(lower - x, y - upper)), Math.Max(0, Math.Min(upper - x, y - lower)));
}
