namespace ActorFed.Algorithms.Numerics;

/// <summary>One term of a linear combination.</summary>
/// <param name="Factor">What the vector is multiplied by.</param>
/// <param name="Vector">The vector.</param>
public readonly record struct Term(double Factor, ReadOnlyMemory<double> Vector)
{
    /// <summary>A term of an immutable vector.</summary>
    public Term(double factor, FlatVector vector)
        : this(factor, vector.Memory)
    {
    }

    /// <summary>A term of a buffer.</summary>
    public Term(double factor, double[] buffer)
        : this(factor, buffer.AsMemory())
    {
    }
}
