using ActorFed.Host.Runs;

namespace ActorFed.Host.Compare;

/// <summary>Quartiles at one place of the horizontal axis.</summary>
internal readonly record struct BandPoint(double X, Quartiles Y);

/// <summary>Curves of several seeds as one line with a band around it.</summary>
internal static class CurveBand
{
    /// <summary>
    /// Median and quartiles over the curves, at abscissae of theirs. At each, a curve counts with its newest point: nothing is
    /// interpolated, and one that has ended keeps its last value. The band begins where all curves have begun.
    /// </summary>
    /// <param name="curves">The points of each, abscissae ascending; those without points do not count.</param>
    /// <param name="maxPoints">Most abscissae; at least 2.</param>
    public static IReadOnlyList<BandPoint> Over(IEnumerable<IReadOnlyList<PlotPoint>> curves, int maxPoints)
    {
        IReadOnlyList<PlotPoint>[] begun = [.. curves.Where(curve => curve.Count > 0)];
        if (begun.Length == 0)
        {
            return [];
        }

        double start = begun.Max(curve => curve[0].X);
        double[] places = Spread([.. begun.SelectMany(curve => curve).Select(point => point.X).Where(x => x >= start).Distinct().Order()], maxPoints);
        int[] newest = new int[begun.Length];
        List<BandPoint> band = new(places.Length);
        foreach (double x in places)
        {
            for (int i = 0; i < begun.Length; i++)
            {
                while (newest[i] + 1 < begun[i].Count && begun[i][newest[i] + 1].X <= x)
                {
                    newest[i]++;
                }
            }

            band.Add(new BandPoint(x, Quartiles.Of(begun.Select((curve, i) => curve[newest[i]].Y))!.Value));
        }

        return band;
    }

    private static double[] Spread(double[] places, int max) => places.Length <= max
        ? places
        : [.. Enumerable.Range(0, max).Select(i => places[(int)((long)i * (places.Length - 1) / (max - 1))])];
}
