using System.Collections.Immutable;
using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Oracles;

namespace ActorFed.Scenarios.Tests.Graph;

/// <summary>f_i(x) = ½ a_i ‖x − c_i‖² with a_i and c_i of its own at every participant.</summary>
/// <param name="count">Participants.</param>
/// <param name="length">Entries of x.</param>
/// <param name="offset">What all entries of c_i lie around.</param>
internal sealed class QuadraticShards(int count, int length, double offset = 0) : ILossProblem
{
    public int ShardCount => count;

    public int Length => length;

    public ILossOracle CreateOracle(int shard, DataPoisoning poisoning = DataPoisoning.None) => new Oracle(shard, length, offset);

    public FlatVector Initial(SeededRandom random) => FlatVector.Zeros(length);

    public ImmutableArray<Measure> Evaluate(FlatVector point) => [];

    /// <summary>Σ a_i c_i / Σ a_i.</summary>
    public FlatVector Minimum() => Minimum([.. Enumerable.Range(0, count)]);

    /// <summary>The same of some participants alone.</summary>
    public FlatVector Minimum(IReadOnlyList<int> participants) => FlatVector.Create(length, values =>
    {
        for (int k = 0; k < length; k++)
        {
            values[k] = offset + (participants.Sum(i => Curvature(i) * Centre(i, k)) / participants.Sum(Curvature));
        }
    });

    private static double Curvature(int shard) => 0.5 + (shard % 3 * 0.25);

    private static double Centre(int shard, int entry) => Math.Sin((shard * 7) + (entry * 3));

    private sealed class Oracle(int shard, int length, double offset) : ILossOracle
    {
        public int Length => length;

        public int RowCount => 0;

        public double Loss(ReadOnlySpan<double> point, ReadOnlySpan<int> rows, Span<double> gradient)
        {
            double loss = 0;
            for (int k = 0; k < length; k++)
            {
                double distance = point[k] - offset - Centre(shard, k);
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
