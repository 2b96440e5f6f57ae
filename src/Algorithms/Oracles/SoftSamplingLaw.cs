namespace ActorFed.Algorithms.Oracles;

/// <summary>What soft random sampling sees of N rows in T draws, which are n in each of K epochs: exact, unless a member says otherwise.</summary>
/// <remarks>Source: as <see cref="RowSelection"/>. Rows are drawn uniformly; the laws of occupancy problems.</remarks>
public static class SoftSamplingLaw
{
    private const double EulerMascheroni = 0.577215664901532860606512090082;

    /// <summary>How likely a row is seen at least once: 1 − (1 − 1/N)^T.</summary>
    /// <param name="rows">N; at least 1.</param>
    /// <param name="draws">T; at least 0.</param>
    public static double Coverage(long rows, double draws) => -ExpMinusOne(draws * LogOnePlus(-1.0 / rows));

    /// <summary>About the same for many rows: 1 − e^(−T/N).</summary>
    public static double PoissonCoverage(long rows, double draws) => -ExpMinusOne(-draws / rows);

    /// <summary>The mean of the number of different rows seen.</summary>
    public static double MeanDistinct(long rows, double draws) => rows * Coverage(rows, draws);

    /// <summary>The variance of the number of different rows seen; at least 2 rows.</summary>
    /// <remarks>N q (1 − q) + N (N − 1) q² ((1 − 1/(N − 1)²)^T − 1) with q = (1 − 1/N)^T, in which nothing cancels.</remarks>
    public static double VarianceOfDistinct(long rows, double draws)
    {
        double unseen = Math.Exp(draws * LogOnePlus(-1.0 / rows));
        double others = rows - 1;
        return (rows * unseen * Coverage(rows, draws)) + (rows * others * unseen * unseen * ExpMinusOne(draws * LogOnePlus(-1 / (others * others))));
    }

    /// <summary>How likely a row is used exactly <paramref name="times"/> times: binomial of T and 1/N.</summary>
    public static double Occupancy(long rows, long draws, int times)
    {
        double ways = 1; // C(T, m) N^−m
        for (int i = 0; i < times; i++)
        {
            ways *= (draws - i) / ((double)rows * (i + 1));
        }

        return ways * Math.Exp((draws - times) * LogOnePlus(-1.0 / rows));
    }

    /// <summary>About how likely every row has been seen: exp(−N e^(−T/N)).</summary>
    public static double AllCovered(long rows, double draws) => Math.Exp(-rows * Math.Exp(-draws / rows));

    /// <summary>About how many draws it takes on average until every row has been seen: N (ln N + 0.5772…) + ½.</summary>
    public static double DrawsToCoverAll(long rows) => (rows * (Math.Log(rows) + EulerMascheroni)) + 0.5;

    /// <summary>K, epochs until this share of the rows is seen on average.</summary>
    /// <param name="rows">N; at least 2.</param>
    /// <param name="epochRows">n, draws of an epoch; at least 1.</param>
    /// <param name="share">More than 0, less than 1.</param>
    public static long EpochsToCover(long rows, long epochRows, double share) =>
        (long)Math.Ceiling(-LogOnePlus(-share) / (-epochRows * LogOnePlus(-1.0 / rows)));

    /// <summary>ln(1 + x) without loss for small x. Source: Kahan; the library's own adds first.</summary>
    private static double LogOnePlus(double x)
    {
        double sum = 1 + x;
        return sum == 1 ? x : Math.Log(sum) * x / (sum - 1);
    }

    /// <summary>e^x − 1 without loss for small x.</summary>
    private static double ExpMinusOne(double x)
    {
        double power = Math.Exp(x);
        return power == 1 ? x : power - 1 is double less && less > -1 ? less * x / Math.Log(power) : -1;
    }
}
