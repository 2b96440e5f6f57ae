using System.Collections.Immutable;
using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Oracles;
using ActorFed.Problems;

namespace ActorFed.Cluster.Benchmarks;

/// <summary>The keys of section <c>long-vectors</c>.</summary>
public sealed record LongVectorOptions
{
    [Description("Length of the variable; at least 1.")]
    [Range(1, int.MaxValue)]
    public int Length { get; init; } = 8_000_000;
}

/// <summary>The plug-in that this program is to the nodes that it starts: a problem of vectors as long as one likes, with next to nothing to compute.</summary>
public sealed class LongVectorPlugin : IProblemPlugin
{
    public ProblemEntry Entry { get; } = new(
        "long-vectors",
        "½ ‖x − i‖² at participant i",
        typeof(LongVectorOptions),
        NeedsData: false,
        (options, _, workers, _) => new LongVectorProblem(((LongVectorOptions)options).Length, workers),
        Levels: 1);
}

/// <summary>f_i(x) = ½ ‖x − i‖².</summary>
internal sealed class LongVectorProblem(int length, int shards) : ILossProblem
{
    public int Length => length;

    public int ShardCount => shards;

    public ILossOracle CreateOracle(int shard, DataPoisoning poisoning = DataPoisoning.None) => new Oracle(length, shard);

    public FlatVector Initial(SeededRandom random) => FlatVector.CopyOf(new double[length]);

    public ImmutableArray<Measure> Evaluate(FlatVector point) => [new Measure("first-entry", point.Span[0])];

    private sealed class Oracle(int length, int target) : ILossOracle
    {
        public int Length => length;

        public int RowCount => 0;

        public double Loss(ReadOnlySpan<double> point, ReadOnlySpan<int> rows, Span<double> gradient)
        {
            double sum = 0;
            for (int i = 0; i < point.Length; i++)
            {
                double difference = point[i] - target;
                sum += difference * difference;
                if (!gradient.IsEmpty)
                {
                    gradient[i] = difference;
                }
            }

            return sum / 2;
        }
    }
}
