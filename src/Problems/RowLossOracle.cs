using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Oracles;
using ActorFed.Problems.Kernels;

namespace ActorFed.Problems;

/// <summary>One participant's mean cross entropy + decay ‖x‖².</summary>
internal sealed class RowLossOracle(IRowLoss loss, double weightDecay) : ILossOracle
{
    public int Length => loss.ParameterLength;

    public int RowCount => loss.RowCount;

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
