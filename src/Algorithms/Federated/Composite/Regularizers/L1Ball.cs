namespace ActorFed.Algorithms.Federated.Composite.Regularizers;

/// <summary>The indicator of the ball ‖w‖₁ ≤ ρ.</summary>
/// <param name="radius">ρ; more than 0.</param>
/// <remarks>Source: as for <see cref="Simplex"/>, onto which the sizes of the entries are projected.</remarks>
public sealed class L1Ball(double radius) : Regularizer
{
    /// <inheritdoc/>
    public override bool IsFinite => false;

    /// <inheritdoc/>
    public override void Shrink(double strength, Span<double> point)
    {
        if (!(L1Norm.SumOfSizes(point) > radius))
        {
            return;
        }

        double[] sizes = new double[point.Length];
        for (int j = 0; j < sizes.Length; j++)
        {
            sizes[j] = Math.Abs(point[j]);
        }

        L1Norm.ShrinkEntries(Simplex.ThresholdOf(sizes, radius), point);
    }
}
