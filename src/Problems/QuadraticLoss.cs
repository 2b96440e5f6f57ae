using ActorFed.Algorithms.Numerics;

namespace ActorFed.Problems;

/// <summary>½ (x − c)ᵀ (diag(a) + u uᵀ) (x − c).</summary>
/// <param name="curvatures">a; more than 0 each.</param>
/// <param name="direction">u.</param>
/// <param name="centre">c.</param>
internal sealed class QuadraticLoss(double[] curvatures, double[] direction, double[] centre)
{
    private readonly double[] _curvatures = curvatures;
    private readonly double[] _direction = direction;
    private readonly double[] _centre = centre;

    /// <summary>c.</summary>
    public ReadOnlySpan<double> Centre => _centre;

    /// <summary>Curvatures between 1 / condition number and 1, evenly in their logarithm; ‖u‖² about 1; a standard normal centre.</summary>
    public static QuadraticLoss Draw(SingleLevelQuadraticOptions options, SeededRandom random)
    {
        double[] curvatures = new double[options.Length];
        foreach (ref double curvature in curvatures.AsSpan())
        {
            curvature = Math.Pow(options.ConditionNumber, -random.NextDouble());
        }

        double[] direction = SmallMatrix.Gaussians(random, options.Length);
        VectorMath.Scale(1 / Math.Sqrt(options.Length), direction);
        return new QuadraticLoss(curvatures, direction, SmallMatrix.Gaussians(random, options.Length));
    }

    /// <summary>The common loss, moved towards a shard's own: weighted means of a and u, and the sum of centres.</summary>
    /// <param name="common">What all shards share.</param>
    /// <param name="own">What one shard has of its own.</param>
    /// <param name="heterogeneity">Weight of the own part, where the common one has 1; at least 0.</param>
    public static QuadraticLoss Blend(QuadraticLoss common, QuadraticLoss own, double heterogeneity)
    {
        return new QuadraticLoss(
            Sum(common._curvatures, own._curvatures, 1 / (1 + heterogeneity)),
            Sum(common._direction, own._direction, 1 / (1 + heterogeneity)),
            Sum(common._centre, own._centre, 1));

        double[] Sum(double[] shared, double[] added, double scale) => [.. shared.Zip(added, (a, b) => scale * (a + (heterogeneity * b)))];
    }

    /// <summary>The value, and the gradient as well.</summary>
    /// <param name="point">x.</param>
    /// <param name="gradient">Out: of the length of x.</param>
    public double Value(ReadOnlySpan<double> point, Span<double> gradient)
    {
        VectorMath.Subtract(point, _centre, gradient);
        double along = VectorMath.Dot(_direction, gradient);
        double twice = along * along;
        for (int i = 0; i < gradient.Length; i++)
        {
            double offset = gradient[i];
            gradient[i] = (_curvatures[i] * offset) + (along * _direction[i]);
            twice += _curvatures[i] * offset * offset;
        }

        return twice / 2;
    }

    /// <summary>The value.</summary>
    public double Value(ReadOnlySpan<double> point) => Value(point, new double[point.Length]);

    /// <summary>result ← (diag(a) + u uᵀ) vector.</summary>
    public void Multiply(ReadOnlySpan<double> vector, Span<double> result)
    {
        double along = VectorMath.Dot(_direction, vector);
        for (int i = 0; i < result.Length; i++)
        {
            result[i] = (_curvatures[i] * vector[i]) + (along * _direction[i]);
        }
    }

    /// <summary>sums ← sums + factor (diag(a) + u uᵀ), row-major.</summary>
    public void AddHessian(double factor, Span<double> sums)
    {
        int length = _centre.Length;
        for (int i = 0; i < length; i++)
        {
            Span<double> row = sums.Slice(i * length, length);
            VectorMath.AddScaled(factor * _direction[i], _direction, row);
            row[i] += factor * _curvatures[i];
        }
    }
}
