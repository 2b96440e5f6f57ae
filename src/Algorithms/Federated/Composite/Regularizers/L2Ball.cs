using ActorFed.Algorithms.Numerics;

namespace ActorFed.Algorithms.Federated.Composite.Regularizers;

/// <summary>The indicator of the ball ‖w‖ ≤ ρ.</summary>
/// <param name="radius">ρ; more than 0.</param>
public sealed class L2Ball(double radius) : Regularizer
{
    /// <inheritdoc/>
    public override bool IsFinite => false;

    /// <inheritdoc/>
    public override void Shrink(double strength, Span<double> point)
    {
        double norm = VectorMath.Norm(point);
        if (norm > radius)
        {
            VectorMath.Scale(radius / norm, point);
        }
    }
}
