using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Tests.Bilevel;

namespace ActorFed.Algorithms.Tests.Decentralized;

/// <summary>Different quadratic shards and the solution of their mean problem.</summary>
internal static class BilevelCase
{
    public const int Count = 4;
    public const int UpperLength = 2;
    public const int LowerLength = 3;

    public static QuadraticShard[] Shards(double s = 0) => QuadraticShard.Draw(Count, UpperLength, LowerLength, r: 0.5, s);

    /// <summary>x and y at the solution of quadratic shards: long gradient descent along exact hypergradients of the mean.</summary>
    public static (double[] Upper, double[] Lower) Solution(QuadraticShard[] shards)
    {
        double[] x = new double[UpperLength];
        double[] y = new double[LowerLength];
        double[] z = new double[LowerLength];
        double[] Mean(Func<QuadraticShard, double[]> part) =>
            [.. shards.Select(part).Aggregate((a, b) => [.. a.Zip(b, (p, q) => p + q)]).Select(sum => sum / shards.Length)];
        for (int t = 0; t < 500; t++)
        {
            for (int k = 0; k < 30; k++)
            {
                y = [.. y.Zip(Mean(shard => shard.LowerGradient(x, y)), (value, g) => value - (0.4 * g))];
                double[] product = Mean(shard => shard.HessianProduct(x, y, z));
                double[] right = Mean(shard => shard.UpperGradientInLower(y));
                z = [.. z.Select((value, a) => value - (0.4 * (product[a] - right[a])))];
            }

            double[] direct = Mean(shard => shard.UpperGradientInUpper(x));
            double[] indirect = Mean(shard => shard.CrossProduct(y, z));
            x = [.. x.Select((value, a) => value - (0.2 * (direct[a] - indirect[a])))];
        }

        return (x, y);
    }

    public static double Distance(FlatVector copy, double[] solution) => copy.Span.ToArray().Zip(solution, (a, b) => Math.Abs(a - b)).Max();
}
