using ActorFed.Algorithms.Graph.Topologies;
using Xunit;

namespace ActorFed.Algorithms.Tests.Graph.Topologies;

/// <summary>Topologies of many kinds and sizes.</summary>
internal static class TopologyCases
{
    /// <summary>A file of 16 nodes: a path with a short cut.</summary>
    public static TopologyFile File { get; } =
        TopologyFile.Parse(string.Join('\n', Enumerable.Range(0, 15).Select(i => $"{i} {i + 1}").Append("0 8")), "cut.txt");

    /// <summary>Every entry of the catalogue, with 16 participants.</summary>
    public static TheoryData<string> Names => [.. TopologyCatalog.All.Select(entry => entry.Name)];

    public static Topology Make(string name, int count, WeightRule weights = WeightRule.MetropolisHastings, ulong seed = 1) =>
        TopologyCatalog.Create(new TopologyOptions { Topology = name, Weights = weights }, count, seed, File);

    /// <summary>The entries of a matrix, row by row.</summary>
    public static double[,] Dense(MixingMatrix matrix)
    {
        double[,] dense = new double[matrix.Count, matrix.Count];
        for (int i = 0; i < matrix.Count; i++)
        {
            for (int j = 0; j < matrix.Count; j++)
            {
                dense[i, j] = matrix.WeightOf(i, j);
            }
        }

        return dense;
    }

    public static double[,] Multiply(double[,] left, double[,] right)
    {
        int count = left.GetLength(0);
        double[,] product = new double[count, count];
        for (int i = 0; i < count; i++)
        {
            for (int j = 0; j < count; j++)
            {
                for (int k = 0; k < count; k++)
                {
                    product[i, j] += left[i, k] * right[k, j];
                }
            }
        }

        return product;
    }
}
