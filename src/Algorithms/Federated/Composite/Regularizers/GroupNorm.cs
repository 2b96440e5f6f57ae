using ActorFed.Algorithms.Numerics;

namespace ActorFed.Algorithms.Federated.Composite.Regularizers;

/// <summary>ψ(w) = λ Σ_g ‖w_g‖ over groups of neighbouring entries: a group is zero as a whole, or not at all.</summary>
/// <param name="weight">λ; at least 0.</param>
/// <param name="groupLength">Entries of a group; divides d.</param>
public sealed class GroupNorm(double weight, int groupLength) : Regularizer
{
    /// <inheritdoc/>
    public override void Shrink(double strength, Span<double> point)
    {
        for (int start = 0; start < point.Length; start += groupLength)
        {
            Span<double> group = point.Slice(start, groupLength);
            double norm = VectorMath.Norm(group);
            double left = norm - (strength * weight);
            VectorMath.Scale(left <= 0 ? 0 : left / norm, group); // the scale of NaN stays NaN
        }
    }

    /// <inheritdoc/>
    public override double Value(ReadOnlySpan<double> point)
    {
        double sum = 0;
        for (int start = 0; start < point.Length; start += groupLength)
        {
            sum += VectorMath.Norm(point.Slice(start, groupLength));
        }

        return weight * sum;
    }

    /// <inheritdoc/>
    public override void AddSubgradient(double factor, ReadOnlySpan<double> point, Span<double> result)
    {
        for (int start = 0; start < point.Length; start += groupLength)
        {
            ReadOnlySpan<double> group = point.Slice(start, groupLength);
            double norm = VectorMath.Norm(group);
            if (norm != 0)
            {
                VectorMath.AddScaled(factor * weight / norm, group, result.Slice(start, groupLength));
            }
        }
    }
}
