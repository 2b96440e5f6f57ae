namespace ActorFed.Algorithms.Federated.Composite.Regularizers;

/// <summary>The indicator of a simplex: no entry is negative, and all add up to a given sum.</summary>
/// <param name="sum">What they add up to; more than 0.</param>
/// <remarks>Source: Duchi, Shalev-Shwartz, Singer, Chandra, "Efficient projections onto the l1-ball", ICML 2008, figure 1 there.</remarks>
public sealed class Simplex(double sum) : Regularizer
{
    /// <inheritdoc/>
    public override bool IsFinite => false;

    /// <inheritdoc/>
    public override void Shrink(double strength, Span<double> point)
    {
        double threshold = ThresholdOf(point, sum);
        foreach (ref double entry in point)
        {
            entry = Math.Max(entry - threshold, 0);
        }
    }

    /// <summary>θ, for which the entries max(point_j − θ, 0) add up to the sum.</summary>
    internal static double ThresholdOf(ReadOnlySpan<double> point, double sum)
    {
        double[] descending = point.ToArray();
        descending.AsSpan().Sort((left, right) => right.CompareTo(left));
        double total = 0;
        double threshold = double.NaN;
        for (int j = 0; j < descending.Length; j++)
        {
            total += descending[j];
            if (descending[j] * (j + 1) > total - sum)
            {
                threshold = (total - sum) / (j + 1);
            }
        }

        return threshold;
    }
}
