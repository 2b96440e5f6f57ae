using ActorFed.Algorithms.Numerics;

namespace ActorFed.Algorithms.Federated.Composite.Regularizers;

/// <summary>ψ(w) = λ ‖w‖₁ + μ/2 ‖w‖².</summary>
/// <param name="weight">λ; at least 0.</param>
/// <param name="ridge">μ; at least 0.</param>
public sealed class ElasticNet(double weight, double ridge) : Regularizer
{
    /// <inheritdoc/>
    public override void Shrink(double strength, Span<double> point)
    {
        L1Norm.ShrinkEntries(strength * weight, point);
        VectorMath.Scale(1 / (1 + (strength * ridge)), point);
    }

    /// <inheritdoc/>
    public override double Value(ReadOnlySpan<double> point) => (weight * L1Norm.SumOfSizes(point)) + (ridge / 2 * VectorMath.SquaredNorm(point));

    /// <inheritdoc/>
    public override void AddSubgradient(double factor, ReadOnlySpan<double> point, Span<double> result)
    {
        L1Norm.AddSigns(factor * weight, point, result);
        VectorMath.AddScaled(factor * ridge, point, result);
    }
}
