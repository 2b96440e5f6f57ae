namespace ActorFed.Host.Compare;

/// <summary>Median and quartiles of a sample.</summary>
/// <param name="Lower">A quarter of the sample lies at or below it.</param>
/// <param name="Median">A half does.</param>
/// <param name="Upper">Three quarters do.</param>
internal readonly record struct Quartiles(double Lower, double Median, double Upper)
{
    /// <summary>
    /// Those of a sample; null when it is empty. What never came may stand as positive infinity: a quartile that falls on it is
    /// infinite. A sample with NaN has no order and hence no quartiles but NaN.
    /// </summary>
    /// <remarks>Source: Hyndman and Fan, "Sample quantiles in statistical packages", 1996, definition 7.</remarks>
    public static Quartiles? Of(IEnumerable<double> sample)
    {
        double[] sorted = [.. sample.Order()];
        return sorted.Length == 0 ? null
            : double.IsNaN(sorted[0]) ? new Quartiles(double.NaN, double.NaN, double.NaN) // NaN sorts first
            : new Quartiles(Quantile(sorted, 0.25), Quantile(sorted, 0.5), Quantile(sorted, 0.75));
    }

    private static double Quantile(double[] sorted, double share)
    {
        double place = share * (sorted.Length - 1);
        int below = (int)place;
        double part = place - below;
        // Without the first case an infinite value would enter with the factor 0, as NaN.
        return part == 0 || sorted[below] == sorted[below + 1] ? sorted[below] : sorted[below] + (part * (sorted[below + 1] - sorted[below]));
    }
}
