namespace ActorFed.Host.Runs;

/// <summary>A curve in one line of text.</summary>
internal static class Sparkline
{
    private const string Levels = "▁▂▃▄▅▆▇█";
    private const double LogRatio = 100;   // positive values spread wider than this are drawn by their logarithm

    /// <summary>One character per value; a blank where a value is not finite.</summary>
    public static string Of(IReadOnlyCollection<double> values)
    {
        double[] finite = [.. values.Where(double.IsFinite)];
        if (finite.Length == 0)
        {
            return new string(' ', values.Count);
        }

        (double min, double max) = (finite.Min(), finite.Max());
        bool isLog = min > 0 && max / min > LogRatio;
        double low = isLog ? Math.Log(min) : min;
        double range = (isLog ? Math.Log(max) : max) - low;
        return string.Concat(values.Select(value =>
        {
            if (!double.IsFinite(value))
            {
                return ' ';
            }

            double height = ((isLog ? Math.Log(value) : value) - low) / range;   // not a number when all are equal
            return double.IsFinite(height) ? Levels[(int)Math.Round(height * (Levels.Length - 1))] : Levels[3];
        }));
    }
}
