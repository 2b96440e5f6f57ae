using System.Text.Json;
using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Oracles;

namespace ActorFed.Host.Verify;

/// <summary>The mean of log(1 + exp(aᵀw)) − b aᵀw over the rows of a vector file, all of them in every query.</summary>
/// <param name="rows">The rows a.</param>
/// <param name="labels">b, 0 or 1 each.</param>
internal sealed class DenseLogisticOracle(FlatVector[] rows, double[] labels) : ILossOracle
{
    public int Length => rows[0].Length;

    public int RowCount => rows.Length;

    /// <summary>The shards of a file's problem, with fields <c>X</c> and <c>y</c>.</summary>
    public static DenseLogisticOracle[] ReadAll(JsonElement problem) =>
    [
        .. problem.Field("X").EnumerateArray().Zip(problem.Field("y").EnumerateArray())
            .Select(shard => new DenseLogisticOracle(shard.First.Vectors(), shard.Second.Doubles())),
    ];

    public double Loss(ReadOnlySpan<double> point, ReadOnlySpan<int> batch, Span<double> gradient)
    {
        double loss = 0;
        gradient.Clear();
        for (int j = 0; j < rows.Length; j++)
        {
            double score = VectorMath.Dot(rows[j].Span, point);
            loss += (Math.Log(1 + Math.Exp(score)) - (labels[j] * score)) / rows.Length;
            if (!gradient.IsEmpty)
            {
                VectorMath.AddScaled(((1 / (1 + Math.Exp(-score))) - labels[j]) / rows.Length, rows[j].Span, gradient);
            }
        }

        return loss;
    }
}
