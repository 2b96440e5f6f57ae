namespace ActorFed.Algorithms.Federated.Composite.Regularizers;

/// <summary>ψ(w) = λ ‖w‖₁.</summary>
/// <param name="weight">λ; at least 0.</param>
public sealed class L1Norm(double weight) : Regularizer
{
    /// <inheritdoc/>
    public override void Shrink(double strength, Span<double> point) => ShrinkEntries(strength * weight, point);

    /// <inheritdoc/>
    public override double Value(ReadOnlySpan<double> point) => weight * SumOfSizes(point);

    /// <inheritdoc/>
    public override void AddSubgradient(double factor, ReadOnlySpan<double> point, Span<double> result) => AddSigns(factor * weight, point, result);

    /// <summary>Soft threshold: w_j ← sign(w_j) max(|w_j| − threshold, 0).</summary>
    internal static void ShrinkEntries(double threshold, Span<double> point)
    {
        foreach (ref double entry in point)
        {
            entry = Math.CopySign(Math.Max(Math.Abs(entry) - threshold, 0), entry);
        }
    }

    /// <summary>‖w‖₁.</summary>
    internal static double SumOfSizes(ReadOnlySpan<double> point)
    {
        double sum = 0;
        foreach (double entry in point)
        {
            sum += Math.Abs(entry);
        }

        return sum;
    }

    /// <summary>result ← result + factor sign(w); sign(0) = 0.</summary>
    internal static void AddSigns(double factor, ReadOnlySpan<double> point, Span<double> result)
    {
        for (int j = 0; j < point.Length; j++)
        {
            result[j] += point[j] > 0 ? factor : point[j] < 0 ? -factor : 0;
        }
    }
}
