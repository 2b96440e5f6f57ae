namespace ActorFed.Algorithms.Federated.Composite.Regularizers;

/// <summary>ψ, the part of an objective that need not be smooth. An object may hold scratch memory: it serves one participant.</summary>
/// <remarks>The indicator of a set is 0 in it and ∞ elsewhere; its operator is the projection onto the set, whatever the strength.</remarks>
public abstract class Regularizer
{
    /// <summary>Whether it is finite everywhere, so that it has subgradients; not so the indicator of a set.</summary>
    public virtual bool IsFinite => true;

    /// <summary>The proximal operator: point ← argmin_w { ½ ‖w − point‖² + strength ψ(w) }.</summary>
    /// <param name="strength">s; at least 0.</param>
    /// <param name="point">In and out; length d.</param>
    public abstract void Shrink(double strength, Span<double> point);

    /// <summary>ψ(point); of the indicator of a set 0, for points in the set.</summary>
    /// <param name="point">Length d.</param>
    public virtual double Value(ReadOnlySpan<double> point) => 0;

    /// <summary>result ← result + factor g, with g the subgradient of ψ of least norm at the point.</summary>
    /// <param name="factor">What g is multiplied by.</param>
    /// <param name="point">Length d; no part of <paramref name="result"/>.</param>
    /// <param name="result">In and out; length d.</param>
    /// <exception cref="NotSupportedException">It is the indicator of a set.</exception>
    public virtual void AddSubgradient(double factor, ReadOnlySpan<double> point, Span<double> result) =>
        throw new NotSupportedException($"{GetType().Name} is the indicator of a set and has no subgradient that leads back to it.");
}
