using System.Collections.Immutable;
using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Oracles;
using ActorFed.Problems.Kernels;

namespace ActorFed.Problems;

/// <summary>One participant's mean cross entropy + decay ‖x‖².</summary>
/// <param name="loss">The mean cross entropy.</param>
/// <param name="labels">Class of each row.</param>
/// <param name="weightDecay">The decay.</param>
internal sealed class RowLossOracle(IRowLoss loss, ImmutableArray<int> labels, double weightDecay) : ILossOracle
{
    public int Length => loss.ParameterLength;

    public int RowCount => loss.RowCount;

    public ImmutableArray<int> Labels => labels;

    public double Loss(ReadOnlySpan<double> point, ReadOnlySpan<int> rows, Span<double> gradient)
    {
        OracleArguments.CheckRowLoss(this, point, rows, gradient);
        double mean = loss.MeanLoss(point, rows, gradient);
        if (!gradient.IsEmpty)
        {
            VectorMath.AddScaled(2 * weightDecay, point, gradient);
        }

        return mean + (weightDecay * VectorMath.SquaredNorm(point));
    }
}
