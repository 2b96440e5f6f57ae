namespace ActorFed.Algorithms.Federated.Composite.Regularizers;

/// <summary>The indicator of a box: every entry between two bounds, which may be infinite.</summary>
/// <param name="lower">Least value of an entry, inclusive.</param>
/// <param name="upper">Largest value of an entry, inclusive; at least <paramref name="lower"/>.</param>
public sealed class Box(double lower, double upper) : Regularizer
{
    /// <summary>The indicator of the vectors without a negative entry.</summary>
    public static Box NonNegative { get; } = new(0, double.PositiveInfinity);

    /// <inheritdoc/>
    public override bool IsFinite => false;

    /// <inheritdoc/>
    public override void Shrink(double strength, Span<double> point)
    {
        foreach (ref double entry in point)
        {
            entry = Math.Clamp(entry, lower, upper);
        }
    }
}
