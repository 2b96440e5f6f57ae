using ActorFed.Algorithms.Numerics;

namespace ActorFed.Algorithms.Blocks;

/// <summary>The ball ‖x‖² ≤ α around the origin.</summary>
public static class Ball
{
    /// <summary>The nearest point of the ball; the vector itself where it lies within.</summary>
    /// <param name="vector">x.</param>
    /// <param name="squaredRadius">α, more than 0.</param>
    public static FlatVector Project(FlatVector vector, double squaredRadius)
    {
        double squaredNorm = VectorMath.SquaredNorm(vector.Span);
        return squaredNorm > squaredRadius && double.IsFinite(squaredNorm)
            ? FlatVector.Combine(new Term(Math.Sqrt(squaredRadius / squaredNorm), vector))
            : vector;
    }
}
