using System.Collections.Immutable;
using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Oracles;

namespace ActorFed.Scenarios.Tests.Graph;

/// <summary>f_i(x) = ½ a_i ‖x − c_i‖² with a_i and c_i of its own at every participant.</summary>
internal sealed class QuadraticShards(int count, int length) : ILossProblem
{
    public int ShardCount => count;

    public int Length => length;

    public ILossOracle CreateOracle(int shard, DataPoisoning poisoning = DataPoisoning.None) => new Oracle(shard, length);

    public FlatVector Initial(SeededRandom random) => FlatVector.Zeros(length);

    public ImmutableArray<Measure> Evaluate(FlatVector point) => [];

    /// <summary>Σ a_i c_i / Σ a_i.</summary>
    public FlatVector Minimum() => FlatVector.Create(length, values =>
    {
        for (int k = 0; k < length; k++)
        {
            values[k] = Enumerable.Range(0, count).Sum(i => Curvature(i) * Centre(i, k)) / Enumerable.Range(0, count).Sum(Curvature);
        }
    });

    private static double Curvature(int shard) => 0.5 + (shard % 3 * 0.25);

    private static double Centre(int shard, int entry) => Math.Sin((shard * 7) + (entry * 3));

    private sealed class Oracle(int shard, int length) : ILossOracle
    {
        public int Length => length;

        public int RowCount => 0;

        public double Loss(ReadOnlySpan<double> point, ReadOnlySpan<int> rows, Span<double> gradient)
        {
            double loss = 0;
            for (int k = 0; k < length; k++)
            {
                double distance = point[k] - Centre(shard, k);
                loss += 0.5 * Curvature(shard) * distance * distance;
                if (!gradient.IsEmpty)
                {
                    gradient[k] = Curvature(shard) * distance;
                }
            }

            return loss;
        }
    }
}
