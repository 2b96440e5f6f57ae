using System.Text;
using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Oracles;
using ActorFed.Problems.Data;

namespace ActorFed.Problems.Tests;

/// <summary>Small texts, and what training on them gives.</summary>
internal static class Texts
{
    public static ShardedData Sharded(string phrase, int times, int context)
    {
        (LabelledData train, LabelledData test) = Read(string.Concat(Enumerable.Repeat(phrase, times)), context);
        return Sharding.Build(train, test, new ShardingOptions { ValidationFraction = 0, Partition = PartitionKind.Contiguous }, 1, 1);
    }

    public static (LabelledData Train, LabelledData Test) Read(string text, int context)
    {
        using MemoryStream content = new(Encoding.ASCII.GetBytes(text));
        return TextWindows.Read(new DataSource("text", "text.txt", content), context);
    }

    public static FlatVector Train(ILossProblem problem, int steps)
    {
        SeededRandom random = new(1, "train");
        ILossOracle oracle = problem.CreateOracle(0);
        double[] x = problem.Initial(random).Span.ToArray();
        double[] gradient = new double[x.Length];
        int[] batch = new int[32];
        for (int step = 0; step < steps; step++)
        {
            foreach (ref int row in batch.AsSpan())
            {
                row = random.NextInt32(oracle.RowCount);
            }

            oracle.Loss(x, batch, gradient);
            VectorMath.AddScaled(-0.5, gradient, x);
        }

        return FlatVector.CopyOf(x);
    }
}
