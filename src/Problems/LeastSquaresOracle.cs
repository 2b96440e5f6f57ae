using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Oracles;

namespace ActorFed.Problems;

/// <summary>One participant's ½ mean over rows of (xᵀ w − y)².</summary>
/// <param name="features">x of all rows, one after the other; at least one row.</param>
/// <param name="targets">y of each row.</param>
public sealed class LeastSquaresOracle(double[] features, double[] targets) : ILossOracle
{
    /// <inheritdoc/>
    public int Length { get; } = features.Length / targets.Length;

    /// <inheritdoc/>
    public int RowCount => targets.Length;

    /// <inheritdoc/>
    public double Loss(ReadOnlySpan<double> point, ReadOnlySpan<int> rows, Span<double> gradient)
    {
        OracleArguments.CheckRowLoss(this, point, rows, gradient);
        int count = rows.IsEmpty ? RowCount : rows.Length;
        double sum = 0;
        gradient.Clear();
        for (int i = 0; i < count; i++)
        {
            int row = rows.IsEmpty ? i : rows[i];
            ReadOnlySpan<double> feature = features.AsSpan(row * Length, Length);
            double residual = VectorMath.Dot(feature, point) - targets[row];
            sum += residual * residual;
            if (!gradient.IsEmpty)
            {
                VectorMath.AddScaled(residual / count, feature, gradient);
            }
        }

        return sum / (2 * count);
    }
}
