using ActorFed.Algorithms.Numerics;

namespace ActorFed.Algorithms.Graph.Acceptance;

/// <summary>How near each of some vectors is to its nearest ones; the lowest score is Krum's choice.</summary>
/// <remarks>
/// Source: Blanchard, El Mhamdi, Guerraoui, Stainer, "Machine Learning with Adversaries: Byzantine Tolerant Gradient Descent", NeurIPS 2017.
/// </remarks>
public static class KrumScores
{
    /// <summary>Fewest vectors of which Krum can choose among <paramref name="attackers"/> attackers: each needs a nearest other.</summary>
    public static long MinCount(int attackers) => attackers + 3L;

    /// <summary>Sums of the squared distances to the m − f − 2 nearest others, one per vector.</summary>
    /// <param name="vectors">m of them, equally long.</param>
    /// <param name="attackers">f; at least 0.</param>
    /// <exception cref="ArgumentException">There are fewer than <see cref="MinCount"/> vectors.</exception>
    public static double[] Of(IReadOnlyList<FlatVector> vectors, int attackers)
    {
        int count = vectors.Count;
        if (count < MinCount(attackers))
        {
            throw new ArgumentException($"There are {count} vectors and {attackers} attackers; Krum needs at least {MinCount(attackers)} vectors.");
        }

        double[,] squared = new double[count, count];
        for (int j = 0; j < count; j++)
        {
            for (int k = 0; k < j; k++)
            {
                squared[j, k] = squared[k, j] = VectorMath.SquaredDistance(vectors[j].Span, vectors[k].Span);
            }
        }

        double[] scores = new double[count];
        for (int j = 0; j < count; j++)
        {
            scores[j] = Enumerable.Range(0, count).Where(k => k != j).Select(k => squared[j, k]).Order().Take(count - attackers - 2).Sum();
        }

        return scores;
    }

    /// <summary>Index of the lowest score; of equal ones, the lowest index.</summary>
    public static int Lowest(IReadOnlyList<double> scores)
    {
        int lowest = 0;
        for (int k = 1; k < scores.Count; k++)
        {
            lowest = scores[k] < scores[lowest] ? k : lowest;
        }

        return lowest;
    }
}
